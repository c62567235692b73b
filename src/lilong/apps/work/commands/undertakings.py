"""Undertakings: begun by a unit, moved on by whoever has the task, ended, cancelled, moved to another version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import SCENARIO_SCHEME, CategoryKey
from lilong.apps.places import public as places
from lilong.apps.work.commands.assigning import Hands
from lilong.apps.work.commands.speaking import Words, keep_words, messages_of, words_of
from lilong.apps.work.commands.tasks import apply_plan, finish_own_part, part_in, refuse_alone
from lilong.apps.work.lifecycle import BEGIN, BIRTHS, UNDERTAKING
from lilong.apps.work.models import Task, Undertaking
from lilong.apps.work.models.undertakings import acting_in
from lilong.apps.work.rules.answers import facts_given, known_facts
from lilong.apps.work.rules.moving import refusals_of_move
from lilong.apps.work.rules.planning import Ready, plan, refusal_of
from lilong.apps.work.rules.undertakings import areas_outside, bad_words, ends_with
from lilong.apps.work.terms import (
    MATTER_ENDED,
    Facts,
    Handed,
    Happened,
    Plan,
    Progress,
    Role,
    Situation,
    Step,
    Subject,
    UndertakingDraft,
    step_of,
)
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import EVERYWHERE, AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import due_at
from lilong.kernel.ids import new_salt, salted_digest
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, Target, Turn, act, amend
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading
from lilong.posture.queries import posture_of

MATTER = Label("事务", "undertaking")
BEGUN = Deed("begin", Label("开始事务", "begin undertakings"), BEGIN, BIRTHS[BEGIN], UNDERTAKING.name)
PLANNER = machine(Label("缺口补上后接着排", "the planner"), frozenset({"work.task.plan"}))
_SUBJECTS = UUID("c3a0a5d1-0d57-4c39-9d5e-2f6f3e0f4c11")
_MOVED_ON = Refusal(
    "work.undertaking_moved_on",
    Label("这件事刚刚又有变化。", "This matter has just moved on."),
    Label("请刷新页面看最新情况再交。", "Reload to see where it stands, then send again."),
)


@dataclass(frozen=True, slots=True)
class Library:
    """Where scenarios are found: the version in force of a name in an area for a new matter, and any by reference.

    Both raise ``LookupError`` for what was never in force.
    """

    named: Callable[[str, AreaCode, UUID], Ready]
    ready: Callable[[str], Ready]


def begin_undertaking(*, by: Actor, key: CommandKey, draft: UndertakingDraft, library: Library) -> Receipt:
    """Begin a matter by the version of the scenario in force there, and open its first tasks.

    The receipt's details hold ``number`` and ``scenario``. Refused: denied; no such area; a scenario that is not in
    force there; each answer that is missing or unfit; areas outside the matter's own.
    """

    def change() -> Outcome:
        _refuse(bad_words(draft), RefusalKind.INVALID)
        if places.area(draft.area) is None:
            raise absent(Label("区域", "area"))
        ready = _in_force(draft, subject, library)
        row = _begun(by, key, draft, subject, ready)
        planned = _planned(row, ready, None, key.at)
        row.save(force_insert=True)
        data = {
            "number": row.number,
            "scenario": row.scenario,
            "answers": sorted(row.facts),
            "words": salted_digest(bytes(row.salt), f"{row.title}\n{row.about}").hex(),
            **_applied(row, planned, key),
            "notes": keep_words(row, _messages(row, ready, planned), by, key),
        }
        because = tuple(Because.from_json(kept) for kept in row.because)
        details = {"number": row.number, "scenario": row.scenario}
        return Outcome((*because, *_reasons(planned)), data, {"scenario": row.scenario}, details)

    subject = uuid5(_SUBJECTS, str(key.id))
    return amend(by=by, key=key, deed=BEGUN, area=draft.area, subject=subject, change=change)


def finish_step(
    *, by: Actor, key: CommandKey, subject: UUID, task_key: str, handed: Handed, library: Library
) -> Receipt:
    """Hand in one's part of a step: the lead's ends the step, a co-handler's its own task, the last step the matter.

    Whoever has the task may do this wherever the matter lies: it is what lets a community act in a street's matter.
    Refused: absent; denied; not now (another unit's, done already, waits for others, handed in together); invalid (a
    result the step does not know, its loop used up, each answer that is missing or unfit).
    """
    acting = acting_in(by, subject)

    def change(turn: Turn[Undertaking]) -> Outcome:
        row, ready = turn.row, library.ready(turn.row.scenario)
        step = ready.steps.get(step_of(task_key))
        if step is None:
            raise absent(Label("步骤", "step"))
        if part_in(row.id, task_key, by.unit) is Role.CO_HANDLER:
            finish_own_part(row.id, task_key, by.unit, key.at)
            kept = keep_words(row, [Words("step", task_key, handed.note)], by, key)
            data = {"task": task_key, "part": Role.CO_HANDLER.value, "notes": kept}
            return Outcome((), data, _news(row, task_key), {"number": row.number})
        return _handed_in(turn, ready, step, task_key, handed)

    target = Target(UNDERTAKING, Undertaking, subject, MATTER)
    taken = _foreseen(acting, subject, task_key, handed, library)
    return act(by=acting, key=key, target=target, step=taken, inputs={"task": task_key}, change=change)


def cancel_undertaking(*, by: Actor, key: CommandKey, undertaking: UUID, reason: str, library: Library) -> Receipt:
    """Give a matter up, with the reason; whatever still runs is taken back."""

    def change(turn: Turn[Undertaking]) -> Outcome:
        row, ready = turn.row, library.ready(turn.row.scenario)
        planned = _planned(row, ready, MATTER_ENDED, key.at)
        row.ended_at = max(key.at, row.begun_at)
        kept = keep_words(row, [Words("cancelled", "", reason)], by, key)
        data = {**_applied(row, planned, key), "notes": kept}
        return Outcome((), data, _news(row), {"number": row.number})

    return _take(by, key, undertaking, "cancel", {"reason": reason}, change)


def move_undertaking(*, by: Actor, key: CommandKey, undertaking: UUID, to: str, library: Library) -> Receipt:
    """Go on by another version that was ever in force, where that is provably safe; plans on by it at once.

    Refused: an unknown version; whatever makes the move unsafe.
    """

    def change(turn: Turn[Undertaking]) -> Outcome:
        row, before = turn.row, turn.row.scenario
        old, new = library.ready(before), _version(to, library)
        progress = Progress.from_json(row.progress, _open_keys(row.id))
        _refuse(refusals_of_move(old, new, progress), RefusalKind.NOT_NOW)
        row.scenario = to
        planned = _planned(row, new, None, key.at)
        because = Because(
            Ground.CHOICE,
            Label("从 {before} 改按 {to} 办。", "Moved from {before} to {to}.").filled(before=before, to=to),
            f"scenario:{to}",
        )
        data = {"from": before, "to": to, **_applied(row, planned, key)}
        data["notes"] = keep_words(row, _messages(row, new, planned), by, key)
        return Outcome((because, *_reasons(planned)), data, _news(row), {"number": row.number, "scenario": to})

    return _take(by, key, undertaking, "move", {"to": to}, change)


def plan_again(*, by: Actor, key: CommandKey, undertaking: UUID, library: Library) -> Receipt:
    """Plan one matter on after a gap was mended: what is open stays, what waits for nobody is opened."""

    def change(turn: Turn[Undertaking]) -> Outcome:
        row, ready = turn.row, library.ready(turn.row.scenario)
        planned = _planned(row, ready, None, key.at)
        because = Because(Ground.DATA, Label("缺的单位或权责补上了。", "The missing unit or row was added."))
        data = _applied(row, planned, key)
        data["notes"] = keep_words(row, _messages(row, ready, planned), by, key)
        return Outcome((because, *_reasons(planned)), data, _news(row), {"number": row.number})

    return _take(by, key, undertaking, "plan_again", {}, change)


def plan_waiting(at: datetime, library: Library, area: AreaCode = EVERYWHERE) -> int:
    """Plan on each matter in ``area`` that waits for somebody whom nobody is; returns how many. Safe to repeat."""
    with reading(PLANNER):
        waiting = Undertaking.objects.filter(
            area__gte=area.low, area__lt=area.high, ended_at__isnull=True, progress__has_key="unassigned"
        )
        found = list(waiting.order_by("id").values_list("id", flat=True))
    for undertaking in found:
        key = CommandKey(uuid5(undertaking, f"plan {at.isoformat()}"), at, b"plan")
        plan_again(by=PLANNER, key=key, undertaking=undertaking, library=library)
    return len(found)


def _take(
    by: Actor,
    key: CommandKey,
    undertaking: UUID,
    step: str,
    inputs: Mapping[str, object],
    change: Callable[[Turn[Undertaking]], Outcome],
) -> Receipt:
    target = Target(UNDERTAKING, Undertaking, undertaking, MATTER)
    return act(by=by, key=key, target=target, step=step, inputs=inputs, change=change)


def _foreseen(acting: Actor, subject: UUID, task_key: str, handed: Handed, library: Library) -> str:
    """The step of the life-cycle that this will be, as far as can be seen before the lock; checked again under it.

    It rests on what does not change when the same is sent again: the version, and the unit's part in the step.
    """
    with reading(acting):
        reference = Undertaking.objects.filter(pk=subject).values_list("scenario", flat=True).first()
        parts = Task.objects.filter(subject=subject, step=task_key, unit=acting.unit or 0)
        leads = parts.filter(role=Role.LEAD).exists()
        ready = library.ready(reference) if reference else None
    return "end" if ready and leads and ends_with(ready, task_key, handed.result) else "do"


def _handed_in(turn: Turn[Undertaking], ready: Ready, step: Step, task_key: str, handed: Handed) -> Outcome:
    row, key = turn.row, turn.key
    happened = Happened(task_key, handed.result)
    _refuse_now(ready, row, happened)
    if step.together:
        refuse_alone(row.id, task_key)
    result = step.result(handed.result)
    answers: Facts = {}
    if result and result.goes_on:
        answers = facts_given(ready.scenario, step.fields, handed.answers)
        _refuse(areas_outside(ready.scenario, answers, row.area_code), RefusalKind.INVALID)
        row.facts = {**row.facts, **_as_kept(answers)}
    planned = _planned(row, ready, happened, key.at)
    if planned.ended != (turn.taken.step.name == "end"):
        raise Refused(RefusalKind.NOT_NOW, (_MOVED_ON,))
    if planned.ended:
        row.ended_at = max(key.at, row.begun_at)
    words = [Words("step", task_key, handed.note), *_messages(row, ready, planned, happened, turn.by.unit)]
    data = {
        "task": task_key,
        "result": handed.result,
        "answers": sorted(answers),
        **_applied(row, planned, key),
        "notes": keep_words(row, words, turn.by, key),
    }
    return Outcome(_reasons(planned), data, _news(row, task_key), {"number": row.number})


def _begun(by: Actor, key: CommandKey, draft: UndertakingDraft, subject: UUID, ready: Ready) -> Undertaking:
    scenario = ready.scenario
    facts = facts_given(scenario, scenario.start, draft.facts)
    _refuse(areas_outside(scenario, facts, draft.area), RefusalKind.INVALID)
    words = Label("按场景“{title}”办。", "Handled by the scenario “{title}”.").filled(title=scenario.title)
    because = [Because(Ground.RULE_ROW, words, f"scenario:{scenario.reference}")]
    due = due_at(key.at, scenario.within.limit, working_time(key.at)) if scenario.within else None
    return Undertaking(
        id=subject,
        area=draft.area.digits,
        state="running",
        version=1,
        number=_next_number(key.at),
        scenario=scenario.reference,
        facts=_as_kept(facts),
        title=draft.title.strip(),
        about=draft.about.strip(),
        salt=new_salt(),
        begun_at=key.at,
        begun_by=by.name.as_json(),
        due_at=due.at if due else None,
        because=[each.as_json() for each in (*because, *(due.because if due else ()))],
    )


def _in_force(draft: UndertakingDraft, subject: UUID, library: Library) -> Ready:
    try:
        return library.named(draft.scenario, draft.area, subject)
    except LookupError:
        raise invalid(
            "work.scenario_not_in_force",
            Label("这里没有施行“{name}”这个场景。", "The scenario “{name}” is not in force here.").filled(
                name=draft.scenario[:60] or "—"
            ),
            Label("请从这里施行的场景里选一个。", "Choose one that is in force here."),
            "scenario",
        ) from None


def _version(reference: str, library: Library) -> Ready:
    try:
        found = library.ready(reference)
    except LookupError:
        found = None
    if found is None or found.scenario.kind != UNDERTAKING.name:
        raise invalid(
            "work.version_unknown",
            Label("没有发布过这样一版。", "No such version was ever published."),
            Label("请写成“名称@版本号”，选已发布的一版。", "Write it as name@version, one that was published."),
            "to",
        )
    return found


def _planned(row: Undertaking, ready: Ready, happened: Happened | None, at: datetime) -> Plan:
    """What comes next; puts the progress into the row and a gap on its keeper's list."""
    progress = Progress.from_json(row.progress, _open_keys(row.id))
    posture = posture_of(row.area_code, at).value if ready.asks_posture else "normal"
    situation = Situation(known_facts(row.facts), at, working_time(at), posture)
    hands = Hands(row.area_code)
    found = plan(ready, progress, happened, situation, hands.assign)
    row.progress = found.progress.as_json()
    if missing := hands.missing(found):
        scenario = ready.scenario
        organisations.report_missing(CategoryKey(SCENARIO_SCHEME, str(scenario.version), scenario.name), missing, at)
    return found


def _applied(row: Undertaking, planned: Plan, key: CommandKey) -> dict[str, Any]:
    """Close and open the plan's tasks; returns what the journal keeps of it."""
    subject = Subject(UNDERTAKING.name, row.id, row.area_code)
    applied = apply_plan(subject, planned, key.at)
    return {"tasks": {**applied.as_json(), "unassigned": list(planned.unassigned)}}


def _messages(
    row: Undertaking, ready: Ready, planned: Plan, happened: Happened | None = None, unit: int | None = None
) -> Iterator[Words]:
    """What the scenario says now, as words to be kept."""
    return words_of(messages_of(ready, known_facts(row.facts), planned, happened, unit))


def _refuse_now(ready: Ready, row: Undertaking, happened: Happened) -> None:
    refusal = refusal_of(ready, Progress.from_json(row.progress, _open_keys(row.id)), happened)
    if refusal:
        raise Refused(RefusalKind.INVALID if refusal.field else RefusalKind.NOT_NOW, (refusal,))


def _refuse(refusals: Iterable[Refusal], kind: RefusalKind) -> None:
    found = tuple(refusals)
    if found:
        raise Refused(kind, found)


def _open_keys(subject: UUID) -> frozenset[str]:
    leading = Task.objects.filter(subject=subject, ended_at__isnull=True, role=Role.LEAD)
    return frozenset(leading.values_list("step", flat=True))


def _reasons(planned: Plan) -> tuple[Because, ...]:
    """Why the plan opens what it opens and leaves out what it leaves out, each reason once."""
    opened = (because for task in planned.open for because in task.because)
    skipped = (because for reasons in planned.skipped.values() for because in reasons)
    return tuple(dict.fromkeys((*opened, *skipped)))


def _news(row: Undertaking, step: str = "") -> dict[str, Any]:
    return {"scenario": row.scenario, "state": row.state, "step": step}


def _as_kept(facts: Facts) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


def _next_number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT work_next_number(%s)", [at])
        (number,) = cursor.fetchone()
    return str(number)
