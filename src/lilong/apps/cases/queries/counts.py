"""Counts that open to the list behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Left

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.apps.cases.terms import AreaCount
from lilong.apps.places import public as places
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label
from lilong.ledger.scope import reading

_LEADS = """
SELECT state, count(*), count(*) FILTER (WHERE due_at < %s), count(*) FILTER (WHERE returned > 0)
FROM cases_case WHERE area >= %s AND area < %s AND closed_at IS NULL GROUP BY state
"""
# Digits of the level below, by digits of the area one looks at: city → district → street → community.
_NEXT_LEVEL = {0: 2, 2: 6, 6: 9, 9: 12, 12: 12}


def counts(*, seen_by: Actor, at: datetime, area: AreaCode) -> tuple[AreaCount, ...]:
    """For each area one level below ``area``, by code: open cases by state and how many are late, also where there are
    none. One statement over open cases only."""
    width = _NEXT_LEVEL.get(len(area.digits), len(area.digits))
    with reading(seen_by):
        rows = (
            Case.objects.filter(area__gte=area.low, area__lt=area.high, closed_at__isnull=True)
            .annotate(below=Left("area", width))
            .values("below", "state")
            .annotate(number=Count("id"), late=Count("id", filter=_late(at)))
            .order_by("below")
        )
        found: list[dict[str, Any]] = [dict(row) for row in rows]
    below = {child.code.digits for child in places.children_of(area) if len(child.code.digits) == width}
    return tuple(_count(AreaCode(digits), found) for digits in sorted(below | {row["below"] for row in found}))


def running_cases(references: Iterable[str]) -> Mapping[str, int]:
    """How many open cases of the open scope go by each version of a scenario that has any. One statement."""
    running = Case.objects.filter(scenario__in=tuple(references), closed_at__isnull=True)
    return dict(running.values("scenario").annotate(count=Count("id")).values_list("scenario", "count"))


def _count(area: AreaCode, rows: list[dict[str, Any]]) -> AreaCount:
    mine = [row for row in rows if row["below"] == area.digits]
    name = (places.path_of(area) or (area.digits,))[-1]
    return AreaCount(area, name, {row["state"]: row["number"] for row in mine}, sum(row["late"] for row in mine))


def lead_counts(*, seen_by: Actor, at: datetime) -> Mapping[str, int]:
    """How many open cases stand in each state within the actor's area, for the tabs of a queue. One statement."""
    with reading(seen_by), connection.cursor() as cursor:
        cursor.execute(_LEADS, [at, seen_by.area.low, seen_by.area.high])
        found = cursor.fetchall()
    numbers = dict.fromkeys(CASE.open_state_names, 0) | {state: number for state, number, *_ in found}
    return {
        **numbers,
        "late": sum(late for _, _, late, _ in found),
        "returned": sum(back for state, _, _, back in found if state == "filed"),
    }


def open_states() -> Mapping[str, Label]:
    """The states of an open case in the order of its life, with their labels."""
    return {name: state.label for name, state in CASE.states.items() if CASE.clock_runs(name)}


def _late(at: datetime) -> Q:
    return Q(due_at__lt=at)
