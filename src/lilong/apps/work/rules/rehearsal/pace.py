"""How long work took, told so that it can be lived again at another hour.

Work of offices that keep their hours is told in session time: begun on another day, it skips that day's nights and days
off. Whether an office keeps them is seen from when it ends its work. All other work is told in natural time, and so is
what ended out of hours or within two hours. Of the ways tried this one repeats best both kinds of office.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lilong.kernel.clocks import ClockKind, Deadline, Limit, WorkingTime, due_at
from lilong.kernel.clocks.meters import HOUR, meter_of

_SECOND = 1_000_000
_SHORT = timedelta(hours=2)


class Pace:
    """Durations against one calendar, as whole numbers: twice the seconds, and one more when these are session time."""

    def __init__(self, time: WorkingTime) -> None:
        self._time = time
        self._meter = meter_of(ClockKind.WORKING_HOURS, time)
        # Working days are due when work ends, whatever the hour of the day on which they start.
        self._by_day: dict[tuple[int, int], Deadline] = {}

    def told(self, begin: datetime, end: datetime, *, keeps_hours: bool) -> int:
        """How long it took from ``begin`` to ``end``; nothing for an end before the beginning."""
        if keeps_hours and end - begin >= _SHORT and self.is_open(end):
            worked = (self._meter.count(end) - self._meter.count(begin)) // _SECOND
            if worked > 0:
                return worked * 2 + 1
        return max(int((end - begin).total_seconds()), 0) * 2

    def after(self, begin: datetime, told: int) -> datetime:
        """When it ends that begins at ``begin`` and takes so long."""
        seconds, in_sessions = divmod(told, 2)
        if not in_sessions or not seconds:
            return begin + timedelta(seconds=seconds)
        return self._meter.reached(self._meter.count(begin) + seconds * _SECOND, begin)

    def due(self, at: datetime, limit: Limit, time: WorkingTime) -> Deadline:
        """When ``limit`` is due that starts at ``at``, exactly as :func:`~lilong.kernel.clocks.due_at` tells it, but
        without its reasons, and quicker. ``time`` must be the calendar of this pace."""
        if limit.kind is ClockKind.WORKING_HOURS:
            count = self._meter.count(at) + limit.amount * HOUR
            return Deadline(self._meter.reached(count, at), ())
        if limit.kind is not ClockKind.WORKING_DAYS or time.start_day_counts:
            return due_at(at, limit, time)
        day = (limit.amount, at.astimezone(time.timezone).toordinal())
        found = self._by_day.get(day)
        if found is None:
            found = self._by_day[day] = due_at(at, limit, time)
        return found

    def is_open(self, at: datetime) -> bool:
        """Whether offices work at ``at``."""
        local = at.astimezone(self._time.timezone)
        clock = local.time()
        within = any(begin <= clock <= end for begin, end in self._time.sessions.parts)
        return within and self._time.days.works(local.toordinal())
