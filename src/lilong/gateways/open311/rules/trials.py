"""The life of a request on the test endpoint: a minute from report to closing, decided by its age alone.

So a programmer sees every status, a token that is pending first and answers later, and updates to pull, without
anybody at the city being called out.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from lilong.gateways.open311.terms import Box, Circle, ServiceKind

KEPT = timedelta(days=7)
_LIFE = (
    (timedelta(0), "reported"),
    (timedelta(seconds=10), "filed"),
    (timedelta(seconds=20), "handling"),
    (timedelta(seconds=60), "closed"),
)
_TOKEN_PENDING = timedelta(seconds=10)
_METRES_PER_DEGREE = 111_320.0


def steps_until(reported: datetime, at: datetime) -> tuple[tuple[datetime, str], ...]:
    """The states the request has reached at ``at`` with the moment it reached each, oldest first."""
    reached = ((reported + age, state) for age, state in _LIFE)
    return tuple((since, state) for since, state in reached if since <= at) or ((reported, _LIFE[0][1]),)


def is_released(kind: ServiceKind, reported: datetime, at: datetime) -> bool:
    """Whether the id may be told: at once, after the wait of a batch, or never."""
    if kind is ServiceKind.BATCH:
        return at - reported >= _TOKEN_PENDING
    return kind is ServiceKind.REALTIME


def lies_within(area: Box | Circle | None, lat: float | None, long: float | None) -> bool:
    """Whether a point lies in the asked-for box or circle; a request without a point lies in none."""
    if area is None:
        return True
    if lat is None or long is None:
        return False
    if isinstance(area, Box):
        return area.south <= lat <= area.north and area.west <= long <= area.east
    north = (lat - area.lat) * _METRES_PER_DEGREE
    east = (long - area.long) * _METRES_PER_DEGREE * math.cos(math.radians(area.lat))
    return math.hypot(north, east) <= area.metres
