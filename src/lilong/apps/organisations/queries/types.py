"""The area types around a place, by which the catalogue distinguishes a town from a special zone."""

from __future__ import annotations

from lilong.apps.organisations.rules.routing import Place
from lilong.apps.places import public as places
from lilong.apps.places.terms import Area
from lilong.kernel.areas import AreaCode


def place_of(area: AreaCode) -> Place:
    """The place with its types, the nearest first; from memory. An area unknown to places has those around it."""
    types: list[str] = []
    found = _nearest(area)
    while found is not None:
        types.append(found.kind)
        found = places.area(found.parent) if found.parent else None
    return Place(area, tuple(types))


def _nearest(area: AreaCode) -> Area | None:
    for width in range(len(area.digits), 0, -1):
        found = places.area(AreaCode(area.digits[:width]))
        if found is not None:
            return found
    return None
