"""The shape every step of a case has: take it, plan what comes next, keep the words apart from the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case, CaseNote, CaseRating
from lilong.apps.cases.rules import way_of, with_dispatch
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, NotRouted, Routed, Routing, Stage, StandardCard
from lilong.apps.work import public as work
from lilong.apps.work.terms import Assignment, Happened, Progress, Result, Subject
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_salt, salted_digest
from lilong.kernel.keys import CommandKey
from lilong.kernel.lifecycle import Facts
from lilong.kernel.refusals import invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt

WHAT = Label("事项", "matter")


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote with a step: kept as an erasable note, digested in the journal."""

    kind: str
    text: str
    public: bool = True


@dataclass(frozen=True, slots=True)
class Verb:
    """What one command adds to the common shape: how the way moves, what is written, said and announced."""

    step: str
    happened: Happened | None = None
    words: Words | None = None
    write: Callable[[Turn[Case]], Mapping[str, Any]] = lambda _: {}
    because: tuple[Because, ...] = field(default=())


def take(*, by: Actor, key: CommandKey, case: UUID, verb: Verb, inputs: Facts) -> Receipt:
    """Take one step of a case. Raises :class:`~lilong.kernel.refusals.Refused` as ``ledger.acts.act`` does."""

    def change(turn: Turn[Case]) -> Outcome:
        row = turn.row
        row.updated_at = key.at
        data = {"from": turn.taken.source, **verb.write(turn), **_kept(row, verb.words, turn)}
        if verb.happened:
            data["tasks"] = advance(row, verb.happened, key.at)
        news = {"category": row.category, "state": row.state, "from": turn.taken.source}
        return Outcome(verb.because, data, news, {"number": row.number})

    target = Target(CASE, Case, case, WHAT, facts)
    return act(by=by, key=key, target=target, step=verb.step, inputs=inputs, change=change)


def facts(row: Case) -> Facts:
    """What the guards of a case may ask of it."""
    return {
        "id": row.id,
        "standard_filed": row.standard,
        "was_asked_again": row.asked_again > 0,
        "is_rated": row.state == "closed" and CaseRating.objects.filter(case=row, round=row.asked_again).exists(),
    }


def advance(row: Case, happened: Happened | None, at: datetime) -> dict[str, Any]:
    """Plan the case on and apply the plan; returns what the journal keeps of it."""
    way = way_of(row.way)
    progress = Progress(frozenset(row.done), work.running_steps(row.id))
    assignments, gaps = assignments_of(row, at)
    plan = work.plan(way, progress, happened, {"verifies": row.state == "reported"}, assignments)
    row.done = sorted(plan.done)
    missing = [gap for gap in gaps if gap.stage in plan.unassigned]
    if missing:
        organisations.report_missing(CategoryKey.parse(row.category), missing, at)
    result = happened.result if happened else Result.DONE
    applied = work.apply_plan(subject_of(row), plan, result, at, working_time(at))
    return {**applied.as_json(), "unassigned": [gap.stage for gap in missing]}


def assignments_of(row: Case, at: datetime) -> tuple[dict[str, Assignment], list[NotRouted]]:
    """Who takes each step of this case: the catalogue's answer, and for handling the unit the dispatcher chose."""
    routings = organisations.responsibilities_for(CategoryKey.parse(row.category), area=row.area_code, at=at)
    standard = organisations.standard(row.standard) if row.standard else None
    found = {
        stage.value: assignment(routing, standard) for stage, routing in routings.items() if isinstance(routing, Routed)
    }
    gaps = [routing for routing in routings.values() if isinstance(routing, NotRouted)]
    return with_dispatch(found, _chosen(row, standard, found.get(Stage.HANDLE))), gaps


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


def _chosen(row: Case, standard: StandardCard | None, suggested: Assignment | None) -> Assignment | None:
    if row.lead_unit is None or standard is None:
        return None
    if suggested and suggested.unit == row.lead_unit:
        because = suggested.because
    else:
        because = (Because(Ground.CHOICE, Label("派遣员选定的单位。", "The unit the dispatcher chose.")),)
    return Assignment(row.lead_unit, standard.limit, tuple(row.co_units), because)


def _kept(row: Case, words: Words | None, turn: Turn[Case]) -> dict[str, Any]:
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
