"""Moments on the city's wall clock, the two hours a year that are doubtful among them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.project.requests.times import Clockface

BOSTON = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "utc", "doubtful"),
    [
        ("2011-07-01 01:32:33", "2011-07-01T05:32:33", 0),
        ("2011-12-01 01:32:33", "2011-12-01T06:32:33", 0),
        ("2011-11-06 00:30:00", "2011-11-06T04:30:00", 0),
        ("2011-11-06 01:30:00", "2011-11-06T05:30:00", 1),  # shown twice: the first of the two
        ("2011-11-06 02:30:00", "2011-11-06T07:30:00", 0),
        ("2011-03-13 02:30:00", "2011-03-13T07:30:00", 1),  # skipped: as long after the jump
        ("2011-07-01T01:32:33+02:00", "2011-06-30T23:32:33", 0),
        ("2059-12-31 19:00:00", "2060-01-01T00:00:00", 0),
    ],
)
def test_a_moment_is_read_on_the_citys_clock(text: str, utc: str, doubtful: int) -> None:
    clock = Clockface(BOSTON)
    assert clock.moment(text) == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert clock.doubtful == doubtful


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%m/%d/%Y %I:%M:%S %p", "07/01/2011 01:32:33 AM"),
        ("%Y%m%d%H%M%S", "20110701013233"),
        ("%d.%m.%Y %H:%M:%S %z", "01.07.2011 07:32:33 +0200"),
    ],
)
def test_a_pattern_reads_what_it_describes(pattern: str, text: str) -> None:
    assert Clockface(BOSTON, pattern).moment(text) == datetime(2011, 7, 1, 5, 32, 33, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2011-02-30 10:00:00", "2011-13-01", "9999-12-31 23:00:00", "NaT"])
def test_what_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="names no moment"):
        Clockface(BOSTON).moment(text)


@given(st.datetimes(min_value=datetime.fromisoformat("1950-01-01"), max_value=datetime.fromisoformat("2100-01-01")))
def test_the_quick_way_agrees_with_the_time_zone_itself(wall: datetime) -> None:
    assert Clockface(BOSTON).moment(wall.isoformat()) == wall.replace(tzinfo=BOSTON).astimezone(UTC)
