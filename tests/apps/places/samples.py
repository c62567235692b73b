"""Tables, envelopes and a small city for the tests of places."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import lilong.apps.places
from lilong.apps.places.rules.plans import Plan
from lilong.apps.places.rules.vintages import Known
from lilong.apps.places.terms import AreaFile, BoundaryFile
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHANGHAI = AreaCode("31")
DATA = Path(lilong.apps.places.__file__).parent / "data"
DUTIES = frozenset({"places.area.import", "places.boundary.import", "places.address.record"})
HEADING = "code,level,name,parent_code,type"

SMALL = """310000000000,1,上海市,,municipality
310101000000,2,黄浦区,310000000000,district
310101002000,3,南京东路街道,310101000000,subdistrict
310101002001,4,云南中路居委会,310101002000,residents_committee
310101002002,4,贵州居委会,310101002000,residents_committee
310101013000,3,外滩街道,310101000000,subdistrict
310101013001,4,山北居委会,310101013000,residents_committee
310107000000,2,普陀区,310000000000,district
310107021000,3,万里街道,310107000000,subdistrict
310107021001,4,富平居委会,310107021000,residents_committee
310107022000,3,真如镇街道,310107000000,subdistrict
310107022001,4,富平居委会,310107022000,residents_committee"""


def operator(duties: frozenset[str] = DUTIES, area: AreaCode = SHANGHAI) -> Actor:
    """Who imports."""
    return machine(Label("命令行", "command line"), duties, area)


def key(body: bytes = b"", at: datetime = AT) -> CommandKey:
    """A fresh envelope."""
    return CommandKey(new_id(at), at, body_digest(body))


def table(lines: str | Iterable[str] = SMALL, heading: str = HEADING) -> bytes:
    """A table's bytes."""
    body = lines if isinstance(lines, str) else "\n".join(lines)
    return f"{heading}\n{body}\n".encode()


def edited(*changes: tuple[str, str], drop: Sequence[str] = (), add: Sequence[str] = ()) -> bytes:
    """The small table with texts replaced, lines dropped by their code, lines added."""
    lines = [line for line in SMALL.splitlines() if line.split(",")[0] not in drop]
    text = "\n".join([*lines, *add])
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return table(text)


def area_file(content: bytes, city: AreaCode = SHANGHAI, name: str = "areas.csv") -> AreaFile:
    """A file of areas."""
    return AreaFile(city, content, name, scheme="统计用区划代码", vintage="2023-06-30")


def boundary_file(
    content: bytes, city: AreaCode, level: Level, prop: str = "name", city_name: str = ""
) -> BoundaryFile:
    """A file of boundaries."""
    return BoundaryFile(city, content, "boundaries.geojson", level, prop, city_name)


def shanghai() -> bytes:
    """The shipped table, unpacked."""
    return gzip.decompress((DATA / "shanghai_2023.csv.gz").read_bytes())


def after(plan: Plan, before: Iterable[Known] = ()) -> list[Known]:
    """What a city has once ``plan`` was written: what the database does, for tests without one."""
    areas = {area.code: area for area in before}
    for update in plan.updates:
        old = areas[update.code]
        areas[update.code] = Known(
            old.code, old.level, update.name, update.kind, old.parent, update.source_code, synthetic=False, closed=False
        )
    for closure in plan.closures:
        old = areas[closure.code]
        areas[closure.code] = Known(
            old.code, old.level, old.name, old.kind, old.parent, old.source_code, old.synthetic, closed=True
        )
    for made in plan.creations:
        assert made.code not in areas, f"{made.code} was given out before"
        areas[made.code] = Known(
            made.code, made.level, made.name, made.kind, made.parent, made.source_code, made.synthetic
        )
    return list(areas.values())
