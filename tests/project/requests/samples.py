"""A small table and the mapping that explains it, as values."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lilong.project.requests.findings import RowRefused
from lilong.project.requests.mapping import Mapping, mapping_from
from lilong.project.requests.reading import TableFile
from lilong.project.requests.rows import Request, RequestReader

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
SHIPPED = Path(__file__).parents[3] / "src" / "lilong" / "project" / "mappings" / "boston_2011.toml"
HEADING = "no,opened,target,closed,on_time,status,kind,group,office,quarter,lat,lon,channel,remark"
PLAIN = {
    "no": "7",
    "opened": "2011-07-01 09:00:00",
    "target": "2011-07-03 09:00:00",
    "closed": "2011-07-02 09:00:00",
    "on_time": "ONTIME",
    "status": "Closed",
    "kind": "Street Light Outages",
    "group": "Street Lights",
    "office": "PWDx",
    "quarter": "Roxbury",
    "lat": "42.3",
    "lon": "-71.08",
    "channel": "Self Service",
    "remark": "",
}
_TOML = """
format = 1
[city]
code = "91"
name = "Testville"
timezone = "America/New_York"
[areas]
file = "areas.geojson"
name_property = "name"
[columns]
id = "no"
opened = "opened"
target = "target"
closed = "closed"
on_time = "on_time"
status = "status"
category = "kind"
group = "group"
unit = "office"
neighbourhood = "quarter"
latitude = "lat"
longitude = "lon"
source = "channel"
words = ["remark"]
[values]
open = ["Open"]
closed = ["Closed"]
in_time = ["ONTIME"]
overdue = ["OVERDUE"]
[categories]
scheme = "test.311"
version = "2011"
[units]
desk = { zh = "受理中心", en = "Desk" }
"""


def document(**changes: Any) -> dict[str, Any]:
    """The mapping as TOML gives it, with keys changed: ``city__code="x"`` stands for city.code; None takes it out."""
    found: dict[str, Any] = deepcopy(tomllib.loads(_TOML))
    for path, value in changes.items():
        *above, last = path.split("__")
        table = found
        for name in above:
            table = table[name]
        if value is None:
            del table[last]
        else:
            table[last] = value
    return found


def a_mapping(**changes: Any) -> Mapping:
    """The mapping itself."""
    return mapping_from(document(**changes))


def line(**changes: str) -> str:
    """One row of the table: a plain request with cells changed."""
    return ",".join({**PLAIN, **changes}.values())


def table(folder: Path, *lines: str) -> Path:
    """The table as a file."""
    path = folder / "requests.csv"
    path.write_text("\n".join((HEADING, *lines)) + "\n", encoding="utf-8")
    return path


def read(path: Path, mapping: Mapping | None = None) -> list[Request | RowRefused]:
    """Every row of a file, as requests or refusals."""
    mapping = mapping or a_mapping()
    return list(RequestReader(TableFile(path, mapping), mapping, AT).requests())
