"""Who takes what where, asked of many places at once: the places in which nobody does.

Places that have the same types share one look into the catalogue, and every office is looked for once in each place,
however many rows ask for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from lilong.apps.organisations.rules.book import CatalogueBook
from lilong.apps.organisations.rules.offices import Offices
from lilong.apps.organisations.rules.routing import Place
from lilong.apps.organisations.terms import (
    ANY_AREA_TYPE,
    CategoryKey,
    Gap,
    OfficeAsked,
    StageAsked,
    Uncovered,
)
from lilong.kernel.areas import AreaCode, Level

_PREFIX_MARK = "*"
_EVERY_LEVEL = tuple(Level)
Key = TypeVar("Key", bound=Hashable)
_Row = tuple[Gap, str, Level | None, bool]


def means(pattern: str, key: CategoryKey) -> bool:
    """Whether ``pattern`` (a whole code, or a prefix ending in ``*``; perhaps after ``scheme:version:``) means it."""
    around, _, code = pattern.rpartition(":")
    if around and around != f"{key.scheme}:{key.version}":
        return False
    return key.code.startswith(code[:-1]) if code.endswith(_PREFIX_MARK) else key.code == code


def is_of_types(place: Place, area_types: Sequence[str]) -> bool:
    """Whether ``place``, or an area around it, is of one of these types (``*``: any)."""
    return ANY_AREA_TYPE in area_types or not set(place.types).isdisjoint(area_types)


@dataclass
class Covering:
    """Places, the catalogue that is in force in all of them (None: there is none), and the units of the city.

    A set of places is kept as the bits of one number, the first place being the lowest.
    """

    places: Sequence[Place]
    book: CatalogueBook | None
    offices: Offices
    _missing: dict[tuple[str, tuple[Level, ...]], int] = field(default_factory=dict)
    _by_width: dict[int, Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def by_types(self) -> Mapping[tuple[str, ...], int]:
        """The places by their types."""
        return _grouped(place.types for place in self.places)

    def of_office(self, asked: OfficeAsked) -> tuple[Uncovered, ...]:
        """Where there is no such office."""
        missing = self._without(asked.function, asked.level)
        if not missing:
            return ()
        return (Uncovered(Gap.NO_UNIT, self._areas(missing), asked.function, asked.level),)

    def of_stage(self, asked: StageAsked) -> tuple[Uncovered, ...]:
        """Where the catalogue leaves the stage of one of these categories to nobody."""
        if self.book is None:
            everywhere = self._areas((1 << len(self.places)) - 1)
            return (Uncovered(Gap.NO_CATALOGUE, everywhere),) if everywhere else ()
        places: dict[_Row, int] = defaultdict(int)
        codes: dict[_Row, set[str]] = defaultdict(set)
        for code in self._codes(asked.categories):
            for types, inside in self.by_types.items():
                for gap, missing in self._gaps(code, types, inside, asked):
                    places[gap] |= missing
                    codes[gap].add(code)
        return tuple(
            Uncovered(gap[0], self._areas(places[gap]), gap[1], gap[2], tuple(sorted(codes[gap])), is_lead=gap[3])
            for gap in sorted(places, key=lambda gap: (not gap[3], gap[0], gap[1], gap[2] or 0))
        )

    def _gaps(self, code: str, types: tuple[str, ...], inside: int, asked: StageAsked) -> Iterable[tuple[_Row, int]]:
        row = self.book.responsibilities.row(code, types, asked.stage) if self.book else None
        if row is None:
            yield (Gap.NO_ROW, "", None, True), inside
            return
        missing = self._without(row.function, row.level) & inside
        if missing:
            yield (Gap.NO_UNIT, row.function, row.level, True), missing
        for function in row.co_functions:
            missing = self._without_any(function, _EVERY_LEVEL, row.level) & inside
            if missing:
                yield (Gap.NO_UNIT, function, row.level, False), missing

    def _without(self, function: str, level: Level) -> int:
        """The places that have no unit of ``function`` at ``level``."""
        return self._without_any(function, (level,), level)

    def _without_any(self, function: str, levels: Sequence[Level], level: Level) -> int:
        """The places that have no unit of ``function`` at any of ``levels``, of which ``level`` is looked for."""
        key = (function, tuple(levels))
        if key not in self._missing:
            there = [each for each in levels if self.offices.width(function, each)]
            width = max((self.offices.width(function, each) for each in there), default=0)
            missing = 0
            for digits, places in self._cut_to(width).items():
                area = AreaCode(digits)
                found = any(self.offices.at(function, each, area) for each in there)
                # Where its units begin below the place, a matter's closer place will tell which: that is no gap.
                if not found and not self.offices.begins_below(function, level, area):
                    missing |= places
            self._missing[key] = missing
        return self._missing[key]

    def _cut_to(self, width: int) -> Mapping[str, int]:
        """The places by the first ``width`` digits of their area."""
        if width not in self._by_width:
            self._by_width[width] = _grouped(place.area.digits[:width] for place in self.places)
        return self._by_width[width]

    def _codes(self, patterns: Iterable[str]) -> list[str]:
        keys = self.book.categories if self.book else {}
        return sorted({key.code for key in keys for pattern in patterns if means(pattern, key)})

    def _areas(self, places: int) -> tuple[AreaCode, ...]:
        found = (place.area for number, place in enumerate(self.places) if places >> number & 1) if places else ()
        return tuple(sorted(found, key=lambda area: area.digits))


def _grouped(keys: Iterable[Key]) -> Mapping[Key, int]:
    """The places by a key of each, in their order."""
    numbers: dict[Key, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        numbers[key].append(number)
    return {key: sum(1 << number for number in found) for key, found in numbers.items()}
