"""A synthetic city fills its outline, follows its seed, and is labelled."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from lilong.apps.places.rules.streets import demo_buildings
from lilong.apps.places.rules.synthesis import (
    Chance,
    Seat,
    SyntheticArea,
    divided,
    power_cells,
    skeleton_of,
    synthesise_boundaries,
)
from lilong.apps.places.terms import Position
from lilong.kernel.areas import Level

SQUARE = shapely.box(121, 31, 121.4, 31.4)
HORSESHOE = SQUARE.difference(shapely.box(121.1, 31.1, 121.3, 31.4))
AREAS = [
    ("31", "", Level.CITY),
    *((f"3101{d:02d}", "31", Level.DISTRICT) for d in (1, 2, 3)),
    *((f"3101{d:02d}00{s}", f"3101{d:02d}", Level.STREET) for d in (1, 2, 3) for s in (1, 2)),
    *(
        (f"3101{d:02d}00{s}00{c}", f"3101{d:02d}00{s}", Level.COMMUNITY)
        for d in (1, 2, 3)
        for s in (1, 2)
        for c in (1, 2, 3)
    ),
]
SEATS = {
    "310101": Seat(Position(31.1, 121.1), 50),
    "310102": Seat(Position(31.2, 121.3), 200),
    "310103": Seat(Position(31.3, 121.1), 400),
}


def drawn(outline: BaseGeometry = SQUARE, seed: int = 1) -> list[SyntheticArea]:
    return list(synthesise_boundaries(skeleton_of("31", AREAS), outline, SEATS, seed))


@pytest.mark.parametrize("outline", [SQUARE, HORSESHOE], ids=["square", "horseshoe"])
def test_children_fill_their_parent_and_do_not_overlap(outline: BaseGeometry) -> None:
    areas = drawn(outline)
    polygons = {area.code: area.polygon for area in areas}
    below: dict[str, list[BaseGeometry]] = defaultdict(list)
    for area in areas:
        below[area.parent].append(area.polygon)
    assert polygons["31"].equals(outline)
    for parent, parts in below.items():
        if parent:
            assert all(part.is_valid and part.area > 0 for part in parts)
            assert sum(part.area for part in parts) == pytest.approx(polygons[parent].area, rel=1e-9)
            assert shapely.union_all(parts).area == pytest.approx(polygons[parent].area, rel=1e-9)


def test_every_community_has_one_to_three_grids_that_say_what_they_are() -> None:
    areas = drawn()
    grids = [area for area in areas if area.level is Level.GRID]
    assert {area.code for area in areas if area.level is not Level.GRID} == {code for code, _, _ in AREAS}
    counts = Counter(grid.parent for grid in grids)
    assert set(counts) == {code for code, _, level in AREAS if level is Level.COMMUNITY}
    assert set(counts.values()) <= {1, 2, 3}
    assert all("演示" in grid.name and grid.code.startswith(grid.parent) and len(grid.code) == 14 for grid in grids)


def test_the_seed_decides_everything() -> None:
    same = [(a.code, a.polygon.wkb) for a in drawn()] == [(a.code, a.polygon.wkb) for a in drawn()]
    other = [(a.code, a.polygon.wkb) for a in drawn()] == [(a.code, a.polygon.wkb) for a in drawn(seed=2)]
    assert (same, other) == (True, False)


def test_numbers_follow_from_the_seed_in_every_version() -> None:
    """SplitMix64 from the state 1234567 begins with these two numbers, as its authors' own program prints them."""
    chance = Chance("lilong")
    chance._state = 1234567
    numbers = [chance.draw() for _ in range(1000)]
    assert numbers[:2] == [(word >> 11) / 2**53 for word in (6457827717110365317, 3203168211198807973)]
    assert all(0 <= number < 1 for number in numbers)
    assert sum(numbers) / 1000 == pytest.approx(0.5, abs=0.05)


def test_a_larger_surface_gets_more_and_each_seat_its_own_place() -> None:
    cells = power_cells(SQUARE, list(SEATS.values()))
    assert sum(cell.area for cell in cells) == pytest.approx(SQUARE.area, rel=1e-9)
    assert cells[0].area < cells[1].area
    for cell, seat in zip(cells, SEATS.values(), strict=True):
        assert shapely.contains_xy(cell, seat.position.longitude, seat.position.latitude)


def test_equal_seats_part_in_the_middle() -> None:
    west, east = power_cells(SQUARE, [Seat(Position(31.2, 121.1), 10), Seat(Position(31.2, 121.3), 10)])
    assert west.bounds[2] == pytest.approx(121.2)
    assert east.bounds[0] == pytest.approx(121.2)


def test_seats_that_leave_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        power_cells(SQUARE, [Seat(Position(31.2, 121.2), 1), Seat(Position(31.2, 121.201), 4000)])


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(0, 10_000))
def test_any_number_of_parts_fills_any_shape(parts: int, seed: int) -> None:
    found = divided(HORSESHOE, parts, Chance(str(seed)))
    assert len(found) == parts
    assert sum(part.area for part in found) == pytest.approx(HORSESHOE.area, rel=1e-9)


def test_progress_counts_every_area() -> None:
    told: list[tuple[int, int]] = []
    list(synthesise_boundaries(skeleton_of("31", AREAS), SQUARE, SEATS, 1, lambda *step: told.append(step)))
    assert told == [(n, len(AREAS)) for n in range(1, len(AREAS) + 1)]


def test_demonstration_buildings_stand_where_they_say() -> None:
    areas = drawn()
    polygons = {area.code: area.polygon for area in areas}
    buildings = demo_buildings(areas, ["310101001", "310102002"], 1)
    assert {building.area.digits[:9] for building in buildings} == {"310101001", "310102002"}
    for building in buildings:
        point = shapely.Point(building.position.longitude, building.position.latitude)
        assert polygons[building.area.digits].covers(point)
        assert (building.synthetic, "演示" in building.name, "演示" in building.address) == (True, True, True)
    counts = Counter(building.area.digits[:12] for building in buildings)
    assert all(2 <= count <= 6 for count in counts.values())
    assert len({building.address for building in buildings}) == len(buildings)
