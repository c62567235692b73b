"""Meters: wall time as a running count of microseconds of a clock's own time, and back to the earliest moment at
which a count is reached. Due dates, use and pauses are then sums and differences of counts.

Natural hours are counted in absolute time, natural days in wall time, working kinds in session time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from lilong.kernel.clocks.limits import Clock, ClockKind, WorkingTime

HOUR = 3_600_000_000
DAY = 24 * HOUR
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _HourMeter:
    timezone: tzinfo

    def count(self, at: datetime) -> int:
        return (at - _EPOCH) // _MICROSECOND

    def reached(self, count: int, _: datetime) -> datetime:
        return (_EPOCH + timedelta(microseconds=count)).astimezone(self.timezone)


@dataclass(frozen=True, slots=True)
class _DayMeter:
    timezone: tzinfo

    def count(self, at: datetime) -> int:
        ordinal, moment = _wall(at, self.timezone)
        return ordinal * DAY + moment

    def reached(self, count: int, _: datetime) -> datetime:
        return _moment(*divmod(count, DAY), self.timezone)


@dataclass(frozen=True, slots=True)
class _WorkMeter:
    working: WorkingTime

    def count(self, at: datetime) -> int:
        ordinal, moment = _wall(at, self.working.timezone)
        days, sessions = self.working.days, self.working.sessions
        today = sessions.spent(moment) if days.works(ordinal) else 0
        return days.through(ordinal - 1) * sessions.length + today

    def reached(self, count: int, after: datetime) -> datetime:
        days, sessions = self.working.days, self.working.sessions
        full, today = divmod(count, sessions.length)
        if not today:  # the end of a working day, not the beginning of the next
            full, today = full - 1, sessions.length
        before = _wall(after, self.working.timezone)[0] - 1
        ordinal = days.nth_after(before, full + 1 - days.through(before))
        return _moment(ordinal, sessions.reached(today), self.working.timezone)


Meter = _HourMeter | _DayMeter | _WorkMeter


def meter_of(kind: ClockKind, working: WorkingTime) -> Meter:
    """The meter of one kind of clock."""
    if kind is ClockKind.NATURAL_HOURS:
        return _HourMeter(working.timezone)
    return _DayMeter(working.timezone) if kind is ClockKind.NATURAL_DAYS else _WorkMeter(working)


def total_of(meter: Meter, clock: Clock, working: WorkingTime) -> int:
    """The whole of the clock's time, from its start to its due date if nothing pauses it."""
    kind = clock.limit.kind
    if kind is ClockKind.WORKING_DAYS:
        ordinal, moment = _wall(clock.started, working.timezone)
        is_first = working.start_day_counts and working.days.works(ordinal) and moment < working.sessions.close
        last = working.days.through(ordinal) + clock.amount - is_first
        return last * working.sessions.length - meter.count(clock.started)
    return clock.amount * (DAY if kind is ClockKind.NATURAL_DAYS else HOUR)


def _wall(at: datetime, timezone: tzinfo) -> tuple[int, int]:
    """Ordinal of the local day and microseconds since its midnight."""
    local = at.astimezone(timezone)
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return local.toordinal(), seconds * 1_000_000 + local.microsecond


def _moment(ordinal: int, microseconds: int, timezone: tzinfo) -> datetime:
    return datetime.combine(date.fromordinal(ordinal), time(), timezone) + timedelta(microseconds=microseconds)
