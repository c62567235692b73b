"""What is measured and against what: kinds of clock, limits, work sessions, pauses, and the clock made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from enum import StrEnum
from itertools import pairwise

from lilong.kernel.days import WorkingDays
from lilong.kernel.words import Label

AMOUNT_MAX = 10_000


class ClockKind(StrEnum):
    """How time is counted; the words are the field's, see the table above."""

    NATURAL_HOURS = "natural_hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    NATURAL_DAYS = "natural_days"

    @property
    def label(self) -> Label:
        """The kind's name in both languages."""
        return _KIND_LABELS[self]

    @property
    def is_natural(self) -> bool:
        """Whether the clock runs through nights, weekends and holidays."""
        return self in (ClockKind.NATURAL_HOURS, ClockKind.NATURAL_DAYS)


_KIND_LABELS = {
    ClockKind.NATURAL_HOURS: Label("紧急工作时", "hours round the clock"),
    ClockKind.WORKING_HOURS: Label("工作时", "working hours"),
    ClockKind.WORKING_DAYS: Label("工作日", "working days"),
    ClockKind.NATURAL_DAYS: Label("自然日", "calendar days"),
}
_ONE_EN = {
    ClockKind.NATURAL_HOURS: "hour round the clock",
    ClockKind.WORKING_HOURS: "working hour",
    ClockKind.WORKING_DAYS: "working day",
    ClockKind.NATURAL_DAYS: "calendar day",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time on one kind of clock; 1 to 10,000. Raises ``ValueError`` outside."""

    amount: int
    kind: ClockKind

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= AMOUNT_MAX:
            raise ValueError(f"a limit is 1 to {AMOUNT_MAX} hours or days, not {self.amount}")

    @property
    def label(self) -> Label:
        """``2 紧急工作时`` / ``2 hours round the clock``."""
        return amount_label(self.amount, self.kind)


def _of_day(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond


@dataclass(frozen=True, slots=True)
class Sessions:
    """The work sessions of a working day, in order, within one day.

    Raises ``ValueError`` when there is none, one is empty, or two overlap. A session through midnight is not known.
    """

    parts: tuple[tuple[time, time], ...]
    _bounds: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    length: int = field(init=False, repr=False, compare=False)
    close: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        edges = [edge for part in self.parts for edge in part]
        if not edges or any(earlier >= later for earlier, later in pairwise(edges)):
            raise ValueError("work sessions follow one another, each ending after it begins")
        bounds = tuple((_of_day(begin), _of_day(end)) for begin, end in self.parts)
        object.__setattr__(self, "_bounds", bounds)
        object.__setattr__(self, "length", sum(end - begin for begin, end in bounds))
        object.__setattr__(self, "close", bounds[-1][1])

    @property
    def label(self) -> Label:
        """``08:00–12:00、14:00–18:00``."""
        parts = [f"{begin:%H:%M}–{end:%H:%M}" for begin, end in self.parts]
        return Label("、".join(parts), ", ".join(parts))

    def spent(self, moment: int) -> int:
        """Session time, in microseconds, before ``moment`` of the day."""
        return sum(min(moment, end) - begin for begin, end in self._bounds if moment > begin)

    def reached(self, spent: int) -> int:
        """The earliest moment of the day by which ``spent`` (more than 0) of session time has passed."""
        for begin, end in self._bounds:
            if spent <= end - begin:
                return begin + spent
            spent -= end - begin
        raise ValueError("a working day has no more session time than its sessions")


STANDARD_SESSIONS = Sessions(((time(8), time(12)), (time(14), time(18))))


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Which days are worked, when on them, and by which wall clock; what every clock is read against.

    ``start_day_counts`` is for places whose rules count the day of the start as the first working day when work is
    still going on; the civil code, and the default, do not count it.
    """

    days: WorkingDays
    sessions: Sessions
    timezone: tzinfo
    start_day_counts: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """挂账: an interval in which a clock stands still; ``until`` None means that it has not ended yet."""

    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        refuse_naive(self.since, *([self.until] if self.until else []))
        if self.until and self.until <= self.since:
            raise ValueError("a pause ends after it begins")


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs from ``started``, stopped by pauses (挂账) and lengthened by extensions (延期).

    Extensions are of the limit's own kind: each adds its amount to the limit. How many of either are lawful is the
    caller's rule. Raises ``ValueError`` for naive times and extensions of another kind.
    """

    limit: Limit
    started: datetime
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Limit, ...] = ()

    def __post_init__(self) -> None:
        refuse_naive(self.started)
        if any(extension.kind is not self.limit.kind for extension in self.extensions):
            raise ValueError("an extension is counted by the same clock as the limit it extends")

    @property
    def amount(self) -> int:
        """The limit with all its extensions."""
        return self.limit.amount + sum(extension.amount for extension in self.extensions)

    def is_paused(self, at: datetime) -> bool:
        """Whether the clock stands still at ``at`` because somebody stopped it."""
        return any(pause.since <= at and (pause.until is None or at < pause.until) for pause in self.pauses)


def amount_label(amount: int, kind: ClockKind) -> Label:
    """``2 紧急工作时`` / ``2 hours round the clock``."""
    unit = kind.label
    return Label(f"{amount} {unit.zh}", f"{amount} {_ONE_EN[kind] if amount == 1 else unit.en}")


def refuse_naive(*moments: datetime) -> None:
    """Raise ``ValueError`` for a time without a zone: which wall it hangs on cannot be guessed."""
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("clocks need aware times")
