"""Coordinates between datums: WGS-84, the national survey's GCJ-02, and BD-09 which some maps lay on top of it.

GCJ-02 shifts WGS-84 by some hundred metres: a smooth drift (a polynomial of the distance from 105° E 35° N) with waves
of several lengths laid over it, in metres on the Krasovsky 1940 ellipsoid, turned into degrees. It is published by use,
not by its makers, and applies to the mainland only; outside the frame below coordinates stay as they are. The way back
has no formula: it is found by iteration, which stops when nothing changes by a millionth of a degree's thousandth part.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import atan2, cos, hypot, isfinite, pi, radians, sin, sqrt

from lilong.apps.places.terms import Datum, Position

_AXIS_METRES = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_CENTRE = Position(35.0, 105.0)
_FRAME = (Position(0.8293, 72.004), Position(55.8271, 137.8347))
_SETTLED_DEGREES = 1e-9
_ROUNDS_MAX = 50
_BD_PHASE = pi * 3000 / 180
_BD_SHIFT = Position(0.006, 0.0065)

# Waves as (amplitude in metres, half-waves per degree). Those every direction has, then north-south and east-west own.
_SHARED = ((20.0, 6.0), (20.0, 2.0))
_NORTHWARD = ((20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
_EASTWARD = ((20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))


def to_wgs84(position: Position, datum: Datum) -> Position:
    """The position in WGS-84, within a millionth of a degree (0.1 m)."""
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(position)
    return gcj02_to_wgs84(bd09_to_gcj02(position)) if datum is Datum.BD09 else position


def is_shifted(position: Position) -> bool:
    """Whether GCJ-02 differs from WGS-84 here."""
    low, high = _FRAME
    return low.latitude < position.latitude < high.latitude and low.longitude < position.longitude < high.longitude


def wgs84_to_gcj02(position: Position) -> Position:
    """The position as maps on the mainland show it."""
    if not is_shifted(position):
        return position
    north, east = _shift_metres(position)
    squeeze = 1 - _ECCENTRICITY_SQUARED * sin(radians(position.latitude)) ** 2
    meridian = _AXIS_METRES * (1 - _ECCENTRICITY_SQUARED) / squeeze**1.5
    parallel = _AXIS_METRES / sqrt(squeeze) * cos(radians(position.latitude))
    return Position(
        position.latitude + north / meridian * 180 / pi,
        position.longitude + east / parallel * 180 / pi,
    )


def gcj02_to_wgs84(position: Position) -> Position:
    """The inverse: the place that :func:`wgs84_to_gcj02` brings to ``position``."""
    if not is_shifted(position):
        return position
    guess = position
    for _ in range(_ROUNDS_MAX):
        shown = wgs84_to_gcj02(guess)
        off = Position(position.latitude - shown.latitude, position.longitude - shown.longitude)
        guess = Position(guess.latitude + off.latitude, guess.longitude + off.longitude)
        if max(abs(off.latitude), abs(off.longitude)) < _SETTLED_DEGREES:
            break
    return guess


def bd09_to_gcj02(position: Position) -> Position:
    """BD-09 is GCJ-02 turned and stretched a little around a shifted origin; this turns it back."""
    x, y = position.longitude - _BD_SHIFT.longitude, position.latitude - _BD_SHIFT.latitude
    radius = hypot(x, y) - 0.00002 * sin(y * _BD_PHASE)
    angle = atan2(y, x) - 0.000003 * cos(x * _BD_PHASE)
    return Position(radius * sin(angle), radius * cos(angle))


def is_on_earth(latitude: float, longitude: float) -> bool:
    """Whether these are degrees at all."""
    return isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180


def _shift_metres(position: Position) -> tuple[float, float]:
    x, y = position.longitude - _CENTRE.longitude, position.latitude - _CENTRE.latitude
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    shared = _waves(_SHARED, x)
    return north + shared + _waves(_NORTHWARD, y), east + shared + _waves(_EASTWARD, x)


def _waves(waves: Iterable[tuple[float, float]], along: float) -> float:
    return sum(amplitude * sin(along * pi * half_waves) for amplitude, half_waves in waves) * 2 / 3
