"""The door of places: what the apps above may ask of it. Everything that passes is frozen."""

from __future__ import annotations

from collections.abc import Sequence

from lilong.apps.places.commands import boundaries, buildings, demonstration, importing
from lilong.apps.places.commands.demonstration import SHANGHAI, Sketch, shanghai_sketch, shanghai_table
from lilong.apps.places.models.fields import PointField, distance_to
from lilong.apps.places.queries.areas import (
    area,
    area_kind,
    areas_around,
    areas_below,
    children_of,
    cities,
    path_of,
    present_area,
    to_metres,
)
from lilong.apps.places.queries.atlas import SHELF
from lilong.apps.places.queries.locating import locate, locate_address, locate_building, locate_point
from lilong.apps.places.queries.searching import boundaries_geojson, search_places
from lilong.apps.places.rules.codes import city_code
from lilong.apps.places.rules.positions import RepeatedPoint, repeated_points
from lilong.apps.places.terms import (
    AreaFile,
    BoundaryFile,
    BoundaryReport,
    BuildingGiven,
    ImportReport,
    Progress,
    kind_label,
)
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.ledger.receipts import Receipt

__all__ = [
    "SHANGHAI",
    "PointField",
    "RepeatedPoint",
    "Sketch",
    "area",
    "area_kind",
    "areas_around",
    "areas_below",
    "boundaries_geojson",
    "children_of",
    "cities",
    "city_code",
    "distance_to",
    "forget",
    "import_areas",
    "import_boundaries",
    "kind_label",
    "locate",
    "locate_address",
    "locate_building",
    "locate_point",
    "path_of",
    "present_area",
    "record_buildings",
    "repeated_points",
    "search_places",
    "shanghai_sketch",
    "shanghai_table",
    "synthesise_city",
    "to_metres",
]


def forget() -> None:
    """Look for a new version at the next question. This process did an import, or its database was exchanged."""
    SHELF.forget()


def import_areas(
    *,
    by: Actor,
    key: CommandKey,
    file: AreaFile,
    apply: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a table of areas into its city; see :func:`lilong.apps.places.commands.importing.import_areas`."""
    report = importing.import_areas(by=by, key=key, file=file, apply=apply, dry_run=dry_run, progress=progress)
    forget()
    return report


def import_boundaries(*, by: Actor, key: CommandKey, file: BoundaryFile, dry_run: bool = False) -> BoundaryReport:
    """Bring polygons to areas; see :func:`lilong.apps.places.commands.boundaries.import_boundaries`."""
    report = boundaries.import_boundaries(by=by, key=key, file=file, dry_run=dry_run)
    forget()
    return report


def record_buildings(
    *, by: Actor, key: CommandKey, city: AreaCode, given: Sequence[BuildingGiven], source: str
) -> Receipt:
    """Record buildings at addresses; see :func:`lilong.apps.places.commands.buildings.record_buildings`."""
    receipt = buildings.record_buildings(by=by, key=key, city=city, buildings=given, source=source)
    forget()
    return receipt


def synthesise_city(*, by: Actor, key: CommandKey, sketch: Sketch, progress: Progress | None = None) -> Receipt:
    """Draw a synthetic city; see :func:`lilong.apps.places.commands.demonstration.synthesise_city`."""
    receipt = demonstration.synthesise_city(by=by, key=key, sketch=sketch, progress=progress)
    forget()
    return receipt
