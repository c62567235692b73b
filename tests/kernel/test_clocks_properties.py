"""What must hold for every clock, start, amount and set of pauses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lilong.kernel.clocks import (
    Clock,
    ClockKind,
    Light,
    Limit,
    Pause,
    Sessions,
    WorkingTime,
    deadline,
    due_at,
    elapsed,
    reading,
)
from lilong.kernel.days import WorkingDays
from tests.kernel.notice_2026 import NOTICE_2026, SHANGHAI, WORKING, at

NATURAL_HOURS, WORKING_HOURS, NATURAL_DAYS = ClockKind.NATURAL_HOURS, ClockKind.WORKING_HOURS, ClockKind.NATURAL_DAYS
MICROSECOND = timedelta(microseconds=1)
KINDS = st.sampled_from(list(ClockKind))
MOMENTS = st.timedeltas(timedelta(), timedelta(days=424)).map(lambda after: at(1, 1) + after)
AMOUNTS = st.integers(1, 60)
PAUSES = st.lists(
    st.builds(
        lambda since, length: Pause(since, since + length), MOMENTS, st.timedeltas(MICROSECOND, timedelta(days=20))
    ),
    max_size=4,
).map(tuple)


@given(kind=KINDS, amount=AMOUNTS, one=MOMENTS, other=MOMENTS)
def test_starting_later_is_never_due_earlier(kind: ClockKind, amount: int, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    assert due_at(early, Limit(amount, kind), WORKING).at <= due_at(late, Limit(amount, kind), WORKING).at


@given(kind=KINDS, amount=AMOUNTS, start=MOMENTS)
def test_more_time_is_due_later_and_always_after_the_start(kind: ClockKind, amount: int, start: datetime) -> None:
    shorter, longer = (due_at(start, Limit(amount + n, kind), WORKING).at for n in (0, 1))
    assert start < shorter < longer


@given(kind=KINDS, amount=AMOUNTS, start=MOMENTS, pauses=PAUSES)
def test_pausing_never_makes_it_due_earlier(
    kind: ClockKind, amount: int, start: datetime, pauses: tuple[Pause, ...]
) -> None:
    limit = Limit(amount, kind)
    paused = deadline(Clock(limit, start, pauses), WORKING)
    assert paused.at >= due_at(start, limit, WORKING).at
    assert paused.at >= deadline(Clock(limit, start, pauses[1:]), WORKING).at


@given(kind=KINDS, amount=AMOUNTS, start=MOMENTS, pauses=PAUSES, extra=st.integers(0, 2))
def test_at_the_due_moment_exactly_all_the_time_is_used(
    kind: ClockKind, amount: int, start: datetime, pauses: tuple[Pause, ...], extra: int
) -> None:
    clock = Clock(Limit(amount, kind), start, pauses, (Limit(amount, kind),) * extra)
    due = deadline(clock, WORKING).at
    found = reading(clock, due, WORKING)
    assert found.used == 1
    assert found.remaining == timedelta()
    assert found.light is Light.YELLOW
    assert reading(clock, due - MICROSECOND, WORKING).used < 1
    assert reading(clock, due + MICROSECOND, WORKING).light is Light.RED


@given(kind=KINDS, amount=AMOUNTS, start=MOMENTS, pauses=PAUSES, one=MOMENTS, other=MOMENTS)
def test_used_time_never_runs_backward(
    kind: ClockKind, amount: int, start: datetime, pauses: tuple[Pause, ...], one: datetime, other: datetime
) -> None:
    clock = Clock(Limit(amount, kind), start, pauses)
    early, late = (elapsed(clock, moment, WORKING) for moment in sorted((one, other)))
    assert timedelta() <= early <= late


@given(kind=st.sampled_from([NATURAL_HOURS, NATURAL_DAYS]), amount=AMOUNTS, start=MOMENTS, pauses=PAUSES)
def test_natural_kinds_ignore_the_calendar(
    kind: ClockKind, amount: int, start: datetime, pauses: tuple[Pause, ...]
) -> None:
    elsewhere = WorkingTime(WorkingDays(frozenset(), ()), Sessions(((time(1), time(2)),)), SHANGHAI)
    clock = Clock(Limit(amount, kind), start, pauses)
    assert deadline(clock, WORKING) == deadline(clock, elsewhere)


@given(
    start=st.integers(0, 27 * 24 * 60).map(lambda minutes: at(9, 15) + timedelta(minutes=minutes)),
    minutes=st.integers(1, 3 * 24 * 60),
)
def test_working_time_is_what_counting_each_minute_gives(start: datetime, minutes: int) -> None:
    counted = sum(is_working_minute(start + timedelta(minutes=n)) for n in range(minutes))
    clock = Clock(Limit(1, WORKING_HOURS), start)
    assert elapsed(clock, start + timedelta(minutes=minutes), WORKING) == timedelta(minutes=counted)


def is_working_minute(wall: datetime) -> bool:
    """The oracle, from the notice's text: no code of the kernel."""
    day = (wall.month, wall.day)
    if day in [worked for *_, days in NOTICE_2026 for worked in days]:
        works = True
    else:
        in_holiday = any(
            date(2026, *first) <= wall.date() < date(2026, *first) + timedelta(days=length)
            for _, first, length, _ in NOTICE_2026
        )
        works = wall.weekday() < 5 and not in_holiday
    return works and (8 <= wall.hour < 12 or 14 <= wall.hour < 18)
