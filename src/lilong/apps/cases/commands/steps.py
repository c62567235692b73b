"""The shape every step of a case has: take it, plan what comes next, keep the words apart from the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from lilong.apps.cases.commands.speaking import say
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case, CaseNote, CaseRating
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import (
    SCENARIO_SCHEME,
    CategoryKey,
    NotRouted,
    Routed,
    Routing,
    Stage,
    StandardCard,
)
from lilong.apps.work import public as work
from lilong.apps.work.public import Ready
from lilong.apps.work.terms import (
    DONE,
    Assignment,
    Facts,
    Happened,
    Plan,
    Progress,
    Scenario,
    Situation,
    Step,
    Subject,
    key_of,
    step_of,
)
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_salt, salted_digest
from lilong.kernel.keys import CommandKey
from lilong.kernel.lifecycle import Facts as Asked
from lilong.kernel.refusals import RefusalKind, Refused, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.posture.queries import posture_of

WHAT = Label("事项", "matter")


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote with a step: kept as an erasable note, digested in the journal."""

    kind: str
    text: str
    public: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """How a verb moves the scenario: the act it finishes, and the result it finishes with.

    A result the step does not know is the step's first onward one: a scenario need not tell verdicts apart.
    """

    act: str
    result: str = DONE

    def happened(self, ready: Ready) -> Happened:
        """What happened to the step that this scenario binds to the act."""
        step = ready.acts[self.act]
        result = step.result(self.result) or step.outcomes[0]
        return Happened(step.name, result.name)


@dataclass(frozen=True, slots=True)
class Verb:
    """What one command adds to the common shape: how the scenario moves, what is written, said and announced.

    ``move`` None moves nothing; :data:`~lilong.apps.work.terms.MATTER_ENDED` ends the matter whatever its steps say.
    ``answers`` are to the fields that the scenario asks at the act, None for an act that asks none.
    """

    step: str
    move: Move | Happened | None = None
    words: Words | None = None
    write: Callable[[Turn[Case]], Mapping[str, Any]] = lambda _: {}
    because: tuple[Because, ...] = field(default=())
    answers: Mapping[str, object] | None = None


def take(*, by: Actor, key: CommandKey, case: UUID, verb: Verb, inputs: Asked) -> Receipt:
    """Take one step of a case. Raises :class:`~lilong.kernel.refusals.Refused` as ``ledger.acts.act`` does."""

    def change(turn: Turn[Case]) -> Outcome:
        row = turn.row
        row.updated_at = key.at
        data = {"from": turn.taken.source, **verb.write(turn), **kept_words(row, verb.words, turn)}
        if verb.move:
            ready = work.ready(row.scenario)
            happened = verb.move.happened(ready) if isinstance(verb.move, Move) else verb.move
            if verb.answers is not None:
                data["answers"] = keep_answers(row, ready, happened, verb.answers)
            data |= advance(turn, happened)
        news = {"category": row.category, "state": row.state, "from": turn.taken.source}
        return Outcome(verb.because, data, news, {"number": row.number})

    target = Target(CASE, Case, case, WHAT, facts)
    return act(by=by, key=key, target=target, step=verb.step, inputs=inputs, change=change)


def keep_answers(row: Case, ready: Ready, happened: Happened, answers: Mapping[str, object]) -> list[str]:
    """Keep the answers to what the scenario asks at a step that is done; returns which, for the journal.

    Raises :class:`~lilong.kernel.refusals.Refused` (invalid) naming each answer that is missing or unfit.
    """
    step = ready.steps[step_of(happened.key)]
    result = step.result(happened.result)
    if result is None or not result.goes_on:
        return []
    given = work.facts_given(ready.scenario, step.fields, answers)
    row.facts = {**row.facts, **{name: list(v) if isinstance(v, tuple) else v for name, v in given.items()}}
    return sorted(given)


def facts(row: Case) -> Asked:
    """What the guards of a case may ask of it."""
    return {
        "id": row.id,
        "standard_filed": row.standard,
        "was_asked_again": row.asked_again > 0,
        "is_rated": row.state == "closed" and CaseRating.objects.filter(case=row, round=row.asked_again).exists(),
    }


def advance(turn: Turn[Case], happened: Happened | None) -> dict[str, Any]:
    """Plan the case on, apply the plan, say what the scenario says then; returns what the journal keeps of it.

    Raises :class:`~lilong.kernel.refusals.Refused` (not now) when the scenario does not let it happen yet.
    """
    row, at = turn.row, turn.key.at
    ready = work.ready(row.scenario)
    progress = Progress.from_json(row.progress, work.running_keys(row.id))
    refusal = work.refusal_of(ready, progress, happened) if happened else None
    if refusal:
        raise Refused(RefusalKind.NOT_NOW, (refusal,))
    key = CategoryKey.parse(row.category)
    hands = Hands(key, row.area_code, at, row)
    known = work.known_facts(row.facts)
    asked = situation(ready, {**known, "verifies": row.state == "reported"}, row.area_code, at)
    plan = work.plan(ready, progress, happened, asked, hands.assign)
    row.progress = plan.progress.as_json()
    hands.report(plan, ready.scenario)
    applied = work.apply_plan(subject_of(row), plan, at)
    messages = say(row, work.messages_of(ready, known, plan, happened, turn.by.unit), at)
    kept: dict[str, Any] = {"tasks": {**applied.as_json(), "unassigned": list(plan.unassigned)}}
    return {**kept, "messages": messages} if messages else kept


def situation(ready: Ready, facts: Facts, area: AreaCode, at: datetime) -> Situation:
    """What a plan of a case is made in; the posture is looked up only for a scenario that asks for it."""
    posture = posture_of(area, at).value if ready.asks_posture else "normal"
    return Situation(facts, at, working_time(at), posture)


class Hands:
    """Who takes each step of a case: the catalogue's answer, for handling the unit the dispatcher chose, an office."""

    def __init__(self, category: CategoryKey, area: AreaCode, at: datetime, row: Case | None = None) -> None:
        self._category, self._area, self._at, self._row = category, area, at, row
        self._gaps: dict[str, NotRouted] = {}

    @cached_property
    def routings(self) -> Mapping[Stage, Routing]:
        """The catalogue's answer for every stage."""
        return organisations.responsibilities_for(self._category, area=self._area, at=self._at)

    @cached_property
    def standard(self) -> StandardCard | None:
        """The standard row the case was filed under."""
        return organisations.standard(self._row.standard) if self._row and self._row.standard else None

    def assign(self, step: Step, entry: str) -> Assignment | None:
        """Who takes ``step``; None when nobody does, which :meth:`missing` then tells."""
        found = self._found(step, entry)
        if isinstance(found, NotRouted):
            self._gaps[key_of(step.name, entry)] = found
            return None
        return found

    def report(self, plan: Plan, scenario: Scenario, more: Sequence[NotRouted] = ()) -> None:
        """Tell the keeper what left a step with nobody: gaps of the catalogue, offices that a scenario asks for.

        ``more`` are gaps of the catalogue that no step waits for yet.
        """
        offices = {step.name for step in scenario.steps if step.who.office}
        missing = [(step_of(key) in offices, self._gaps[key]) for key in plan.unassigned if key in self._gaps]
        rows = dict.fromkeys([*(gap for is_office, gap in missing if not is_office), *more])
        if rows:
            organisations.report_missing(self._category, list(rows), self._at)
        if lacking := [gap for is_office, gap in missing if is_office]:
            of_scenario = CategoryKey(SCENARIO_SCHEME, str(scenario.version), scenario.name)
            organisations.report_missing(of_scenario, lacking, self._at)

    def _found(self, step: Step, entry: str) -> Assignment | NotRouted:
        if step.who.office:
            return work.office_assignment(step, entry, area=self._area)
        routing = self.routings[Stage(step.who.stage)]
        if step.act == Stage.HANDLE and self._row and self._row.lead_unit and self.standard:
            return _chosen(self._row.lead_unit, tuple(self._row.co_units), self.standard, routing)
        if isinstance(routing, NotRouted):
            return routing
        return assignment(routing, self.standard)


def assignment(routing: Routed, standard: StandardCard | None) -> Assignment:
    """A routing as an assignment. The limit of handling is the filed standard's own; a row's limit stands before it."""
    limit = routing.limit
    if standard and (routing.stage is Stage.HANDLE or limit is None):
        limit = standard.limit
    if limit is None:
        raise LookupError(f"{routing.stage} of unit {routing.unit.id} has neither a row's nor a standard's limit")
    co_units = tuple(unit.id for unit in routing.co_units) if routing.stage is Stage.HANDLE else ()
    return Assignment(routing.unit.id, limit, co_units, routing.because)


def subject_of(row: Case) -> Subject:
    """The case as the subject of its tasks."""
    return Subject(CASE.name, row.id, row.area_code)


def category_of(text: str) -> CategoryKey:
    """A category as forms and the API send it. Raises the refusal that names the field."""
    try:
        return CategoryKey.parse(text)
    except ValueError:
        raise unknown_category(text) from None


def unknown_category(text: str) -> Exception:
    """The refusal of a category that the catalogue in force does not have."""
    return invalid(
        "cases.category_unknown",
        Label("没有“{text}”这个类别。", "There is no category “{text}”.").filled(text=text[:40] or "—"),
        Label("请从类别表里选一个，或用自己的话搜索。", "Choose one from the list, or search in your own words."),
        "category",
    )


def routed(key: CategoryKey, row: Case, stage: Stage, at: datetime) -> Routing:
    """Who the catalogue names for one stage of this case."""
    return organisations.route_stage(key, area=row.area_code, stage=stage, at=at)


def _chosen(unit: int, co_units: tuple[int, ...], standard: StandardCard, suggested: Routing) -> Assignment:
    """The unit the dispatcher chose; when the catalogue suggests the same one, because of the catalogue."""
    if isinstance(suggested, Routed) and suggested.unit.id == unit:
        because = suggested.because
    else:
        because = (Because(Ground.CHOICE, Label("派遣员选定的单位。", "The unit the dispatcher chose.")),)
    return Assignment(unit, standard.limit, co_units, because)


def kept_words(row: Case, words: Words | None, turn: Turn[Case]) -> dict[str, Any]:
    """Keep what somebody wrote as an erasable note; returns what the journal keeps of it: a salted digest."""
    if words is None or not words.text.strip():
        return {}
    salt = new_salt()
    text = words.text.strip()
    CaseNote.objects.create(
        case=row,
        area=row.area,
        kind=words.kind,
        text=text,
        salt=salt,
        by=turn.by.name.as_json(),
        at=turn.key.at,
        public=words.public,
    )
    return {"note": words.kind, "text": salted_digest(salt, text).hex()}
