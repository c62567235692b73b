"""The dictionary of questions about many places at once, and where they find nobody."""

from __future__ import annotations

from dataclasses import dataclass

from lilong.apps.organisations.terms.catalogue import Gap, Stage
from lilong.kernel.areas import AreaCode, Level


@dataclass(frozen=True, slots=True)
class OfficeAsked:
    """A question about many places at once: is there such an office?"""

    function: str
    level: Level


@dataclass(frozen=True, slots=True)
class StageAsked:
    """A question about many places at once: does somebody take ``stage`` of every category that a pattern means?

    A pattern is a whole code, or a prefix ending in ``*``, perhaps after ``scheme:version:``.
    """

    stage: Stage
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """The areas in which nobody takes it, and why; ``is_lead`` False: only a co-handler is missing.

    ``function`` and ``level`` are the office wanted, empty when no row says; ``categories`` the codes concerned.
    """

    gap: Gap
    areas: tuple[AreaCode, ...]
    function: str = ""
    level: Level | None = None
    categories: tuple[str, ...] = ()
    is_lead: bool = True
