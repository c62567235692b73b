"""Reading a clock: when it is due, how much is used, which light it shows, what is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from lilong.kernel.because import Because
from lilong.kernel.clocks.limits import Clock, ClockKind, Limit, WorkingTime, refuse_naive
from lilong.kernel.clocks.meters import Meter, meter_of, total_of
from lilong.kernel.clocks.reasons import clock_reasons, pause_reasons
from lilong.kernel.clocks.spoken import time_left
from lilong.kernel.words import Label

_MICROSECOND = timedelta(microseconds=1)

_GREEN_UP_TO = Fraction(4, 5)  # [UMP Statistics]: green to 80 %, yellow to 100 %, red after


class Light(StrEnum):
    """灯: green while at most 80 % of the time is used, yellow until it is due, red after."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> Label:
        """The light in words, so that colour is never the only sign."""
        return _LIGHT_LABELS[self]


_LIGHT_LABELS = {
    Light.GREEN: Label("正常", "in time"),
    Light.YELLOW: Label("将到期", "due soon"),
    Light.RED: Label("已超时", "overdue"),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due and why.

    ``provisional`` are the unpublished years it rests on: it is to be computed again when one of them is published.
    """

    at: datetime
    because: tuple[Because, ...]
    provisional: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock read at one moment.

    ``used`` is the exact share of the limit, above 1 when overdue; ``remaining`` is in the clock's own time (session
    time for working kinds) and negative when overdue; ``left`` says it in words. The light is red at once after
    ``due``, even while a working clock stands still overnight and ``used`` is still 1.
    """

    due: datetime
    used: Fraction
    light: Light
    remaining: timedelta
    left: Label
    is_paused: bool
    because: tuple[Because, ...]
    provisional: tuple[int, ...] = ()


def due_at(start: datetime, limit: Limit, working: WorkingTime) -> Deadline:
    """When ``limit`` is due that starts at ``start``, in the wall time of ``working``, and why."""
    return deadline(Clock(limit, start), working)


def deadline(clock: Clock, working: WorkingTime, at: datetime | None = None) -> Deadline:
    """When ``clock`` is due and why; a pause that has not ended counts as ending at ``at``.

    Raises ``ValueError`` for a pause without an end when ``at`` is not given.
    """
    return _deadline(clock, working, _closed(clock, at))


def reading(clock: Clock, at: datetime, working: WorkingTime) -> Reading:
    """What ``clock`` says at ``at``: due, used share, light, remaining, why."""
    refuse_naive(at)
    meter = meter_of(clock.limit.kind, working)
    pauses = _closed(clock, at)
    end = _deadline(clock, working, pauses)
    used, total = _used(meter, clock, at, pauses), total_of(meter, clock, working)
    is_late = at > end.at
    return Reading(
        due=end.at,
        used=Fraction(used, total),
        light=light(used, total, is_late=is_late),
        remaining=timedelta(microseconds=total - used),
        left=time_left(total - used, clock.limit.kind, working.sessions, is_late=is_late),
        is_paused=clock.is_paused(at),
        because=end.because,
        provisional=end.provisional,
    )


def reading_between(start: datetime, due: datetime, at: datetime, working: WorkingTime) -> Reading:
    """The clock of a matter whose limit is known only as a date, as records of another register have it.

    Natural time runs from ``start`` to ``due``; a due date before the start is late from the start.
    """
    refuse_naive(at)
    used, total = max((at - start) // _MICROSECOND, 0), max((due - start) // _MICROSECOND, 1)
    is_late = at > due
    kind, left = ClockKind.NATURAL_HOURS, (due - at) // _MICROSECOND
    return Reading(
        due=due.astimezone(working.timezone),
        used=Fraction(used, total),
        light=light(used, total, is_late=is_late),
        remaining=due - at,
        left=time_left(left, kind, working.sessions, is_late=is_late),
        is_paused=False,
        because=(),
    )


def elapsed(clock: Clock, at: datetime, working: WorkingTime) -> timedelta:
    """How much of the clock's own time has run from its start to ``at``, without its pauses."""
    refuse_naive(at)
    used = _used(meter_of(clock.limit.kind, working), clock, at, _closed(clock, at))
    return timedelta(microseconds=used)


def light(used: int, total: int, *, is_late: bool) -> Light:
    """The light for ``used`` of ``total`` units of time: exactly 80 % is still green, exactly 100 % yellow."""
    if is_late or used > total:
        return Light.RED
    return Light.GREEN if Fraction(used, total) <= _GREEN_UP_TO else Light.YELLOW


def _used(meter: Meter, clock: Clock, at: datetime, pauses: Iterable[tuple[datetime, datetime]]) -> int:
    if at <= clock.started:
        return 0
    stopped = sum(meter.count(min(until, at)) - meter.count(since) for since, until in pauses if since < at)
    return meter.count(at) - meter.count(clock.started) - stopped


def _deadline(clock: Clock, working: WorkingTime, pauses: list[tuple[datetime, datetime]]) -> Deadline:
    meter = meter_of(clock.limit.kind, working)
    count = meter.count(clock.started) + total_of(meter, clock, working)
    counted: list[tuple[datetime, datetime]] = []
    for since, until in pauses:
        if meter.count(since) >= count:
            break
        count += meter.count(until) - meter.count(since)
        counted.append((since, until))
    due = meter.reached(count, clock.started)
    first, last = clock.started.astimezone(working.timezone).date(), due.date()
    if clock.limit.kind.is_natural:
        return Deadline(due, (*clock_reasons(clock, working), *pause_reasons(counted, working)))
    reasons = working.days.reasons(_first_counted(clock, working, first), last)
    because = (*clock_reasons(clock, working), *pause_reasons(counted, working), *reasons)
    return Deadline(due, because, working.days.unpublished_years(first, last))


def _first_counted(clock: Clock, working: WorkingTime, first: date) -> date:
    is_skipped = clock.limit.kind is ClockKind.WORKING_DAYS and not working.start_day_counts
    return first + timedelta(days=1) if is_skipped else first


def _closed(clock: Clock, at: datetime | None) -> list[tuple[datetime, datetime]]:
    """The pauses in order, from the start on, those that overlap made one, an unfinished one ended at ``at``."""
    closed: list[tuple[datetime, datetime]] = []
    for pause in sorted(clock.pauses, key=lambda pause: pause.since):
        until = pause.until or at
        if until is None:
            raise ValueError("a pause without an end needs the moment at which it is looked at")
        since = max(pause.since, clock.started)
        if closed and since <= closed[-1][1]:
            closed[-1] = (closed[-1][0], max(until, closed[-1][1]))
        elif since < until:
            closed.append((since, until))
    return closed
