"""Undertakings: the list, the page of one, their words in the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from lilong.apps.places import public as places
from lilong.apps.work.lifecycle import UNDERTAKING
from lilong.apps.work.models import Undertaking, UndertakingNote
from lilong.apps.work.models.undertakings import acting_in
from lilong.apps.work.queries.tasks import tasks_of
from lilong.apps.work.rules.answers import known_facts
from lilong.apps.work.terms import (
    UNDERTAKING_FRAME,
    Progress,
    Role,
    SubjectCard,
    UndertakingFilter,
    UndertakingPage,
    UndertakingRow,
    UndertakingView,
    UndertakingWords,
)
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because
from lilong.kernel.clocks import WorkingTime
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger.scope import reading

PAGE_MAX = 200


def undertakings(*, seen_by: Actor, wanted: UndertakingFilter) -> UndertakingPage:
    """One page of the undertakings in the actor's area that ``wanted`` asks for, the latest begun first.

    Three statements: scope, counts by state, rows. A malformed key starts from the beginning.
    """
    size = min(max(wanted.size, 1), PAGE_MAX)
    with reading(seen_by):
        asked = _asked(seen_by, wanted)
        by_state = dict(asked.values("state").annotate(count=Count("id")).values_list("state", "count"))
        chosen = asked.filter(state=wanted.state) if wanted.state else asked
        rows = list(_after(chosen.order_by("-begun_at", "-id"), wanted.after)[: size + 1])
    total = by_state.get(wanted.state, 0) if wanted.state else sum(by_state.values())
    after = f"{rows[size - 1].begun_at.isoformat()}_{rows[size - 1].id}" if len(rows) > size else ""
    return UndertakingPage(tuple(_row(row) for row in rows[:size]), total, after, by_state)


def undertaking(*, seen_by: Actor, undertaking: UUID, at: datetime, time: WorkingTime) -> UndertakingView:
    """One undertaking with its tasks and words, also for a unit inside its area that has or had a task of it.

    Raises :class:`~lilong.kernel.refusals.Refused` (absent). Six statements in two scopes.
    """
    with reading(acting_in(seen_by, undertaking)):
        row = Undertaking.objects.filter(pk=undertaking).first()
        if row is None:
            raise absent(Label("事务", "undertaking"))
        tasks = tasks_of(row.id, at=at, time=time)
        notes = tuple(_words(note) for note in UndertakingNote.objects.filter(undertaking=row).order_by("at", "id"))
    running = frozenset(task.step for task in tasks if task.ended_at is None and task.role is Role.LEAD)
    return UndertakingView(
        _row(row),
        row.version,
        row.about,
        Label.from_json(row.begun_by),
        known_facts(row.facts),
        Progress.from_json(row.progress, running),
        tuple(Because.from_json(because) for because in row.because),
        tasks,
        notes,
    )


def undertaking_numbered(*, seen_by: Actor, number: str) -> UUID:
    """The undertaking of that number. Raises :class:`~lilong.kernel.refusals.Refused` (absent)."""
    with reading(seen_by):
        found = Undertaking.objects.filter(number=number).values_list("id", flat=True).first()
    if found is None:
        raise absent(Label("事务", "undertaking"))
    return found


def cards(ids: Iterable[UUID]) -> Mapping[UUID, SubjectCard]:
    """What the inbox shows of undertakings; called inside the inbox's own scope. One statement."""
    rows = Undertaking.objects.filter(pk__in=list(ids)).only("id", "title", "area", "number", "scenario")
    return {
        row.id: SubjectCard(
            row.title,
            _place(row.area),
            UNDERTAKING_FRAME.label,
            row.number,
            reverse("undertakings:undertaking", args=[row.id]),
            row.scenario,
        )
        for row in rows
    }


def _asked(seen_by: Actor, wanted: UndertakingFilter) -> QuerySet[Undertaking]:
    """Everything asked for but the state and the page."""
    found = Undertaking.objects.filter(area__gte=seen_by.area.low, area__lt=seen_by.area.high)
    if wanted.area is not None:
        found = found.filter(area__gte=wanted.area.low, area__lt=wanted.area.high)
    if wanted.scenario:
        found = found.filter(scenario__startswith=f"{wanted.scenario}@")
    if wanted.text.strip():
        text = wanted.text.strip()
        found = found.filter(Q(number=text) | Q(title__icontains=text))
    return found


def _row(row: Undertaking) -> UndertakingRow:
    return UndertakingRow(
        row.id,
        row.number,
        row.title,
        AreaCode(row.area),
        row.scenario,
        row.state,
        UNDERTAKING.states[row.state].label,
        row.begun_at,
        row.ended_at,
        row.due_at,
        tuple(row.progress.get("unassigned", ())),
    )


def _words(note: UndertakingNote) -> UndertakingWords:
    words = Label(note.text, note.text_en or note.text)
    return UndertakingWords(note.kind, note.step, words, Label.from_json(note.by), note.at, note.hearer, note.unit)


def _place(digits: str) -> str:
    found = places.area(AreaCode(digits))
    return found.name if found else digits


def _after(ordered: QuerySet[Undertaking], after: str) -> QuerySet[Undertaking]:
    when, _, last = after.partition("_")
    try:
        moment, key = datetime.fromisoformat(when), UUID(last)
    except ValueError:
        return ordered
    return ordered.filter(Q(begun_at__lt=moment) | Q(begun_at=moment, id__lt=key))
