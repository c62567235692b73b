"""Paces: told at one hour and lived at another; due times exactly as the clocks tell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.work.rules.rehearsal.pace import Pace
from lilong.kernel.clocks import ClockKind, Limit, due_at
from tests.apps.work.rules.rehearsal.pasts import TIME

PACE = Pace(TIME)
MONDAY_NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
MOMENTS = st.integers(-100 * 86_400, 300 * 86_400).map(lambda seconds: MONDAY_NINE + timedelta(seconds=seconds))
HOUR = timedelta(hours=1)


@given(MOMENTS, st.integers(1, 60), st.sampled_from(ClockKind))
def test_a_limit_is_due_exactly_when_the_clocks_say(at: datetime, amount: int, kind: ClockKind) -> None:
    limit = Limit(amount, kind)
    assert PACE.due(at, limit, TIME).at == due_at(at, limit, TIME).at


@given(MOMENTS, st.integers(0, 60 * 60 * 24 * 40), st.sampled_from(["", "yes"]))
def test_lived_again_at_the_same_moment_it_ends_at_the_same_second(at: datetime, seconds: int, keeps: str) -> None:
    begin = at.replace(microsecond=0)
    end = begin + timedelta(seconds=seconds)
    assert PACE.after(begin, PACE.told(begin, end, keeps_hours=bool(keeps))) == end


@pytest.mark.parametrize(("keeps_hours", "ends"), [(True, "Mon 11:00"), (False, "Fri 23:00")])
def test_an_office_that_keeps_its_hours_goes_on_the_next_working_day(ends: str, *, keeps_hours: bool) -> None:
    """Four hours of sessions, from Monday nine to three in the afternoon, begun again on Friday at five."""
    told = PACE.told(MONDAY_NINE, MONDAY_NINE + 6 * HOUR, keeps_hours=keeps_hours)
    lived = PACE.after(MONDAY_NINE + timedelta(days=4, hours=8), told)
    assert f"{lived.astimezone(TIME.timezone):%a %H:%M}" == ends


@pytest.mark.parametrize(("hour", "is_open"), [(8, True), (13, False), (15, True), (19, False)])
def test_offices_work_in_their_sessions_only(hour: int, *, is_open: bool) -> None:
    at = MONDAY_NINE + (hour - 9) * HOUR
    assert PACE.is_open(at) is is_open
    assert not PACE.is_open(at + 5 * 24 * HOUR)


def test_an_end_before_the_beginning_took_nothing() -> None:
    assert PACE.told(MONDAY_NINE, MONDAY_NINE - HOUR, keeps_hours=True) == 0
