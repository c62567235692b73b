"""Finding units by function, level and place in constant time."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from lilong.apps.organisations.terms import UnitCard
from lilong.kernel.areas import AreaCode, Level


def from_level(level: Level) -> tuple[Level, ...]:
    """All levels in the order in which an office is looked for: this one, those above upwards, those below."""
    return tuple(map(Level, (*range(level, Level.COUNTRY - 1, -1), *range(level + 1, Level.GRID + 1))))


class Offices:
    """Units prepared for look-up. Closed ones are known by id only.

    Raises ``ValueError`` when two active units share function, level and area: routing could not choose.
    """

    def __init__(self, units: Iterable[UnitCard]) -> None:
        self._by_id = {unit.id: unit for unit in units}
        self._by_place: dict[tuple[str, Level], dict[str, UnitCard]] = defaultdict(dict)
        active = sorted((unit for unit in self._by_id.values() if unit.active), key=lambda unit: unit.area.digits)
        for unit in active:
            twin = self._by_place[unit.function, unit.level].setdefault(unit.area.digits, unit)
            if twin is not unit:
                raise ValueError(f"units {twin.code} and {unit.code} both are {unit.function} for {unit.area}")
        # Longest first, so that the nearest of nested areas is found first.
        self._widths = {key: sorted({len(digits) for digits in found}, reverse=True) for key, found in self.places}
        self._lists: dict[str | Level | None, tuple[list[str], list[UnitCard]]] = {}
        # By function, by level, and all of them: a whole city's units are too many to look through for one level.
        listed: dict[str | Level | None, list[UnitCard]] = defaultdict(list)
        for unit in active:
            for kind in (unit.function, unit.level, None):
                listed[kind].append(unit)
        for kind, units_of_kind in listed.items():
            self._lists[kind] = ([unit.area.digits for unit in units_of_kind], units_of_kind)

    @property
    def places(self) -> Iterable[tuple[tuple[str, Level], dict[str, UnitCard]]]:
        """The active units by area, for each function and level."""
        return self._by_place.items()

    def unit(self, number: int) -> UnitCard | None:
        """A unit by its id, also a closed one."""
        return self._by_id.get(number)

    def above(self, number: int) -> UnitCard | None:
        """The nearest active unit above ``number``: closed ones in between are passed over."""
        unit = self._by_id.get(number)
        for _ in self._by_id:
            if unit is None or unit.above is None:
                return None
            unit = self._by_id.get(unit.above)
            if unit is not None and unit.active:
                return unit
        return None

    def at(self, function: str, level: Level, place: AreaCode) -> UnitCard | None:
        """The active unit of ``function`` at ``level`` whose area contains ``place``."""
        key = (function, level)
        widths = self._widths.get(key)
        if widths is None:
            return None
        found, digits = self._by_place[key], place.digits
        for width in widths:
            unit = found.get(digits[:width])
            if unit is not None:
                return unit
        return None

    def width(self, function: str, level: Level) -> int:
        """The most digits that the area of such a unit has; whatever a place has beyond them tells nothing."""
        return max(self._widths.get((function, level), ()), default=0)

    def nearest(self, function: str, level: Level, place: AreaCode) -> UnitCard | None:
        """The active unit of ``function`` around ``place``: at ``level``, else above it, else below it."""
        found = (self.at(function, each, place) for each in from_level(level))
        return next((unit for unit in found if unit is not None), None)

    def begins_below(self, function: str, level: Level, place: AreaCode) -> bool:
        """Whether units of ``function`` at ``level`` lie inside ``place``: a closer place would tell which of them."""
        digits, units = self._lists.get(function, ([], []))
        inside = units[bisect_left(digits, place.low) : bisect_left(digits, place.high)]
        return any(unit.level == level for unit in inside)

    def within(self, area: AreaCode, function: str | None, level: Level | None) -> tuple[UnitCard, ...]:
        """The active units whose area lies in ``area``, by level, area and code."""
        digits, units = self._lists.get(function or level, ([], []))
        inside = units[bisect_left(digits, area.low) : bisect_left(digits, area.high)]
        chosen = (unit for unit in inside if level is None or unit.level == level)
        return tuple(sorted(chosen, key=lambda unit: (unit.level, unit.area.digits, unit.code)))
