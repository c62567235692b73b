"""Asking which days are worked. Everybody may ask: these are facts without an area.

The answer is kept in the process. The digests of the published years are looked at again when a minute has passed
between two questions, by the time of the questions themselves; the days are read again only when a digest changed.
Work on long histories asks once and keeps the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils import timezone

from lilong.calendars.models import PublishedDay, PublishedYear
from lilong.calendars.terms import KnownYear, Source
from lilong.kernel.clocks import STANDARD_SESSIONS, WorkingTime
from lilong.kernel.days import DayKind, ExceptionalDay, WorkingDays

_LOOK_AGAIN_AFTER = timedelta(minutes=1)
_VERSION_LENGTH = 12


@dataclass(frozen=True, slots=True)
class _Kept:
    working: WorkingTime
    looked_at: datetime


_kept: list[_Kept] = []


def working_time(at: datetime) -> WorkingTime:
    """What clocks are read against: published days, work sessions, the wall clock of the instance.

    ``at`` is when the question is asked. A year imported meanwhile by another process is seen within a minute.
    """
    kept = _kept[-1] if _kept else None
    if kept and abs(at - kept.looked_at) < _LOOK_AGAIN_AFTER:
        return kept.working
    version = _version()
    if kept and kept.working.days.version == version:
        working = kept.working
    else:
        working = WorkingTime(_published_days(version), STANDARD_SESSIONS, timezone.get_default_timezone())
    _kept[:] = [_Kept(working, at)]
    return working


def working_days(at: datetime) -> WorkingDays:
    """The published days alone."""
    return working_time(at).days


def published_years() -> tuple[KnownYear, ...]:
    """The published years, earliest first, and where each comes from."""
    return tuple(
        KnownYear(row.year, Source(row.notice, row.number, row.url, row.is_packaged), row.imported_at, row.digest)
        for row in PublishedYear.objects.order_by("year")
    )


def forget() -> None:
    """Drop what this process has kept, so that the next question reads the tables."""
    _kept.clear()


def _version() -> str:
    years = PublishedYear.objects.order_by("year").values_list("year", "digest")
    known = "\n".join(f"{year} {digest}" for year, digest in years)
    return sha256(known.encode()).hexdigest()[:_VERSION_LENGTH] if known else ""


def _published_days(version: str) -> WorkingDays:
    years = frozenset(PublishedYear.objects.values_list("year", flat=True))
    days = PublishedDay.objects.values_list("day", "kind", "holiday")
    return WorkingDays(years, tuple(ExceptionalDay(day, DayKind(kind), name) for day, kind, name in days), version)
