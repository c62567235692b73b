"""The words of the calendar: tables of days as people hand them in, and what came of reading them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lilong.kernel.days import DayKind, ExceptionalDay

IMPORT_DUTY = "calendars.year.import"
YEAR_PUBLISHED = "calendars.year_published"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One day of a ``date,is_workday[,kind,holiday]`` table; ``row`` is its line (CSV) or place (JSON, from 1)."""

    row: int
    day: date
    works: bool
    kind: DayKind | None = None
    holiday: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a year's table comes from: the notice in words, its document number, its address."""

    notice: str
    number: str = ""
    url: str = ""
    is_packaged: bool = False


@dataclass(frozen=True, slots=True)
class NoticeTable:
    """One notice, checked: its year, what it makes of which days, how many rows said so."""

    year: int
    days: tuple[ExceptionalDay, ...]
    rows: tuple[TableRow, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that a re-import made something else."""

    day: date
    was: DayKind
    now: DayKind
    holiday: str

    def as_json(self) -> dict[str, str]:
        """The form printed and journalled."""
        return {"date": self.day.isoformat(), "was": self.was, "now": self.now, "holiday": self.holiday}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    ``created``: exceptional days of which nothing had been published; ``changes``: days that had been published, by
    their own year's notice or another's, and are something else now. Deadlines may rest on the latter.
    """

    year: int
    is_first: bool
    read: int
    created: int
    changes: tuple[DayChange, ...]
    digest: str

    def as_json(self) -> dict[str, Any]:
        """The form printed and journalled."""
        return {
            "year": self.year,
            "first": self.is_first,
            "read": self.read,
            "created": self.created,
            "changed": len(self.changes),
            "changes": [change.as_json() for change in self.changes],
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A day about which a table and the calendar differ."""

    row: int
    day: date
    ours: DayKind
    theirs: bool
    is_published: bool

    def as_json(self) -> dict[str, Any]:
        """The form printed; ``ours`` and ``theirs`` are is_workday."""
        return {
            "row": self.row,
            "date": self.day.isoformat(),
            "ours": int(self.ours.works),
            "theirs": int(self.theirs),
            "kind": self.ours,
            "published": self.is_published,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table beside the calendar. ``read`` = ``agreed`` + disagreements; ``unpublished`` rows lie in years without a
    notice, where the calendar knows only weekends."""

    read: int
    agreed: int
    unpublished: int
    disagreements: tuple[Disagreement, ...]

    def as_json(self) -> dict[str, Any]:
        """The form printed."""
        return {
            "read": self.read,
            "agreed": self.agreed,
            "disagreed": len(self.disagreements),
            "unpublished": self.unpublished,
            "disagreements": [each.as_json() for each in self.disagreements],
        }


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A published year and where it comes from."""

    year: int
    source: Source
    imported_at: datetime
    digest: str
