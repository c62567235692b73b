"""Coordinates that cannot be meant, and what a person should do about them."""

from __future__ import annotations

import pytest

from lilong.apps.places.rules.datums import wgs84_to_gcj02
from lilong.apps.places.rules.positions import impossible, outside, repeated_points
from lilong.apps.places.terms import Datum, Position

PEOPLE_S_PARK = Position(31.2325, 121.4725)


def in_shanghai(position: Position) -> bool:
    return 30.6 < position.latitude < 31.9 and 120.8 < position.longitude < 122.2


@pytest.mark.parametrize(
    ("latitude", "longitude", "code", "field"),
    [
        (0.0, 0.0, "places.coordinates_zero", "lat"),
        (121.47, 31.23, "places.coordinates_invalid", "lat"),
        (91.0, 0.0, "places.coordinates_invalid", "lat"),
        (31.2, 181.0, "places.coordinates_invalid", "long"),
        (float("nan"), 121.0, "places.coordinates_invalid", "lat"),
        (31.2, float("inf"), "places.coordinates_invalid", "long"),
    ],
)
def test_impossible_numbers_are_refused_by_field(latitude: float, longitude: float, code: str, field: str) -> None:
    refusal = impossible(latitude, longitude)
    assert refusal is not None
    assert (refusal.code, refusal.field) == (code, field)


def test_exchanged_numbers_out_of_range_are_told_so() -> None:
    refusal = impossible(121.47, 31.23)
    assert refusal is not None
    assert "填反" in refusal.remedy.zh
    assert impossible(31.23, 121.47) is None


@pytest.mark.parametrize(
    ("given", "datum", "code"),
    [
        (Position(42.36, -71.06), Datum.WGS84, "places.outside_city"),
        (Position(42.36, -71.06), Datum.GCJ02, "places.outside_city"),
    ],
)
def test_another_city_is_outside(given: Position, datum: Datum, code: str) -> None:
    assert outside(given, datum, in_shanghai).code == code


def test_exchanged_numbers_that_fit_the_city_are_told_so() -> None:
    """Boston's numbers are degrees either way round, so only the city can tell."""

    def in_boston(position: Position) -> bool:
        return 42.2 < position.latitude < 42.4 and -71.2 < position.longitude < -70.9

    refusal = outside(Position(-71.06, 42.36), Datum.WGS84, in_boston)
    assert (refusal.code, refusal.field) == ("places.coordinates_exchanged", "lat")


def test_a_point_that_only_fits_when_shifted_is_told_so() -> None:
    """On the city's border GCJ-02 taken for WGS-84 lands outside; further in nobody can know."""

    def very_near_the_park(position: Position) -> bool:
        return max(abs(a - b) for a, b in zip(position, PEOPLE_S_PARK, strict=True)) < 0.001

    shown = wgs84_to_gcj02(PEOPLE_S_PARK)
    assert not very_near_the_park(shown)
    refusal = outside(shown, Datum.WGS84, very_near_the_park)
    assert refusal.code == "places.coordinates_shifted"
    assert "GCJ-02" in refusal.remedy.zh
    assert outside(shown, Datum.GCJ02, lambda _: False).code == "places.outside_city"


def test_one_point_for_everything_is_found() -> None:
    default = Position(42.3594, -71.0587)
    rows = [Position(42.3 + n / 10_000, -71.1) for n in range(900)] + [default] * 100
    (found,) = repeated_points(rows)
    assert (found.position, found.count, found.share) == (default, 100, 0.1)


@pytest.mark.parametrize(("times", "among"), [(49, 100), (99, 10_000)])
def test_a_few_rows_at_one_place_are_no_default(times: int, among: int) -> None:
    rows = [Position(1.0, 1.0)] * times + [Position(2.0, float(n) / among) for n in range(among - times)]
    assert repeated_points(rows) == ()
    assert repeated_points([]) == ()
