"""Finding places by words, and their boundaries for a map."""

from __future__ import annotations

import json

import shapely
from django.db.models import F

from lilong.apps.places.models import Boundary, Building
from lilong.apps.places.queries.areas import path_of
from lilong.apps.places.queries.atlas import SHELF, Atlas, atlas_of
from lilong.apps.places.rules.addresses import normalised
from lilong.apps.places.terms import BoundaryLayer, PlaceFound, Position
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because, Ground
from lilong.kernel.words import Label

# Coordinates are sent to a tenth of a metre.
_GRID_DEGREES = 1e-6
_WORDS_MAX = 100


def search_places(text: str, *, within: AreaCode, limit: int = 20) -> tuple[PlaceFound, ...]:
    """Areas and buildings whose name or address holds ``text``, inside ``within``; whole names first, then the widest.

    Nothing is found for an empty text. Buildings are public geography; rooms are never searched here.
    """
    wanted = normalised(text[:_WORDS_MAX])
    if not wanted:
        return ()
    atlases = [a for a in SHELF.atlases() if a.city.code.contains(within) or within.contains(a.city.code)]
    found = [place for atlas in atlases for place in _areas(atlas, wanted, within)]
    found.sort(key=lambda place: (normalised(place.path[-1]) != wanted, place.level, place.area))
    if len(found) < limit:
        found.extend(_buildings(wanted, within, limit - len(found)))
    return tuple(found[:limit])


def _areas(atlas: Atlas, wanted: str, within: AreaCode) -> list[PlaceFound]:
    hits = [AreaCode(code) for code, name in atlas.names if wanted in name]
    return [_area_found(atlas, code) for code in hits if within.contains(code)]


def _area_found(atlas: Atlas, code: AreaCode) -> PlaceFound:
    area = atlas.areas[code.digits]
    path = path_of(code)
    words = " ".join(path[1:] or path)
    because = Because(Ground.DATA, Label(f"名称：{area.name}", f"name: {area.name}"), f"area:{code}")
    return PlaceFound(Label(words, words), code, area.level, path, because, synthetic=area.synthetic)


def _buildings(wanted: str, within: AreaCode, limit: int) -> list[PlaceFound]:
    rows = (
        Building.objects.filter(area_id__gte=within.low, area_id__lt=within.high, words__contains=wanted)
        .annotate(level=F("area__level"))
        .order_by("road", "lane", "number", "building")[:limit]
    )
    return [_building_found(row, Level(row.level)) for row in rows]


def _building_found(row: Building, level: Level) -> PlaceFound:
    code = AreaCode(row.area_id)
    path = (*path_of(code), row.words)
    words = " ".join(path[1:])
    because = Because(Ground.DATA, Label(f"地址：{row.words}", f"address: {row.words}"), f"building:{row.pk}")
    position = Position(row.latitude, row.longitude)
    return PlaceFound(Label(words, words), code, level, path, because, str(row.pk), position, row.synthetic)


def boundaries_geojson(*, within: AreaCode, level: Level) -> BoundaryLayer:
    """The boundaries in force of the areas of ``level`` inside ``within``, as one GeoJSON FeatureCollection.

    Each feature tells its area's code and name, the boundary's version and whether it is synthetic.
    """
    atlas = atlas_of(within)
    if atlas is None:
        return BoundaryLayer(_collection([]), synthetic=False, attribution="", version="")
    shown = [o for o in atlas.index.outlines if o.level == level and within.contains(o.code)]
    drawn: list[str] = list(shapely.to_geojson(shapely.set_precision([o.polygon for o in shown], _GRID_DEGREES)))
    features = [
        {
            "type": "Feature",
            "id": outline.code.digits,
            "properties": {
                "code": outline.code.digits,
                "name": outline.name,
                "version": outline.version,
                "synthetic": outline.synthetic,
            },
            "geometry": json.loads(text),
        }
        for outline, text in zip(shown, drawn, strict=True)
    ]
    sources = Boundary.objects.filter(
        area_id__in=[outline.code.digits for outline in shown], valid_to__isnull=True
    ).values_list("vintage__source", flat=True)
    attribution = "; ".join(sorted(set(sources)))
    return BoundaryLayer(_collection(features), any(o.synthetic for o in shown), attribution, atlas.city.version)


def _collection(features: list[dict[str, object]]) -> str:
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
