"""The dictionary of work: tasks, ways of handling, plans.

A task (任务) is one piece of work for one unit: as lead (主办), co-handler (协办) or supervisor (督办). A way of
handling (办法) is data: its steps, what each waits for, what is handed in. A plan says which tasks open and which
close next, and because of what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because
from lilong.kernel.clocks import Limit, Reading
from lilong.kernel.words import Label


class Role(StrEnum):
    """The part a unit has in a task."""

    LEAD = "lead"
    CO_HANDLER = "co_handler"
    SUPERVISOR = "supervisor"

    @property
    def label(self) -> Label:
        """The role's name."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.LEAD: Label("主办", "lead"),
    Role.CO_HANDLER: Label("协办", "co-handler"),
    Role.SUPERVISOR: Label("督办", "supervisor"),
}


class Result(StrEnum):
    """How a step of a way ended."""

    DONE = "done"
    RETURNED = "returned"
    CLOSED = "closed"  # the whole matter ended here: declined, merged


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step of a way: what it waits for, where it goes back to when returned, and what must be handed in.

    ``after`` names steps that must all be done; ``when`` names a fact that must be true for the step to be taken at
    all: where it is false the step counts as done from the start.
    """

    name: str
    label: Label
    hand_in: Label
    after: tuple[str, ...] = ()
    returns_to: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of handling one kind of matter: a name, a version and its steps. A running matter keeps its version."""

    name: str
    version: int
    steps: tuple[WayStep, ...]

    @property
    def reference(self) -> str:
        """How a matter remembers the way it began with."""
        return f"{self.name}@{self.version}"

    def step(self, name: str) -> WayStep:
        """The step of that name. Raises ``KeyError`` when the way has none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"{self.reference} has no step {name}")


@dataclass(frozen=True, slots=True)
class Happened:
    """What just happened to a step. ``back_to`` sends a return further back than the way says."""

    step: str
    result: Result
    back_to: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who takes a step and within which limit, and because of what."""

    unit: int
    limit: Limit
    co_units: tuple[int, ...] = ()
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskToOpen:
    """A task that the plan opens."""

    step: WayStep
    unit: int
    role: Role
    limit: Limit
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes next: the steps now done, the tasks to close and to open, the steps nobody is responsible for."""

    done: frozenset[str]
    close: frozenset[str] = frozenset()
    open: tuple[TaskToOpen, ...] = ()
    unassigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a matter stands in its way: what is done and which steps have an open task."""

    done: frozenset[str] = frozenset()
    running: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """The matter a task belongs to; ``kind`` is its life-cycle's name, by which a page finds its words and address."""

    kind: str
    id: UUID
    area: AreaCode


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """What the inbox shows of a task's subject; given by the app that owns the subject."""

    title: str
    place: str
    origin: Label
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One row of the inbox."""

    id: UUID
    subject: UUID
    label: Label
    role: Role
    accepted: bool
    hand_in: Label
    reading: Reading
    limit: Limit
    because: tuple[Because, ...]
    card: SubjectCard


@dataclass(frozen=True, slots=True)
class TaskTerm:
    """One task of a subject, open or ended, as the subject's own page lists it."""

    step: str
    label: Label
    role: Role
    unit: int
    state: str
    limit: Limit
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    reading: Reading
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of the inbox: tasks past their limit first, then by due time; ``after`` is the key of the next page."""

    tasks: tuple[TaskCard, ...]
    total: int
    after: str = ""
    lights: Mapping[str, int] = field(default_factory=dict)
