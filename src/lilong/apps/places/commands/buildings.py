"""Recording buildings, their entrances and rooms at standard addresses, in sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from lilong.apps.places.commands.writing import copy_rows, keep_vintage, lock_city, new_version
from lilong.apps.places.models import Area, Building, City, Vintage
from lilong.apps.places.rules.addresses import normalised, parsed
from lilong.apps.places.rules.planes import Plane
from lilong.apps.places.terms import BuildingGiven, Position, StandardAddress
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt

RECORD_BUILDINGS = Deed(
    "record",
    Label("登记楼幢", "record buildings"),
    "places.address.record",
    "places.buildings_recorded",
    "places.building",
)
_BUILDING_COLUMNS = (
    "id",
    "area_id",
    "city",
    "road",
    "lane",
    "number",
    "building",
    "name",
    "words",
    "latitude",
    "longitude",
    "place",
    "synthetic",
    "vintage_id",
)
_REFUSALS_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """A building about to be written: its id and its parsed address."""

    id: UUID
    given: BuildingGiven
    address: StandardAddress


def record_buildings(
    *, by: Actor, key: CommandKey, city: AreaCode, buildings: Sequence[BuildingGiven], source: str
) -> Receipt:
    """Record ``buildings`` of ``city``, all of them or none.

    The receipt's details hold ``created``. Raises :class:`~lilong.kernel.refusals.Refused`: denied, invalid (an
    unknown or ended area, an address without a road, an address recorded before or twice in the list, a city whose
    plane has no origin yet), key reused.
    """
    vintage = Vintage(
        id=new_id(key.at),
        city=city.digits,
        kind="buildings",
        source=source,
        imported_at=key.at,
        digest=key.digest.hex(),
    )

    def change() -> Outcome:
        lock_city(city)
        write_buildings(city, buildings, keep_vintage(vintage))
        new_version(city, vintage.id)
        counts = {"created": len(buildings)}
        because = Because(Ground.DATA, Label(f"按《{source}》登记。", f"As “{source}” says."), f"vintage:{vintage.id}")
        return Outcome((because,), {"source": source, **counts}, {"city": city.digits, **counts}, counts)

    return amend(by=by, key=key, deed=RECORD_BUILDINGS, area=city, subject=vintage.id, change=change)


def write_buildings(city: AreaCode, buildings: Sequence[BuildingGiven], vintage: Vintage) -> None:
    """Write checked buildings with their entrances and rooms; raises the refusals of those that cannot stand."""
    standing = [Standing(new_id(vintage.imported_at), given, parsed(given.address)) for given in buildings]
    _refuse(list(_faults(city, standing)))
    plane = _plane(city)
    copy_rows("places_building", _BUILDING_COLUMNS, (_building_row(each, city, plane, vintage) for each in standing))
    _write_inside(standing, vintage.imported_at)


def _building_row(each: Standing, city: AreaCode, plane: Plane, vintage: Vintage) -> tuple[object, ...]:
    address, given = each.address, each.given
    x, y = plane.to_metres(given.position)
    parts = (address.road, address.lane, address.number, address.building)
    words = normalised(StandardAddress(*parts).text + given.name)
    where = (given.position.latitude, given.position.longitude, f"({x!r},{y!r})")
    standing = (each.id, given.area.digits, city.digits)
    return (*standing, *parts, given.name, words, *where, given.synthetic, vintage.id)


def _write_inside(standing: Sequence[Standing], at: datetime) -> None:
    """Entrances and rooms. A room without an entrance stands behind the one named 无; rooms are under row security."""
    units: dict[tuple[UUID, str], UUID] = {}
    rooms: list[tuple[UUID, str, UUID, str]] = []
    for each in standing:
        for unit in (*each.given.units, *(unit for unit, _ in each.given.rooms)):
            units.setdefault((each.id, unit or "无"), new_id(at))
        for unit, room in each.given.rooms:
            rooms.append((new_id(at), each.given.area.digits, units[each.id, unit or "无"], room))
    copy_rows(
        "places_building_unit",
        ("id", "building_id", "name"),
        ((unit, building, name) for (building, name), unit in units.items()),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO places_room (id, area, unit_id, name)
               SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[])""",
            [list(column) for column in zip(*rooms, strict=True)] or [[], [], [], []],
        )


def _plane(city: AreaCode) -> Plane:
    found = City.objects.filter(pk=city.digits).first()
    if found is None or found.origin_latitude is None or found.origin_longitude is None:
        raise invalid(
            "places.no_origin",
            Label("本市的平面坐标还没有原点。", "The city's plane has no origin yet."),
            Label("请先导入本市的边界。", "Import the city's boundaries first."),
            "city",
        )
    return Plane(Position(found.origin_latitude, found.origin_longitude))


def _faults(city: AreaCode, standing: Sequence[Standing]) -> Iterator[Refusal]:
    open_areas = set(
        Area.objects.filter(code__in={each.given.area.digits for each in standing}, valid_to__isnull=True).values_list(
            "code", flat=True
        )
    )
    taken = _recorded(city, standing)
    for number, each in enumerate(standing, 1):
        address = (each.address.road, each.address.lane, each.address.number, each.address.building)
        if not each.address.road:
            yield _fault(number, each, "没有路名", "has no road")
        elif each.given.area.digits not in open_areas or not city.contains(each.given.area):
            yield _fault(
                number, each, f"的区域 {each.given.area} 不存在", f"stands in an unknown area {each.given.area}"
            )
        elif address in taken:
            yield _fault(number, each, "已登记过，或在本次重复", "is recorded already, or twice in this list")
        taken.add(address)


def _recorded(city: AreaCode, standing: Sequence[Standing]) -> set[tuple[str, str, str, str]]:
    roads = {each.address.road for each in standing}
    rows = Building.objects.filter(city=city.digits, road__in=roads)
    return set(rows.values_list("road", "lane", "number", "building"))


def _fault(number: int, each: Standing, zh: str, en: str) -> Refusal:
    return Refusal(
        "places.building_refused",
        Label(f"第 {number} 幢“{each.given.address}”{zh}。", f"Building {number} “{each.given.address}” {en}."),
        Label("请更正这一行后重新登记全部。", "Correct this row and record the whole list again."),
        f"buildings.{number}",
    )


def _refuse(faults: Sequence[Refusal]) -> None:
    if faults:
        raise Refused(RefusalKind.INVALID, tuple(faults[:_REFUSALS_SHOWN_MAX]))
