"""What an import found worth telling a person: kinds of findings, refused rows, the report."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lilong.kernel.words import Label

_ROWS_SHOWN = 5


class Kind(StrEnum):
    """The kinds of findings: the row is taken, but somebody should know."""

    DEFAULT_COORDINATE = "default_coordinate"
    NEIGHBOURHOOD_DISAGREES = "neighbourhood_disagrees"
    NEIGHBOURHOOD_UNKNOWN = "neighbourhood_unknown"
    OUTSIDE_EVERY_POLYGON = "outside_every_polygon"
    OVERLAPPING_POLYGONS = "overlapping_polygons"
    COARSE_PLACE = "coarse_place"
    MISSING_TARGET = "missing_target"
    TARGET_BEFORE_OPENING = "target_before_opening"
    TARGET_DECADES_AWAY = "target_decades_away"
    ZERO_DURATION = "zero_duration"
    DOUBTFUL_TIME = "doubtful_time"
    STATUS_DISAGREES = "status_disagrees"
    ON_TIME_MISSING = "on_time_missing"
    ON_TIME_DISAGREES = "on_time_disagrees"
    MOVED_ON_HERE = "moved_on_here"
    DIFFERS_FROM_RECORD = "differs_from_record"

    @property
    def label(self) -> Label:
        """The finding in words."""
        return _LABELS[self]


_LABELS = {
    Kind.DEFAULT_COORDINATE: Label(
        "坐标是登记系统的默认值，不采用，改按街区名定位",
        "the coordinate is a default of the register: not used, placed by neighbourhood instead",
    ),
    Kind.NEIGHBOURHOOD_DISAGREES: Label("坐标与街区名不一致，按坐标", "coordinates and neighbourhood disagree"),
    Kind.NEIGHBOURHOOD_UNKNOWN: Label(
        "映射里没有这个街区名，按坐标", "a neighbourhood that neither areas nor mapping know"
    ),
    Kind.OUTSIDE_EVERY_POLYGON: Label(
        "坐标不在任何边界内，取最近的一块", "in no boundary; the nearest within reach was taken"
    ),
    Kind.OVERLAPPING_POLYGONS: Label("坐标落在几块重叠的边界内", "inside several overlapping boundaries"),
    Kind.COARSE_PLACE: Label(
        "没有可用坐标，只能定到街区或全市", "no usable coordinate: known to its neighbourhood or city"
    ),
    Kind.MISSING_TARGET: Label("没有办理期限", "no target"),
    Kind.TARGET_BEFORE_OPENING: Label("期限早于报来时间", "target before opening"),
    Kind.TARGET_DECADES_AWAY: Label("期限在十年以后", "target ten years away or more"),
    Kind.ZERO_DURATION: Label("报来与了结是同一时刻", "closed at the moment it was opened"),
    Kind.DOUBTFUL_TIME: Label("时间落在调钟的那一小时里", "a time in the hour in which the clocks change"),
    Kind.STATUS_DISAGREES: Label(
        "状态写着未结，却有了结时间，按了结时间", "the status says open, but there is a closing time"
    ),
    Kind.ON_TIME_MISSING: Label("有期限，但没有写是否按时", "a target, but no word on whether it was met"),
    Kind.ON_TIME_DISAGREES: Label("是否按时与本平台时钟不一致", "its word on being in time differs from our clock"),
    Kind.MOVED_ON_HERE: Label(
        "已在本平台继续办理，来源的了结未采用", "went on here meanwhile; the closing was not applied"
    ),
    Kind.DIFFERS_FROM_RECORD: Label("与已导入的记录不同，未改动", "differs from what was brought in; not changed"),
}


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken: its line in the file, and why. ``column`` is empty for the row as a whole."""

    row: int
    reason: Label
    column: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form printed by ``--json``."""
        return {"row": self.row, "reason": self.reason.en, "reason_zh": self.reason.zh, "column": self.column}


@dataclass
class Tally:
    """Counts findings and remembers the first rows of each."""

    counts: Counter[Kind] = field(default_factory=Counter)
    rows: dict[Kind, list[int]] = field(default_factory=lambda: defaultdict(list))
    details: dict[Kind, list[dict[str, Any]]] = field(default_factory=dict)

    def note(self, kind: Kind, row: int) -> None:
        """One more row with this finding."""
        self.counts[kind] += 1
        if len(self.rows[kind]) < _ROWS_SHOWN:
            self.rows[kind].append(row)

    def add(self, kind: Kind, count: int) -> None:
        """So many more, whose rows are not known one by one."""
        if count:
            self.counts[kind] += count

    def as_json(self) -> list[dict[str, Any]]:
        """The findings, most frequent first."""
        return [
            {
                "kind": kind.value,
                "count": count,
                "text": kind.label.en,
                "text_zh": kind.label.zh,
                "first_rows": self.rows[kind],
                "details": self.details.get(kind, []),
            }
            for kind, count in sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ]


@dataclass
class Report:
    """What one run read and did. ``unchanged`` rows were here already, as the file has them."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[RowRefused] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    compared: int = 0
    agreed: int = 0
    city: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def overdue_agreement(self) -> float | None:
        """The share of rows with a target whose overdue flag here is what the file says; None without any."""
        return self.agreed / self.compared if self.compared else None

    @property
    def complete(self) -> bool:
        """Whether every row of the file is in."""
        return not self.refusals

    def as_json(self) -> dict[str, Any]:
        """The one object printed by ``--json``."""
        agreement = self.overdue_agreement
        return {
            "read": self.read,
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": len(self.refusals),
            "refusals": [refusal.as_json() for refusal in self.refusals],
            "findings": self.tally.as_json(),
            "overdue_agreement": None if agreement is None else round(agreement, 6),
            "overdue_compared": self.compared,
            "city": self.city,
            "seconds": round(self.seconds, 2),
            "rows_per_second": round(self.read / self.seconds) if self.seconds else None,
        }
