"""The dictionary of organisations: units and posts, the responsibility catalogue and what routing answers.

A *function* (职能) is a kind of office, such as city appearance or a residents' committee; a *unit* (单位) is one such
office at one level for one area; a *post* (岗位) is a seat in a unit with its duties; a *posting* (任职) is who sits
there, from when to when. The *catalogue* (权责清单) says, for a category of matter and a type of area, which function
at which level takes each stage, within what limit, on what legal basis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because
from lilong.kernel.clocks import Limit
from lilong.kernel.words import Label

ANY_AREA_TYPE = "*"
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
class FunctionCard:
    """A kind of office: at which levels and in which types of area (``*``: any) it exists.

    ``unit_name`` is how its units are called, with ``{area}`` for the area's name.
    """

    code: str
    name: Label
    levels: frozenset[Level]
    nature: str
    area_types: frozenset[str]
    unit_name: Label

    def is_found_in(self, types: Iterable[str]) -> bool:
        """Whether an area of these types has such an office."""
        return ANY_AREA_TYPE in self.area_types or not self.area_types.isdisjoint(types)


@dataclass(frozen=True, slots=True)
class UnitCard:
    """One unit: the office of a function at a level for an area. ``above`` is the unit it reports to."""

    id: int
    code: str
    name: Label
    function: str
    level: Level
    area: AreaCode
    above: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class PostCard:
    """One post of a unit and the duties it carries in its area."""

    id: int
    unit: int
    area: AreaCode
    title: Label
    duties: frozenset[str]
    active: bool = True


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A post that an account holds at the time asked for: what the actor of a request is composed from."""

    post: int
    unit: int
    unit_name: Label
    area: AreaCode
    title: Label
    duties: frozenset[str]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PostPattern:
    """A post that every unit of a function at a level has."""

    code: str
    function: str
    level: Level
    title: Label
    duties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Staffing:
    """How a city is staffed: its kinds of office, leading ones first, and the standard posts of each.

    A function *leads* its level when one of its posts carries ``leading_duty``; the others there report to it.
    """

    functions: tuple[FunctionCard, ...]
    posts: tuple[PostPattern, ...]
    leading_duty: str


@dataclass(frozen=True, slots=True)
class CityArea:
    """An area to be staffed; ``kind`` is its type in the division table, such as subdistrict or town."""

    area: AreaCode
    level: Level
    name: Label
    kind: str


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A unit to be made. ``above`` is the code of the unit it will report to, empty at the top."""

    code: str
    name: Label
    function: str
    level: Level
    area: AreaCode
    above: str = ""


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A post to be made in the unit of that code; it holds for the unit's own area."""

    unit: str
    area: AreaCode
    title: Label
    duties: frozenset[str]


@dataclass(frozen=True, slots=True)
class PostingDraft:
    """An account to be put into a post from ``since`` until ``until`` (not included; None: until further notice)."""

    post: int
    account: int
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """What stands in a city: functions, units (a superior before its units) and posts, to be made at once."""

    functions: tuple[FunctionCard, ...]
    units: tuple[UnitDraft, ...]
    posts: tuple[PostDraft, ...]


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
