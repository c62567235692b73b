"""Life-cycles as data: one table of states and steps from which everything else follows.

From a :class:`Lifecycle` come seven things: the decision (:meth:`~Lifecycle.decide`), the permission matrix
(:meth:`~Lifecycle.duties_by_state`), the journal entry and event (:class:`Taken`), the buttons and API operations
(:meth:`~Lifecycle.open_steps`, :meth:`Step.schema`), the database CHECK (:attr:`~Lifecycle.state_names`), the clock
behaviour (:meth:`~Lifecycle.clock_runs`) and the diagram in the docs (:meth:`~Lifecycle.diagram`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, missing_duty
from lilong.kernel.words import Label

Facts = Mapping[str, object]


class NeedKind(StrEnum):
    """What a step's input is, for its form field and its JSON schema."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    REFERENCE = "reference"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True)
class Need:
    """One input of a step. ``choices`` are stored value and label; ``why`` tells the person why it is asked."""

    name: str
    label: Label
    kind: NeedKind = NeedKind.TEXT
    choices: tuple[tuple[str, Label], ...] = ()
    optional: bool = False
    why: Label | None = None

    def schema(self) -> dict[str, object]:
        """The input as JSON Schema (2020-12, the dialect of OpenAPI 3.1)."""
        kinds: dict[NeedKind, dict[str, object]] = {
            NeedKind.TEXT: {"type": "string", "minLength": 0 if self.optional else 1, "maxLength": 4000},
            NeedKind.CHOICE: {"type": "string", "enum": [value for value, _ in self.choices]},
            NeedKind.NUMBER: {"type": "integer"},
            NeedKind.REFERENCE: {"type": ["string", "integer"]},
            NeedKind.REFERENCES: {"type": "array", "items": {"type": ["string", "integer"]}},
        }
        return {"title": self.label.en, "description": self.label.zh, **kinds[self.kind]}

    def refusal(self, inputs: Facts) -> Refusal | None:
        """What is wrong with this input, or None."""
        value = inputs.get(self.name)
        if value is None or (isinstance(value, str) and not value.strip()) or value == ():
            return None if self.optional else self._missing()
        if self.choices and value not in {choice for choice, _ in self.choices}:
            return Refusal(
                "choice_unknown",
                Label("“{label}”没有这个选项。", "“{label}” has no such choice.").filled(label=self.label),
                Label("请从所列选项中选一个。", "Choose one of those listed."),
                self.name,
            )
        return None

    def _missing(self) -> Refusal:
        return Refusal(
            "input_missing",
            Label("缺少“{label}”。", "“{label}” is missing.").filled(label=self.label),
            Label("请填写“{label}”后再交。", "Fill in “{label}” and send again.").filled(label=self.label),
            self.name,
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """A named pure condition over the facts (the subject's and the inputs'); it returns the refusal itself."""

    name: str
    check: Callable[[Facts], Refusal | None]


@dataclass(frozen=True, slots=True)
class State:
    """One state: its label, the national stage it belongs to, whether it ends the life and whether its clock runs."""

    name: str
    label: Label
    stage: Label
    initial: bool = False
    final: bool = False
    clock_runs: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``target`` None means that the subject stays in the state it is in (adding facts, rating)."""

    name: str
    label: Label
    sources: tuple[str, ...]
    target: str | None
    duty: str
    event: str
    needs: tuple[Need, ...] = ()
    guards: tuple[Guard, ...] = ()

    def schema(self) -> dict[str, object]:
        """The step's inputs as one JSON Schema object."""
        return {
            "type": "object",
            "properties": {need.name: need.schema() for need in self.needs},
            "required": [need.name for need in self.needs if not need.optional],
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that may be taken: what to write, journal and announce."""

    step: Step
    source: str
    target: str
    clock_runs: bool


Entry = TypeVar("Entry", State, Step)


class LifecycleError(ValueError):
    """The table itself is wrong; raised at import, so that no process starts on it."""


class Lifecycle:
    """A checked table of states and steps; immutable once made."""

    def __init__(self, name: str, states: Iterable[State], steps: Iterable[Step]) -> None:
        self.name = name
        self.states = {state.name: state for state in _without_doubles(name, states)}
        self.steps = {step.name: step for step in _without_doubles(name, steps)}
        for fault in self._faults():
            raise LifecycleError(f"{name}: {fault}")

    def decide(self, state: str, step: str, actor: Actor, area: AreaCode, facts: Facts) -> Taken | Refused:
        """Whether ``actor`` may take ``step`` from ``state`` with these facts (the inputs among them).

        Raises ``KeyError`` for a state or step that is not in the table: that is a fault of the caller.
        """
        current, wanted = self.states[state], self.steps[step]
        if state not in wanted.sources:
            return Refused(RefusalKind.NOT_NOW, (self._not_now(current, wanted),))
        if not actor.holds(wanted.duty, area):
            return Refused(RefusalKind.DENIED, (missing_duty(wanted.duty, wanted.label),))
        missing = [refusal for need in wanted.needs if (refusal := need.refusal(facts))]
        standing = missing or [refusal for guard in wanted.guards if (refusal := guard.check(facts))]
        if standing:
            return Refused(RefusalKind.INVALID, tuple(standing))
        target = wanted.target or state
        return Taken(wanted, state, target, self.states[target].clock_runs)

    def open_steps(self, state: str, actor: Actor, area: AreaCode) -> tuple[Step, ...]:
        """The steps this actor could take from here: the buttons and the API operations."""
        return tuple(s for s in self.steps.values() if state in s.sources and actor.holds(s.duty, area))

    def duties_by_state(self) -> dict[str, dict[str, str]]:
        """The permission matrix: for each state the steps that leave it and the duty each one asks for."""
        return {
            state: {step.name: step.duty for step in self.steps.values() if state in step.sources}
            for state in self.states
        }

    @property
    def state_names(self) -> tuple[str, ...]:
        """Every state, for the database CHECK and the choices of a filter."""
        return tuple(self.states)

    @property
    def open_state_names(self) -> tuple[str, ...]:
        """The states that do not end the life."""
        return tuple(name for name, state in self.states.items() if not state.final)

    @property
    def duties(self) -> frozenset[str]:
        """Every duty that some step asks for."""
        return frozenset(step.duty for step in self.steps.values())

    @property
    def events(self) -> frozenset[str]:
        """Every event that some step announces."""
        return frozenset(step.event for step in self.steps.values())

    def clock_runs(self, state: str) -> bool:
        """Whether time counts against the responsible unit in this state."""
        return self.states[state].clock_runs

    def diagram(self) -> str:
        """The life-cycle as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        lines += [f"    [*] --> {state.name}" for state in self.states.values() if state.initial]
        for step in self.steps.values():
            lines += [f"    {source} --> {step.target or source}: {step.name}" for source in step.sources]
        return "\n".join(lines + [f"    {state.name} --> [*]" for state in self.states.values() if state.final])

    def _not_now(self, current: State, wanted: Step) -> Refusal:
        origins = [self.states[source].label for source in wanted.sources]
        return Refusal(
            "step_not_from_here",
            Label("现在是“{state}”，不能“{step}”。", "It is “{state}” now; “{step}” cannot be taken.").filled(
                state=current.label, step=wanted.label
            ),
            Label(
                f"“{wanted.label.zh}”只能在“{'、'.join(o.zh for o in origins)}”时做。请刷新页面看最新情况。",
                f"“{wanted.label.en}” starts from {', '.join(o.en for o in origins)}. Reload to see where it stands.",
            ),
            reference=f"{self.name}.{wanted.name}",
        )

    def _faults(self) -> Iterable[str]:
        yield from self._unknown_states()
        yield from self._faults_of_ends()

    def _unknown_states(self) -> Iterable[str]:
        for step in self.steps.values():
            for state in (*step.sources, *((step.target,) if step.target else ())):
                if state not in self.states:
                    yield f"step {step.name} names the unknown state {state}"
            if not step.sources:
                yield f"step {step.name} starts nowhere"

    def _faults_of_ends(self) -> Iterable[str]:
        arrows = [(s, t.target or s) for t in self.steps.values() for s in t.sources]
        forward = _closure({n for n, s in self.states.items() if s.initial}, arrows)
        backward = _closure({n for n, s in self.states.items() if s.final}, [(b, a) for a, b in arrows])
        for name, state in self.states.items():
            if name not in forward:
                yield f"state {name} is unreachable"
            if name not in backward:
                yield f"state {name} never ends"
            if state.final and any(a == name != b for a, b in arrows):
                yield f"a step leaves the final state {name}"


def _without_doubles(name: str, items: Iterable[Entry]) -> list[Entry]:
    found = list(items)
    names = [item.name for item in found]
    if len(set(names)) != len(names):
        raise LifecycleError(f"{name}: two entries carry one name among {sorted(names)}")
    return found


def _closure(start: set[str], arrows: list[tuple[str, str]]) -> set[str]:
    reached = set(start)
    while more := {b for a, b in arrows if a in reached} - reached:
        reached |= more
    return reached
