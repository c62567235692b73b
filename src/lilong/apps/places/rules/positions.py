"""Whether given coordinates can be meant: no degrees, zero, exchanged, outside the city, one point for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lilong.apps.places.rules.datums import is_on_earth, to_wgs84
from lilong.apps.places.terms import Datum, Position
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

_DEFAULT_ROWS_MIN = 50
_DEFAULT_SHARE_MIN = 0.01
_DECIMALS = 7


@dataclass(frozen=True, slots=True)
class RepeatedPoint:
    """One coordinate that many rows carry: more likely a default than a place."""

    position: Position
    count: int
    share: float


def repeated_points(positions: Iterable[Position]) -> tuple[RepeatedPoint, ...]:
    """The coordinates that at least 50 rows and one row in a hundred share, most frequent first."""
    counts = Counter(Position(round(p.latitude, _DECIMALS), round(p.longitude, _DECIMALS)) for p in positions)
    total = counts.total()
    least = max(_DEFAULT_ROWS_MIN, _DEFAULT_SHARE_MIN * total)
    return tuple(RepeatedPoint(p, n, n / total) for p, n in counts.most_common() if n >= least)


def impossible(latitude: float, longitude: float) -> Refusal | None:
    """What is wrong with the numbers by themselves, in any city."""
    if not is_on_earth(latitude, longitude):
        swapped = is_on_earth(longitude, latitude)
        return Refusal(
            "places.coordinates_invalid",
            Label("经纬度超出范围。", "The coordinates are out of range."),
            _EXCHANGE
            if swapped
            else Label("纬度应在 ±90，经度在 ±180 之间。", "Latitude is within ±90, longitude ±180."),
            "long" if is_on_earth(latitude, 0) else "lat",
        )
    if latitude == 0 and longitude == 0:
        return Refusal(
            "places.coordinates_zero",
            Label("经纬度都是 0，像是没有取到位置。", "Both coordinates are 0, as when no position was found."),
            Label("请在地图上点选，或填写地址。", "Pick the place on the map, or write the address."),
            "lat",
        )
    return None


_EXCHANGE = Label("纬度和经度像是填反了，请交换。", "Latitude and longitude look exchanged; swap them.")


def outside(given: Position, datum: Datum, is_inside: Callable[[Position], bool]) -> Refusal:
    """The refusal of a point that lies outside the city, with the likeliest remedy.

    A point that only fits the city in another datum, or with the two numbers exchanged, is told so; nothing is
    corrected by itself. A GCJ-02 point inside the city that was declared WGS-84 cannot be recognised by anybody.
    """
    turned = Position(given.longitude, given.latitude)
    if is_on_earth(*turned) and is_inside(to_wgs84(turned, datum)):
        return _outside("places.coordinates_exchanged", _EXCHANGE)
    if datum is Datum.WGS84 and is_inside(to_wgs84(given, Datum.GCJ02)):
        return _outside(
            "places.coordinates_shifted",
            Label(
                "如果坐标取自国内地图，请注明坐标系为 GCJ-02。",
                "If the coordinates come from a map made for the mainland, declare the datum GCJ-02.",
            ),
        )
    return _outside(
        "places.outside_city",
        Label("请在本市范围内点选，或填写地址。", "Pick a place inside the city, or write the address."),
    )


def _outside(code: str, remedy: Label) -> Refusal:
    return Refusal(code, Label("这个位置不在本市范围内。", "This place lies outside the city."), remedy, "lat")
