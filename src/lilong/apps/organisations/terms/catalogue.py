"""The dictionary of the responsibility catalogue, and what routing answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from lilong.apps.organisations.terms.units import UnitCard
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because
from lilong.kernel.clocks import Limit
from lilong.kernel.words import Label

CODE_MAX = 40
WORDS_MAX = 400
NOTE_MAX = 500
# 紧急 重大 一般: urgent, major, ordinary.
SEVERITIES = ("A", "B", "C")


class Stage(StrEnum):
    """The stages of a matter that somebody must be responsible for: 核实 立案 派遣 处置 核查."""

    VERIFY = "verify"
    FILE = "file"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    CHECK = "check"

    @property
    def label(self) -> Label:
        """The stage's name."""
        return _STAGE_LABELS[self]


_STAGE_LABELS = {
    Stage.VERIFY: Label("核实", "verification"),
    Stage.FILE: Label("立案", "filing"),
    Stage.DISPATCH: Label("派遣", "dispatch"),
    Stage.HANDLE: Label("处置", "handling"),
    Stage.CHECK: Label("核查", "checking"),
}


# The scheme under which a gap stands that was met in a matter without a category: its scenario, by version and name.
SCENARIO_SCHEME = "scenario"


@dataclass(frozen=True, slots=True, order=True)
class CategoryKey:
    """A category's code with its scheme and that scheme's version; as text ``scheme:version:code``."""

    scheme: str
    version: str
    code: str

    def __post_init__(self) -> None:
        if not all(part and ":" not in part for part in (self.scheme, self.version, self.code)):
            raise ValueError(f"a category needs scheme, version and code without colons, not {self!r}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of ``str``. Raises ``ValueError`` for anything else."""
        parts = text.split(":")
        if len(parts) != 3:
            raise ValueError(f"{text!r} is no category: scheme:version:code")
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.version}:{self.code}"


@dataclass(frozen=True, slots=True)
class CatalogueCard:
    """One version of the catalogue, published for ``area``: in force from ``valid_from`` until ``valid_to``.

    A draft has no ``valid_from`` and is in force at no time.
    """

    id: int
    name: str
    area: AreaCode
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def is_in_force(self, at: datetime) -> bool:
        """Whether the version is the published one at ``at``; the end does not belong to it."""
        begun = self.valid_from is not None and self.valid_from <= at
        return begun and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class CategoryCard:
    """One category (小类) of the catalogue in force.

    ``name`` and ``group`` are the catalogue's words, ``resident`` the plain words a resident chooses by.
    ``needs_verification``: somebody must look before it is filed; ``private``: reports are private unless the
    reporter opens them; ``public``: residents may choose it.
    """

    key: CategoryKey
    kind: str
    group_code: str
    group: Label
    name: Label
    resident: Label
    severity: str
    needs_verification: bool
    private: bool
    public: bool
    keywords_zh: tuple[str, ...] = ()
    keywords_en: tuple[str, ...] = ()
    catalogue: str = ""


@dataclass(frozen=True, slots=True)
class StandardCard:
    """One row of the filing and closing standards (立结案标准): a case is filed and closed only against one.

    ``id`` is 0 before the row is stored.
    ``verified`` False means that the limit was taken from practice and its source is still to be confirmed.
    """

    id: int
    category: CategoryKey
    row: int
    filing_condition: Label
    closing_condition: Label
    severity: str
    limit: Limit
    legal_basis: str
    source: str
    verified: bool
    catalogue: str

    @property
    def reference(self) -> str:
        """How a because names it, e.g. ``standard:0101/2@2026-09``."""
        return f"standard:{self.category.code}/{self.row}@{self.catalogue}"


@dataclass(frozen=True, slots=True)
class ResponsibilityRow:
    """One row of the responsibility catalogue. ``category`` is a whole code, or a prefix ending in ``*``."""

    row: int
    category: str
    area_type: str
    stage: Stage
    level: Level
    function: str
    co_functions: tuple[str, ...]
    limit: Limit | None
    legal_basis: str
    note: Label | None
    catalogue: str

    @property
    def reference(self) -> str:
        """How a because names it, e.g. ``responsibility:12@2026-09``."""
        return f"responsibility:{self.row}@{self.catalogue}"


class Gap(StrEnum):
    """Why a stage has nobody: no catalogue, no row in it, no active unit of the row's function there.

    ``PLACE_TOO_COARSE`` is no fault of the catalogue: the place is known to a street, the row asks for its community.
    """

    NO_CATALOGUE = "no_catalogue"
    NO_ROW = "no_row"
    NO_UNIT = "no_unit"
    PLACE_TOO_COARSE = "place_too_coarse"

    @property
    def label(self) -> Label:
        """What is missing."""
        return _GAP_LABELS[self]


_GAP_LABELS = {
    Gap.NO_CATALOGUE: Label("没有生效的清单", "no catalogue in force"),
    Gap.NO_ROW: Label("清单缺这一行", "no row in the catalogue"),
    Gap.NO_UNIT: Label("缺承担的单位", "no unit to take it"),
    Gap.PLACE_TOO_COARSE: Label("地点不够具体", "place not known closely enough"),
}


@dataclass(frozen=True, slots=True)
class NotRouted:
    """Nobody takes the stage: a work item for the catalogue's keeper in ``area``, never a default.

    ``function`` is the kind of office the row asks for, empty when there is no row.
    """

    stage: Stage
    gap: Gap
    area: AreaCode
    because: tuple[Because, ...]
    function: str = ""


@dataclass(frozen=True, slots=True)
class Routed:
    """Who takes a stage, within what limit (None: the chosen standard row says), and because of what.

    ``gaps`` are co-handlers the row asks for and the city does not have: to be reported like any other gap.
    """

    stage: Stage
    unit: UnitCard
    co_units: tuple[UnitCard, ...]
    limit: Limit | None
    because: tuple[Because, ...]
    gaps: tuple[NotRouted, ...] = ()


Routing = Routed | NotRouted


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """Everything one catalogue version says."""

    categories: tuple[CategoryCard, ...] = ()
    standards: tuple[StandardCard, ...] = ()
    responsibilities: tuple[ResponsibilityRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryMatch:
    """A category that a text may mean, how well (0 to 1) and by which of the category's words."""

    category: CategoryCard
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingCard:
    """Something the catalogue's keeper owes: for this category and stage nobody is responsible in ``area``."""

    id: UUID
    category: CategoryKey
    area: AreaCode
    stage: Stage
    gap: Gap
    function: str
    first_seen: datetime
    last_seen: datetime
    count: int
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MissingPage:
    """One page of open work items, the most asked-for first; ``after`` is the key of the next page."""

    items: tuple[MissingCard, ...]
    total: int
    after: str = ""
