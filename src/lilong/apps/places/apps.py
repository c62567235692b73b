"""The place of places in the house."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, Retention, Room

_GEOGRAPHY = Label("公共地理，旧区划与旧边界留作历史", "public geography; what ended stays as history")


class PlacesRoom(Room):
    """Areas of all levels, boundaries, buildings and addresses."""

    name = "lilong.apps.places"
    label = "places"
    title = Label("区划与地址", "Places")
    duties = (
        Duty("places.area.import", Label("导入区划", "import areas")),
        Duty("places.boundary.import", Label("导入边界", "import boundaries")),
        Duty("places.address.record", Label("登记地址", "record addresses")),
    )
    events = ("places.areas_imported", "places.boundaries_imported", "places.buildings_recorded")
    retention = (
        Retention("places_vintage", None, _GEOGRAPHY),
        Retention("places_area", None, _GEOGRAPHY),
        Retention("places_city", None, _GEOGRAPHY),
        Retention("places_boundary", None, _GEOGRAPHY),
        Retention("places_building", None, _GEOGRAPHY),
        Retention("places_building_unit", None, _GEOGRAPHY),
        Retention("places_room", None, Label("与所在的幢同存", "as long as its building")),
    )
