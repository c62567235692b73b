"""Moving tasks. Tasks of a matter move inside the act on that matter, in its transaction and its journal entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from lilong.apps.organisations import public as organisations
from lilong.apps.work.lifecycle import OPEN_STATES, TASK
from lilong.apps.work.models import Task
from lilong.apps.work.terms import (
    LimitRule,
    Plan,
    Progress,
    Responsible,
    Role,
    Step,
    Subject,
    TaskToOpen,
    entry_of,
)
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import ClockKind, Limit, WorkingTime, due_at
from lilong.kernel.days import unpublished
from lilong.kernel.ids import new_id, new_salt, salted_digest
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

_WHAT = Label("任务", "task")
SUPERVISION_LIMIT = Limit(1, ClockKind.WORKING_DAYS)
SUPERVISION = Step(
    "supervise",
    Label("督办", "Supervise"),
    Label("怎么督促的", "what was done about it"),
    Responsible(),
    LimitRule(SUPERVISION_LIMIT),
)
_NOT_YOURS = Refusal(
    "work.task_not_open",
    Label("这一步不在您单位手上，或已经办过。", "Your unit does not have this step, or it is done already."),
    Label("请刷新收件箱看最新情况。", "Reload the inbox to see where it stands."),
)
CLOCKWORK = machine(Label("到期提醒", "the due-time watch"), frozenset({"work.task.plan"}))


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a plan did, for the journal entry of the act it belongs to."""

    closed: tuple[str, ...]
    opened: tuple[dict[str, Any], ...]
    skipped: Mapping[str, list[dict[str, Any]]]

    def as_json(self) -> dict[str, Any]:
        """The form kept in the journal."""
        found: dict[str, Any] = {"closed": list(self.closed), "opened": list(self.opened)}
        return {**found, "skipped": dict(self.skipped)} if self.skipped else found


def apply_plan(subject: Subject, plan: Plan, at: datetime) -> Applied:
    """Close and open the tasks of ``plan``. Must run inside the act that made the plan.

    A task that is closed already stays as it ended; one that is open already is not opened twice.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a plan is applied inside the act that made it")
    for state in sorted(set(plan.close.values())):
        keys = [key for key, ends_as in plan.close.items() if ends_as == state]
        Task.objects.filter(subject=subject.id, step__in=keys, state__in=OPEN_STATES).update(state=state, ended_at=at)
    rows = opening_rows(plan, at)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT work_open_tasks(%s, %s, %s, %s, %s)",
                [subject.kind, subject.id, subject.area.digits, at, json.dumps(rows)],
            )
    return Applied(tuple(sorted(plan.close)), told(rows), skipped_of(plan))


def opening_rows(plan: Plan, at: datetime) -> list[dict[str, Any]]:
    """The plan's tasks as ``work_open_tasks`` takes them: with id and due time."""
    return [_row(task, at) for task in plan.open]


def told(rows: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """What the journal keeps of opened tasks."""
    return tuple({name: row[name] for name in ("step", "unit", "role", "due_at")} for row in rows)


def skipped_of(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """What the journal keeps of steps that are not needed: because of what."""
    return {step: [because.as_json() for because in reasons] for step, reasons in sorted(plan.skipped.items())}


def accept_tasks(subject: UUID, step: str, unit: int) -> bool:
    """Mark the unit's open task of this step as accepted; False when it has none. Inside the subject's act."""
    waiting = Task.objects.filter(subject=subject, step=step, unit=unit, state="open")
    return bool(waiting.update(state="accepted"))


def part_in(subject: UUID, key: str, unit: int | None) -> Role:
    """The part that ``unit`` has in an open piece of work. Inside the subject's act.

    Raises :class:`~lilong.kernel.refusals.Refused` (not now) when it has none.
    """
    mine = Task.objects.filter(subject=subject, step=key, unit=unit or 0, state__in=OPEN_STATES)
    roles = set(mine.exclude(role=Role.SUPERVISOR).values_list("role", flat=True))
    if not roles:
        raise Refused(RefusalKind.NOT_NOW, (_NOT_YOURS,))
    return Role.LEAD if Role.LEAD in roles else Role.CO_HANDLER


def finish_own_part(subject: UUID, key: str, unit: int | None, at: datetime) -> None:
    """A co-handler hands in its part: its own task ends, the step goes on. Inside the subject's act."""
    mine = Task.objects.filter(subject=subject, step=key, unit=unit or 0, role=Role.CO_HANDLER, state__in=OPEN_STATES)
    mine.update(state="done", ended_at=at)


def refuse_alone(subject: UUID, key: str) -> None:
    """Refuse the lead of a step that is handed in together while a co-handler still works. Inside the subject's act."""
    waiting = Task.objects.filter(subject=subject, step=key, role=Role.CO_HANDLER, state__in=OPEN_STATES)
    names = [unit.name for number in waiting.values_list("unit", flat=True) if (unit := organisations.unit(number))]
    if names:
        zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
        refusal = Refusal(
            "work.together",
            Label(f"要一起交：{zh}还没交。", f"Handed in together: {en} not yet."),
            Label("等协办单位交了再交，或与它商量。", "Wait for the co-handler, or settle it with them."),
        )
        raise Refused(RefusalKind.NOT_NOW, (refusal,))


def move_tasks(subject: UUID, area: AreaCode) -> None:
    """Keep a matter's open tasks in the area the matter was moved to. Inside the subject's act."""
    Task.objects.filter(subject=subject, ended_at__isnull=True).update(area=area.digits)


def raise_overdue(at: datetime, time: WorkingTime, limit: int = 200) -> int:
    """Bring tasks past their limit before the unit above, each once; returns how many.

    The unit above gets a task of its own (督办); the late task stays with whom it was.
    """
    with reading(CLOCKWORK):
        late = Task.objects.filter(ended_at__isnull=True, raised_at__isnull=True, due_at__lt=at)
        found = list(late.order_by("due_at").values_list("id", "due_at")[:limit])
    for task, due in found:
        key = CommandKey(_raise_key(task, due), at, b"raise")
        target = Target(TASK, Task, task, _WHAT)
        act(by=CLOCKWORK, key=key, target=target, step="raise", inputs={}, change=lambda turn: _raised(turn, time))
    return len(found)


def reckon_tasks(year: int, at: datetime, time: WorkingTime) -> int:
    """Reckon again when each open task is due that rested on the unpublished calendar of ``year``; returns how many.

    One key per task and year: safe to repeat.
    """
    with reading(CLOCKWORK):
        resting = Task.objects.filter(
            ended_at__isnull=True, because__contains=[{"reference": unpublished(year).reference}]
        )
        found = list(resting.order_by("id").values_list("id", flat=True))
    for task in found:
        key = CommandKey(uuid5(task, f"reckon {year}"), at, b"reckon")
        target = Target(TASK, Task, task, _WHAT)
        act(by=CLOCKWORK, key=key, target=target, step="reckon", inputs={}, change=lambda turn: _reckoned(turn, time))
    return len(found)


def answer_supervision(*, by: Actor, key: CommandKey, task: UUID, answer: str) -> Receipt:
    """Close one's own supervision task with what was done about the late one.

    Raises :class:`~lilong.kernel.refusals.Refused` as :func:`lilong.ledger.acts.act` does; absent also for a task of
    another unit or another role.
    """

    def change(turn: Turn[Task]) -> Outcome:
        if turn.row.role != Role.SUPERVISOR or turn.row.unit != by.unit:
            raise absent(_WHAT)
        salt = new_salt()
        turn.row.ended_at, turn.row.answer, turn.row.answer_salt = key.at, answer.strip(), salt
        digest = salted_digest(salt, answer.strip()).hex()
        return Outcome(data={"text": digest, "of": str(turn.row.subject)})

    target = Target(TASK, Task, task, _WHAT)
    return act(by=by, key=key, target=target, step="answer", inputs={"answer": answer}, change=change)


def _raised(turn: Turn[Task], time: WorkingTime) -> Outcome:
    task, at = turn.row, turn.key.at
    task.raised_at = at
    above = organisations.unit_above(task.unit)
    news = {
        "subject": str(task.subject),
        "kind": task.kind,
        "step": task.step,
        "role": task.role,
        "unit": task.unit,
    }
    if above is None or task.role == Role.SUPERVISOR:
        return Outcome(data={"above": None, "of": str(task.subject)}, news=news)
    because = Because(
        Ground.DATA,
        Label("“{step}”超过时限还没办。", "“{step}” is past its limit.").filled(step=Label.from_json(task.label)),
        f"task:{task.id}",
    )
    due = due_at(at, SUPERVISION_LIMIT, time)
    supervision = TaskToOpen(
        SUPERVISION.name, SUPERVISION, above.id, Role.SUPERVISOR, SUPERVISION_LIMIT, due, (because,)
    )
    subject = Subject(task.kind, task.subject, task.area_code)
    applied = apply_plan(subject, Plan(Progress(), open=(supervision,)), at)
    data = {"above": above.id, "of": str(task.subject), "tasks": applied.as_json()}
    return Outcome((because,), data, news)


def _reckoned(turn: Turn[Task], time: WorkingTime) -> Outcome:
    task, before = turn.row, turn.row.due_at
    deadline = due_at(task.started_at, Limit(task.limit_amount, ClockKind(task.limit_kind)), time)
    others = [because for because in task.because if not str(because["reference"]).startswith("calendar:")]
    task.due_at = deadline.at
    task.because = [*others, *(because.as_json() for because in deadline.because if because.as_json() not in others)]
    return Outcome(deadline.because, {"before": before.isoformat(), "due": deadline.at.isoformat()})


def _row(task: TaskToOpen, at: datetime) -> dict[str, Any]:
    return {
        "id": str(new_id(at)),
        "step": task.key,
        "act": task.step.act,
        "label": _label(task).as_json(),
        "hand_in": task.step.hand_in.as_json(),
        "role": task.role.value,
        "unit": task.unit,
        "limit_amount": task.limit.amount,
        "limit_kind": task.limit.kind.value,
        "due_at": task.deadline.at.isoformat(),
        "because": [because.as_json() for because in (*task.because, *task.deadline.because)],
    }


def _label(task: TaskToOpen) -> Label:
    """The step's title, with the entry it is done for when it is repeated."""
    entry = entry_of(task.key)
    return Label(f"{task.step.title.zh}：{entry}", f"{task.step.title.en}: {entry}") if entry else task.step.title


def _raise_key(task: UUID, due: datetime) -> UUID:
    """One key per task and due time: a watch that was killed and starts again raises nothing twice."""
    return UUID(int=task.int ^ int(due.timestamp() * 1000))
