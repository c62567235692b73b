"""The tables of places."""

from lilong.apps.places.models.addresses import Building, BuildingUnit, Room
from lilong.apps.places.models.areas import Area, Boundary, City, Vintage
from lilong.apps.places.models.fields import PointField, WithinMetres

__all__ = ["Area", "Boundary", "Building", "BuildingUnit", "City", "PointField", "Room", "Vintage", "WithinMetres"]
