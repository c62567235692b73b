"""Areas by code, below a code, and on the way down from the city."""

from __future__ import annotations

from lilong.apps.places.queries.atlas import SHELF, atlas_of
from lilong.apps.places.terms import Area, City, Metres, Position
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import invalid
from lilong.kernel.words import Label

_SUCCESSIONS_MAX = 50


def cities() -> tuple[City, ...]:
    """The cities this instance looks after, by code."""
    return tuple(atlas.city for atlas in SHELF.atlases())


def area(code: AreaCode) -> Area | None:
    """The area with this code, also when it has ended; None when there never was one."""
    atlas = atlas_of(code)
    return atlas.areas.get(code.digits) if atlas else None


def present_area(code: AreaCode) -> Area | None:
    """What this area is today: itself, or the last of its successors; None when it ended without one."""
    found = area(code)
    for _ in range(_SUCCESSIONS_MAX):
        if found is None or found.valid_to is None:
            break
        found = area(found.successor) if found.successor else None
    return found


def area_kind(code: AreaCode) -> str:
    """The area type by which responsibilities are looked up, such as ``subdistrict``; empty for an unknown code."""
    found = area(code)
    return found.kind if found else ""


def path_of(code: AreaCode) -> tuple[str, ...]:
    """The names from the city down to the area, without levels that exist for statistics only."""
    atlas = atlas_of(code)
    return tuple(each.name for each in atlas.path(code) if each.kind != "pseudo") if atlas else ()


def areas_around(code: AreaCode) -> tuple[Area, ...]:
    """The nearest known area that is or contains ``code``, and those above it, from there up."""
    atlas = atlas_of(code)
    return atlas.around(code) if atlas else ()


def children_of(code: AreaCode) -> tuple[Area, ...]:
    """The areas in force directly below, by code."""
    atlas = atlas_of(code)
    return tuple(atlas.children(code)) if atlas else ()


def areas_below(code: AreaCode, level: Level) -> tuple[Area, ...]:
    """The areas in force of ``level`` inside ``code``, itself included, by code. An empty code asks all cities."""
    atlases = [atlas for atlas in SHELF.atlases() if atlas.city.code.contains(code) or code.contains(atlas.city.code)]
    return tuple(found for atlas in atlases for found in atlas.at_level(level, code))


def to_metres(position: Position, city: AreaCode) -> Metres:
    """``position`` on the plane of ``city``. Raises ``Refused`` when the city's plane has no origin yet."""
    atlas = atlas_of(city)
    if atlas is None or atlas.plane is None:
        raise invalid(
            "places.no_origin",
            Label("本市的平面坐标还没有原点。", "The city's plane has no origin yet."),
            Label("请先导入本市的边界。", "Import the city's boundaries first."),
            "city",
        )
    return atlas.plane.to_metres(position)
