"""Made-up lanes and buildings for a demonstration: enough to try an address, each named 演示."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from lilong.apps.places.rules.synthesis import Chance, SyntheticArea
from lilong.apps.places.terms import BuildingGiven, Position
from lilong.kernel.areas import AreaCode, Level

_ROADS = "演示{direction}{number}路"
_DIRECTIONS = ("东", "南", "西", "北")
_BUILDINGS_MIN, _BUILDINGS_MAX = 2, 6
_ROOMS = (("1", "101"), ("1", "201"), ("2", "102"))


def demo_buildings(drawn: Sequence[SyntheticArea], streets: Sequence[str], seed: int) -> list[BuildingGiven]:
    """Two to six buildings in each community of ``streets``: one lane a community, one road a street."""
    grids = [area for area in drawn if area.level is Level.GRID]
    found: list[BuildingGiven] = []
    for number, street in enumerate(streets):
        road = _ROADS.format(direction=_DIRECTIONS[number % 4], number="一二三四五六七八九"[number // 4 % 9])
        communities = sorted({grid.parent for grid in grids if grid.parent.startswith(street)})
        for place, community in enumerate(communities, 1):
            own = [grid for grid in grids if grid.parent == community]
            found.extend(_lane(f"{road}{place * 10}弄", own, Chance(f"{seed}:lane:{community}")))
    return found


def _lane(address: str, grids: Sequence[SyntheticArea], chance: Chance) -> Iterator[BuildingGiven]:
    count = _BUILDINGS_MIN + int(chance.draw() * (_BUILDINGS_MAX - _BUILDINGS_MIN + 1))
    for number in range(1, count + 1):
        grid = grids[number % len(grids)]
        yield BuildingGiven(
            AreaCode(grid.code),
            f"{address}{number}号",
            _inside(grid.polygon, chance),
            "演示里（演示）",
            units=("1", "2"),
            rooms=_ROOMS,
            synthetic=True,
        )


def _inside(polygon: BaseGeometry, chance: Chance) -> Position:
    """A point of the polygon, away from its edge where it can be."""
    west, south, east, north = polygon.bounds
    for _ in range(100):
        x, y = chance.between(west, east), chance.between(south, north)
        if shapely.contains_xy(polygon, x, y):
            return Position(y, x)
    middle = polygon.representative_point()
    return Position(middle.y, middle.x)
