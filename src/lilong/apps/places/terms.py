"""The dictionary of places: areas, positions, addresses, and the answers to "where is this".

An *area* (区域) is one division of a city at one level, down to the grid (网格); its *boundary* (边界) is a polygon
in WGS-84. A *building* (幢/号) stands at a standard address (标准地址: 路 弄 号 幢 单元 室). *Metres* are projected on
a plane of the city's own, so that distances can be compared without trigonometry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because
from lilong.kernel.words import Label

KIND_LABELS = {
    "municipality": Label("直辖市", "municipality"),
    "city": Label("市", "city"),
    "pseudo": Label("统计层级（非实体）", "statistical level only"),
    "district": Label("区", "district"),
    "county": Label("县", "county"),
    "street": Label("街镇", "street or town"),
    "subdistrict": Label("街道", "sub-district"),
    "town": Label("镇", "town"),
    "township": Label("乡", "township"),
    "special": Label("特殊区域（开发区、农场等）", "special zone"),
    "community": Label("居村", "community"),
    "residents_committee": Label("居民委员会", "residents' committee"),
    "villagers_committee": Label("村民委员会", "villagers' committee"),
    "community_other": Label("类似居村的区域", "community-like area"),
    "neighbourhood": Label("街区", "neighbourhood"),
    "grid": Label("网格", "grid"),
}


def kind_label(kind: str) -> Label:
    """The name of an area type; a type that only its own city knows is shown as that city writes it."""
    return KIND_LABELS.get(kind) or Label(kind, kind)


class Datum(StrEnum):
    """The datum of given coordinates. The platform keeps WGS-84; the others are converted on the way in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"

    @property
    def label(self) -> Label:
        """The datum's name."""
        return _DATUM_LABELS[self]


_DATUM_LABELS = {
    Datum.WGS84: Label("WGS-84", "WGS-84"),
    Datum.GCJ02: Label("国测局坐标 GCJ-02", "GCJ-02"),
    Datum.BD09: Label("百度坐标 BD-09", "BD-09"),
}


class Flag(StrEnum):
    """What a person should know before trusting an answer."""

    SYNTHETIC = "synthetic"
    ON_EDGE = "on_edge"
    OVERLAP = "overlap"
    IN_GAP = "in_gap"
    LEVELS_DISAGREE = "levels_disagree"
    COARSE = "coarse"
    AMBIGUOUS = "ambiguous"
    CONVERTED = "converted"

    @property
    def label(self) -> Label:
        """The flag in plain words."""
        return _FLAG_LABELS[self]


_FLAG_LABELS = {
    Flag.SYNTHETIC: Label("边界为合成演示数据，非实测", "boundaries are synthetic demonstration data"),
    Flag.ON_EDGE: Label("正好在边界线上", "exactly on a boundary"),
    Flag.OVERLAP: Label("落在几块相互重叠的边界内", "inside several overlapping boundaries"),
    Flag.IN_GAP: Label("落在边界之间的空隙，取最近的一块", "in a gap between boundaries, the nearest was taken"),
    Flag.LEVELS_DISAGREE: Label("上下级边界不一致", "the boundaries of two levels disagree"),
    Flag.COARSE: Label("只能确定到较大的区域", "known only to a larger area"),
    Flag.AMBIGUOUS: Label("有几处符合，需要人确认", "several places match, a person should confirm"),
    Flag.CONVERTED: Label("坐标已换算为 WGS-84", "coordinates were converted to WGS-84"),
}


class Position(NamedTuple):
    """Degrees in WGS-84."""

    latitude: float
    longitude: float


class Metres(NamedTuple):
    """Metres east and north of the city's origin, on the city's own plane."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Area:
    """One area as the upper apps see it. ``source_code`` is the code its source wrote, in that source's own form.

    ``valid_to`` is set when the area has ended; ``successor`` then names the area that took its place, if one did.
    """

    code: AreaCode
    level: Level
    name: str
    kind: str
    parent: AreaCode | None
    source_code: str
    synthetic: bool
    valid_from: datetime
    valid_to: datetime | None = None
    successor: AreaCode | None = None

    @property
    def kind_label(self) -> Label:
        """The area type in words."""
        return kind_label(self.kind)


@dataclass(frozen=True, slots=True)
class Where:
    """Where a reporter says it is: coordinates in a stated datum, words, the id of a known building, or several.

    The building decides first, then coordinates, then words.
    """

    latitude: float | None = None
    longitude: float | None = None
    datum: str = Datum.WGS84
    address: str = ""
    address_id: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """The finest area found for a place, and why.

    ``candidates`` are the other areas that could be meant when ``flags`` say overlap, on edge or ambiguous.
    ``position`` and ``metres`` are None when only words were given and they name an area, not a building.
    """

    area: AreaCode
    level: Level
    words: Label
    because: tuple[Because, ...]
    flags: tuple[Flag, ...] = ()
    candidates: tuple[AreaCode, ...] = ()
    position: Position | None = None
    metres: Metres | None = None

    @property
    def latitude(self) -> float | None:
        """Degrees north, WGS-84."""
        return self.position.latitude if self.position else None

    @property
    def longitude(self) -> float | None:
        """Degrees east, WGS-84."""
        return self.position.longitude if self.position else None


@dataclass(frozen=True, slots=True)
class StandardAddress:
    """An address cut into its parts, each normalised; a part that was not given is empty."""

    road: str = ""
    lane: str = ""
    number: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""

    @property
    def text(self) -> str:
        """The address as one writes it."""
        marks = ((self.lane, "弄"), (self.number, "号"), (self.building, "幢"), (self.unit, "单元"), (self.room, "室"))
        return self.road + "".join(f"{part}{mark}" for part, mark in marks if part)


@dataclass(frozen=True, slots=True)
class BuildingGiven:
    """One building to record. ``address`` is parsed; ``area`` is the community or grid it stands in."""

    area: AreaCode
    address: str
    position: Position
    name: str = ""
    units: tuple[str, ...] = ()
    rooms: tuple[tuple[str, str], ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """One answer of a search: an area, or a building with its id and position."""

    words: Label
    area: AreaCode
    level: Level
    path: tuple[str, ...]
    because: Because
    building: str = ""
    position: Position | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class BoundaryLayer:
    """Boundaries for a map: GeoJSON text, whether anything in it is synthetic, and whom to name as the source."""

    geojson: str
    synthetic: bool
    attribution: str
    version: str


@dataclass(frozen=True, slots=True)
class City:
    """A city this instance looks after. ``version`` changes with every import of its areas or boundaries."""

    code: AreaCode
    name: str
    origin: Position | None
    version: str


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """One row of a file that cannot be taken: where, what is wrong, what to do."""

    row: int
    reason: Label

    def as_json(self) -> dict[str, object]:
        """The form printed by ``--json``."""
        return {"row": self.row, "reason": self.reason.en, "reason_zh": self.reason.zh}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of areas read and did, or would do.

    ``created`` and ``changed`` count what was written: both are 0 unless ``applied``. ``would_create`` and
    ``would_change`` count what the file asks for.
    """

    read: int
    created: int
    changed: int
    would_create: int
    would_change: int
    by_level: dict[str, int]
    refusals: tuple[RowRefusal, ...]
    renamed: tuple[dict[str, object], ...] = ()
    moved: tuple[dict[str, object], ...] = ()
    swapped: tuple[dict[str, object], ...] = ()
    shifted: tuple[dict[str, object], ...] = ()
    new: tuple[dict[str, object], ...] = ()
    vanished: tuple[dict[str, object], ...] = ()
    first: bool = False
    applied: bool = False

    def as_json(self) -> dict[str, object]:
        """The one object printed by ``--json``."""
        return {
            "read": self.read,
            "created": self.created,
            "changed": self.changed,
            "refused": len({refusal.row for refusal in self.refusals}),
            "refusals": [refusal.as_json() for refusal in self.refusals],
            "by_level": self.by_level,
            "would_create": self.would_create,
            "would_change": self.would_change,
            **{
                name: list(getattr(self, name))
                for name in ("renamed", "moved", "swapped", "shifted", "new", "vanished")
            },
            "first": self.first,
            "applied": self.applied,
        }


@dataclass(frozen=True, slots=True)
class BoundaryReport:
    """What an import of boundaries read and did. ``repaired`` names the polygons that had to be made valid."""

    read: int
    created: int
    changed: int
    refusals: tuple[RowRefusal, ...]
    repaired: tuple[dict[str, object], ...] = ()
    overlapping: tuple[dict[str, object], ...] = ()
    new_areas: tuple[dict[str, object], ...] = ()
    applied: bool = False

    def as_json(self) -> dict[str, object]:
        """The one object printed by ``--json``."""
        return {
            "read": self.read,
            "created": self.created,
            "changed": self.changed,
            "refused": len({refusal.row for refusal in self.refusals}),
            "refusals": [refusal.as_json() for refusal in self.refusals],
            "repaired": list(self.repaired),
            "overlapping": list(self.overlapping),
            "new_areas": list(self.new_areas),
            "applied": self.applied,
        }


Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""


@dataclass(frozen=True, slots=True)
class AreaFile:
    """A table of areas to import: its bytes, whose city it is, and what is known of its origin."""

    city: AreaCode
    content: bytes
    name: str
    scheme: str = ""
    vintage: str = ""


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """Boundaries to import: each feature is the area of ``level`` whose name or code stands in ``name_property``.

    In a city that has no area of that level the features become its areas; ``city_name`` names a city not known yet.
    """

    city: AreaCode
    content: bytes
    name: str
    level: Level
    name_property: str
    city_name: str = ""
    vintage: str = ""
