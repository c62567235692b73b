"""The dictionary of undertakings (事务): matters that a unit begins by itself and handles by a scenario.

A home visit plan, a mediation, a hearing before works: nobody reported it, no national stage binds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lilong.apps.work.terms.plans import Progress
from lilong.apps.work.terms.scenarios import Facts, Frame
from lilong.apps.work.terms.tasks import TaskTerm
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because
from lilong.kernel.words import Label

UNDERTAKING_KIND = "work.undertaking"
UNDERTAKING_FRAME = Frame(UNDERTAKING_KIND, Label("事务", "undertaking"))
TITLE_MAX = 200
ABOUT_MAX = 4000


@dataclass(frozen=True, slots=True)
class UndertakingDraft:
    """What somebody begins: the scenario by its name, where, in a few words what; ``facts`` as forms send them."""

    scenario: str
    area: AreaCode
    title: str
    about: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UndertakingWords:
    """Words kept with an undertaking: what was handed in, a reason, a message to ``hearer`` (empty: to everybody)."""

    kind: str
    step: str
    words: Label
    by: Label
    at: datetime
    hearer: str = ""
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class UndertakingRow:
    """An undertaking in a list; ``waiting`` are the keys of work that nobody takes."""

    id: UUID
    number: str
    title: str
    area: AreaCode
    scenario: str
    state: str
    state_label: Label
    begun_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UndertakingView:
    """An undertaking with everything that its page shows."""

    row: UndertakingRow
    version: int
    about: str
    begun_by: Label
    facts: Facts
    progress: Progress
    because: tuple[Because, ...]
    tasks: tuple[TaskTerm, ...]
    notes: tuple[UndertakingWords, ...]


@dataclass(frozen=True, slots=True)
class UndertakingFilter:
    """Which undertakings: words in the title or a number, the scenario's name, a state, an area. Empty: not asked."""

    text: str = ""
    scenario: str = ""
    state: str = ""
    area: AreaCode | None = None
    after: str = ""
    size: int = 30


@dataclass(frozen=True, slots=True)
class UndertakingPage:
    """One page of undertakings, the latest begun first; ``after`` is the key of the next one, empty on the last."""

    rows: tuple[UndertakingRow, ...]
    total: int
    after: str = ""
    by_state: Mapping[str, int] = field(default_factory=dict)
