"""What a clock says because: the limit and how it counts, what lengthened it, what stopped it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks.limits import Clock, ClockKind, Limit, Sessions, WorkingTime, amount_label
from lilong.kernel.words import Label

_CIVIL_CODE = "law:中华人民共和国民法典@2020-05-28#201,203"


def clock_reasons(clock: Clock, working: WorkingTime) -> tuple[Because, ...]:
    """The limit and the way it is counted; the extensions, summed."""
    limit = _limit_reason(clock.limit, working.sessions, start_day_counts=working.start_day_counts)
    if not clock.extensions:
        return (limit,)
    times = len(clock.extensions)
    added = amount_label(clock.amount - clock.limit.amount, clock.limit.kind)
    often = "once" if times == 1 else f"{times} times"
    text = Label(f"延期 {times} 次，共增加 {added.zh}", f"Extended {often}, by {added.en} in all")
    return (limit, Because(Ground.CHOICE, text, f"clock:extensions:{times}"))


def pause_reasons(pauses: Iterable[tuple[datetime, datetime]], working: WorkingTime) -> tuple[Because, ...]:
    """One sentence for each time the clock was stopped."""
    return tuple(
        _pause_reason(since.astimezone(working.timezone), until.astimezone(working.timezone)) for since, until in pauses
    )


def _pause_reason(begin: datetime, end: datetime) -> Because:
    text = Label(
        f"挂账停表：{begin.month}月{begin.day}日 {begin:%H:%M} 至 {end.month}月{end.day}日 {end:%H:%M}",
        f"Clock stopped from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}",
    )
    return Because(Ground.CHOICE, text, f"clock:pause:{begin:%Y-%m-%dT%H:%M}..{end:%Y-%m-%dT%H:%M}")


@lru_cache(maxsize=512)
def _limit_reason(limit: Limit, sessions: Sessions, *, start_day_counts: bool) -> Because:
    if limit.kind is ClockKind.WORKING_DAYS and not start_day_counts:
        ground, reference = Ground.CLAUSE, _CIVIL_CODE
    else:
        ground, reference = Ground.RULE_ROW, f"clock:{limit.kind}"
    way = _FIRST_DAY_COUNTS if start_day_counts and limit.kind is ClockKind.WORKING_DAYS else _WAYS[limit.kind]
    named = Label("时限 {name}：", "Limit of {name}: ").filled(name=limit.label)
    counted = way.filled(amount=limit.amount, sessions=sessions.label)
    return Because(ground, Label(named.zh + counted.zh, named.en + counted.en), reference)


_WAYS = {
    ClockKind.NATURAL_HOURS: Label("昼夜连续计算，夜间、周末和节假日照算", "nights, weekends and holidays count"),
    ClockKind.WORKING_HOURS: Label("只计工作日的 {sessions}", "only {sessions} on working days counts"),
    ClockKind.WORKING_DAYS: Label(
        "起算当日不计，其后第 {amount} 个工作日下班时到期",
        "the first day is not counted; due when work ends on working day {amount} after it",
    ),
    ClockKind.NATURAL_DAYS: Label(
        "含周末和节假日，{amount} 天后同一时刻到期", "weekends and holidays count; due at the same time of day"
    ),
}
_FIRST_DAY_COUNTS = Label(
    "当日还在上班时间的，当日计入；第 {amount} 个工作日下班时到期",
    "a first day on which work is still going on counts; due when work ends on working day {amount}",
)
