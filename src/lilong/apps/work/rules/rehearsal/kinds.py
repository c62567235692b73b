"""Which work is alike: across versions, across units, across the hours of the week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from lilong.apps.work.terms import (
    TAKEN_BACK,
    PastMatter,
    PastPiece,
    Responsible,
    Role,
    Scenario,
    Step,
    StepResult,
    step_of,
)
from lilong.kernel.clocks import WorkingTime

# How a piece of work ends, as far as it matters for the time it takes.
ONWARD, BACK, ENDS, OUTSIDE, TOGETHER = "onward", "back", "ends", "outside", "together"
_HOURS_OF_PART = 6
_PARTS = 24 // _HOURS_OF_PART


class Moment(NamedTuple):
    """When in the day and the week something begins: ``part`` tells days before days off, and parts of the day."""

    part: int
    hour: int


def moment_of(at: datetime, time: WorkingTime) -> Moment:
    """The moment of ``at`` by the wall and the calendar."""
    local = at.astimezone(time.timezone)
    day = local.toordinal()
    kind = 2 * time.days.works(day) + time.days.works(day + 1)
    return Moment(kind * _PARTS + local.hour // _HOURS_OF_PART, local.hour)


def own_kind(step: Step) -> str:
    """The kind of work a step is, by which it is known again in another version: its act, else its name."""
    return f"act:{step.act}" if step.act else f"step:{step.name}"


def kind_of_hands(who: Responsible) -> str:
    """The kind of office that takes a step."""
    return f"office:{who.office.function}:{who.office.level.value}" if who.office else f"stage:{who.stage}"


def way_of(result: StepResult | None) -> str:
    """How a result ends a piece of work; a result of which nothing is known goes on."""
    if result is None or result.goes_on:
        return ONWARD
    return BACK if result.back_to else ENDS


class Reading:
    """How past pieces are read: with the steps of the version that they ran on, or the acts these are bound to."""

    def __init__(self, scenario: Scenario) -> None:
        acts = {step.act: step for step in scenario.steps if step.act}
        self._steps: Mapping[str, Step] = acts | {step.name: step for step in scenario.steps}
        self._kinds: dict[str, tuple[str, ...]] = {}

    def kinds(self, piece: PastPiece) -> tuple[str, ...]:
        """The kinds of work the piece is: its own, then its office's where that is known."""
        found = self._kinds.get(piece.step)
        if found is None:
            step = self._steps.get(step_of(piece.step))
            found = (own_kind(step), kind_of_hands(step.who)) if step else (f"step:{step_of(piece.step)}",)
            self._kinds[piece.step] = found
        return found

    def way(self, piece: PastPiece) -> str:
        """How the piece ended."""
        if piece.role is not Role.LEAD:
            return TOGETHER
        if piece.result == TAKEN_BACK:
            return OUTSIDE
        step = self._steps.get(step_of(piece.step))
        return way_of(step.result(piece.result)) if step else ONWARD


def ended_from_outside(matter: PastMatter) -> bool:
    """Whether the whole matter ended with pieces still open, and none of them was what ended it."""
    last = [piece for piece in matter.pieces if piece.ended_at and piece.ended_at == matter.ended_at]
    return bool(last) and all(piece.result == TAKEN_BACK for piece in last)
