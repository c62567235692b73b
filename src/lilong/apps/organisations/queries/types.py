"""The area types around a place, by which the catalogue distinguishes a town from a special zone."""

from __future__ import annotations

from lilong.apps.organisations.rules.routing import Place
from lilong.apps.places import public as places
from lilong.kernel.areas import AreaCode


def place_of(area: AreaCode) -> Place:
    """The place with its types, the nearest first; from memory. An area unknown to places has those around it."""
    return Place(area, tuple(found.kind for found in places.areas_around(area)))
