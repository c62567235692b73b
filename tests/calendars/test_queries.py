"""Asking which days are worked: right, and cheap enough to ask for every deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.calendars.commands import load_published_years
from lilong.calendars.models import PublishedDay, PublishedYear
from lilong.calendars.queries import published_years, working_days, working_time
from lilong.kernel.clocks import STANDARD_SESSIONS, ClockKind, Limit, due_at
from lilong.kernel.days import DayKind

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("committed_db", "nothing_kept")


def statements(at: datetime) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        working_time(at)
    return len(captured)


def test_the_calendar_is_read_with_the_sessions_and_wall_clock_of_the_instance() -> None:
    load_published_years(at=AT)
    working = working_time(AT)
    assert working.sessions == STANDARD_SESSIONS
    assert AT.astimezone(working.timezone).utcoffset() == timedelta(hours=8)
    assert working.days.published == frozenset(range(2004, 2027))
    due = due_at(AT, Limit(5, ClockKind.WORKING_DAYS), working)
    assert due.at == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert due.provisional == ()


def test_before_anything_is_published_everything_is_provisional() -> None:
    assert published_years() == ()
    assert working_days(AT).version == ""
    assert due_at(AT, Limit(5, ClockKind.WORKING_DAYS), working_time(AT)).provisional == (2026,)


def test_within_a_minute_nothing_is_asked_and_after_it_only_the_digests() -> None:
    load_published_years(at=AT)
    assert statements(AT) == 3
    assert statements(AT + timedelta(seconds=59)) == 0
    assert statements(AT - timedelta(seconds=59)) == 0
    kept = working_time(AT)
    assert statements(AT + timedelta(seconds=60)) == 1
    assert working_time(AT + timedelta(seconds=61)) is kept
    assert statements(AT) == 1  # a minute back is a minute away as well


def test_what_another_process_imported_is_seen_within_a_minute() -> None:
    load_published_years(at=AT)
    before = working_days(AT)
    PublishedDay.objects.create(day=date(2026, 12, 28), year_id=2026, kind=DayKind.HOLIDAY)
    PublishedYear.objects.filter(year=2026).update(digest="corrected elsewhere")
    assert working_days(AT + timedelta(seconds=59)).is_workday(date(2026, 12, 28))
    after = working_days(AT + timedelta(seconds=60))
    assert not after.is_workday(date(2026, 12, 28))
    assert after.version != before.version


def test_each_year_says_where_it_comes_from() -> None:
    load_published_years(at=AT)
    year = published_years()[-1]
    assert (year.year, year.imported_at) == (2026, AT)
    assert year.source.number == "国办发明电〔2025〕7号"
    assert year.source.is_packaged
