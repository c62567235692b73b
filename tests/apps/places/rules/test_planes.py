"""The plane of a city against the ellipsoid itself."""

from __future__ import annotations

from math import atan, atan2, cos, hypot, pi, radians, sin, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.places.rules.planes import Plane, metres_per_degree
from lilong.apps.places.terms import Metres, Position

A, F = 6378137.0, 1 / 298.257223563
B = A * (1 - F)
SHANGHAI = Plane(Position(31.2325, 121.4725))
# Some 150 km around the origin.
NEAR = st.builds(Position, st.floats(30.0, 32.5), st.floats(120.1, 122.9))


def geodesic(one: Position, other: Position) -> float:
    """The length of the shortest line on the ellipsoid (Vincenty 1975), in metres: an independent ruler."""
    u1, u2 = (atan((1 - F) * tan(radians(p.latitude))) for p in (one, other))
    along = radians(other.longitude - one.longitude)
    lam, sigma, sin_sigma, cos_sigma, cos_square, middle = along, 0.0, 0.0, 1.0, 1.0, 0.0
    for _ in range(100):
        sin_sigma = hypot(cos(u2) * sin(lam), cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(lam))
        if sin_sigma == 0:
            return 0.0
        cos_sigma = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(lam)
        sigma = atan2(sin_sigma, cos_sigma)
        sin_alpha = cos(u1) * cos(u2) * sin(lam) / sin_sigma
        cos_square = 1 - sin_alpha**2
        middle = cos_sigma - 2 * sin(u1) * sin(u2) / cos_square
        c = F / 16 * cos_square * (4 + F * (4 - 3 * cos_square))
        before = lam
        lam = along + (1 - c) * F * sin_alpha * (sigma + c * sin_sigma * (middle + c * cos_sigma * (2 * middle**2 - 1)))
        if abs(lam - before) < 1e-13:
            break
    u_square = cos_square * (A**2 - B**2) / B**2
    big_a = 1 + u_square / 16384 * (4096 + u_square * (-768 + u_square * (320 - 175 * u_square)))
    big_b = u_square / 1024 * (256 + u_square * (-128 + u_square * (74 - 47 * u_square)))
    delta = big_b * sin_sigma * (middle + big_b / 4 * cos_sigma * (2 * middle**2 - 1))
    return B * big_a * (sigma - delta)


def test_the_ruler_knows_a_published_line() -> None:
    """Flinders Peak to Buninyong, 54,972.271 m (GDA technical manual)."""
    flinders = Position(-(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600)
    buninyong = Position(-(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600)
    assert geodesic(flinders, buninyong) == pytest.approx(54972.271, abs=0.02)


def test_the_origin_is_zero() -> None:
    assert SHANGHAI.to_metres(SHANGHAI.origin) == pytest.approx((0, 0), abs=1e-9)


@given(NEAR)
def test_there_and_back_within_a_millimetre(position: Position) -> None:
    back = SHANGHAI.to_position(SHANGHAI.to_metres(position))
    assert geodesic(position, back) < 0.001


@given(st.floats(29.9, 32.6))
def test_on_the_origin_s_meridian_north_is_true(latitude: float) -> None:
    x, y = SHANGHAI.to_metres(Position(latitude, SHANGHAI.origin.longitude))
    assert x == pytest.approx(0, abs=1e-6)
    assert abs(y) == pytest.approx(geodesic(SHANGHAI.origin, Position(latitude, SHANGHAI.origin.longitude)), abs=0.001)


@given(NEAR, st.floats(0, 2 * pi), st.floats(1, 1000))
def test_a_kilometre_is_a_kilometre(position: Position, bearing: float, metres: float) -> None:
    """Anywhere within 150 km: nearness up to 1 km is wrong by less than 30 cm, one part in 3,500."""
    east, north = metres_per_degree(position.latitude)
    other = Position(
        position.latitude + metres * cos(bearing) / north, position.longitude + metres * sin(bearing) / east
    )
    (x, y), (p, q) = SHANGHAI.to_metres(position), SHANGHAI.to_metres(other)
    true = geodesic(position, other)
    assert abs(hypot(x - p, y - q) - true) < 0.3
    assert true == pytest.approx(metres, rel=0.001)


@given(NEAR)
def test_the_scale_grows_as_it_must(position: Position) -> None:
    """A transverse Mercator stretches by 1 + x²/2R²: the plane does that and nothing else."""
    x, y = SHANGHAI.to_metres(position)
    step = SHANGHAI.to_position(Metres(x + 100, y))
    assert 100 / geodesic(position, step) == pytest.approx(1 + (x / 6_371_000) ** 2 / 2, abs=3e-6)


@pytest.mark.parametrize("latitude", [0.5, 31.2, -37.8, 60.0, 85.0])
def test_degrees_have_their_length(latitude: float) -> None:
    east, north = metres_per_degree(latitude)
    assert east * 0.001 == pytest.approx(geodesic(Position(latitude, 10), Position(latitude, 10.001)), rel=1e-5)
    assert north * 0.001 == pytest.approx(
        geodesic(Position(latitude - 0.0005, 10), Position(latitude + 0.0005, 10)), rel=1e-5
    )


@pytest.mark.parametrize("origin", [Position(42.32, -71.08), Position(-33.9, 151.2), Position(0.0, 179.9)])
def test_other_cities_have_planes_too(origin: Position) -> None:
    plane = Plane(origin)
    place = Position(origin.latitude + 0.1, origin.longitude + 0.05)
    assert hypot(*plane.to_metres(place)) == pytest.approx(geodesic(origin, place), rel=1e-5)
    assert plane.to_position(plane.to_metres(place)) == pytest.approx(place, abs=1e-9)
