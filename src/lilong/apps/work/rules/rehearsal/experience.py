"""What the past teaches: how long a piece of work takes and how it ends, as it was, without any formula.

A *cell* is a set of past pieces alike in kind of work, way of ending, unit, category and the moment of the day and week
at which they were opened. A draw comes from the narrowest cell with the weight n / (n + :data:`SHRINK`), else from the
next wider one: few pieces of a unit count for little, many for nearly everything.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from lilong.apps.work.rules.rehearsal.kinds import OUTSIDE, TOGETHER, Reading, ended_from_outside, moment_of
from lilong.apps.work.rules.rehearsal.luck import Luck
from lilong.apps.work.rules.rehearsal.pace import Pace
from lilong.apps.work.terms import DONE, TAKEN_BACK, PastMatter, PastPiece, Scenario
from lilong.kernel.clocks import WorkingTime

SHRINK = 5
# A unit with fewer past pieces of a kind of work than this is called thin in the report.
THIN = 10
# A cell of fewer pieces is left to the wider ones around it.
_LEAST = 3
# A unit keeps its hours that ends this share of its work within them; an office that never closes, about a quarter.
_KEEPS_HOURS = 0.75
_PIECES_ASKED = 200
# How many parts the name of the widest cell of a kind of work has: the kind and the way it ended.
_WIDEST = 2
# No category is called so.
_OF_UNIT = "*"
Cell = tuple[str | int, ...]


class Likeness(NamedTuple):
    """What a piece of work is like before it is done: its kind, whose it is, for which category, when it begins."""

    kind: str
    unit: int
    category: str
    part: int


class Endings(NamedTuple):
    """How the pieces of a cell ended: the names, and how many ended so or so as any name before."""

    names: tuple[str, ...]
    up_to: tuple[int, ...]


@dataclass
class Experience:
    """The pieces of a history by cell: times as their pace tells them in order, endings. Travels between processes."""

    took: Mapping[Cell, Sequence[int]] = field(default_factory=dict)
    ended: Mapping[Cell, Endings] = field(default_factory=dict)
    matters: int = 0
    pieces: int = 0
    unfinished: int = 0

    def result(self, like: Likeness, luck: Luck) -> str:
        """How such a piece ends: a result's name, or ``withdrawn`` when the matter ends from outside meanwhile."""
        chosen, found = luck.result_from, None
        for cell in _ending_cells(like):
            wider = self.ended.get(cell)
            if wider is None:
                continue
            found = wider
            share = wider.up_to[-1] / (wider.up_to[-1] + SHRINK)
            if chosen < share:
                break
            chosen = (chosen - share) / (1 - share)
        return found.names[bisect_right(found.up_to, luck.result * found.up_to[-1])] if found else DONE

    def results_of(self, kind: str) -> frozenset[str]:
        """Every way in which a piece of this kind ever ended."""
        found = self.ended.get((kind,))
        return frozenset(found.names) if found else frozenset()

    def took_as(self, like: Likeness, way: str, luck: Luck) -> int | None:
        """How long such a piece takes that ends this ``way``, as its pace tells it; None when none was like it."""
        chosen, found = luck.duration_from, None
        for cell in _cells(like, way):
            wider = self.took.get(cell)
            if wider is None:
                continue
            found = wider
            share = len(wider) / (len(wider) + SHRINK)
            if chosen < share:
                break
            chosen = (chosen - share) / (1 - share)
        return found[int(luck.duration * len(found))] if found else None

    def is_thin(self, like: Likeness, way: str) -> bool:
        """Whether the unit itself has hardly done such work."""
        return len(self.took.get((like.kind, way, _OF_UNIT, like.unit), ())) < THIN


def experience_of(matters: Sequence[PastMatter], scenario: Scenario, time: WorkingTime) -> Experience:
    """What the ended pieces of ``matters`` teach, read with the version that they mostly ran on.

    A piece taken back because of something else says nothing about its own work and is left out; one that was open when
    the matter ended from outside is a way of ending.
    """
    reading = Reading(scenario)
    learner = _Learner(time, _keeping_hours(matters, reading, Pace(time)))
    for matter in matters:
        learner.found.matters += 1
        from_outside = ended_from_outside(matter)
        for piece in matter.pieces:
            if piece.ended_at is None:
                learner.found.unfinished += 1
            elif piece.result != TAKEN_BACK or (from_outside and piece.ended_at == matter.ended_at):
                learner.learn(piece, reading.kinds(piece), reading.way(piece), matter.category)
    return learner.done()


class _Learner:
    def __init__(self, time: WorkingTime, keeping_hours: frozenset[tuple[str, int]]) -> None:
        self.found = Experience()
        self._time, self._pace = time, Pace(time)
        self._keeping_hours = keeping_hours
        self._took: defaultdict[Cell, list[int]] = defaultdict(list)
        self._ended: defaultdict[Cell, Counter[str]] = defaultdict(Counter)

    def learn(self, piece: PastPiece, kinds: tuple[str, ...], way: str, category: str) -> None:
        if piece.ended_at is None:
            return
        self.found.pieces += 1
        keeps_hours = (kinds[0], piece.unit) in self._keeping_hours
        told = self._pace.told(piece.opened_at, piece.ended_at, keeps_hours=keeps_hours)
        like = Likeness(kinds[0], piece.unit, category, moment_of(piece.opened_at, self._time).part)
        for cell in _cells(like, way):
            self._took[cell].append(told)
        for office in kinds[1:]:
            for cell in _office_cells(like._replace(kind=office), way):
                self._took[cell].append(told)
        if way != TOGETHER:
            for ending in _ending_cells(like):
                self._ended[ending][TAKEN_BACK if way == OUTSIDE else piece.result] += 1

    def done(self) -> Experience:
        took, ended = self._took, self._ended
        kept = (cell for cell in took if len(took[cell]) >= _LEAST or len(cell) == _WIDEST)
        self.found.took = {cell: array("q", sorted(took[cell])) for cell in kept}
        self.found.ended = {cell: _endings(ended[cell]) for cell in ended}
        return self.found


def _endings(counted: Counter[str]) -> Endings:
    names = tuple(sorted(counted))
    return Endings(names, tuple(accumulate(counted[name] for name in names)))


def _keeping_hours(matters: Iterable[PastMatter], reading: Reading, pace: Pace) -> frozenset[tuple[str, int]]:
    """The units that do a kind of work within their hours, as far as some of their pieces tell."""
    seen, within = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for matter in matters:
        for piece in matter.pieces:
            doing = (reading.kinds(piece)[0], piece.unit)
            if piece.ended_at is None or piece.result == TAKEN_BACK or seen[doing] >= _PIECES_ASKED:
                continue
            seen[doing] += 1
            within[doing] += pace.is_open(piece.ended_at)
    return frozenset(doing for doing, count in seen.items() if within[doing] >= _KEEPS_HOURS * count)


def _cells(like: Likeness, way: str) -> Iterator[Cell]:
    """The cells of a piece's own kind of work, from narrow to wide."""
    kind, unit, category, part = like
    yield kind, way, unit, category, part
    yield kind, way, unit, category
    yield kind, way, category, part
    yield kind, way, category
    yield from _office_cells(like, way)


def _office_cells(like: Likeness, way: str) -> Iterator[Cell]:
    """Those that stand without the category, as for other work of the same office."""
    kind, unit, _, part = like
    yield kind, way, _OF_UNIT, unit
    yield kind, way, part
    yield kind, way


def _ending_cells(like: Likeness) -> Iterator[Cell]:
    yield like.kind, like.unit, like.category
    yield like.kind, like.category
    yield (like.kind,)
