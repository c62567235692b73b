"""The synthetic city of a demonstration: boundaries of every level, grids, and buildings in a few streets."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from lilong.apps.places.commands.boundaries import IMPORT_BOUNDARIES, Drawn, write_boundaries
from lilong.apps.places.commands.buildings import write_buildings
from lilong.apps.places.commands.writing import keep_vintage, known_areas, lock_city, new_version, write_areas
from lilong.apps.places.models import Boundary, Vintage
from lilong.apps.places.rules.plans import Creation
from lilong.apps.places.rules.polygons import read_shapes
from lilong.apps.places.rules.streets import demo_buildings
from lilong.apps.places.rules.synthesis import Seat, SyntheticArea, skeleton_of, synthesise_boundaries
from lilong.apps.places.terms import Position, Progress
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, amend
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

_DATA = Path(__file__).parents[1] / "data"
SHANGHAI = AreaCode("31")
# 人民公园: the middle of the city, within 150 km of every place but the farms outside.
_SHANGHAI_ORIGIN = Position(31.2325, 121.4725)
_DEMO_STREETS = ("310101002", "310107022", "310110006", "310115004")
_SOURCE = Label(
    "合成演示边界（轮廓 © OpenStreetMap 贡献者，ODbL）",
    "synthetic boundaries (outline © OpenStreetMap contributors, ODbL)",
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a synthetic city is drawn from. ``demo_streets`` get buildings; ``seed`` decides everything random."""

    city: AreaCode
    outline: BaseGeometry
    origin: Position
    source: Label
    seats: Mapping[str, Seat] = field(default_factory=dict)
    demo_streets: tuple[str, ...] = ()
    seed: int = 1


def shanghai_table() -> bytes:
    """The shipped table of Shanghai's areas, as a file for ``import_areas``."""
    return (_DATA / "shanghai_2023.csv.gz").read_bytes()


def shanghai_sketch() -> Sketch:
    """What the demonstration's Shanghai is drawn from: real outline, real middles of districts, the rest made up."""
    shapes = read_shapes((_DATA / "shanghai_outline.geojson").read_bytes()).shapes
    with (_DATA / "shanghai_seats.csv").open(encoding="utf-8") as file:
        seats = {
            row["code"]: Seat(Position(float(row["latitude"]), float(row["longitude"])), float(row["surface_km2"]))
            for row in csv.DictReader(file)
        }
    return Sketch(SHANGHAI, shapes[0].polygon, _SHANGHAI_ORIGIN, _SOURCE, seats, _DEMO_STREETS)


def synthesise_city(*, by: Actor, key: CommandKey, sketch: Sketch, progress: Progress | None = None) -> Receipt:
    """Draw boundaries for every area of the city, add grids, and put buildings into its demonstration streets.

    All of it is stored as synthetic. The receipt's details hold ``boundaries``, ``grids`` and ``buildings``. Raises
    :class:`~lilong.kernel.refusals.Refused`: not now (the city has boundaries already, or no areas), denied, key
    reused.
    """
    with reading(by):
        _refuse_drawn(sketch.city)
        areas = [
            (area.code, area.parent, area.level)
            for area in known_areas(sketch.city)
            if not area.closed and area.level < Level.GRID
        ]
    _refuse_empty(areas)
    skeleton = skeleton_of(sketch.city.digits, areas)
    drawn = list(synthesise_boundaries(skeleton, sketch.outline, sketch.seats, sketch.seed, progress))
    return _write(by, key, sketch, drawn)


def _write(by: Actor, key: CommandKey, sketch: Sketch, drawn: Sequence[SyntheticArea]) -> Receipt:
    city = sketch.city
    vintage = Vintage(
        id=new_id(key.at),
        city=city.digits,
        kind="synthetic",
        source=sketch.source.zh,
        imported_at=key.at,
        digest=key.digest.hex(),
        synthetic=True,
    )
    grids = [area for area in drawn if area.name]
    buildings = demo_buildings(drawn, sketch.demo_streets, sketch.seed)

    def change() -> Outcome:
        lock_city(city)
        _refuse_drawn(city)
        keep_vintage(vintage)
        write_areas([_grid(area) for area in grids], vintage)
        write_boundaries([Drawn(area.code, area.polygon) for area in drawn], vintage)
        new_version(city, vintage.id, sketch.origin)
        write_buildings(city, buildings, vintage)
        counts = {"boundaries": len(drawn), "grids": len(grids), "buildings": len(buildings)}
        because = Because(Ground.CHOICE, sketch.source, f"seed:{sketch.seed}")
        return Outcome((because,), {"synthetic": True, **counts}, {"city": city.digits, **counts}, counts)

    return amend(by=by, key=key, deed=IMPORT_BOUNDARIES, area=city, subject=vintage.id, change=change)


def _grid(area: SyntheticArea) -> Creation:
    return Creation(area.code, Level.GRID, area.name, "grid", area.parent, area.code, synthetic=True)


def _refuse_drawn(city: AreaCode) -> None:
    """Synthetic boundaries never replace anything."""
    if Boundary.objects.filter(area_id__gte=city.low, area_id__lt=city.high, valid_to__isnull=True).exists():
        raise _not_now(
            Label("本市已有边界，不再合成。", "The city has boundaries already; none are made up."),
            Label("要重来，请用一个新的实例。", "To start over, use a new instance."),
        )


def _refuse_empty(areas: Sequence[object]) -> None:
    if not areas:
        raise _not_now(
            Label("本市还没有区划。", "The city has no areas yet."),
            Label("请先导入区划。", "Import its areas first."),
        )


def _not_now(text: Label, remedy: Label) -> Refused:
    return Refused(RefusalKind.NOT_NOW, (Refusal("places.not_to_be_drawn", text, remedy, "city"),))
