"""The dictionary of cases (事项/案件): what a report holds, what a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from lilong.apps.organisations.terms import CategoryCard, CategoryKey, StandardCard, UnitCard
from lilong.apps.people.terms import Guest
from lilong.apps.places.terms import Located, Where
from lilong.apps.work.terms import Scenario, TaskTerm
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because
from lilong.kernel.clocks import Reading
from lilong.kernel.lifecycle import Step
from lilong.kernel.words import Label
from lilong.ledger.events import Entry


class Source(StrEnum):
    """The channel a matter came by. Phone, paper and counter stand equal to the screen."""

    RESIDENT_WEB = "resident_web"
    WORKER = "worker"
    HOTLINE = "hotline"
    PATROL = "patrol"
    OPEN311 = "open311"
    API = "api"
    IMPORT = "import"

    @property
    def label(self) -> Label:
        """The channel's name."""
        return _SOURCE_LABELS[self]


_SOURCE_LABELS = {
    Source.RESIDENT_WEB: Label("居民", "resident"),
    Source.WORKER: Label("代报", "on behalf"),
    Source.HOTLINE: Label("12345", "12345"),
    Source.PATROL: Label("巡查", "patrol"),
    Source.OPEN311: Label("Open311", "Open311"),
    Source.API: Label("接口", "API"),
    Source.IMPORT: Label("导入", "import"),
}


@dataclass(frozen=True, slots=True)
class PhotoGiven:
    """An uploaded picture: its bytes as they came, to be checked before anything is kept."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ExternalReference:
    """The sender's own number for this report."""

    client: str
    id: str


@dataclass(frozen=True, slots=True)
class Report:
    """One matter as reported. ``category`` is a category code; ``reporter`` the resident's id when signed in."""

    category: str
    body: str
    place: Where
    city: AreaCode
    source: Source
    title: str = ""
    anonymous: bool = False
    private: bool = False
    contact: Guest | None = None
    reporter: UUID | None = None
    photos: tuple[PhotoGiven, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhotoTerm:
    """A kept picture: re-encoded, without position or device data."""

    id: UUID
    kind: str
    url: str
    at: datetime


# The kind of note that holds what a scenario says.
MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class NoteTerm:
    """Words that someone added to a case, or the platform for its scenario: then in both languages.

    ``unit`` is the unit that a message is for.
    """

    kind: str
    text: str
    by: Label
    at: datetime
    public: bool
    english: str = ""
    unit: UnitCard | None = None

    @property
    def words(self) -> Label:
        """The words in the language of whoever reads them; what people wrote stays as they wrote it."""
        return Label(self.text, self.english or self.text)

    @property
    def is_message(self) -> bool:
        """Whether the platform says it."""
        return self.kind == MESSAGE


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of a list."""

    id: UUID
    number: str
    title: str
    address: str
    category: CategoryCard
    state: str
    state_label: Label
    source: Source
    area: AreaCode
    area_name: str
    opened_at: datetime
    due_at: datetime | None
    reading: Reading | None
    lead: UnitCard | None
    suggested: UnitCard | None
    returned: bool
    version: int
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class LaneDoor:
    """One door of the lane a resident sees: behind, here, or ahead."""

    label: Label
    stands: str  # behind | here | ahead
    at: datetime | None
    who: Label | None
    said: str
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the page of one case shows to this actor. ``has_reporter``: somebody can be reached about it."""

    row: CaseRow
    body: str
    private: bool
    anonymous: bool
    standard: StandardCard | None
    standards: tuple[StandardCard, ...]
    resolution: Label | None
    original: str
    tasks: tuple[TaskTerm, ...]
    total: Reading | None
    notes: tuple[NoteTerm, ...]
    photos: tuple[PhotoTerm, ...]
    journal: tuple[Entry, ...]
    steps: tuple[Step, ...]
    lane: tuple[LaneDoor, ...]
    scenario: Scenario
    because: tuple[Because, ...]
    rating: Mapping[str, str] | None
    has_reporter: bool = False
    duplicates: tuple[CaseRow, ...] = ()

    @property
    def messages(self) -> tuple[NoteTerm, ...]:
        """What the scenario says to whoever reported it."""
        return tuple(note for note in self.notes if note.is_message and note.public)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is asked for; empty means all. ``after`` is the key from the previous page.

    ``exact`` leaves out what lies in the areas below ``area``.
    """

    states: tuple[str, ...] = ()
    area: AreaCode | None = None
    exact: bool = False
    category: str = ""
    source: str = ""
    text: str = ""
    light: str = ""
    lead: int | None = None
    returned: bool = False
    after: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases, in the order it states; ``after`` is the key of the next page or empty."""

    rows: tuple[CaseRow, ...]
    after: str
    order: Label


@dataclass(frozen=True, slots=True)
class Desk:
    """The dispatcher's desk: a page of the list, open cases by state, the opened case, the one just worked on.

    ``counts`` also holds ``late`` and ``returned``.
    """

    page: CasePage
    counts: Mapping[str, int]
    opened: CaseView | None
    done: CaseView | None


@dataclass(frozen=True, slots=True)
class Follow:
    """What a person needs to follow a matter without signing in."""

    number: str
    secret: str


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Open cases of one area by state, and how many of them are past their limit."""

    area: AreaCode
    name: str
    by_state: Mapping[str, int]
    late: int

    @property
    def open(self) -> int:
        """All open cases of the area."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """What the public register is asked for; empty or None means all. Times are inclusive.

    ``box`` is west, south, east, north in degrees (WGS-84); ``circle`` is latitude, longitude, radius in metres.
    """

    numbers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    states: frozenset[str] | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    circle: tuple[float, float, float] | None = None
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as anybody may see it: no name, no contact, nothing that was marked private."""

    id: UUID
    number: str
    title: str
    body: str
    address: str
    category: CategoryCard
    state: str
    state_label: Label
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    lead: UnitCard | None
    said: str
    latitude: float | None
    longitude: float | None
    photos: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """Something that happened to a public case: the step, the state it led to, what was said to the public."""

    number: str
    version: int
    step: str
    state: str
    at: datetime
    said: str
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """One matter of another register, with its past. ``id`` is that register's own number for it.

    ``unit`` is who had or has it; ``channel`` how it came, in that register's word. Moments are aware; a target of
    None means that nothing was promised, a closing of None that it is still open.
    """

    id: str
    category: CategoryKey
    located: Located
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    unit: int
    title: str
    body: str
    address: str
    channel: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class RecordedBatch:
    """Matters of one register in one city, brought in together or not at all. An id stands in it once."""

    city: AreaCode
    register: str
    cases: tuple[RecordedCase, ...]
