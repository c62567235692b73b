"""The dictionary of units: kinds of office, units, posts, postings, how a city is staffed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label

ANY_AREA_TYPE = "*"


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
