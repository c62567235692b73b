"""GCJ-02 and BD-09 against values that other implementations publish, and against themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.places.rules.datums import (
    bd09_to_gcj02,
    gcj02_to_wgs84,
    is_on_earth,
    is_shifted,
    to_wgs84,
    wgs84_to_gcj02,
)
from lilong.apps.places.terms import Datum, Position

MAINLAND = st.builds(Position, st.floats(18.2, 53.5), st.floats(73.6, 135.0))


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        (Position(39.915, 116.404), Position(39.91640428150164, 116.41024449916938)),
        (Position(31.1774276, 121.5272106), Position(31.17530398364597, 121.531541859215)),
        (Position(22.543847, 113.912316), Position(22.540796131694766, 113.9171764808363)),
    ],
)
def test_published_values(wgs84: Position, gcj02: Position) -> None:
    assert wgs84_to_gcj02(wgs84) == pytest.approx(gcj02, abs=1e-9)
    assert gcj02_to_wgs84(gcj02) == pytest.approx(wgs84, abs=1e-8)


def test_the_published_value_of_bd_09() -> None:
    assert bd09_to_gcj02(Position(39.915, 116.404)) == pytest.approx((39.90865673957631, 116.39762729119315), abs=1e-9)
    both = gcj02_to_wgs84(bd09_to_gcj02(Position(39.915, 116.404)))
    assert to_wgs84(Position(39.915, 116.404), Datum.BD09) == both


@given(MAINLAND)
def test_the_way_back_ends_where_it_began(position: Position) -> None:
    assert gcj02_to_wgs84(wgs84_to_gcj02(position)) == pytest.approx(position, abs=1e-7)


@given(MAINLAND)
def test_the_shift_is_some_hundred_metres(position: Position) -> None:
    shown = wgs84_to_gcj02(position)
    assert 1e-5 < max(abs(shown.latitude - position.latitude), abs(shown.longitude - position.longitude)) < 0.02


@pytest.mark.parametrize("position", [Position(42.36, -71.06), Position(0.0, 0.0), Position(51.5, -0.1)])
def test_elsewhere_nothing_is_shifted(position: Position) -> None:
    assert not is_shifted(position)
    assert (wgs84_to_gcj02(position), gcj02_to_wgs84(position)) == (position, position)
    assert to_wgs84(position, Datum.WGS84) == position


def test_degrees_that_are_none() -> None:
    assert is_on_earth(31.2, 121.5)
    nowhere = [(float("nan"), 0), (0, float("inf")), (90.1, 0), (0, -180.1)]
    assert not any(is_on_earth(*pair) for pair in nowhere)
