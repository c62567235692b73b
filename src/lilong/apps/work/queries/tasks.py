"""Asking for tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from lilong.apps.work.models import Task
from lilong.apps.work.terms import InboxPage, Role, SubjectCard, TaskCard, TaskTerm
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because
from lilong.kernel.clocks import Clock, ClockKind, Limit, Reading, WorkingTime, reading, reading_between
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger import scope
from lilong.ledger.rooms import subject_port

PAGE = 50
_Cards = Callable[[Iterable[UUID]], Mapping[UUID, SubjectCard]]


def inbox(*, seen_by: Actor, at: datetime, time: WorkingTime, after: str = "", done: bool = False) -> InboxPage:
    """The open tasks of the actor's unit, most urgent first (or its ended ones, latest first).

    ``after`` is the key from the previous page; a malformed key starts from the beginning.
    """
    with scope.reading(seen_by):
        mine = Task.objects.filter(unit=seen_by.unit or 0, ended_at__isnull=not done)
        total = mine.count()
        ordered = mine.order_by("-ended_at", "id") if done else mine.order_by("due_at", "id")
        rows = list(_after(ordered, after, done=done)[: PAGE + 1])
        cards = _cards(rows)
    shown = rows[:PAGE]
    tasks = tuple(_card(row, cards[row.subject], at, time) for row in shown if row.subject in cards)
    return InboxPage(tasks, total, _key(shown[-1], done=done) if len(rows) > PAGE else "")


def tasks_of(subject: UUID, *, at: datetime, time: WorkingTime) -> tuple[TaskTerm, ...]:
    """Every task of a subject, oldest first; call inside a reading scope."""
    return tuple(
        TaskTerm(
            row.id,
            row.step,
            row.act,
            Label.from_json(row.label),
            Role(row.role),
            row.unit,
            row.state,
            _limit(row),
            row.started_at,
            row.due_at,
            row.ended_at,
            reading_of(row, at, time),
            _because(row),
        )
        for row in Task.objects.filter(subject=subject).order_by("started_at", "id")
    )


def running_keys(subject: UUID) -> frozenset[str]:
    """The keys of a subject's work that has an open lead task; call inside a scope."""
    leading = Task.objects.filter(subject=subject, ended_at__isnull=True, role=Role.LEAD)
    return frozenset(leading.values_list("step", flat=True))


def task(*, seen_by: Actor, task_id: UUID, at: datetime, time: WorkingTime) -> TaskCard:
    """One task of the actor's unit. Raises :class:`~lilong.kernel.refusals.Refused` (absent)."""
    with scope.reading(seen_by):
        row = Task.objects.filter(pk=task_id, unit=seen_by.unit or 0).first()
        if row is None:
            raise absent(Label("任务", "task"))
        cards = _cards([row])
    return _card(row, cards[row.subject], at, time)


def reading_of(row: Task, at: datetime, time: WorkingTime) -> Reading:
    """The task's clock at ``at``; an ended task's clock reads as it stood when it ended.

    The stored due time stands. Where the limit gives another one, somebody else promised it (a task brought in): then
    natural time runs from the start to it.
    """
    until = row.ended_at or at
    found = reading(Clock(_limit(row), row.started_at), until, time)
    return found if found.due == row.due_at else reading_between(row.started_at, row.due_at, until, time)


def _limit(row: Task) -> Limit:
    return Limit(row.limit_amount, ClockKind(row.limit_kind))


def _because(row: Task) -> tuple[Because, ...]:
    return tuple(Because.from_json(because) for because in row.because)


def _card(row: Task, card: SubjectCard, at: datetime, time: WorkingTime) -> TaskCard:
    return TaskCard(
        row.id,
        row.subject,
        row.kind,
        row.step,
        row.act,
        Label.from_json(row.label),
        Role(row.role),
        row.state != "open",
        Label.from_json(row.hand_in),
        reading_of(row, at, time),
        _limit(row),
        _because(row),
        card,
    )


def _cards(rows: list[Task]) -> dict[UUID, SubjectCard]:
    """The words of each task's subject, asked of the app that owns it: one question per kind."""
    found: dict[UUID, SubjectCard] = {}
    for kind in {row.kind for row in rows}:
        cards: _Cards = import_string(subject_port(kind).cards)
        found |= cards({row.subject for row in rows if row.kind == kind})
    return found


def _after(ordered: QuerySet[Task], after: str, *, done: bool) -> QuerySet[Task]:
    when, _, last = after.partition("_")
    try:
        moment, key = datetime.fromisoformat(when), UUID(last)
    except ValueError:
        return ordered
    if done:
        return ordered.filter(Q(ended_at__lt=moment) | Q(ended_at=moment, id__gt=key))
    return ordered.filter(Q(due_at__gt=moment) | Q(due_at=moment, id__gt=key))


def _key(row: Task, *, done: bool) -> str:
    moment = row.ended_at if done and row.ended_at else row.due_at
    return f"{moment.isoformat()}_{row.id}"
