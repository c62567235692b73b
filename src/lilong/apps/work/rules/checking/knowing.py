"""What can be known when a step's turn comes, and what surely is: asked at the start, handed in before, or derived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from lilong.apps.work.rules.checking.shape import ways
from lilong.apps.work.rules.conditions import Condition, condition
from lilong.apps.work.rules.deriving import ANYTHING
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms.scenarios import AMBIENT, RESULTS, Asked, DecisionTable, Fact, Frame, Scenario, Step

_RESULT = re.compile(rf"\b{RESULTS}\s*(?:\.\s*(\w+)|\[\s*[\"'](\w+)[\"']\s*\])|[\"'](\w+)[\"']\s+in\s+{RESULTS}\b")
_RESULT_PREFIX = f"{RESULTS}."


def result_name(step: str) -> str:
    """How the result of a step stands among the names of an expression."""
    return _RESULT_PREFIX + step


def step_asked(name: str) -> str:
    """The step whose result ``name`` asks for; empty for any other name."""
    return name.removeprefix(_RESULT_PREFIX) if name.startswith(_RESULT_PREFIX) else ""


def asked_by(asked: Condition) -> frozenset[str]:
    """What an expression asks for: facts and ambient names, and each result by its step."""
    found = set(asked.names) - {RESULTS}
    if RESULTS in asked.names:
        found |= {result_name(next(filter(None, hit.groups()))) for hit in _RESULT.finditer(asked.source)}
    return frozenset(found)


def cells_of(table: DecisionTable) -> Iterator[Condition]:
    """Every cell of a table that asks or gives something."""
    for row in table.rows:
        yield from (condition(cell) for cell in (*row.when, *row.then) if cell.strip() != ANYTHING)


class Sight:
    """A scenario in order, within its frame, with who knows what when. For one whose names and order are sound."""

    def __init__(self, scenario: Scenario, frame: Frame) -> None:
        self.scenario, self.frame = scenario, frame
        self.ready = Ready(scenario, frame)
        self.steps = self.ready.steps
        self.facts: dict[str, Fact] = {fact.name: fact for fact in (*frame.facts, *scenario.facts)}
        self.outputs = {name: table for table in scenario.tables for name in table.outputs}
        self.given = frozenset(fact.name for fact in frame.facts)

    @cached_property
    def before(self) -> Mapping[str, frozenset[str]]:
        """Each step with all that it waits for, directly or not."""
        found: dict[str, frozenset[str]] = {}
        for step in self.ready.order:
            found[step.name] = frozenset(step.after).union(*(found[name] for name in step.after))
        return found

    @cached_property
    def surely_done(self) -> Mapping[str, frozenset[str]]:
        """Each step with those that are done, and not merely settled, whenever its turn comes."""
        found: dict[str, frozenset[str]] = {}
        for step in self.ready.order:
            each = [found[name] | ({name} if self.is_certain(self.steps[name]) else set()) for name in step.after]
            if not each:
                found[step.name] = frozenset()
            elif step.join.needed in (0, len(step.after)):
                found[step.name] = frozenset().union(*each)
            else:
                found[step.name] = frozenset(each[0]).intersection(*each[1:])
        return found

    @cached_property
    def taken_back_by(self) -> Mapping[str, frozenset[str]]:
        """The steps that a join may take back, each with the steps whose joins do."""
        joins = [step for step in self.ready.order if step.join.withdraws and 0 < step.join.needed < len(step.after)]
        names = {name for step in joins for name in step.after}
        return {name: frozenset(step.name for step in joins if name in step.after) for name in names}

    def is_taken_back(self, step: Step, join: str = "") -> bool:
        """Whether a join, other than that of ``join``, may take the step back."""
        return bool(self.taken_back_by.get(step.name, frozenset()) - {join})

    def is_certain(self, step: Step, join: str = "") -> bool:
        """Whether the step is always done when its turn comes, as far as others than the step ``join`` go."""
        return not step.when and not step.repeat and not self.is_taken_back(step, join)

    @cached_property
    def taken_again(self) -> frozenset[str]:
        """The steps that a result may lead back to, with all that waits for them."""
        backs = {result.back_to for step in self.ready.order for result in step.results if result.back_to}
        return frozenset[str]().union(*(self.ready.waiting[name] for name in backs if name in self.steps))

    def can_be_known(self, name: str, step: Step) -> bool:
        """Whether the fact, ambient value or result ``name`` may be known when the turn of ``step`` comes."""
        # A step beside this one may be over in time, unless this one is among the first.
        earlier = frozenset(self.steps) - self.ready.waiting[step.name] if step.after else frozenset[str]()
        asked_step = step_asked(name)
        if asked_step:
            return asked_step in earlier and not self.steps[asked_step].repeat
        if name in AMBIENT or name in self.given or name in self.scenario.start:
            return True
        # What was said before a loop is still known after it.
        sayers = self.steps if step.name in self.taken_again else earlier
        return any(name in self.steps[sayer].fields for sayer in sayers)

    def is_surely_known(self, name: str, step: Step) -> bool:
        """Whether it is known for certain."""
        if step_asked(name):
            return self.can_be_known(name, step) and step_asked(name) in self.surely_done[step.name]
        if name in AMBIENT or name in self.given:
            return True
        fact = self.facts.get(name)
        if fact is None or not fact.required:
            return False
        asked = self.scenario.start.get(name, frozenset())
        # What has a life-cycle of its own is begun by residents too; anything else only by staff.
        if asked >= set(Asked) or (not self.frame.acts and Asked.WORKER in asked):
            return True
        return any(name in self.steps[done].fields for done in self.surely_done[step.name])

    def roots(self, names: Iterable[str]) -> frozenset[str]:
        """The names themselves, and for each that a table derives what that table asks for, down to what is asked."""
        found, left = set[str](), list(names)
        seen = set[str]()
        while left:
            name = left.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.outputs:
                left += self.ready_names(name)
            else:
                found.add(name)
        return frozenset(found)

    def ready_names(self, output: str) -> frozenset[str]:
        """What the table that derives ``output`` asks for."""
        return self._table_names[self.outputs[output].name]

    def results_of(self, step: str) -> tuple[str, ...]:
        """The results of a step that a later one can ask for."""
        found = self.steps.get(step)
        return tuple(way.name for way in ways(found) if way.goes_on) if found else ()

    @cached_property
    def _table_names(self) -> Mapping[str, frozenset[str]]:
        return {
            table.name: frozenset().union(*(asked_by(cell) for cell in cells_of(table)), table.inputs)
            for table in self.scenario.tables
        }
