"""The dictionary of the library: versions of scenarios, where they are in force, how a list of them is asked for.

A *version* (版本) is one text of a scenario; a *publication* (发布) puts it in force in an area, for some types of area
and a share of the matters there, from a moment on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lilong.apps.work.terms.scenarios import ANY, Scenario
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label

WHOLE_SHARE = 100


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a publication puts a version in force: an area, types of area in it, a share of the matters there."""

    area: AreaCode
    area_types: tuple[str, ...] = (ANY,)
    share: int = WHOLE_SHARE

    def fits(self, types: tuple[str, ...]) -> bool:
        """Whether an area of these types is meant."""
        return ANY in self.area_types or not set(types).isdisjoint(self.area_types)

    def covers(self, other: Reach) -> bool:
        """Whether every place of ``other`` is a place of this one."""
        types = ANY in self.area_types or (ANY not in other.area_types and set(other.area_types) <= {*self.area_types})
        return self.area.contains(other.area) and types


@dataclass(frozen=True, slots=True)
class PublicationCard:
    """One publication; ``until`` None: in force. ``evidence`` is what it was decided on, ``by`` the post that did."""

    id: UUID
    version: UUID
    reference: str
    reach: Reach
    since: datetime
    until: datetime | None
    by: Label
    evidence: str = ""

    @property
    def area(self) -> AreaCode:
        """Where it holds."""
        return self.reach.area

    @property
    def area_types(self) -> tuple[str, ...]:
        """The types of area it holds for."""
        return self.reach.area_types

    @property
    def share(self) -> int:
        """The share of matters, in per cent."""
        return self.reach.share


@dataclass(frozen=True, slots=True)
class VersionNote:
    """Words said when a version was approved, sent back or withdrawn."""

    kind: str
    text: str
    by: Label
    at: datetime


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version with its life so far. ``version`` counts its acts, ``scenario.version`` is its number.

    ``origin`` is the reference it was copied from; ``findings`` is what the check said when it was submitted.
    """

    id: UUID
    scenario: Scenario
    text: str
    area: AreaCode
    state: str
    state_label: Label
    version: int
    digest: str
    written_by: Label
    written_at: datetime
    submitted_at: datetime | None = None
    approved_by: Label | None = None
    approved_at: datetime | None = None
    publications: tuple[PublicationCard, ...] = ()
    notes: tuple[VersionNote, ...] = ()
    findings: tuple[Mapping[str, object], ...] = ()
    origin: str = ""
    running: int = 0


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """Which versions: words in their titles and purposes, a category, a kind of subject, a state, an area around.

    Empty means not asked for. Only the latest version of a name in each area, unless ``every``.
    """

    text: str = ""
    category: str = ""
    kind: str = ""
    state: str = ""
    area: AreaCode | None = None
    every: bool = False
    after: str = ""
    size: int = 30


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A version in a list: how many matters go by it, in how many areas it is in force, what it saved where known."""

    id: UUID
    reference: str
    title: Label
    purpose: Label
    kind: str
    area: AreaCode
    state: str
    state_label: Label
    written_by: Label
    written_at: datetime
    origin: str
    running: int
    areas_using: int
    median_days_saved: float | None = None


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """One page of the library; ``after`` is the key of the next one, empty on the last."""

    rows: tuple[LibraryRow, ...]
    total: int
    after: str = ""
    by_state: Mapping[str, int] = field(default_factory=dict)
