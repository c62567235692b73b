"""Set-based writing shared by the imports: locks, COPY, versions. Everything runs inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from django.db import connection

from lilong.apps.places.models import Area, City, Vintage
from lilong.apps.places.rules.plans import Creation
from lilong.apps.places.rules.vintages import Known
from lilong.apps.places.terms import Position, Progress
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import Refused, invalid
from lilong.kernel.words import Label

Row = TypeVar("Row")
_TELL_EVERY = 500
_AREA_COLUMNS = ("code", "level", "name", "kind", "parent_id", "source_code", "synthetic", "vintage_id", "valid_from")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write ``rows`` with one COPY. For tables without row-level security only: PostgreSQL refuses COPY under it."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(row)


def known_areas(city: AreaCode) -> list[Known]:
    """Every area the city has or had."""
    rows = Area.objects.filter(code__gte=city.low, code__lt=city.high).values_list(
        "code", "level", "name", "kind", "parent_id", "source_code", "synthetic", "valid_to"
    )
    return [
        Known(code, Level(level), name, kind, parent or "", source_code, synthetic, closed=valid_to is not None)
        for code, level, name, kind, parent, source_code, synthetic, valid_to in rows
    ]


def lock_city(city: AreaCode) -> None:
    """One import of a city at a time: waits for another one to end. Also before the city has a row to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"places:{city}"])


def refuse_nested(city: AreaCode) -> None:
    """Two cities never contain each other: a prefix would stand for both."""
    for other in City.objects.values_list("area_id", flat=True):
        code = AreaCode(other)
        if code != city and (code.contains(city) or city.contains(code)):
            raise nested(city, code)


def nested(city: AreaCode, other: AreaCode) -> Refused:
    """The refusal of a city inside another one."""
    return invalid(
        "places.city_nested",
        Label(f"城市 {city} 与已有的城市 {other} 互相包含。", f"The city {city} and the known city {other} overlap."),
        Label(f"请用 --city {other} 导入。", f"Import with --city {other}."),
        "city",
    )


def keep_vintage(vintage: Vintage) -> Vintage:
    """Write where the rows that follow come from."""
    vintage.save(force_insert=True)
    return vintage


def write_areas(creations: Sequence[Creation], vintage: Vintage, progress: Progress | None = None) -> None:
    """Write new areas, parents first or not: the constraint is checked at commit."""
    origin = (vintage.id, vintage.imported_at)
    copy_rows(
        "places_area",
        _AREA_COLUMNS,
        (
            (m.code, int(m.level), m.name, m.kind, m.parent or None, m.source_code, m.synthetic, *origin)
            for m in told(creations, progress)
        ),
    )


def told(rows: Sequence[Row], progress: Progress | None) -> Iterator[Row]:
    """The rows, telling ``progress`` every few hundred and at the end."""
    for done, row in enumerate(rows, 1):
        yield row
        if progress and (done % _TELL_EVERY == 0 or done == len(rows)):
            progress(done, len(rows))


def new_version(city: AreaCode, stamp: UUID, origin: Position | None = None) -> None:
    """Tell every process that what it holds of this city is old; fix the origin of its plane when it has none yet."""
    latitude, longitude = origin or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO places_city (area_id, stamp, origin_latitude, origin_longitude) VALUES (%s, %s, %s, %s)
               ON CONFLICT (area_id) DO UPDATE SET stamp = excluded.stamp,
                   origin_latitude = coalesce(places_city.origin_latitude, excluded.origin_latitude),
                   origin_longitude = coalesce(places_city.origin_longitude, excluded.origin_longitude)""",
            [city.digits, stamp, latitude, longitude],
        )
