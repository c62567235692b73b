"""Time left in plain words, at most two units: what a person reads beside the light."""

from __future__ import annotations

from lilong.kernel.clocks.limits import ClockKind, Sessions
from lilong.kernel.clocks.meters import DAY, HOUR
from lilong.kernel.words import Label

_MINUTE = HOUR // 60
_HOURS = {
    ClockKind.NATURAL_HOURS: ("小时", "hour"),
    ClockKind.NATURAL_DAYS: ("小时", "hour"),
    ClockKind.WORKING_HOURS: ("工作时", "working hour"),
    ClockKind.WORKING_DAYS: ("工作时", "working hour"),
}


def time_left(remaining: int, kind: ClockKind, sessions: Sessions, *, is_late: bool) -> Label:
    """``remaining`` microseconds of a clock's own time: what is left, or by how much it is overdue.

    A working day is as long as its sessions. Parts of a minute are dropped.
    """
    amount = _amount(abs(remaining), kind, sessions)
    if is_late:
        return Label(f"已超时 {amount.zh}", f"overdue by {amount.en}") if amount else Label("已超时", "overdue")
    if amount is None:
        return Label("还剩不到 1 分钟", "less than a minute left")
    return Label(f"还剩 {amount.zh}", f"{amount.en} left")


def _amount(time: int, kind: ClockKind, sessions: Sessions) -> Label | None:
    """The two largest units that are not zero; None below a minute."""
    said: list[Label] = []
    for size, zh, en in _units(kind, sessions):
        count, time = divmod(time, size)
        if count:
            said.append(Label(f"{count} {zh}", f"{count} {en}" if count == 1 else f"{count} {en}s"))
        elif said:
            break
    shown = said[:2]
    return Label(" ".join(part.zh for part in shown), " ".join(part.en for part in shown)) if shown else None


def _units(kind: ClockKind, sessions: Sessions) -> list[tuple[int, str, str]]:
    smaller = [(HOUR, *_HOURS[kind]), (_MINUTE, "分钟", "minute")]
    if kind is ClockKind.WORKING_DAYS:
        return [(sessions.length, "工作日", "working day"), *smaller]
    return [(DAY, "天", "day"), *smaller] if kind is ClockKind.NATURAL_DAYS else smaller
