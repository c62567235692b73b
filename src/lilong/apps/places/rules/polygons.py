"""Reading boundaries from GeoJSON (RFC 7946): every feature checked, invalid polygons repaired and told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from lilong.apps.places.rules.tables import UnreadableError, unpacked
from lilong.apps.places.terms import RowRefusal
from lilong.kernel.words import Label

_POLYGONAL = frozenset({"Polygon", "MultiPolygon"})
_WGS84_NAMES = ("CRS84", "4326")
_FEATURES_MAX = 200_000
# Overlaps narrower than a drawn line are the surveyor's rounding, not two claims to one place.
_OVERLAP_SHARE_MIN = 0.001


@dataclass(frozen=True, slots=True)
class Shape:
    """One boundary as read: the feature's number (from 1), its properties, its polygon, and what was repaired."""

    number: int
    properties: Mapping[str, Any]
    polygon: BaseGeometry
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What a file of boundaries holds."""

    shapes: tuple[Shape, ...]
    refusals: tuple[RowRefusal, ...]
    read: int
    digest: str


def read_shapes(data: bytes) -> Shapes:
    """Read ``data`` (plain or gzip). A file that is no GeoJSON gives no shapes and one refusal."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        features = _features(unpacked(data))
    except UnreadableError as error:
        return Shapes((), (error.refusal,), 0, digest)
    found = [_shape(number, feature) for number, feature in enumerate(features, 1)]
    shapes = tuple(each for each in found if isinstance(each, Shape))
    refusals = tuple(each for each in found if isinstance(each, RowRefusal))
    return Shapes(shapes, refusals, len(features), digest)


def overlaps(named: Sequence[tuple[str, BaseGeometry]]) -> tuple[dict[str, object], ...]:
    """Pairs of polygons that share more than a drawn line, with the share of the smaller one."""
    geometries = [polygon for _, polygon in named]
    if not geometries:
        return ()
    first, second = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    found = []
    for one, other in sorted({(int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b}):
        smaller = min(geometries[one].area, geometries[other].area)
        share = geometries[one].intersection(geometries[other]).area / smaller if smaller else 0.0
        if share > _OVERLAP_SHARE_MIN:
            found.append({"one": named[one][0], "other": named[other][0], "share": round(share, 4)})
    return tuple(found)


def polygonal(geometry: BaseGeometry) -> BaseGeometry | None:
    """The polygons in a geometry, in two dimensions; None when there are none."""
    parts = [part for part in _simple(shapely.force_2d(geometry)) if isinstance(part, Polygon) and part.area > 0]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _simple(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The geometry taken apart until nothing in it is a collection."""
    if not hasattr(geometry, "geoms"):
        return [geometry]
    return [inner for part in shapely.get_parts(geometry) for inner in _simple(part)]


def _features(data: bytes) -> list[Any]:
    if not data.strip():
        raise UnreadableError(1, "文件是空的。请选择 GeoJSON 文件。", "The file is empty. Choose a GeoJSON file.")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            1,
            "这不是 GeoJSON（无法按 JSON 读取）。请下载数据文件本身。",
            f"This is no GeoJSON ({type(error).__name__}). Fetch the data file itself.",
        ) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features or len(features) > _FEATURES_MAX:
        raise UnreadableError(
            1,
            "这不是 FeatureCollection，或其中没有要素。请导出为 GeoJSON FeatureCollection。",
            "This is no FeatureCollection with features. Export the boundaries as one.",
        )
    _refuse_other_datum(document)
    return features


def _refuse_other_datum(document: Mapping[str, Any]) -> None:
    name = str(document.get("crs") or "")
    if name and not any(known in name for known in _WGS84_NAMES):
        raise UnreadableError(
            1,
            "坐标参考系不是 WGS-84。请转换为 EPSG:4326 后再导入。",
            "The coordinates are not in WGS-84. Convert the file to EPSG:4326.",
        )


def _shape(number: int, feature: Any) -> Shape | RowRefusal:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in _POLYGONAL:
        return _refused(number, "没有多边形。请只导出面要素。", "it holds no polygon. Export areas only.")
    try:
        drawn = shapely.from_geojson(json.dumps(geometry))
    except (ShapelyError, ValueError):
        return _refused(number, "坐标残缺。请重新导出。", "its coordinates are broken. Export it again.")
    if drawn.is_empty or not _is_in_degrees(drawn):
        return _refused(
            number,
            "坐标为空，或不是经纬度。请转换为 WGS-84 经纬度（经度在前）。",
            "its coordinates are empty or no degrees. Convert them to WGS-84, longitude first.",
        )
    return _repaired(number, feature, drawn)


def _repaired(number: int, feature: Mapping[str, Any], drawn: BaseGeometry) -> Shape | RowRefusal:
    reason = "" if drawn.is_valid else str(shapely.is_valid_reason(drawn))
    polygon = polygonal(shapely.make_valid(drawn) if reason else drawn)
    if polygon is None:
        return _refused(number, "没有面积。请重新绘制。", "it has no surface. Draw it again.")
    return Shape(number, feature.get("properties") or {}, polygon, reason)


def _is_in_degrees(geometry: BaseGeometry) -> bool:
    west, south, east, north = geometry.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _refused(number: int, zh: str, en: str) -> RowRefusal:
    return RowRefusal(number, Label(f"第 {number} 个要素{zh}", f"Feature {number}: {en}"))
