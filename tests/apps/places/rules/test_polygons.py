"""Boundaries as they come."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.places.rules.polygons import overlaps, polygonal, read_shapes

SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
BOW = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]


def collection(*geometries: Any, **more: Any) -> bytes:
    """A FeatureCollection of these geometries, named by their number."""
    features = [
        {"type": "Feature", "properties": {"name": f"N{number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def polygon(rings: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": kind, "coordinates": rings}


def test_good_shapes_are_taken_as_they_are() -> None:
    found = read_shapes(
        gzip.compress(
            collection(polygon(SQUARE), polygon([SQUARE, [[[2, 2], [3, 2], [3, 3], [2, 2]]]], "MultiPolygon"))
        )
    )
    assert (found.read, found.refusals) == (2, ())
    assert [shape.repaired for shape in found.shapes] == ["", ""]
    assert [shape.polygon.area for shape in found.shapes] == [1.0, 1.5]


def test_an_invalid_polygon_is_repaired_and_told() -> None:
    (shape,) = read_shapes(collection(polygon(BOW))).shapes
    assert "Self-intersection" in shape.repaired
    assert shape.polygon.is_valid
    assert shape.polygon.area == pytest.approx(0.5)


def test_what_a_repair_leaves_beside_polygons_is_dropped() -> None:
    mixed = shapely.from_wkt(
        "GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)), LINESTRING(0 0,5 5), MULTIPOLYGON(((2 2,3 2,3 3,2 2))))"
    )
    found = polygonal(mixed)
    assert found is not None
    assert (found.geom_type, found.area) == ("MultiPolygon", 1.0)
    assert polygonal(shapely.from_wkt("LINESTRING(0 0,5 5)")) is None


def test_heights_are_dropped() -> None:
    (shape,) = read_shapes(collection(polygon([[[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]]]))).shapes
    assert not shape.polygon.has_z


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        (None, "no polygon"),
        ("POLYGON", "no polygon"),
        ({"type": "Point", "coordinates": [0, 0]}, "no polygon"),
        (polygon([]), "empty"),
        (polygon([[[0, 0], [1, 1]]]), "broken"),
        (polygon([[["a", 0], [1, 1], [1, 0], ["a", 0]]]), "broken"),
        (polygon(SQUARE, "MultiPolygon"), "broken"),
        (polygon([[[0, 0], [1, 0], [2, 0], [0, 0]]]), "no surface"),
        (polygon([[[500000, 3400000], [500001, 3400000], [500001, 3400001], [500000, 3400000]]]), "no degrees"),
    ],
)
def test_a_feature_that_is_no_area_is_refused_by_number(geometry: Any, says: str) -> None:
    found = read_shapes(collection(polygon(SQUARE), geometry))
    ((row, reason),) = [(refusal.row, refusal.reason.en) for refusal in found.refusals]
    assert (row, says in reason, len(found.shapes)) == (2, True, 1), reason


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"<html></html>", "no GeoJSON"),
        (b"\xff\xfe", "no GeoJSON"),
        (b"[" * 100_000, "no GeoJSON"),
        (b"[]", "no FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "no FeatureCollection"),
        (b'{"type": "Topology", "objects": {}}', "no FeatureCollection"),
        (gzip.compress(collection(polygon(SQUARE)))[:-8], "ends too early"),
        (
            collection(polygon(SQUARE), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}),
            "WGS-84",
        ),
    ],
)
def test_a_file_that_is_no_geojson_is_one_refusal(data: bytes, says: str) -> None:
    found = read_shapes(data)
    (refusal,) = found.refusals
    assert says in refusal.reason.en
    assert found.shapes == ()


def test_the_datum_of_the_standard_may_be_spelled_out() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(read_shapes(collection(polygon(SQUARE), crs=crs)).shapes) == 1


def test_overlaps_are_measured_and_shared_edges_are_none() -> None:
    left, right, across = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(0.5, 0, 1.5, 1)
    assert overlaps([("left", left), ("right", right)]) == ()
    assert overlaps([("left", left), ("across", across)]) == ({"one": "left", "other": "across", "share": 0.5},)


@given(
    st.recursive(
        st.none() | st.floats() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=4), max_leaves=12
    )
)
def test_no_coordinates_break_the_reader(coordinates: Any) -> None:
    found = read_shapes(collection(polygon(coordinates), polygon(coordinates, "MultiPolygon")))
    assert len(found.refusals) + len(found.shapes) in (1, 2)
