"""What a process holds of each city: its areas, and on first need the index of its boundaries.

Areas and boundaries change a few times a year and are asked for at every request, so they are held in memory and
dropped when the city's version has changed. The version is looked up at most once in :data:`FRESH_SECONDS`; for so
long a process may answer from before an import. That is the age of a copy in one process, not a time of the city's,
so it is measured by the process's own monotonic clock and not by the time of an act.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock

import shapely

from lilong.apps.places.models import Area as AreaRow
from lilong.apps.places.models import Boundary
from lilong.apps.places.models import City as CityRow
from lilong.apps.places.rules.addresses import normalised
from lilong.apps.places.rules.locating import Outline, PlaceIndex
from lilong.apps.places.rules.planes import Plane
from lilong.apps.places.terms import Area, City, Position
from lilong.kernel.areas import AreaCode, Level

FRESH_SECONDS = 2.0


@dataclass
class Atlas:
    """One version of one city. Immutable once made; the parts that cost time are made when first asked for."""

    city: City
    areas: dict[str, Area]
    _children: dict[str, list[Area]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for area in self.areas.values():
            if area.valid_to is None and area.parent:
                self._children[area.parent.digits].append(area)

    def at_level(self, level: Level, within: AreaCode) -> Sequence[Area]:
        """The areas in force of a level inside ``within``, by code."""
        found = self._levels.get(level, [])
        low = bisect_left(found, within.low, key=_digits)
        return found[low : bisect_left(found, within.high, lo=low, key=_digits)]

    @cached_property
    def _levels(self) -> dict[Level, list[Area]]:
        levels: dict[Level, list[Area]] = defaultdict(list)
        for area in self.areas.values():
            if area.valid_to is None:
                levels[area.level].append(area)
        return levels

    def children(self, code: AreaCode) -> Sequence[Area]:
        """The areas directly below, in the order of their codes."""
        return self._children.get(code.digits, ())

    def path(self, code: AreaCode) -> tuple[Area, ...]:
        """The area and those above it, from the city down."""
        found: list[Area] = []
        area = self.areas.get(code.digits)
        while area is not None:
            found.append(area)
            area = self.areas.get(area.parent.digits) if area.parent else None
        return tuple(reversed(found))

    def around(self, code: AreaCode) -> tuple[Area, ...]:
        """The nearest known area that is or contains ``code``, and those above it, from there up."""
        around = (code.digits[:width] for width in range(len(code.digits), 0, -1))
        nearest = next((digits for digits in around if digits in self.areas), None)
        return self.path(AreaCode(nearest))[::-1] if nearest else ()

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """Code and normalised name of every area in force below the city and above the grids."""
        named = (area for area in self.areas.values() if area.valid_to is None)
        return [
            (area.code.digits, normalised(area.name))
            for area in named
            if Level.CITY < area.level < Level.GRID and area.kind != "pseudo"
        ]

    @cached_property
    def index(self) -> PlaceIndex:
        """The boundaries in force, prepared."""
        rows = Boundary.objects.filter(
            area_id__gte=self.city.code.low,
            area_id__lt=self.city.code.high,
            valid_to__isnull=True,
            area__valid_to__isnull=True,
        ).values_list("area_id", "version", "synthetic", "geometry")
        found = list(rows)
        polygons = shapely.from_wkb([bytes(row[3]) for row in found])
        return PlaceIndex(
            [
                Outline(AreaCode(code), self.areas[code].level, self.areas[code].name, version, synthetic, polygon)
                for (code, version, synthetic, _), polygon in zip(found, polygons, strict=True)
                if code in self.areas
            ]
        )

    @property
    def plane(self) -> Plane | None:
        """The city's plane; None until a boundary has fixed its origin."""
        return Plane(self.city.origin) if self.city.origin else None


def _digits(area: Area) -> str:
    return area.code.digits


class Shelf:
    """The atlases of one process, each replaced when its city's version changes."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._lock = RLock()
        self._atlases: dict[str, Atlas] = {}
        self._checked: float | None = None

    def atlases(self) -> Sequence[Atlas]:
        """Every city's atlas, no older than :data:`FRESH_SECONDS`."""
        with self._lock:
            if self._checked is None or self._seconds() - self._checked >= FRESH_SECONDS:
                self._atlases = {city.code.digits: self._atlas(city) for city in _cities()}
                self._checked = self._seconds()
            return tuple(self._atlases.values())

    def forget(self) -> None:
        """Look the versions up again at the next question, as after an import in this process."""
        with self._lock:
            self._checked = None

    def _atlas(self, city: City) -> Atlas:
        held = self._atlases.get(city.code.digits)
        return held if held and held.city == city else Atlas(city, _areas(city.code))


SHELF = Shelf(time.monotonic)


def atlas_of(code: AreaCode) -> Atlas | None:
    """The atlas of the city that ``code`` is or lies in."""
    return next((atlas for atlas in SHELF.atlases() if atlas.city.code.contains(code)), None)


def _cities() -> list[City]:
    rows = CityRow.objects.order_by("area_id").values_list(
        "area_id", "area__name", "origin_latitude", "origin_longitude", "stamp"
    )
    return [
        City(
            AreaCode(code),
            name,
            Position(latitude, longitude) if latitude is not None and longitude is not None else None,
            str(stamp),
        )
        for code, name, latitude, longitude, stamp in rows
    ]


def _areas(city: AreaCode) -> dict[str, Area]:
    rows = (
        AreaRow.objects.filter(code__gte=city.low, code__lt=city.high)
        .order_by("code")
        .values_list(
            "code",
            "level",
            "name",
            "kind",
            "parent_id",
            "source_code",
            "synthetic",
            "valid_from",
            "valid_to",
            "successor_id",
        )
    )
    return {
        code: Area(
            AreaCode(code),
            Level(level),
            name,
            kind,
            AreaCode(parent) if parent else None,
            source_code,
            synthetic,
            valid_from,
            valid_to,
            AreaCode(successor) if successor else None,
        )
        for code, level, name, kind, parent, source_code, synthetic, valid_from, valid_to, successor in rows
    }
