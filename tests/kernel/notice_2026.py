"""The notice of 2026 as a table, typed from its text and not from the shipped data."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lilong.kernel.clocks import STANDARD_SESSIONS, WorkingTime
from lilong.kernel.days import DayKind, ExceptionalDay, WorkingDays

SHANGHAI = ZoneInfo("Asia/Shanghai")

# 国办发明电〔2025〕7号, typed from the notice: name, first day off, days off, weekend days worked.
NOTICE_2026 = [
    ("元旦", (1, 1), 3, [(1, 4)]),
    ("春节", (2, 15), 9, [(2, 14), (2, 28)]),
    ("清明节", (4, 4), 3, []),
    ("劳动节", (5, 1), 5, [(5, 9)]),
    ("端午节", (6, 19), 3, []),
    ("中秋节", (9, 25), 3, []),
    ("国庆节", (10, 1), 7, [(9, 20), (10, 10)]),
]


def exceptions_of_2026() -> tuple[ExceptionalDay, ...]:
    found = []
    for name, (month, day), length, worked in NOTICE_2026:
        first = date(2026, month, day)
        found += [ExceptionalDay(first + timedelta(days=n), DayKind.HOLIDAY, name) for n in range(length)]
        found += [ExceptionalDay(date(2026, *day), DayKind.MAKEUP_WORKDAY, name) for day in worked]
    return tuple(found)


DAYS = WorkingDays(frozenset({2026}), exceptions_of_2026(), version="t1")
WORKING = WorkingTime(DAYS, STANDARD_SESSIONS, SHANGHAI)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
