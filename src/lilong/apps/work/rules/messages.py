"""Which messages of a scenario are said at a moment of a matter, and in which words.

Promises: what opens and what is done is said once for each hearer, however often a repeated step says the same; what is
not needed, taken back or sent back says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lilong.apps.work.rules.answers import said
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms import Facts, Happened, Hearer, LateWork, Moment, Notice, Plan, Role, step_of
from lilong.kernel.because import Because, Ground
from lilong.kernel.words import Label


def notices_of(
    ready: Ready, facts: Facts, plan: Plan, happened: Happened | None = None, unit: int | None = None
) -> Iterator[Notice]:
    """What is said when ``plan`` is applied after ``happened``, the doing of ``unit``.

    A notice carries the unit that has the work, also where the one above it is to be told.
    """
    for task in plan.open:
        if task.role is Role.LEAD:
            yield from _said(ready, facts, Moment.OPENED, task.key, task.unit)
    if happened and _is_done(ready, happened):
        yield from _said(ready, facts, Moment.DONE, happened.key, unit)


def late_notices_of(ready: Ready, facts: Facts, key: str, unit: int) -> Iterator[Notice]:
    """What is said when the piece of work ``key``, which ``unit`` has, is past its limit."""
    yield from _said(ready, facts, Moment.LATE, key, unit)


def says_when_late(ready: Ready, key: str) -> bool:
    """Whether the step has words for being late."""
    step = ready.steps.get(step_of(key))
    return step is not None and any(message.moment is Moment.LATE for message in step.messages)


def because_late(ready: Ready, late: LateWork) -> Because:
    """Why it is said: the piece of work is past its limit."""
    step = ready.steps.get(step_of(late.step))
    title = step.title if step else Label(late.step, late.step)
    words = Label("“{step}”超过时限还没办。", "“{step}” is past its limit.").filled(step=title)
    return Because(Ground.DATA, words, f"task:{late.task}")


def once_each(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """The notices without those that tell the same hearer the same words again."""
    found = {(notice.to, notice.unit, notice.words): notice for notice in reversed(tuple(notices))}
    return tuple(reversed(found.values()))


def _is_done(ready: Ready, happened: Happened) -> bool:
    step = ready.steps.get(step_of(happened.key))
    result = step.result(happened.result) if step else None
    return result is not None and not result.back_to


def _said(ready: Ready, facts: Facts, moment: Moment, key: str, unit: int | None) -> Iterator[Notice]:
    step = ready.steps.get(step_of(key))
    for message in step.messages if step else ():
        if message.moment is moment:
            told = None if message.to is Hearer.REPORTER else unit
            yield Notice(key, message.to, said(message.words, ready.scenario, facts), told)
