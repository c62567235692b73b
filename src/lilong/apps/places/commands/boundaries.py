"""Importing boundaries: polygons for areas that are known, or areas for a city nobody here wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from lilong.apps.places.commands.writing import (
    copy_rows,
    keep_vintage,
    known_areas,
    lock_city,
    new_version,
    refuse_nested,
    write_areas,
)
from lilong.apps.places.models import Boundary, Vintage
from lilong.apps.places.rules.plans import Creation
from lilong.apps.places.rules.polygons import Shapes, overlaps, read_shapes
from lilong.apps.places.rules.shapes import Placing, place_shapes
from lilong.apps.places.terms import BoundaryFile, BoundaryReport, Position
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.scope import reading

IMPORT_BOUNDARIES = Deed(
    "import",
    Label("导入边界", "import boundaries"),
    "places.boundary.import",
    "places.boundaries_imported",
    "places.boundary",
)
_COLUMNS = ("area_id", "version", "geometry", "synthetic", "vintage_id", "valid_from")
_ORIGIN_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """One polygon to be written for an area."""

    area: str
    polygon: BaseGeometry


def import_boundaries(*, by: Actor, key: CommandKey, file: BoundaryFile, dry_run: bool = False) -> BoundaryReport:
    """Bring the polygons of ``file`` to the areas of its level, all of them or none.

    A boundary that is already the same is left alone; another one ends and stays as history. With ``dry_run``, or
    with any refused feature, nothing is written. Raises :class:`~lilong.kernel.refusals.Refused`: denied, invalid
    (the city overlaps another one), key reused.
    """
    shapes = read_shapes(file.content)
    with reading(by):
        refuse_nested(file.city)
        placing = place_shapes(shapes, file, known_areas(file.city))
        report = _report(shapes, placing, _differing(placing))
    if report.refusals or dry_run:
        return report
    if not report.created and not report.changed:
        return replace(report, applied=True)
    return _write(by, key, file, shapes)


def _write(by: Actor, key: CommandKey, file: BoundaryFile, shapes: Shapes) -> BoundaryReport:
    vintage = Vintage(
        id=new_id(key.at),
        city=file.city.digits,
        kind="boundaries",
        source=file.name,
        vintage=file.vintage,
        imported_at=key.at,
        digest=shapes.digest,
    )
    reports: list[BoundaryReport] = []

    def change() -> Outcome:
        lock_city(file.city)
        placing = place_shapes(shapes, file, known_areas(file.city))
        drawn = _differing(placing)
        keep_vintage(vintage)
        write_areas(placing.creations, vintage)
        write_boundaries(drawn, vintage)
        new_version(file.city, vintage.id, _middle([each.polygon for each in drawn]))
        reports.append(replace(_report(shapes, placing, drawn), applied=True))
        return _outcome(file, shapes, reports[0])

    receipt = amend(by=by, key=key, deed=IMPORT_BOUNDARIES, area=file.city, subject=vintage.id, change=change)
    done = receipt.details
    return reports[0] if reports else BoundaryReport(done["read"], done["created"], done["changed"], (), applied=True)


def write_boundaries(drawn: Sequence[Drawn], vintage: Vintage) -> None:
    """Write new versions; what was in force for these areas ends."""
    versions = _versions([each.area for each in drawn])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE places_boundary SET valid_to = %s WHERE valid_to IS NULL AND area_id = ANY (%s)",
            [vintage.imported_at, list(versions)],
        )
    written = shapely.to_wkb([each.polygon for each in drawn])
    origin = (vintage.synthetic, vintage.id, vintage.imported_at)
    copy_rows(
        "places_boundary",
        _COLUMNS,
        ((each.area, versions.get(each.area, 0) + 1, wkb, *origin) for each, wkb in zip(drawn, written, strict=True)),
    )


def _versions(areas: Sequence[str]) -> Mapping[str, int]:
    """The latest version of each area that has one."""
    found = Boundary.objects.filter(area_id__in=areas).values_list("area_id", "version")
    latest: Counter[str] = Counter()
    for area, version in found:
        latest[area] = max(latest[area], version)
    return latest


def _differing(placing: Placing) -> list[Drawn]:
    """The polygons that are not in force already."""
    in_force = dict(
        Boundary.objects.filter(area_id__in=list(placing.polygons), valid_to__isnull=True, synthetic=False).values_list(
            "area_id", "geometry"
        )
    )
    return [
        Drawn(area, polygon)
        for area, polygon in placing.polygons.items()
        if bytes(in_force.get(area) or b"") != shapely.to_wkb(polygon)
    ]


def _middle(polygons: Sequence[BaseGeometry]) -> Position:
    """The middle of the surface: far exclaves and the sea draw it less than a frame around everything would."""
    middle = shapely.GeometryCollection(list(polygons)).centroid
    return Position(round(middle.y, _ORIGIN_DECIMALS), round(middle.x, _ORIGIN_DECIMALS))


def _report(shapes: Shapes, placing: Placing, drawn: Sequence[Drawn]) -> BoundaryReport:
    made = {creation.code for creation in placing.creations}
    return BoundaryReport(
        read=shapes.read,
        created=sum(each.area in made for each in drawn),
        changed=sum(each.area not in made for each in drawn),
        refusals=(*shapes.refusals, *placing.refusals),
        repaired=tuple(
            {"feature": shape.number, "name": placing.names[shape.number], "reason": shape.repaired}
            for shape in shapes.shapes
            if shape.repaired
        ),
        overlapping=overlaps([(area, polygon) for area, polygon in placing.polygons.items()]),
        new_areas=tuple(_listed(creation) for creation in placing.creations),
    )


def _listed(creation: Creation) -> dict[str, object]:
    return {"code": creation.code, "name": creation.name, "level": int(creation.level)}


def _outcome(file: BoundaryFile, shapes: Shapes, report: BoundaryReport) -> Outcome:
    counts = {"read": report.read, "created": report.created, "changed": report.changed}
    because = Because(
        Ground.DATA, Label(f"按《{file.name}》导入。", f"As “{file.name}” says."), f"sha256:{shapes.digest}"
    )
    origin = {"source": file.name, "vintage": file.vintage, "digest": shapes.digest, "level": int(file.level)}
    kept = {**origin, **counts, "repaired": list(report.repaired), "new_areas": list(report.new_areas)}
    return Outcome((because,), kept, {"city": file.city.digits, **counts}, counts)
