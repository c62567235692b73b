"""Counting what was lived. Everything is a whole number, so that adding up in any grouping gives the same."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import nlargest
from uuid import UUID

from lilong.apps.work.rules.rehearsal.living import STUCK, Brief, Lived, LivedPiece, Source
from lilong.apps.work.terms import HOURS, Changes, MatterChange, Spread, UnitLoad, UnitShift, VersionOutcome, step_of

UNITS_SHOWN = 200
CHANGES_SHOWN = 100
_HOUR = 3600
_NEVER = -1


def _hours() -> array[int]:
    return array("q", bytes(8 * (HOURS + 3)))


@dataclass
class Tally:
    """What one version made of some matters. ``by_unit``: pieces by hour, then all, late, open seconds."""

    counts: Counter[str] = field(default_factory=Counter)
    by_step: Counter[str] = field(default_factory=Counter)
    sources: Counter[Source] = field(default_factory=Counter)
    unassigned: Counter[str] = field(default_factory=Counter)
    assumed: set[str] = field(default_factory=set)
    by_unit: defaultdict[int, array[int]] = field(default_factory=lambda: defaultdict(_hours))
    seconds: array[int] = field(default_factory=lambda: array("q"))

    def count(self, matter: Brief, lived: Lived) -> None:
        """Add one matter."""
        stuck = lived.ended_as == STUCK
        self.seconds.append(_NEVER if stuck else int((lived.ended_at - matter.began_at).total_seconds()))
        self.counts["matters"] += 1
        self.counts["stuck"] += stuck
        self.counts["late"] += lived.late
        self.counts["back"] += lived.back
        if matter.due_at and not stuck:
            self.counts["promised"] += 1
            self.counts["past_promise"] += lived.ended_at > matter.due_at
        if stuck:
            self.unassigned.update(map(step_of, lived.unassigned))
        for piece in lived.pieces:
            self._count_piece(piece)

    def add(self, other: Tally) -> None:
        """Add what others counted, of the matters that come next."""
        self.counts.update(other.counts)
        self.by_step.update(other.by_step)
        self.sources.update(other.sources)
        self.unassigned.update(other.unassigned)
        self.assumed |= other.assumed
        self.seconds.extend(other.seconds)
        for unit, numbers in other.by_unit.items():
            mine = self.by_unit[unit]
            for place, number in enumerate(numbers):
                mine[place] += number

    def outcome(self, reference: str) -> VersionOutcome:
        """The numbers of the report."""
        loads = [_load(unit, numbers) for unit, numbers in self.by_unit.items()]
        loads.sort(key=lambda load: (-load.pieces, load.unit))
        return VersionOutcome(
            reference=reference,
            matters=self.counts["matters"],
            stuck=self.counts["stuck"],
            late_matters=self.counts["late"],
            promised=self.counts["promised"],
            past_promise=self.counts["past_promise"],
            back=self.counts["back"],
            pieces=sum(load.pieces for load in loads),
            late_pieces=sum(load.late for load in loads),
            took=spread_of([seconds / _HOUR for seconds in self.seconds if seconds != _NEVER]),
            pieces_by_step=dict(sorted(self.by_step.items())),
            by_hour=tuple(sum(load.by_hour[hour] for load in loads) for hour in range(HOURS)),
            units=tuple(loads[:UNITS_SHOWN]),
            units_all=len(loads),
        )

    def _count_piece(self, piece: LivedPiece) -> None:
        self.by_step[piece.step] += 1
        self.sources[piece.source] += 1
        if piece.source is Source.ASSUMPTION:
            self.assumed.add(piece.step)
        self.counts["thin"] += piece.thin
        numbers = self.by_unit[piece.unit]
        numbers[piece.moment.hour] += 1
        numbers[HOURS] += 1
        numbers[HOURS + 1] += piece.late
        numbers[HOURS + 2] += piece.seconds


@dataclass
class Differences:
    """How the matters went otherwise in the new version; keeps those that changed most."""

    counts: Counter[str] = field(default_factory=Counter)
    most: list[MatterChange] = field(default_factory=list)

    def compare(self, matter: Brief, before: Lived, after: Lived) -> None:
        """Add one matter that was lived in both."""
        late = (before.late, after.late)
        otherwise = before.ended_as != after.ended_as
        self.counts["newly_late"] += late == (False, True)
        self.counts["no_longer_late"] += late == (True, False)
        self.counts["ended_otherwise"] += otherwise
        if late[0] != late[1] or otherwise:
            taken = (_taken(matter, before), _taken(matter, after))
            self.most.append(MatterChange(UUID(bytes=matter.id), *taken, *late, before.ended_as, after.ended_as))

    def add(self, other: Differences) -> None:
        """Add what others compared."""
        self.counts.update(other.counts)
        self.most = _most_changed([*self.most, *other.most])

    def cut(self) -> Differences:
        """The same with no more matters than are shown."""
        self.most = _most_changed(self.most)
        return self

    def changes(self) -> Changes:
        """The numbers of the report."""
        counts = self.counts
        return Changes(
            counts["newly_late"], counts["no_longer_late"], counts["ended_otherwise"], tuple(_most_changed(self.most))
        )


def shifts(before: Tally, after: Tally) -> tuple[UnitShift, ...]:
    """The units that would have more or less work, those with the most more first."""
    units = sorted(before.by_unit.keys() | after.by_unit.keys())
    found = [_shift(unit, before.by_unit.get(unit, _hours()), after.by_unit.get(unit, _hours())) for unit in units]
    changed = [shift for shift in found if shift.pieces_before != shift.pieces_after]
    return tuple(sorted(changed, key=lambda shift: (shift.pieces_before - shift.pieces_after, shift.unit)))


def spread_of(hours: list[float]) -> Spread:
    """The deciles of ``hours``: for each tenth the least value that so many are not above."""
    ordered = sorted(hours)
    count = len(ordered)
    return Spread(count, tuple(ordered[-(-count * tenth // 10) - 1] if count else 0.0 for tenth in range(1, 10)))


def _load(unit: int, numbers: array[int]) -> UnitLoad:
    return UnitLoad(unit, numbers[HOURS], numbers[HOURS + 1], numbers[HOURS + 2] // _HOUR, tuple(numbers[:HOURS]))


def _shift(unit: int, before: array[int], after: array[int]) -> UnitShift:
    return UnitShift(unit, before[HOURS], after[HOURS], before[HOURS + 2] // _HOUR, after[HOURS + 2] // _HOUR)


def _taken(matter: Brief, lived: Lived) -> float:
    return (lived.ended_at - matter.began_at) / timedelta(hours=1)


def _most_changed(changes: list[MatterChange]) -> list[MatterChange]:
    return nlargest(CHANGES_SHOWN, changes, key=lambda c: (abs(c.hours_after - c.hours_before), c.matter.int))
