"""The dictionary of comparison: what was measured of a matter, and what may be said of the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label


class View(StrEnum):
    """What a pilot is set beside: other areas at the same time, or the same areas before it."""

    BESIDE = "beside"
    BEFORE = "before"

    @property
    def label(self) -> Label:
        """The view's name."""
        return _VIEW_LABELS[self]


_VIEW_LABELS = {
    View.BESIDE: Label("同期没有试点的地方", "places without the pilot, at the same time"),
    View.BEFORE: Label("同一些地方试点以前", "the same places before the pilot"),
}


class Verdict(StrEnum):
    """What the difference may be taken for; with an interval on both sides of nothing, for nothing yet."""

    BETTER = "better"
    WORSE = "worse"
    OPEN = "open"
    NOT_ENOUGH = "not_enough"

    @property
    def label(self) -> Label:
        """The verdict in words."""
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.BETTER: Label("变好了", "better"),
    Verdict.WORSE: Label("变差了", "worse"),
    Verdict.OPEN: Label("还看不出", "cannot be told yet"),
    Verdict.NOT_ENOUGH: Label("还不够", "not enough yet"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of one matter for comparison; None: not known (not over yet, nobody asked)."""

    area: AreaCode
    days: float | None = None
    late: bool | None = None
    back: bool | None = None
    solved: bool | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of the pilot beside another group: both values, the difference (pilot minus other), its interval.

    Shares are 0 to 1, medians days. With too few matters there is no interval and the verdict is ``not_enough``.
    ``sentence`` says all of it in plain words.
    """

    measure: str
    view: View
    label: Label
    pilot: float | None
    other: float | None
    pilot_count: int
    other_count: int
    low: float | None
    high: float | None
    verdict: Verdict
    sentence: Label


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every measure of a scenario in every view, and what the comparison cannot know. Persons are never compared."""

    rows: tuple[Compared, ...]
    confidence: float
    honesty: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The matters compared: of the pilot, of other places at the same time, of the same places before."""

    pilot: tuple[Measured, ...]
    others: Mapping[View, tuple[Measured, ...]] = field(default_factory=dict)
