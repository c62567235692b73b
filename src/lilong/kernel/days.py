"""Working days of mainland China: what a day is, by the yearly notice of the State Council's General Office.

The week alone does not tell: a notice takes weekdays off and has weekend days worked for them (调休). A year
whose notice has not been published is a *state*, not a guess: it is computed with weekends only, and whatever was
computed through it says so (:func:`unpublished`) until it is recomputed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise

from lilong.kernel.because import Because, Ground
from lilong.kernel.words import Label

_WEEK = 7
_WEEKDAYS = 5
_WEEKDAY_LABELS = tuple(
    Label(f"周{zh}", en)
    for zh, en in zip(
        "一二三四五六日",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_HOLIDAYS_EN = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "70th anniversary of the victory over fascism",
}


class DayKind(StrEnum):
    """What a day is."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"

    @property
    def label(self) -> Label:
        """The kind's name in both languages."""
        return _KIND_LABELS[self]

    @property
    def works(self) -> bool:
        """Whether offices work on such a day."""
        return self in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)


_KIND_LABELS = {
    DayKind.WORKDAY: Label("工作日", "working day"),
    DayKind.WEEKEND: Label("周末", "weekend"),
    DayKind.HOLIDAY: Label("放假", "holiday"),
    DayKind.MAKEUP_WORKDAY: Label("调休上班", "make-up working day"),
}


@dataclass(frozen=True, slots=True, order=True)
class ExceptionalDay:
    """A day that a notice names: off (``holiday``, on whatever weekday) or a weekend day that is worked.

    ``holiday`` is the Chinese name as the notice has it (``国庆节``, ``中秋节、国庆节``) or empty.
    Raises ``ValueError`` for a kind that is no exception and for a make-up day from Monday to Friday.
    """

    day: date
    kind: DayKind
    holiday: str = ""

    def __post_init__(self) -> None:
        if self.kind not in (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY):
            raise ValueError(f"{self.day}: {self.kind} is what the week says, not an exception")
        if self.kind is DayKind.MAKEUP_WORKDAY and not is_weekend(self.day):
            raise ValueError(f"{self.day}: a make-up working day falls on a weekend")


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The published years and their exceptional days; every other day is what the week says.

    ``version`` names the state of the data and is written into each reason, so that a deadline computed before a
    correction can be told from one computed after. Raises ``ValueError`` when a day is named twice.

    A notice may name days of the December before its year (29 to 31 December 2018 in the notice of 2019); such a day
    counts as published whatever the state of the rest of its year.
    """

    published: frozenset[int]
    exceptions: tuple[ExceptionalDay, ...]
    version: str = ""
    _days: dict[int, ExceptionalDay] = field(init=False, repr=False, compare=False)
    _named: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _worked: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _off: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.exceptions)
        named = tuple(exception.day.toordinal() for exception in ordered)
        if any(earlier == later for earlier, later in pairwise(named)):
            raise ValueError("a day is named twice")
        worked = (e.day for e in ordered if e.kind.works)
        off = (e.day for e in ordered if not e.kind.works and not is_weekend(e.day))
        object.__setattr__(self, "exceptions", tuple(ordered))
        object.__setattr__(self, "_days", dict(zip(named, ordered, strict=True)))
        object.__setattr__(self, "_named", named)
        object.__setattr__(self, "_worked", tuple(day.toordinal() for day in worked))
        object.__setattr__(self, "_off", tuple(day.toordinal() for day in off))

    def kind(self, day: date) -> DayKind:
        """What ``day`` is; in an unpublished year, what the week says."""
        exception = self._days.get(day.toordinal())
        if exception:
            return exception.kind
        return DayKind.WEEKEND if is_weekend(day) else DayKind.WORKDAY

    def is_workday(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        return self.works(day.toordinal())

    def is_provisional(self, day: date) -> bool:
        """Whether no notice has said anything about ``day`` yet."""
        return day.year not in self.published and day.toordinal() not in self._days

    def holiday(self, day: date) -> str:
        """The Chinese name of the holiday for which ``day`` is off or worked, or nothing."""
        exception = self._days.get(day.toordinal())
        return exception.holiday if exception else ""

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself is not counted; ``day`` itself for 0.

        Raises ``ValueError`` for a negative count.
        """
        if count < 0:
            raise ValueError("working days are counted forward")
        return date.fromordinal(self.nth_after(day.toordinal(), count))

    def workdays_between(self, after: date, through: date) -> int:
        """How many working days lie after ``after`` up to and including ``through``."""
        return self.through(through.toordinal()) - self.through(after.toordinal())

    # What clocks count with: proleptic ordinals (1 is Monday 1 January of year 1), without building dates.

    def works(self, ordinal: int) -> bool:
        """Whether offices work on the day with this ordinal."""
        exception = self._days.get(ordinal)
        return exception.kind.works if exception else 0 < ordinal % _WEEK <= _WEEKDAYS

    def through(self, ordinal: int) -> int:
        """Working days from ordinal 1 up to and including this one, in logarithmic time."""
        weeks, rest = divmod(ordinal, _WEEK)
        by_the_week = weeks * _WEEKDAYS + min(rest, _WEEKDAYS)
        return by_the_week + bisect_right(self._worked, ordinal) - bisect_right(self._off, ordinal)

    def nth_after(self, ordinal: int, count: int) -> int:
        """The ordinal of the ``count``-th working day after ``ordinal``.

        Each round moves on by the days still missing, of which all might be working days: it never passes the one
        sought, and the missing part shrinks to about two sevenths.
        """
        wanted = self.through(ordinal) + count
        found = ordinal
        while missing := wanted - self.through(found):
            found += missing
        return found

    def reasons(self, first: date, last: date) -> tuple[Because, ...]:
        """Why working time from ``first`` to ``last`` is not what the week alone says: unpublished years, holidays
        and make-up days, one sentence for each run of days."""
        years = tuple(unpublished(year) for year in self.unpublished_years(first, last))
        low = bisect_left(self._named, first.toordinal())
        high = bisect_right(self._named, last.toordinal())
        return years + tuple(self._reason(run) for run in _runs(self.exceptions[low:high]))

    def unpublished_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years touched by ``first`` to ``last`` for which no notice has been published."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.published)

    def _reason(self, run: list[ExceptionalDay]) -> Because:
        first, last = run[0], run[-1]
        days = _range_label(first.day, last.day)
        span = first.day.isoformat() if len(run) == 1 else f"{first.day.isoformat()}..{last.day.isoformat()}"
        reference = f"calendar:{span}@{self.version}" if self.version else f"calendar:{span}"
        if first.kind.works:
            weekday = _WEEKDAY_LABELS[first.day.weekday()]
            text = Label(
                f"{days.zh}（{weekday.zh}）调休上班，计入", f"{weekday.en} {days.en} is a make-up working day: counted"
            )
        else:
            name = holiday_label(first.holiday)
            text = Label(f"{days.zh}{name.zh}放假，不计", f"{days.en}, {name.en}: not counted")
        return Because(Ground.CALENDAR, text, reference)


def is_weekend(day: date) -> bool:
    """Whether ``day`` is a Saturday or Sunday, whatever a notice says."""
    return day.weekday() >= _WEEKDAYS


def unpublished(year: int) -> Because:
    """The reason carried by everything computed through a year whose notice is not out."""
    return Because(
        Ground.CALENDAR,
        Label(
            f"{year} 年安排尚未公布，暂按周末计算，公布后重算",
            f"The holiday schedule of {year} is not published yet: counted by weekends for now, "
            "to be recomputed when it is",
        ),
        f"calendar:{year}:unpublished",
    )


def holiday_label(name: str) -> Label:
    """A holiday's Chinese name with its English; a name without known English stands in both."""
    if not name:
        return Label("节假日", "holiday")
    return Label(name, " and ".join(_HOLIDAYS_EN.get(part, part) for part in name.split("、")))


def _runs(exceptions: Iterable[ExceptionalDay]) -> Iterator[list[ExceptionalDay]]:
    """Holidays of one name on consecutive days together; each make-up day by itself."""
    run: list[ExceptionalDay] = []
    for exception in exceptions:
        if run and not _continues(run[-1], exception):
            yield run
            run = []
        run.append(exception)
    if run:
        yield run


def _continues(before: ExceptionalDay, after: ExceptionalDay) -> bool:
    is_same = before.kind is after.kind is DayKind.HOLIDAY and before.holiday == after.holiday
    return is_same and after.day.toordinal() - before.day.toordinal() == 1


def _range_label(first: date, last: date) -> Label:
    if first == last:
        return Label(f"{first.month}月{first.day}日", f"{first.day} {_MONTHS[first.month - 1]}")
    if first.month == last.month:
        return Label(
            f"{first.month}月{first.day}日至{last.day}日", f"{first.day}–{last.day} {_MONTHS[first.month - 1]}"
        )
    return Label(
        f"{first.month}月{first.day}日至{last.month}月{last.day}日",
        f"{first.day} {_MONTHS[first.month - 1]} – {last.day} {_MONTHS[last.month - 1]}",
    )
