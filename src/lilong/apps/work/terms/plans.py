"""The dictionary of planning: where a matter stands in its scenario, what just happened, what comes next.

A *key* names one piece of work of a matter: the step's name, or for a repeated step ``name[entry]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from lilong.apps.work.terms.scenarios import Hearer, Step
from lilong.apps.work.terms.tasks import Role
from lilong.kernel.because import Because
from lilong.kernel.clocks import Deadline, Limit
from lilong.kernel.words import Label


def key_of(step: str, entry: str = "") -> str:
    """The key of a piece of work."""
    return f"{step}[{entry}]" if entry else step


def step_of(key: str) -> str:
    """The step a key belongs to."""
    return key.partition("[")[0]


def entry_of(key: str) -> str:
    """The entry of a repeated step's key; empty for any other."""
    return key.partition("[")[2].removesuffix("]")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a matter is: results by key (``skipped`` among them), loops taken, the entries each repetition has.

    ``unassigned`` are the keys that were due with nobody to take them. ``running`` are those that have an open task; it
    is read from the tasks, the rest is kept with the matter.
    """

    done: Mapping[str, str] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unassigned: tuple[str, ...] = ()
    running: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """The form kept with the matter; without what the tasks themselves say."""
        found: dict[str, Any] = {"done": dict(sorted(self.done.items()))}
        if self.rounds:
            found["rounds"] = dict(sorted(self.rounds.items()))
        if self.entries:
            found["entries"] = {step: list(entries) for step, entries in sorted(self.entries.items())}
        if self.unassigned:
            found["unassigned"] = list(self.unassigned)
        return found

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], running: frozenset[str] = frozenset()) -> Self:
        """The inverse of :meth:`as_json`, with the keys that have an open task."""
        entries = {step: tuple(found) for step, found in kept.get("entries", {}).items()}
        unassigned = tuple(kept.get("unassigned", ()))
        return cls(dict(kept.get("done", {})), dict(kept.get("rounds", {})), entries, unassigned, running)


@dataclass(frozen=True, slots=True)
class Happened:
    """A piece of work ended with a result of its step; the empty key is the whole matter, ended from outside."""

    key: str
    result: str

    @property
    def is_whole(self) -> bool:
        """Whether the whole matter ended, whatever its steps say."""
        return not self.key


MATTER_ENDED = Happened("", "ended")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who takes a step, the catalogue's limit if it has one, and because of what."""

    unit: int
    limit: Limit | None = None
    co_units: tuple[int, ...] = ()
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskToOpen:
    """A task that the plan opens, due when its clock says."""

    key: str
    step: Step
    unit: int
    role: Role
    limit: Limit
    deadline: Deadline
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes next: the progress now, the tasks that close and open.

    ``close`` gives for each key the state its tasks end in: done, returned or withdrawn. ``skipped`` says why a step is
    not needed; ``ended``: nothing more is to be done.
    """

    progress: Progress
    close: Mapping[str, str] = field(default_factory=dict)
    open: tuple[TaskToOpen, ...] = ()
    skipped: Mapping[str, tuple[Because, ...]] = field(default_factory=dict)
    ended: bool = False

    @property
    def unassigned(self) -> tuple[str, ...]:
        """The keys that are due and that nobody takes."""
        return self.progress.unassigned


# Who says what a scenario says: no person and no post.
PLATFORM = Label("平台", "the platform")


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of a scenario as it is said now: for which piece of work, to whom, with what is known put in.

    ``unit`` is the unit that is told; None where it is not for a unit, or there is none above.
    """

    step: str
    to: Hearer
    words: Label
    unit: int | None = None
