"""The dictionary of rehearsal: what really happened, what a version would have made of it, what cannot be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from lilong.apps.work.terms.plans import Assignment
from lilong.apps.work.terms.scenarios import Facts, Scenario
from lilong.apps.work.terms.tasks import Role
from lilong.kernel.areas import AreaCode
from lilong.kernel.clocks import WorkingTime
from lilong.kernel.words import Label

TAKEN_BACK = "withdrawn"
HOURS = 24
COMPARED_LEAST = 100


@dataclass(frozen=True, slots=True)
class PastPiece:
    """One piece of work as it was: the key of its step (or the act it stood for), who had it, from when to when.

    ``result`` is the step's result, ``withdrawn`` when it was taken back, empty while it is open; ``returned``: that
    result sent the matter back.
    """

    step: str
    unit: int
    opened_at: datetime
    ended_at: datetime | None
    result: str
    role: Role = Role.LEAD
    returned: bool = False


@dataclass(frozen=True, slots=True)
class PastMatter:
    """One matter as it was. ``due_at`` is what was promised for the whole of it, where something was.

    ``untold`` are the acts that were not lived here, as of a matter brought in from another register: they take no time
    and are nobody's work. ``scenario`` is the version it went by; ``solved`` None: nobody said.
    """

    id: UUID
    area: AreaCode
    category: str
    facts: Facts
    began_at: datetime
    ended_at: datetime | None
    due_at: datetime | None = None
    posture: str = "normal"
    pieces: tuple[PastPiece, ...] = ()
    untold: frozenset[str] = frozenset()
    scenario: str = ""
    solved: bool | None = None


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which past matters: begun in [since, until) within ``area``, the earliest ``most`` of them.

    ``categories`` are codes, or prefixes ending in ``*``; none: all. ``names`` are those of scenarios, by which a kind
    without categories tells its matters apart; none: all.
    """

    area: AreaCode
    since: datetime
    until: datetime
    categories: tuple[str, ...] = ()
    most: int = 200_000
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadShare:
    """One part of a stated load: so many of ``weight`` parts are of this category in this area, with these facts."""

    area: AreaCode
    category: str
    weight: int = 1
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatedLoad:
    """A load that nobody lived: so many matters a day for ``days`` days, spread over the hours as ``by_hour`` weighs.

    Raises ``ValueError`` when nothing could ever arrive.
    """

    first: date
    days: int
    per_day: int
    mix: tuple[LoadShare, ...]
    by_hour: tuple[int, ...] = (1,) * HOURS

    def __post_init__(self) -> None:
        if len(self.by_hour) != HOURS or min(self.by_hour) < 0 or not any(self.by_hour):
            raise ValueError("a load says for each of the 24 hours how much of it arrives then")
        if self.days < 1 or self.per_day < 1 or not any(share.weight > 0 for share in self.mix):
            raise ValueError("a load has days, matters on each, and at least one kind of them")


# Who takes a step (by name) in an area (its digits; of the entry, where a step is repeated over areas) for a category.
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class StaffedVersion:
    """A version of a scenario with who would take its steps; a place that is missing has nobody."""

    scenario: Scenario
    hands: Mapping[Place, Assignment]


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything a rehearsal stands on beside the matters: two versions, the seed, the calendar, the assumption.

    ``assumed_share``: a step that nobody ever did takes this share of its limit on average, evenly spread around it.
    """

    present: StaffedVersion
    new: StaffedVersion
    time: WorkingTime
    seed: int = 1
    assumed_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Spread:
    """How long things took, in hours: the nine deciles of ``count`` of them, zeros when there are none."""

    count: int
    deciles: tuple[float, ...]

    @property
    def median(self) -> float:
        """Half took at most this long."""
        return self.deciles[4]

    @property
    def ninth(self) -> float:
        """Nine of ten took at most this long."""
        return self.deciles[8]


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What a unit had: pieces of work, how many ended late, hours they stood open, pieces by the hour they came."""

    unit: int
    pieces: int
    late: int
    open_hours: int
    by_hour: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VersionOutcome:
    """What one version would have made of the matters.

    ``late_matters`` had a piece that ended past its time; ``past_promise`` of ``promised`` ended after what was really
    promised then; ``stuck`` wait for somebody whom nobody is; ``back`` went back at least once. ``pieces_by_step`` are
    pieces of work for each step. ``units`` are the most loaded ones of all ``units_all``.
    """

    reference: str
    matters: int
    stuck: int
    late_matters: int
    promised: int
    past_promise: int
    back: int
    pieces: int
    late_pieces: int
    took: Spread
    pieces_by_step: Mapping[str, int]
    by_hour: tuple[int, ...]
    units: tuple[UnitLoad, ...]
    units_all: int

    @property
    def late_share(self) -> float:
        """The share of matters with a late piece."""
        return self.late_matters / self.matters if self.matters else 0.0

    @property
    def late_piece_share(self) -> float:
        """The share of pieces of work that ended late."""
        return self.late_pieces / self.pieces if self.pieces else 0.0

    @property
    def back_share(self) -> float:
        """The share of matters that went back at least once."""
        return self.back / self.matters if self.matters else 0.0


@dataclass(frozen=True, slots=True)
class UnitShift:
    """A unit whose pieces of work, or whose hours of open work, would change."""

    unit: int
    pieces_before: int
    pieces_after: int
    open_hours_before: int
    open_hours_after: int


@dataclass(frozen=True, slots=True)
class MatterChange:
    """A matter that would have gone otherwise: hours until its end, whether late, how it ended (``step.result``)."""

    matter: UUID
    hours_before: float
    hours_after: float
    late_before: bool
    late_after: bool
    ended_before: str
    ended_after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How many matters would have gone otherwise, and the ones that would have changed most."""

    newly_late: int
    no_longer_late: int
    ended_otherwise: int
    shown: tuple[MatterChange, ...]


@dataclass(frozen=True, slots=True)
class DecileError:
    """One decile (1 to 9) as it was and as rehearsed, in hours."""

    decile: int
    past: float
    rehearsed: float


@dataclass(frozen=True, slots=True)
class Validity:
    """How well the rehearsed present version repeats what really happened.

    ``distance`` is the greatest difference between the two distributions of durations (Kolmogorov–Smirnov), ``allowed``
    the stated error, or what chance alone makes of so few matters. ``learned`` matters taught the rehearsal,
    ``compared`` were compared; ``holdout``: other ones than taught it.
    """

    distance: float
    allowed: float
    deciles: tuple[DecileError, ...]
    learned: int
    compared: int
    holdout: bool

    @property
    def passes(self) -> bool:
        """Whether the past is repeated within the stated error; of too few matters nobody can tell."""
        return self.compared >= COMPARED_LEAST and self.distance <= self.allowed


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The report: the two versions, what differs between them, how far it may be believed, what it cannot know."""

    seed: int
    present: VersionOutcome
    new: VersionOutcome
    shifts: tuple[UnitShift, ...]
    shifts_all: int
    changes: Changes
    new_pieces: Mapping[str, int]
    validity: tuple[Validity, ...]
    honesty: tuple[Label, ...]


class Stand(StrEnum):
    """How far a kept rehearsal is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> Label:
        """The stand in words."""
        return _STAND_LABELS[self]


_STAND_LABELS = {
    Stand.WAITING: Label("等着演练", "waiting"),
    Stand.RUNNING: Label("正在演练", "running"),
    Stand.DONE: Label("演练完了", "done"),
    Stand.FAILED: Label("没有演练成", "could not be rehearsed"),
}


@dataclass(frozen=True, slots=True)
class RehearsalAsked:
    """A rehearsal as asked for: which version beside which reference, over which past, with which seed.

    With a ``load`` the past only teaches, and the stated load is lived.
    """

    version: UUID
    present: str
    since: datetime
    until: datetime
    seed: int = 1
    load: StatedLoad | None = None


@dataclass(frozen=True, slots=True)
class RehearsalWanted:
    """A rehearsal to run at once: a scenario beside the reference ``present`` on the past of ``area``.

    ``load`` is lived in place of the past, which then only teaches.
    """

    new: Scenario
    present: str
    area: AreaCode
    since: datetime
    until: datetime
    seed: int = 1
    load: StatedLoad | None = None


@dataclass(frozen=True, slots=True)
class RehearsalCard:
    """A kept rehearsal: what was asked, by whom, how far it is (``done`` of ``total`` matters), what came out."""

    id: UUID
    version: UUID
    reference: str
    present: str
    area: AreaCode
    since: datetime
    until: datetime
    seed: int
    is_stated: bool
    by: Label
    at: datetime
    stand: Stand
    done: int
    total: int
    finished_at: datetime | None
    why_failed: Label | None
    report: Rehearsal | None
