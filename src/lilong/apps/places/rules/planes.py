"""A city's own plane: transverse Mercator around an origin in its middle, in metres east and north.

Krüger's series in the third flattening, to the fourth order (Karney 2011, equations 35 and 36): the formula itself is
exact to a thousandth of a millimetre within 150 km of the origin. What a plane cannot do is keep all lengths: 150 km
east or west of the origin a kilometre measures 28 cm too long, on the origin's meridian nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import asinh, atan, atan2, atanh, cos, cosh, hypot, radians, sin, sinh, sqrt, tan

from lilong.apps.places.terms import Metres, Position

_AXIS_METRES = 6378137.0
_FLATTENING = 1 / 298.257223563
_N = _FLATTENING / (2 - _FLATTENING)
_ECCENTRICITY = sqrt(_FLATTENING * (2 - _FLATTENING))
_RADIUS = _AXIS_METRES / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_FORWARD = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BACKWARD = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_DEGREES = 57.29577951308232
_ROUNDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane around ``origin``. Good for a city: meant for points within some 150 km."""

    origin: Position

    def to_metres(self, position: Position) -> Metres:
        """Metres east and north of the origin."""
        east, north = _project(position.latitude, position.longitude - self.origin.longitude)
        return Metres(east, north - _north_of(self.origin.latitude))

    def to_position(self, metres: Metres) -> Position:
        """The inverse of :meth:`to_metres`."""
        latitude, longitude = _unproject(metres.x, metres.y + _north_of(self.origin.latitude))
        return Position(latitude, self.origin.longitude + longitude)


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """How long a degree of longitude and one of latitude are here, for distances of a few hundred metres."""
    squeeze = 1 - (_ECCENTRICITY * sin(radians(latitude))) ** 2
    east = _AXIS_METRES * cos(radians(latitude)) / sqrt(squeeze) / _DEGREES
    north = _AXIS_METRES * (1 - _ECCENTRICITY**2) / squeeze**1.5 / _DEGREES
    return east, north


@lru_cache(maxsize=64)
def _north_of(latitude: float) -> float:
    """How far north of the equator an origin lies; one for each city, asked with every point."""
    return _project(latitude, 0.0)[1]


def _project(latitude: float, longitude: float) -> tuple[float, float]:
    phi, lam = radians(latitude), radians(longitude)
    conformal = _conformal_tangent(tan(phi))
    xi = atan2(conformal, cos(lam))
    eta = asinh(sin(lam) / hypot(conformal, cos(lam)))
    north = xi + sum(a * sin(2 * k * xi) * cosh(2 * k * eta) for k, a in enumerate(_FORWARD, 1))
    east = eta + sum(a * cos(2 * k * xi) * sinh(2 * k * eta) for k, a in enumerate(_FORWARD, 1))
    return _RADIUS * east, _RADIUS * north


def _unproject(east: float, north: float) -> tuple[float, float]:
    xi, eta = north / _RADIUS, east / _RADIUS
    straight = xi - sum(b * sin(2 * k * xi) * cosh(2 * k * eta) for k, b in enumerate(_BACKWARD, 1))
    across = eta - sum(b * cos(2 * k * xi) * sinh(2 * k * eta) for k, b in enumerate(_BACKWARD, 1))
    wanted = sin(straight) / hypot(sinh(across), cos(straight))
    return atan(_geodetic_tangent(wanted)) * _DEGREES, atan2(sinh(across), cos(straight)) * _DEGREES


def _conformal_tangent(tangent: float) -> float:
    """The tangent of the conformal latitude from that of the geodetic one (Karney 2011, equations 7 to 9)."""
    sigma = sinh(_ECCENTRICITY * atanh(_ECCENTRICITY * tangent / hypot(1, tangent)))
    return tangent * hypot(1, sigma) - sigma * hypot(1, tangent)


def _geodetic_tangent(wanted: float) -> float:
    """The inverse of :func:`_conformal_tangent` by Newton's method (Karney 2011, equations 19 to 21)."""
    tangent = wanted
    for _ in range(_ROUNDS_MAX):
        found = _conformal_tangent(tangent)
        slope = (1 - _ECCENTRICITY**2) * hypot(1, tangent) * hypot(1, found)
        step = (wanted - found) / slope * (1 + (1 - _ECCENTRICITY**2) * tangent**2)
        tangent += step
        if abs(step) < 1e-14:
            break
    return tangent
