"""Facts that follow from other facts: the ambient ones of a situation, and what decision tables derive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lilong.apps.work.rules.conditions import Condition, condition
from lilong.apps.work.terms.scenarios import (
    HOUR,
    POSTURE,
    RESULTS,
    WORKDAY,
    DecisionTable,
    HitPolicy,
    Situation,
    TableRow,
)

ANYTHING = "-"


@dataclass(frozen=True, slots=True)
class _Row:
    when: tuple[Condition, ...]
    then: tuple[tuple[str, Condition], ...]

    def matches(self, known: Mapping[str, Any]) -> bool | None:
        """True, False, or None while an input that could decide is missing."""
        found: bool | None = True
        for cell in self.when:
            holds = cell.holds(known)
            if holds is False:
                return False
            found = found and holds
        return found


class Tables:
    """The decision tables of a scenario, compiled, in the order of the file."""

    def __init__(self, tables: Iterable[DecisionTable]) -> None:
        self._tables = tuple((table.hit, tuple(_row(table, row) for row in table.rows)) for table in tables)

    @property
    def names(self) -> frozenset[str]:
        """Everything that the cells ask for."""
        cells = (cell for _, rows in self._tables for row in rows for cell in (*row.when, *(c for _, c in row.then)))
        return frozenset[str]().union(*(cell.names for cell in cells))

    @property
    def cells(self) -> int:
        """How many cells may have to be evaluated."""
        return sum(len(row.when) + len(row.then) for _, rows in self._tables for row in rows)

    def derived(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """``known`` with what the tables derive. A row that might match leaves everything of its table unknown."""
        found = dict(known)
        for hit, rows in self._tables:
            row = _decided(hit, rows, found)
            for name, cell in row.then if row else ():
                value = cell.value(found)
                if value is not None:
                    found[name] = value
        return found


def ambient(situation: Situation, results: Mapping[str, str]) -> dict[str, Any]:
    """What every condition may ask beside facts: the posture, the hour by the wall, whether it is a working day."""
    local = situation.at.astimezone(situation.time.timezone)
    return {
        POSTURE: situation.posture,
        HOUR: local.hour,
        WORKDAY: situation.time.days.is_workday(local.date()),
        RESULTS: dict(results),
    }


def _decided(hit: HitPolicy, rows: Iterable[_Row], known: Mapping[str, Any]) -> _Row | None:
    """The row that decides; None when none matches, or when a missing input could still change which one does."""
    matching: list[_Row] = []
    for row in rows:
        matches = row.matches(known)
        if matches is None:
            return None
        if matches and hit is HitPolicy.FIRST:
            return row
        if matches:
            matching.append(row)
    return matching[0] if len(matching) == 1 else None


def _row(table: DecisionTable, row: TableRow) -> _Row:
    cells = tuple(condition(cell) for cell in row.when if cell.strip() != ANYTHING)
    return _Row(cells, tuple((name, condition(cell)) for name, cell in zip(table.outputs, row.then, strict=True)))
