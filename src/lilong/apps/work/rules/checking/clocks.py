"""Limits beside the law's: none longer, and all in a row no longer than the law leaves for the whole matter.

Two kinds of clock are compared so that nothing unlawful passes: a limit as long as it can ever be, by the law's clock.
A working day lasts eight hours (two sessions); holidays leave at most nine days off in a row, about every two months.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

from lilong.apps.work.rules.checking.writing import look, must
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms.findings import Finding
from lilong.apps.work.terms.scenarios import LegalLimit, Step
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label

_HOURS_OF_WORK, _HOURS_OF_DAY = 8, 24
# Business stops at five in the afternoon at the earliest: a working day's limit that early, a natural one at midnight.
_HOURS_AFTER_CLOSE = 7
_OWN_CLOCK = Label("用法律自己的算法写时限（{kind}）。", "State the limit by the law's own clock ({kind}).")
_SHORTEN = Label("把时限改到 {limit} 以内。", "Make it {limit} at most.")


def longest(limit: Limit, by: ClockKind) -> int:
    """The most that ``limit`` can ever be on the clock ``by``, in its hours or days (natural days: in hours)."""
    if by in (ClockKind.NATURAL_HOURS, ClockKind.NATURAL_DAYS):
        return _natural_hours(limit)
    if by is ClockKind.WORKING_DAYS:
        return _working_days(limit)
    return _working_hours(limit)


def allowed(law: Limit) -> int:
    """What the law leaves, counted as :func:`longest` counts."""
    return law.amount * (_HOURS_OF_DAY if law.kind is ClockKind.NATURAL_DAYS else 1)


def of_clocks(ready: Ready) -> Iterator[Finding]:
    """Limits beyond the law's, and those of which it cannot be told."""
    for step in ready.order:
        if step.legal_limit:
            yield from _of_step(step, step.legal_limit)
        if step.limit.is_catalogues and not step.who.stage:
            text = Label(
                "“{title}”的时限按清单，可它不由清单定谁办。",
                "“{title}” takes its limit from a catalogue without stage.",
            )
            remedy = Label(
                "写明时限，或改由清单的环节来办。", "State the limit, or have a stage of the catalogue take it."
            )
            yield must("limit_missing", text.filled(title=step.title), remedy, step.name)
    if ready.scenario.within:
        yield from _of_whole(ready, ready.scenario.within)


def _of_step(step: Step, law: LegalLimit) -> Iterator[Finding]:
    limits = [limit for limit in (step.limit.fixed, step.emergency_limit) if limit]
    for limit in limits:
        yield from _beside(step, limit, law)
    if step.limit.is_catalogues:
        text = Label(
            "“{title}”的时限由清单定，没法和法定的 {law} 比。",
            "“{title}” takes its limit from the catalogue, the law {law}.",
        )
        yield look(
            "limit_not_known",
            text.filled(title=step.title, law=law.limit.label),
            Label("核对清单里的时限，或在这里写明。", "Check the catalogue's limits, or state one here."),
            step.name,
        )


def _beside(step: Step, limit: Limit, law: LegalLimit) -> Iterator[Finding]:
    if longest(limit, law.limit.kind) <= allowed(law.limit):
        return
    words = {"title": step.title, "limit": limit.label, "law": law.limit.label, "reference": law.basis.reference}
    if limit.kind is law.limit.kind or (limit.kind.is_natural and law.limit.kind.is_natural):
        text = Label(
            "“{title}”限 {limit}，超过法定的 {law}（{reference}）。",
            "“{title}”: {limit}, beyond the law's {law} ({reference}).",
        )
        remedy = _SHORTEN.filled(limit=law.limit.label)
        yield must("limit_beyond_law", text.filled(**words), remedy, step.name)
        return
    text = Label(
        "“{title}”限 {limit}，和法定的 {law} 算法不同，遇上节假日可能超过（{reference}）。",
        "“{title}”: {limit}, by another clock than the law's {law}; it may be beyond it ({reference}).",
    )
    yield must("limit_not_comparable", text.filled(**words), _OWN_CLOCK.filled(kind=law.limit.kind.label), step.name)


def _of_whole(ready: Ready, law: LegalLimit) -> Iterator[Finding]:
    chain = _longest_chain(ready, law.limit.kind)
    taken = sum(_of_limit(step, law.limit.kind) for step in chain)
    path = tuple(
        Label("“{title}”：{limit}", "“{title}”: {limit}").filled(
            title=step.title, limit=step.limit.fixed.label if step.limit.fixed else Label("按清单", "the catalogue's")
        )
        for step in chain
    )
    if taken > allowed(law.limit):
        text = Label(
            "一步接一步最长要超过法定的 {law}（{reference}）。",
            "Step after step it takes more than {law} ({reference}).",
        )
        yield must(
            "within_beyond_law",
            text.filled(law=law.limit.label, reference=law.basis.reference),
            Label("缩短这些步骤的时限，或让几步同时办。", "Shorten these limits, or let steps run side by side."),
            path=path,
        )
    elif any(step.limit.is_catalogues for step in ready.order):
        text = Label(
            "有的时限由清单定，说不出整件事会不会超过 {law}。", "Some limits are the catalogue's: {law} may be passed."
        )
        yield look(
            "within_not_known",
            text.filled(law=law.limit.label),
            Label("能写明的时限写明。", "State the limits where you can."),
            path=path,
        )


def _longest_chain(ready: Ready, kind: ClockKind) -> tuple[Step, ...]:
    found: dict[str, tuple[int, tuple[Step, ...]]] = {}
    for step in ready.order:
        earlier: tuple[int, tuple[Step, ...]] = max(
            (found[name] for name in step.after), key=lambda one: one[0], default=(0, ())
        )
        found[step.name] = (earlier[0] + _of_limit(step, kind), (*earlier[1], step))
    return max(found.values(), key=lambda one: one[0], default=(0, ()))[1]


def _of_limit(step: Step, kind: ClockKind) -> int:
    limits: Mapping[bool, Limit | None] = {False: step.limit.fixed, True: step.emergency_limit}
    return max((longest(limit, kind) for limit in limits.values() if limit), default=0)


def _natural_hours(limit: Limit) -> int:
    if limit.kind is ClockKind.NATURAL_HOURS:
        return limit.amount
    if limit.kind is ClockKind.NATURAL_DAYS:
        return limit.amount * _HOURS_OF_DAY
    days = _working_days(limit)
    # The rest of the day it begins on, the working days, two days off in every four of them, and holidays.
    return _HOURS_OF_DAY * (1 + days + 2 * ceil(days / 4) + 9 * ceil(days / 40))


def _working_days(limit: Limit) -> int:
    if limit.kind is ClockKind.WORKING_DAYS:
        return limit.amount
    if limit.kind is ClockKind.WORKING_HOURS:
        return ceil(limit.amount / _HOURS_OF_WORK)
    return ceil((_natural_hours(limit) + _HOURS_AFTER_CLOSE) / _HOURS_OF_DAY)


def _working_hours(limit: Limit) -> int:
    if limit.kind is ClockKind.WORKING_HOURS:
        return limit.amount
    if limit.kind is ClockKind.WORKING_DAYS:
        return _HOURS_OF_WORK * (limit.amount + 1)
    hours = _natural_hours(limit)
    # As many hours as there are; or one more than any that many days can hold, so that they are not used up before.
    return min(hours, _HOURS_OF_WORK * ceil(hours / _HOURS_OF_DAY) + 1)
