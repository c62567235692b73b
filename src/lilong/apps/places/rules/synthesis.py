"""Synthetic boundaries and grids for a demonstration: no public table has them, and these are nobody's real borders.

Districts are a power diagram around given centres, with given surfaces as weights, cut by the city's outline. Below
them each area is divided among its children by the Voronoi cells of seeded random points. Everything follows from the
seed: the same input gives the same polygons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import pi, sqrt

import shapely
from shapely.geometry import MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from lilong.apps.places.rules.planes import metres_per_degree
from lilong.apps.places.rules.polygons import polygonal
from lilong.apps.places.terms import Position, Progress
from lilong.kernel.areas import Level

GRIDS_PER_COMMUNITY_MAX = 3
_GRID_NAMES = ("第一网格（演示）", "第二网格（演示）", "第三网格（演示）")
_TRIES_MAX = 400
_WORD = (1 << 64) - 1


class Chance:
    """Numbers that look random and follow from ``seed`` in every version of Python (SplitMix64, Steele et al. 2014)."""

    def __init__(self, seed: str) -> None:
        self._state = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest())

    def draw(self) -> float:
        """The next number in [0, 1)."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = ((self._state ^ (self._state >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)

    def between(self, low: float, high: float) -> float:
        """The next number in [low, high)."""
        return low + self.draw() * (high - low)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a district's middle is, roughly, and how large it is in square kilometres."""

    position: Position
    surface: float


@dataclass(frozen=True, slots=True)
class SyntheticArea:
    """One area with its made-up polygon; ``name`` is set for a grid, which is made up itself."""

    code: str
    level: Level
    parent: str
    polygon: BaseGeometry
    name: str = ""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The areas to be drawn: the city's code, each area's children, each area's level."""

    city: str
    children: Mapping[str, Sequence[str]]
    levels: Mapping[str, Level]


def skeleton_of(city: str, areas: Sequence[tuple[str, str, Level]]) -> Skeleton:
    """From (code, parent, level) of every area that is not a grid."""
    children: dict[str, list[str]] = defaultdict(list)
    for code, parent, _ in sorted(areas):
        if code != city:
            children[parent].append(code)
    return Skeleton(city, children, {code: level for code, _, level in areas})


def synthesise_boundaries(
    skeleton: Skeleton, outline: BaseGeometry, seats: Mapping[str, Seat], seed: int, progress: Progress | None = None
) -> Iterator[SyntheticArea]:
    """Draw every area of ``skeleton`` inside ``outline`` (WGS-84) and one to three grids in each community.

    Children of the city that have a seat share it as a power diagram; all others are divided at random from ``seed``.
    """
    total, done = len(skeleton.levels), 0
    waiting: list[tuple[str, str, BaseGeometry]] = [(skeleton.city, "", outline)]
    while waiting:
        code, parent, polygon = waiting.pop()
        level = skeleton.levels[code]
        yield SyntheticArea(code, level, parent, polygon)
        chance = Chance(f"{seed}:{code}")
        below = skeleton.children.get(code, ())
        if level is Level.COMMUNITY:
            yield from _grids(code, polygon, chance)
        elif below:
            parts = _shared_out(polygon, below, seats, chance)
            waiting.extend((child, code, part) for child, part in zip(below, parts, strict=True))
        done += 1
        if progress:
            progress(done, total)


def _grids(code: str, polygon: BaseGeometry, chance: Chance) -> Iterator[SyntheticArea]:
    count = 1 + int(chance.draw() * GRIDS_PER_COMMUNITY_MAX)
    for number, part in enumerate(divided(polygon, count, chance), 1):
        yield SyntheticArea(f"{code}{number:02d}", Level.GRID, code, part, _GRID_NAMES[number - 1])


def _shared_out(
    polygon: BaseGeometry, below: Sequence[str], seats: Mapping[str, Seat], chance: Chance
) -> Sequence[BaseGeometry]:
    if all(child in seats for child in below):
        return power_cells(polygon, [seats[child] for child in below])
    return divided(polygon, len(below), chance)


def power_cells(outline: BaseGeometry, seats: Sequence[Seat]) -> list[BaseGeometry]:
    """Share ``outline`` among seats: a point goes where squared distance less the seat's squared radius is least.

    A border between two seats is then a straight line, nearer to the smaller one.
    """
    east, north = metres_per_degree(float(outline.centroid.y))
    scale = (east / 1000, north / 1000)
    west, south, right, top = outline.bounds
    frame = [(x * scale[0], y * scale[1]) for x, y in ((west, south), (right, south), (right, top), (west, top))]
    sites = [(s.position.longitude * scale[0], s.position.latitude * scale[1], s.surface / pi) for s in seats]
    cells = []
    for site in sites:
        corners = frame
        for other in sites:
            if other is not site:
                corners = _cut(corners, site, other)
        back = [(x / scale[0], y / scale[1]) for x, y in corners]
        cells.append(_clipped(Polygon(back) if len(back) > 2 else Polygon(), outline))
    return cells


_Corner = tuple[float, float]
_Site = tuple[float, float, float]


def _cut(corners: Sequence[_Corner], site: _Site, other: _Site) -> list[_Corner]:
    """The part of a convex polygon that belongs to ``site`` rather than to ``other``."""
    a, b = 2 * (other[0] - site[0]), 2 * (other[1] - site[1])
    c = other[0] ** 2 + other[1] ** 2 - other[2] - site[0] ** 2 - site[1] ** 2 + site[2]
    sides = [c - a * x - b * y for x, y in corners]
    kept: list[_Corner] = []
    for at, (here, side) in enumerate(zip(corners, sides, strict=True)):
        before, before_side = corners[at - 1], sides[at - 1]
        if (side >= 0) != (before_side >= 0):
            t = before_side / (before_side - side)
            kept.append((before[0] + t * (here[0] - before[0]), before[1] + t * (here[1] - before[1])))
        if side >= 0:
            kept.append(here)
    return kept


def divided(polygon: BaseGeometry, parts: int, chance: Chance) -> list[BaseGeometry]:
    """Divide a polygon into so many parts of similar size, each with some surface, that fill it."""
    if parts == 1:
        return [polygon]
    points = _spread(polygon, parts, chance)
    shapely.prepare(polygon)
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(points), extend_to=polygon, ordered=True))
    return [_clipped(cell, polygon) for cell in cells]


def _spread(polygon: BaseGeometry, count: int, chance: Chance) -> list[_Corner]:
    """Points inside a polygon, none too near to another: dart throwing with a radius that gives way."""
    shapely.prepare(polygon)
    west, south, east, north = polygon.bounds
    apart = sqrt(polygon.area / count) * 0.8
    points: list[_Corner] = []
    tries = 0
    while len(points) < count:
        x, y = chance.between(west, east), chance.between(south, north)
        tries += 1
        if tries % _TRIES_MAX == 0:
            apart /= 1.5
        if all((x - p) ** 2 + (y - q) ** 2 >= apart**2 for p, q in points) and shapely.contains_xy(polygon, x, y):
            points.append((x, y))
    return points


def _clipped(cell: BaseGeometry, outline: BaseGeometry) -> BaseGeometry:
    part = polygonal(shapely.intersection(outline, cell))
    if part is None:
        raise ValueError("a part of the division would be empty: two seats are too near to each other, or outside")
    return part
