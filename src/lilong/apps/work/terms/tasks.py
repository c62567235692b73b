"""The dictionary of tasks.

A task (任务) is one piece of work for one unit: as lead (主办), co-handler (协办) or supervisor (督办).
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


@dataclass(frozen=True, slots=True)
class Subject:
    """The matter a task belongs to; ``kind`` is its life-cycle's name, by which a page finds its words and address."""

    kind: str
    id: UUID
    area: AreaCode


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """What the inbox shows of a task's subject; given by the app that owns the subject.

    ``scenario`` is the version it goes by; the page of a task draws its form from it.
    """

    title: str
    place: str
    origin: Label
    number: str
    url: str
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One row of the inbox. ``key`` names the work; ``act`` is empty for a step that has a task page of its own."""

    id: UUID
    subject: UUID
    kind: str
    key: str
    act: str
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
    """One task of a subject, open or ended, as the subject's own page lists it; ``step`` is the key of the work."""

    id: UUID
    step: str
    act: str
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


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed in with a step: its result, words, and answers to its fields as forms and the API send them."""

    result: str
    note: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LateWork:
    """A lead's piece of work that is past its limit: the task, whose subject it is, its key, the unit that has it."""

    task: UUID
    subject: UUID
    step: str
    unit: int
