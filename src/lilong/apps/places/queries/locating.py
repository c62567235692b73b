"""Where is this: a point, an address, a known building."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity

from lilong.apps.places.models import Building
from lilong.apps.places.queries.atlas import Atlas, atlas_of
from lilong.apps.places.rules.addresses import Fit, areas_named, finest_named, fit, parsed
from lilong.apps.places.rules.datums import to_wgs84
from lilong.apps.places.rules.locating import Hit
from lilong.apps.places.rules.positions import impossible, outside
from lilong.apps.places.terms import (
    Area,
    Datum,
    Flag,
    Located,
    Position,
    StandardAddress,
    Where,
)
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

_CANDIDATES_MAX = 500
_SIMILAR_SHOWN = 3
_LIKENESS_MIN = 0.3


def locate(where: Where, *, city: AreaCode) -> Located:
    """The finest area of ``city`` for what a reporter gave: the building first, then coordinates, then words.

    Raises :class:`~lilong.kernel.refusals.Refused` naming the field (``address_id``, ``lat``, ``long``, ``datum`` or
    ``address``) with a remedy; nothing given names ``address``.
    """
    found = _located(where, city)
    if isinstance(found, Refusal):
        raise Refused(RefusalKind.INVALID, (found,))
    return found


def _located(where: Where, city: AreaCode) -> Located | Refusal:
    if where.address_id:
        return locate_building(where.address_id, city=city)
    if where.latitude is None and where.longitude is None:
        return locate_address(where.address, city=city)
    if where.latitude is None or where.longitude is None:
        return Refusal(
            "places.coordinate_missing",
            Label("只给了经纬度中的一个。", "Only one of the two coordinates was given."),
            Label("请两个都填，或只填地址。", "Give both, or only the address."),
            "lat" if where.latitude is None else "long",
        )
    return locate_point(where.latitude, where.longitude, city=city, datum=where.datum)


def locate_point(latitude: float, longitude: float, *, city: AreaCode, datum: str = Datum.WGS84) -> Located | Refusal:
    """The finest area at a point given in ``datum``, or why there is none."""
    if datum not in set(Datum):
        return _unknown_datum(datum)
    wrong = impossible(latitude, longitude)
    if wrong:
        return wrong
    atlas = atlas_of(city)
    if atlas is None or not len(atlas.index):
        return _no_boundaries()
    given = Position(latitude, longitude)
    position = to_wgs84(given, Datum(datum))
    hit = atlas.index.locate(position)
    if hit is None:
        return outside(given, Datum(datum), lambda other: atlas.index.locate(other) is not None)
    return _from_hit(atlas, hit, position, Datum(datum))


def _from_hit(atlas: Atlas, hit: Hit, position: Position, datum: Datum) -> Located:
    because: tuple[Because, ...] = (hit.because,)
    flags = hit.flags
    if datum is not Datum.WGS84:
        text = Label(
            f"坐标由{datum.label.zh}换算为 WGS-84。", f"The coordinates were converted from {datum.label.en} to WGS-84."
        )
        because, flags = (Because(Ground.DATA, text, f"datum:{datum}"), *because), (*flags, Flag.CONVERTED)
    outline = hit.outline
    return Located(
        outline.code,
        outline.level,
        _words(atlas, outline.code),
        because,
        flags,
        hit.candidates,
        position,
        atlas.plane.to_metres(position) if atlas.plane else None,
    )


def locate_building(identifier: str, *, city: AreaCode) -> Located | Refusal:
    """Where a recorded building stands."""
    atlas = atlas_of(city)
    try:
        row = Building.objects.filter(pk=UUID(identifier)).first()
    except ValueError:
        row = None
    if atlas is None or row is None or row.city != atlas.city.code.digits:
        return Refusal(
            "places.building_unknown",
            Label("没有这个地址编号。", "There is no such address id."),
            Label("请从搜索结果里选，或直接填写地址。", "Choose from the search results, or write the address."),
            "address_id",
        )
    return _at_building(atlas, row, ())


def locate_address(text: str, *, city: AreaCode) -> Located | Refusal:
    """The finest area for an address as people write it: a recorded building, else the area whose name it holds."""
    atlas = atlas_of(city)
    if not text.strip():
        return _no_place_given()
    if atlas is None:
        return _no_boundaries()
    given = parsed(text[:300])
    return _by_building(atlas, given) or _by_name(atlas, text[:300]) or _unknown_address(atlas, given)


def _by_building(atlas: Atlas, given: StandardAddress) -> Located | None:
    if not given.road:
        return None
    rows = Building.objects.filter(city=atlas.city.code.digits, road=given.road).order_by("lane", "number", "building")[
        :_CANDIDATES_MAX
    ]
    fits = [(found, row) for row in rows if (found := fit(_address_of(row), given)) is not None]
    best = min((found for found, _ in fits), default=None)
    if best is None:
        return None
    rows_best = [row for found, row in fits if found == best]
    if len(rows_best) == 1 and best is not Fit.GIVEN_IS_COARSER:
        coarse = (Flag.COARSE,) if best is Fit.RECORD_IS_COARSER else ()
        return _at_building(atlas, rows_best[0], coarse)
    return _among(atlas, given, rows_best)


def _among(atlas: Atlas, given: StandardAddress, rows: Sequence[Building]) -> Located | None:
    """Several buildings fit: the smallest area that holds them all, and no point."""
    areas = sorted({row.area_id for row in rows})
    paths = [[each.code for each in atlas.path(AreaCode(code))] for code in areas]
    shared = [level[0] for level in zip(*paths, strict=False) if len(set(level)) == 1]
    if len(shared) < 2:
        return None
    text = Label(
        f"有 {len(rows)} 幢符合“{given.text}”，取它们共同所在的区域。",
        f"{len(rows)} buildings match “{given.text}”; the area they share was taken.",
    )
    flags = (Flag.COARSE,) if len(areas) == 1 else (Flag.COARSE, Flag.AMBIGUOUS)
    because = Because(Ground.DATA, text, f"address:{given.text}")
    chosen = atlas.areas[shared[-1].digits]
    candidates = tuple(AreaCode(code) for code in areas) if len(areas) > 1 else ()
    return Located(chosen.code, chosen.level, _words(atlas, chosen.code, given.text), (because,), flags, candidates)


def _at_building(atlas: Atlas, row: Building, flags: tuple[Flag, ...]) -> Located:
    area = _in_force(atlas, row.area_id)
    words = _address_of(row).text + row.name
    text = Label(f"地址“{words}”登记在“{area.name}”。", f"The address “{words}” is recorded in “{area.name}”.")
    raised = (*((Flag.SYNTHETIC,) if row.synthetic else ()), *flags)
    return Located(
        area.code,
        area.level,
        _words(atlas, area.code, words),
        (Because(Ground.DATA, text, f"building:{row.pk}"),),
        raised if area.code.digits == row.area_id else (*raised, Flag.COARSE),
        (),
        Position(row.latitude, row.longitude),
        row.place,
    )


def _in_force(atlas: Atlas, code: str) -> Area:
    """The area of a building, or the nearest one above it that has not ended."""
    path = atlas.path(AreaCode(code))
    return next((area for area in reversed(path) if area.valid_to is None), path[0])


def _by_name(atlas: Atlas, text: str) -> Located | None:
    codes = finest_named(areas_named(text, atlas.names))
    if not codes:
        return None
    paths = [[area.code for area in atlas.path(AreaCode(code))] for code in codes]
    shared = [level[0] for level in zip(*paths, strict=False) if len(set(level)) == 1]
    if len(codes) > 1 and len(shared) < 2:
        return None
    chosen = atlas.areas[shared[-1].digits]
    because = Because(
        Ground.DATA,
        Label(f"地址里写着“{chosen.name}”。", f"The address names “{chosen.name}”.")
        if len(codes) == 1
        else Label(
            f"有 {len(codes)} 个区域叫这个名字，都在“{chosen.name}”。",
            f"{len(codes)} areas bear this name, all in “{chosen.name}”.",
        ),
        f"area:{chosen.code}",
    )
    flags = (Flag.COARSE,) if len(codes) == 1 else (Flag.COARSE, Flag.AMBIGUOUS)
    candidates = tuple(AreaCode(code) for code in codes) if len(codes) > 1 else ()
    return Located(chosen.code, chosen.level, _words(atlas, chosen.code), (because,), flags, candidates)


def _words(atlas: Atlas, code: AreaCode, more: str = "") -> Label:
    """The place as people say it: district, street, community and so on, then the address."""
    names = [area.name for area in atlas.path(code) if area.kind != "pseudo"]
    shown = " ".join([*(names[1:] or names), *((more,) if more else ())])
    return Label(shown, shown)


def _address_of(row: Building) -> StandardAddress:
    return StandardAddress(row.road, row.lane, row.number, row.building)


def _unknown_address(atlas: Atlas, given: StandardAddress) -> Refusal:
    near = (
        Building.objects.filter(city=atlas.city.code.digits)
        .annotate(likeness=TrigramSimilarity("road", given.road))
        .filter(likeness__gt=_LIKENESS_MIN)
        .values_list("road", flat=True)
    )
    roads = sorted(set(near.distinct()[:_SIMILAR_SHOWN])) if given.road else []
    hint = Label(f"您是不是要找：{'、'.join(roads)}？", f"Did you mean {', '.join(roads)}?") if roads else None
    plain = Label(
        "请写明街镇或居村的名称，或在地图上点选。", "Name the street or community, or pick the place on the map."
    )
    return Refusal(
        "places.address_unknown",
        Label("没有找到这个地址。", "This address was not found."),
        replace(plain, zh=hint.zh + plain.zh, en=f"{hint.en} {plain.en}") if hint else plain,
        "address",
    )


def _no_place_given() -> Refusal:
    return Refusal(
        "places.place_missing",
        Label("还没有说在哪里。", "It does not say where."),
        Label("请在地图上点选，或填写地址。", "Pick the place on the map, or write the address."),
        "address",
    )


def _no_boundaries() -> Refusal:
    return Refusal(
        "places.no_boundaries",
        Label("本市还没有边界数据，不能按坐标定位。", "The city has no boundaries, so a point cannot be placed."),
        Label(
            "请填写含街镇或居村名称的地址；管理员请导入边界。", "Write an address that names the street or community."
        ),
        "address",
    )


def _unknown_datum(datum: str) -> Refusal:
    known = "、".join(each.value for each in Datum)
    return Refusal(
        "places.datum_unknown",
        Label(f"不认识坐标系“{datum[:20]}”。", f"The datum “{datum[:20]}” is unknown."),
        Label(f"请用 {known} 之一。", f"Use one of {known}."),
        "datum",
    )
