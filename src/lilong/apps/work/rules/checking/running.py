"""Matters run through the planner itself, so that every counter-example is one that can really happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from lilong.apps.work.rules.checking.knowing import Sight, result_name
from lilong.apps.work.rules.checking.shape import ways
from lilong.apps.work.rules.checking.values import Combination, Missing, Values
from lilong.apps.work.rules.planning import plan
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms.findings import Example
from lilong.apps.work.terms.plans import Assignment, Happened, Plan, Progress, step_of
from lilong.apps.work.terms.scenarios import HOUR, POSTURE, WORKDAY, FactValue, Frame, Scenario, Situation, Step
from lilong.kernel.clocks import STANDARD_SESSIONS, ClockKind, Limit, WorkingTime
from lilong.kernel.days import WorkingDays
from lilong.kernel.words import Label

_TIME: Final = WorkingTime(WorkingDays(frozenset(), ()), STANDARD_SESSIONS, UTC)
_DAY: Final = Limit(1, ClockKind.WORKING_DAYS)
# A Monday and a Sunday.
_DAYS: Final = {True: 2, False: 1}
_BEGINS = Label("开始：{facts}。", "It begins: {facts}.")
_ENDS_AS = Label("“{title}”办理结果：{result}。", "“{title}”: {result}.")
_NOT_NEEDED = Label("“{titles}”不用办。", "“{titles}” is not needed.")
_OVER = Label("整件事了结。", "The whole matter is over.")

Goal = Callable[[Plan], bool]


def situation(example: Example, known: Mapping[str, FactValue]) -> Situation:
    """The situation of ``example`` once ``known`` has been said."""
    at = datetime(2026, 3, _DAYS[example.workday], example.hour, tzinfo=UTC)
    return Situation(known, at, _TIME, example.posture)


def somebody(_step: Step, _entry: str) -> Assignment:
    """The same unit for every step: who takes it is not what is looked at here."""
    return Assignment(1, _DAY)


def asked_at_start(scenario: Scenario, frame: Frame) -> frozenset[str]:
    """The facts that are known from the start, if at all."""
    return frozenset(scenario.start) | {fact.name for fact in frame.facts}


@dataclass
class Run:
    """One matter on its way: what is known so far, what was done, the plan now."""

    ready: Ready
    example: Example
    known: dict[str, FactValue]
    now: Plan = field(default_factory=lambda: Plan(Progress()))
    taken: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Plan the first steps."""
        self._plan(None)

    def take(self, key: str, result: str) -> None:
        """Do one piece of work, with that result; what is asked for with it becomes known."""
        self.taken.append((key, result))
        for name in self.ready.steps[step_of(key)].fields:
            if name in self.example.facts:
                self.known[name] = self.example.facts[name]
        self._plan(Happened(key, result))

    def _plan(self, happened: Happened | None) -> None:
        here = situation(self.example, self.known)
        self.now = plan(self.ready, self.now.progress, happened, here, somebody)
        self.skipped += self.now.skipped


def run_of(ready: Ready, at_start: frozenset[str], example: Example) -> Run:
    """``example`` before its first step."""
    known = {name: value for name, value in example.facts.items() if name in at_start}
    return Run(ready, example, known)


@dataclass(frozen=True, slots=True)
class Shown:
    """A run that reached its goal, as data and as a path to read."""

    example: Example
    path: tuple[Label, ...]


class Runner:
    """Runs matters of one scenario until something is seen."""

    def __init__(self, sight: Sight, values: Values) -> None:
        self._sight, self._values = sight, values
        self._at_start = asked_at_start(sight.scenario, sight.frame)
        self._places = {step.name: number for number, step in enumerate(sight.ready.order)}

    def shown(self, combination: Combination, goal: Goal, *, last_first: bool = False) -> Shown | None:
        """A matter of which ``combination`` is true, taken one step after the other until ``goal``; None if it never
        comes to that. Whatever must be said and is not among them is said somehow.
        """
        run = run_of(self._sight.ready, self._at_start, self._example(combination))
        run.begin()
        for _ in range(_steps_max(self._sight)):
            if goal(run.now):
                return self._told(run, combination)
            if run.now.ended or not run.now.progress.running:
                return None
            keys = sorted(run.now.progress.running, key=lambda key: (self._places[step_of(key)], key))
            key = keys[-1] if last_first else keys[0]
            run.take(key, self._result(key, combination))
        return None

    def _example(self, combination: Combination) -> Example:
        facts = {name: self._values.of(name)[0] for name, fact in self._sight.facts.items() if self._is_said(name)}
        for name, value in combination.items():
            if name in self._sight.facts:
                facts.pop(name, None)
                if not isinstance(value, Missing):
                    facts[name] = value
        hour, workday = combination.get(HOUR, 10), combination.get(WORKDAY, True)
        return Example(
            facts,
            str(combination.get(POSTURE, "normal")),
            hour if isinstance(hour, int) else 10,
            workday=bool(workday),
        )

    def _is_said(self, name: str) -> bool:
        fact = self._sight.facts[name]
        said = fact.required or name in self._sight.given
        return said and name not in self._sight.outputs and bool(self._values.of(name))

    def _result(self, key: str, combination: Combination) -> str:
        step = self._sight.steps[step_of(key)]
        wanted = combination.get(result_name(step.name))
        if isinstance(wanted, str):
            return wanted
        return next((way for way in ways(step) if not way.back_to), ways(step)[0]).name

    def _told(self, run: Run, combination: Combination) -> Shown:
        steps = self._sight.steps
        said = {name: value for name, value in combination.items() if not name.startswith("results.")}
        path = [_BEGINS.filled(facts=self._values.shown(said))]
        for key, name in run.taken:
            step = steps[step_of(key)]
            result = step.result(name)
            path.append(_ENDS_AS.filled(title=step.title, result=result.label if result else name))
        path += [_NOT_NEEDED.filled(titles=steps[name].title) for name in dict.fromkeys(run.skipped)]
        if run.now.ended:
            path.append(_OVER)
        example = Example(
            run.example.facts, run.example.posture, run.example.hour, run.example.workday, tuple(run.taken)
        )
        return Shown(example, tuple(path))


def _steps_max(sight: Sight) -> int:
    return 60 * len(sight.steps) + 1
