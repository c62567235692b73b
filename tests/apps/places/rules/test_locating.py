"""Which area a point lies in, and what is said when that is not plain."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.places.rules.locating import GAP_METRES_MAX, Hit, Outline, PlaceIndex
from lilong.apps.places.rules.planes import metres_per_degree
from lilong.apps.places.terms import Flag, Position
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Ground

LEVELS = {2: Level.CITY, 6: Level.DISTRICT, 9: Level.STREET, 12: Level.COMMUNITY, 14: Level.GRID}
EAST, NORTH = metres_per_degree(31.0)


def outline(code: str, west: float, south: float, east: float, north: float, *, synthetic: bool = False) -> Outline:
    """A rectangle in hundredths of a degree from 31° N 121° E."""
    box = shapely.box(121 + west / 100, 31 + south / 100, 121 + east / 100, 31 + north / 100)
    return Outline(AreaCode(code), LEVELS[len(code)], f"区域{code}", 3, synthetic, box)


CITY = (
    outline("31", 0, 0, 8, 8),
    outline("310101", 0, 0, 4, 8),
    outline("310102", 4, 0, 8, 8),
    outline("310101001", 0, 0, 4, 4),
    outline("310101001001", 0, 0, 2, 4),
    outline("310101001002", 2, 0, 4, 4),
    outline("31010100100101", 0, 0, 2, 2),
    outline("31010100100102", 0, 2, 2, 4),
)


def at(north: float, east: float) -> Position:
    """A position in hundredths of a degree."""
    return Position(31 + north / 100, 121 + east / 100)


def located(position: Position, outlines: tuple[Outline, ...] = CITY) -> Hit:
    hit = PlaceIndex(outlines).locate(position)
    assert hit is not None
    return hit


@pytest.mark.parametrize(
    ("north", "east", "code", "flags"),
    [
        (1, 1, "31010100100101", ()),
        (3, 1, "31010100100102", ()),
        (1, 3, "310101001002", ()),
        (6, 1, "310101", (Flag.COARSE,)),
        (6, 6, "310102", (Flag.COARSE,)),
    ],
)
def test_the_finest_area_answers(north: float, east: float, code: str, flags: tuple[Flag, ...]) -> None:
    hit = located(at(north, east))
    assert (hit.outline.code.digits, hit.flags, hit.candidates) == (code, flags, ())
    assert hit.because.ground is Ground.DATA
    assert hit.because.reference == f"boundary:{code}@3"


def test_a_point_on_a_shared_edge_says_so_and_is_always_the_same() -> None:
    hit = located(at(2, 1))
    assert (hit.outline.code.digits, hit.flags) == ("31010100100101", (Flag.ON_EDGE,))
    assert [code.digits for code in hit.candidates] == ["31010100100102"]
    turned = PlaceIndex(tuple(reversed(CITY))).locate(at(2, 1))
    assert turned is not None
    assert turned.outline.code == hit.outline.code


def test_overlapping_polygons_are_both_named() -> None:
    overlapping = (*CITY, outline("31010100100103", 1, 1, 2, 2))
    hit = located(at(1.5, 1.5), overlapping)
    assert (hit.outline.code.digits, Flag.OVERLAP in hit.flags) == ("31010100100101", True)
    assert [code.digits for code in hit.candidates] == ["31010100100103"]


def test_levels_that_disagree_are_told() -> None:
    strayed = (*CITY, outline("31010200100101", 1, 6, 2, 7))
    hit = located(at(6.5, 1.5), strayed)
    assert (hit.outline.code.digits, hit.flags) == ("31010200100101", (Flag.LEVELS_DISAGREE,))


def test_synthetic_boundaries_say_so_in_the_reason() -> None:
    hit = located(at(0.5, 0.5), (outline("310101", 0, 0, 1, 1, synthetic=True),))
    assert Flag.SYNTHETIC in hit.flags
    assert "合成" in hit.because.text.zh
    assert "synthetic" in hit.because.text.en


def metres_west(metres: float) -> Position:
    return Position(31.01, 121 - metres / EAST)


def test_just_outside_is_the_nearest_area_and_says_so() -> None:
    hit = located(metres_west(40))
    assert (hit.outline.code.digits, hit.flags) == ("31010100100101", (Flag.IN_GAP,))
    assert "40 米" in hit.because.text.zh


@given(st.floats(0.2, 300))
def test_the_gap_has_a_width(metres: float) -> None:
    hit = PlaceIndex(CITY).locate(metres_west(metres))
    if metres < GAP_METRES_MAX * 0.998:
        assert hit is not None
        assert hit.flags == (Flag.IN_GAP,)
    elif metres > GAP_METRES_MAX * 1.002:
        assert hit is None


def test_the_gap_is_round() -> None:
    corner = Position(31 - 90 / NORTH, 121 - 90 / EAST)
    assert PlaceIndex(CITY).locate(corner) is None


def test_a_gap_between_communities_takes_the_nearest_not_the_district() -> None:
    """The street leaves a strip between its communities: the community next to it, not the whole street."""
    others = (each for each in CITY if each.code.digits != "310101001002")
    strip = (*others, outline("310101001002", 2.05, 0, 4, 4))
    hit = located(at(1, 2.02), strip)
    assert (hit.outline.level, hit.flags) == (Level.GRID, (Flag.IN_GAP,))


def test_nothing_is_nowhere() -> None:
    assert PlaceIndex(()).locate(at(1, 1)) is None
    assert PlaceIndex(CITY).locate(Position(42.36, -71.06)) is None


@given(st.floats(0.001, 3.999), st.floats(0.001, 3.999))
def test_inside_a_tiling_there_is_always_an_answer(north: float, east: float) -> None:
    hit = located(at(north, east))
    assert hit.outline.level >= Level.COMMUNITY
    assert hit.outline.polygon.distance(shapely.Point(121 + east / 100, 31 + north / 100)) < 1e-9
