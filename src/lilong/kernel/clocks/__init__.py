"""The four clocks of the field: what a limit means, when something is due, how much of its time is used.

=================  ==============================================================================================
natural_hours      紧急工作时: hours of natural time, through nights, weekends and holidays, despite the word 工作
working_hours      工作时: only within the work sessions of working days, make-up days included
working_days       工作日: the day of the start is not counted; due when the last session of the n-th working day
                   after it ends (民法典 2020-05-28, articles 201 and 203: the first day is not counted, the last one
                   ends when business stops; applied by analogy, article 204 leaves room for other rules)
natural_days       自然日: the same wall time n days later, whatever those days are
=================  ==============================================================================================

Every clock has a time of its own: natural time for the natural kinds, session time for the working kinds. Used and
remaining time, lights and pauses are measured in it, in whole microseconds and exact fractions. Nothing here reads a
clock or knows a time zone: both come in. In a zone with summer time a wall time that occurs twice means the first.
"""

from lilong.kernel.clocks.limits import (
    AMOUNT_MAX,
    STANDARD_SESSIONS,
    Clock,
    ClockKind,
    Limit,
    Pause,
    Sessions,
    WorkingTime,
)
from lilong.kernel.clocks.readings import (
    Deadline,
    Light,
    Reading,
    deadline,
    due_at,
    elapsed,
    light,
    reading,
    reading_between,
)

__all__ = [
    "AMOUNT_MAX",
    "STANDARD_SESSIONS",
    "Clock",
    "ClockKind",
    "Deadline",
    "Light",
    "Limit",
    "Pause",
    "Reading",
    "Sessions",
    "WorkingTime",
    "deadline",
    "due_at",
    "elapsed",
    "light",
    "reading",
    "reading_between",
]
