"""Places for programs and maps: areas, boundaries, search, and where something is. All of it is public geography."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from lilong.apps.places import public as places
from lilong.apps.places.terms import Area, City, Located, PlaceFound, Where
from lilong.identity.access import PUBLIC
from lilong.identity.answers import REFUSED, BecauseOut, LabelOut
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import Refused, absent, invalid
from lilong.kernel.words import Label

router = Router(tags=["places"])
_AREA = Label("区域", "area")
_SEARCH_MAX = 50
# Boundaries change a few times a year.
_BOUNDARIES_KEPT_SECONDS = 300


class CityOut(Schema):
    """A city this instance looks after. ``version`` changes with every import."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    version: str


class AreaOut(Schema):
    """One area: its code (the digits that mean something), level, names from the city down, validity."""

    code: str
    level: int
    level_label: LabelOut
    name: str
    kind: str
    kind_label: LabelOut
    parent: str
    source_code: str
    synthetic: bool
    path: list[str]
    valid_from: datetime
    valid_to: datetime | None
    successor: str


class PlaceOut(Schema):
    """An area or a building that matches; ``address_id`` names the building when reporting."""

    words: LabelOut
    area: str
    level: int
    path: list[str]
    because: BecauseOut
    address_id: str
    latitude: float | None
    longitude: float | None
    synthetic: bool


class WhereIn(Schema):
    """Where something is: coordinates in a stated datum (wgs84, gcj02, bd09), words, a known building."""

    latitude: float | None = Field(None, ge=-1000, le=1000)
    longitude: float | None = Field(None, ge=-1000, le=1000)
    datum: str = "wgs84"
    address: str = ""
    address_id: str = ""
    city: str = ""


class LocatedOut(Schema):
    """The finest area found, because of what, and what one should know before trusting it."""

    area: str
    level: int
    words: LabelOut
    because: list[BecauseOut]
    flags: list[str]
    candidates: list[str]
    latitude: float | None
    longitude: float | None


@router.get("/cities", auth=PUBLIC, response={200: list[CityOut], **REFUSED})
def cities(request: HttpRequest) -> list[dict[str, Any]]:
    """The cities this instance looks after."""
    return [_city(city) for city in places.cities()]


@router.get("/areas", auth=PUBLIC, response={200: list[AreaOut], **REFUSED})
def areas(request: HttpRequest, within: str, level: int | None = None) -> list[dict[str, Any]]:
    """The areas directly below ``within``, or those of ``level`` (2 district to 5 grid) inside it."""
    code = _known(within)
    found = places.children_of(code) if level is None else places.areas_below(code, _level(level))
    return [_area(area) for area in found]


@router.get("/areas/{code}", auth=PUBLIC, response={200: AreaOut, **REFUSED})
def one_area(request: HttpRequest, code: str) -> dict[str, Any]:
    """One area, also one that has ended."""
    found = places.area(_known(code))
    if found is None:
        raise absent(_AREA)
    return _area(found)


@router.get(
    "/boundaries",
    auth=PUBLIC,
    response={200: dict[str, Any], **REFUSED},
    url_name="boundaries",
    openapi_extra={
        "responses": {
            200: {
                "description": "A GeoJSON FeatureCollection (RFC 7946)",
                "content": {"application/geo+json": {"schema": {"type": "object"}}},
            }
        }
    },
)
def boundaries(request: HttpRequest, within: str, level: int | None = None) -> HttpResponse:
    """The boundaries inside ``within`` as GeoJSON: of the level below it, or of ``level``.

    Whether they are synthetic and whom to name as their source stand beside the features.
    """
    code = _known(within)
    layer = places.boundaries_geojson(within=code, level=_level_below(code) if level is None else _level(level))
    mark = f'W/"{layer.version}"'
    headers = {"ETag": mark, "Cache-Control": f"public, max-age={_BOUNDARIES_KEPT_SECONDS}"}
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers=headers)
    about = json.dumps({"synthetic": layer.synthetic, "attribution": layer.attribution}, ensure_ascii=False)
    # Foreign members of the collection (RFC 7946 §6.1), put in without reading the large text again.
    body = f"{layer.geojson[:-1]},{about[1:]}"
    return HttpResponse(body, content_type="application/geo+json", headers=headers)


@router.get("/search", auth=PUBLIC, response={200: list[PlaceOut], **REFUSED})
def search(request: HttpRequest, text: str, within: str = "", limit: int = 20) -> list[dict[str, Any]]:
    """Areas and buildings whose name or address holds ``text``."""
    code = _known(within) if within else AreaCode("")
    return [_place(found) for found in places.search_places(text, within=code, limit=min(max(limit, 1), _SEARCH_MAX))]


@router.get("/locate", auth=PUBLIC, response={200: LocatedOut, **REFUSED})
def locate(request: HttpRequest, where: Query[WhereIn]) -> dict[str, Any]:
    """Where something is: the finest area for a building, coordinates or words, in that order."""
    given = Where(where.latitude, where.longitude, where.datum, where.address, where.address_id)
    return _located(places.locate(given, city=_city_meant(where.city)))


def _known(digits: str) -> AreaCode:
    """The area of these digits; trailing zeros of an official code are no part of them."""
    try:
        code = AreaCode(digits)
        padded = AreaCode(digits.rstrip("0"))
    except ValueError:
        raise _unreadable() from None
    if places.area(code) is None and places.area(padded) is None and code.digits:
        raise absent(_AREA)
    return code if places.area(code) or not code.digits else padded


def _city_meant(digits: str) -> AreaCode:
    known = places.cities()
    named = [city.code for city in known if not digits or city.code.contains(_known(digits))]
    if len(named) == 1:
        return named[0]
    raise invalid(
        "places.city_unknown",
        Label("没有说清是哪个城市。", "It is not clear which city is meant."),
        Label("请给出城市代码。", "Give the city's code."),
        "city",
    )


def _level(number: int) -> Level:
    try:
        return Level(number)
    except ValueError:
        raise invalid(
            "places.level_unknown",
            Label("没有这一级。", "There is no such level."),
            Label("1 市、2 区、3 街镇、4 居村、5 网格。", "1 city, 2 district, 3 street or town, 4 community, 5 grid."),
            "level",
        ) from None


def _level_below(code: AreaCode) -> Level:
    children = places.children_of(code)
    found = places.area(code)
    return children[0].level if children else found.level if found else Level.CITY


def _unreadable() -> Refused:
    return invalid(
        "places.area_unreadable",
        Label("区域代码只能是数字。", "An area code is digits only."),
        Label("请从区域列表里选。", "Choose one from the list of areas."),
        "within",
    )


def _city(city: City) -> dict[str, Any]:
    latitude, longitude = city.origin or (None, None)
    return {
        "code": city.code.digits,
        "name": city.name,
        "latitude": latitude,
        "longitude": longitude,
        "version": city.version,
    }


def _area(area: Area) -> dict[str, Any]:
    return {
        "code": area.code.digits,
        "level": int(area.level),
        "level_label": area.level.label,
        "name": area.name,
        "kind": area.kind,
        "kind_label": area.kind_label,
        "parent": area.parent.digits if area.parent else "",
        "source_code": area.source_code,
        "synthetic": area.synthetic,
        "path": list(places.path_of(area.code)),
        "valid_from": area.valid_from,
        "valid_to": area.valid_to,
        "successor": area.successor.digits if area.successor else "",
    }


def _place(found: PlaceFound) -> dict[str, Any]:
    latitude, longitude = found.position or (None, None)
    return {
        "words": found.words,
        "area": found.area.digits,
        "level": int(found.level),
        "path": list(found.path),
        "because": found.because,
        "address_id": found.building,
        "latitude": latitude,
        "longitude": longitude,
        "synthetic": found.synthetic,
    }


def _located(located: Located) -> dict[str, Any]:
    return {
        "area": located.area.digits,
        "level": int(located.level),
        "words": located.words,
        "because": located.because,
        "flags": [flag.value for flag in located.flags],
        "candidates": [code.digits for code in located.candidates],
        "latitude": located.latitude,
        "longitude": located.longitude,
    }
