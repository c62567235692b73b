"""A scenario prepared for planning: its order, what waits for what, its conditions compiled and in words."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from lilong.apps.work.rules.conditions import condition
from lilong.apps.work.rules.deriving import Tables
from lilong.apps.work.rules.phrases import condition_words
from lilong.apps.work.terms.plans import Progress, key_of
from lilong.apps.work.terms.scenarios import POSTURE, SKIPPED, Frame, Scenario, Step
from lilong.kernel.words import Label


class Ready:
    """A scenario prepared for planning: its order, what waits for what, its conditions compiled.

    Raises ``ValueError`` for a scenario whose steps wait for one another in a circle or for an unknown step, and
    :class:`~lilong.apps.work.rules.conditions.ConditionFault`; the check finds both and says where.
    """

    def __init__(self, scenario: Scenario, frame: Frame | None = None) -> None:
        self.scenario = scenario
        self.frame = frame
        self.steps = {step.name: step for step in scenario.steps}
        self.order = _ordered(scenario)
        self.conditions = {step.name: condition(step.when) for step in scenario.steps if step.when}
        self.tables = Tables(scenario.tables)

    @cached_property
    def conditions_said(self) -> dict[str, Label]:
        """The condition of each step in words, with those of the facts that the subject itself knows."""
        facts = (*self.scenario.facts, *(self.frame.facts if self.frame else ()))
        known = replace(self.scenario, facts=facts)
        return {step.name: condition_words(step.when, known) for step in self.order if step.when}

    @cached_property
    def waiting(self) -> dict[str, frozenset[str]]:
        """Each step with all that waits for it, directly or not, itself included."""
        found: dict[str, frozenset[str]] = {}
        for step in reversed(self.order):
            later = (found[other.name] for other in self.order if step.name in other.after)
            found[step.name] = frozenset({step.name}).union(*later)
        return found

    @cached_property
    def ends(self) -> frozenset[str]:
        """The steps that nothing waits for; one, when the check is clean."""
        awaited = {name for step in self.order for name in step.after}
        return frozenset(self.steps) - awaited

    @cached_property
    def acts(self) -> dict[str, Step]:
        """The steps bound to stages of the subject's own life-cycle, by the act."""
        return {step.act: step for step in self.order if step.act}

    @cached_property
    def asks_posture(self) -> bool:
        """Whether anything here depends on the posture of the area."""
        asked = any(POSTURE in asked.names for asked in self.conditions.values()) or POSTURE in self.tables.names
        return asked or any(step.emergency_limit for step in self.order)

    def awaited(self, step: Step, progress: Progress) -> tuple[Step, ...]:
        """What ``step`` still waits for; empty when it is its turn."""
        before = [self.steps[name] for name in step.after]
        left = tuple(other for other in before if not is_settled(progress, other))
        done = [other for other in before if other not in left and progress.done.get(other.name) != SKIPPED]
        return () if step.join.needed and len(done) >= step.join.needed else left

    def reference(self, step: Step) -> str:
        """How a because names a step of this version."""
        return f"scenario:{self.scenario.reference}#{step.name}"


def is_settled(progress: Progress, step: Step) -> bool:
    """Whether a step, with every entry of it, is done or not needed."""
    if step.name in progress.done:
        return True
    entries = progress.entries.get(step.name, ())
    return bool(entries) and all(key_of(step.name, entry) in progress.done for entry in entries)


def _ordered(scenario: Scenario) -> tuple[Step, ...]:
    """Every step after all it waits for, else in the order of the file."""
    left, placed, found = list(scenario.steps), set[str](), list[Step]()
    while left:
        turn = next((step for step in left if placed.issuperset(step.after)), None)
        if turn is None:
            raise ValueError(
                f"{scenario.reference}: {', '.join(s.name for s in left)} wait for one another or for none"
            )
        left.remove(turn)
        placed.add(turn.name)
        found.append(turn)
    return tuple(found)
