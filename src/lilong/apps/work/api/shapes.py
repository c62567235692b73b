"""What the operations of work take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from ninja import Field, Schema
from pydantic import AwareDatetime

from lilong.identity.answers import BecauseOut, LabelOut, LimitOut, ReadingOut


class PublicationOut(Schema):
    """Where a version is in force, for which types of area, for what share, on what evidence."""

    id: UUID
    area: str
    area_types: list[str]
    share: int
    since: datetime
    until: datetime | None
    by: LabelOut
    evidence: str

    @staticmethod
    def resolve_area(publication: Any) -> str:
        """The digits of the area."""
        return str(publication.area)


class VersionOut(Schema):
    """One version of a scenario with its file. ``version`` counts its acts; the file has the version's own number."""

    id: UUID
    reference: str
    title: LabelOut
    purpose: LabelOut
    kind: str
    area: str
    state: str
    version: int
    digest: str
    text: str
    origin: str
    running: int
    written_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    publications: list[PublicationOut]

    @staticmethod
    def resolve_reference(card: Any) -> str:
        """``name@version``."""
        return str(card.scenario.reference)

    @staticmethod
    def resolve_title(card: Any) -> Any:
        """The scenario's title."""
        return card.scenario.title

    @staticmethod
    def resolve_purpose(card: Any) -> Any:
        """The scenario's purpose."""
        return card.scenario.purpose

    @staticmethod
    def resolve_kind(card: Any) -> str:
        """The life-cycle of its subject."""
        return str(card.scenario.kind)

    @staticmethod
    def resolve_area(card: Any) -> str:
        """The digits of the area it was written for."""
        return str(card.area)


class LibraryRowOut(Schema):
    """A version in the library."""

    id: UUID
    reference: str
    title: LabelOut
    purpose: LabelOut
    kind: str
    area: str
    state: str
    state_label: LabelOut
    origin: str
    running: int
    areas_using: int
    median_days_saved: float | None

    @staticmethod
    def resolve_area(row: Any) -> str:
        """The digits of the area it was written for."""
        return str(row.area)


class LibraryOut(Schema):
    """One page of the library; ``after`` asks for the next one, empty on the last."""

    rows: list[LibraryRowOut]
    total: int
    after: str


class FindingOut(Schema):
    """One finding of the check: what must be mended or looked at, how, on which step, in which areas."""

    kind: str
    severity: str
    text: LabelOut
    remedy: LabelOut
    step: str
    path: list[LabelOut]
    areas: list[str]

    @staticmethod
    def resolve_areas(finding: Any) -> list[str]:
        """The digits of the areas."""
        return [str(area) for area in finding.areas]


class DifferenceOut(Schema):
    """One thing that differs between two versions."""

    where: str
    what: LabelOut
    before: str
    after: str


class TemplateOut(Schema):
    """Something a new scenario may begin from."""

    key: str
    label: LabelOut
    kind: str


class TextIn(Schema):
    """A scenario file."""

    text: str = Field(min_length=1, max_length=200_000)


class WrittenIn(TextIn):
    """A scenario file as a new draft of an area; ``origin`` is the reference it was copied from."""

    area: str = Field(pattern=r"^\d{0,20}$")
    origin: str = Field(default="", max_length=60)


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=2000)


class NoteIn(Schema):
    """What was looked at, if anything is to be said of it."""

    note: str = Field(default="", max_length=2000)


class PublishIn(Schema):
    """Where a version is put in force, and on what evidence."""

    area: str = Field(pattern=r"^\d{0,20}$")
    area_types: list[str] = Field(min_length=1, max_length=20)
    share: int = Field(ge=1, le=100)
    evidence: str = Field(min_length=1, max_length=2000)


class RehearseIn(Schema):
    """A rehearsal to run: beside which version (name@number), on the matters of which time, with which seed."""

    present: str = Field(max_length=60)
    since: AwareDatetime
    until: AwareDatetime
    seed: int = 1


class RehearsalOut(Schema):
    """A rehearsal: how far it is, why it failed if it did, its report when it is done."""

    id: UUID
    version: UUID
    reference: str
    present: str
    since: datetime
    until: datetime
    seed: int
    stand: str
    done: int
    total: int
    why_failed: LabelOut | None
    report: dict[str, Any] | None

    @staticmethod
    def resolve_report(card: Any) -> Any:
        """The report as plain values."""
        return msgspec.to_builtins(card.report) if card.report else None


class ComparedOut(Schema):
    """One measure of the pilot beside another group; without an interval there were too few matters."""

    measure: str
    view: str
    label: LabelOut
    pilot: float | None
    other: float | None
    pilot_count: int
    other_count: int
    low: float | None
    high: float | None
    verdict: str
    sentence: LabelOut


class ComparisonOut(Schema):
    """Every measure in every view, and what the comparison cannot know."""

    rows: list[ComparedOut]
    confidence: float
    honesty: list[LabelOut]


class HandedIn(Schema):
    """What is handed in with a step: its result, a note, the answers by the names of the facts."""

    result: str = Field(default="done", max_length=40)
    note: str = Field(default="", max_length=2000)
    answers: dict[str, Any] = Field(default_factory=dict)


class BegunIn(Schema):
    """An undertaking to begin."""

    scenario: str = Field(max_length=40)
    area: str = Field(pattern=r"^\d{0,20}$")
    title: str = Field(max_length=200)
    about: str = Field(default="", max_length=4000)
    facts: dict[str, Any] = Field(default_factory=dict)


class MoveIn(Schema):
    """The version to go on by, as ``name@version``."""

    to: str = Field(min_length=1, max_length=60)


class UndertakingRowOut(Schema):
    """An undertaking in a list."""

    id: UUID
    number: str
    title: str
    area: str
    scenario: str
    state: str
    state_label: LabelOut
    begun_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    waiting: list[str]

    @staticmethod
    def resolve_area(row: Any) -> str:
        """The digits of its area."""
        return str(row.area)


class UndertakingsOut(Schema):
    """One page of undertakings; ``after`` asks for the next one, empty on the last."""

    rows: list[UndertakingRowOut]
    total: int
    after: str


class PieceOut(Schema):
    """One piece of work of an undertaking, open or ended."""

    id: UUID
    step: str
    label: LabelOut
    role: str
    unit: int
    state: str
    limit: LimitOut
    due_at: datetime
    ended_at: datetime | None
    reading: ReadingOut
    because: list[BecauseOut]

    @staticmethod
    def resolve_limit(task: Any) -> dict[str, Any]:
        """The limit with its words."""
        return {"amount": task.limit.amount, "kind": task.limit.kind.value, "label": task.limit.label}


class UndertakingOut(Schema):
    """One undertaking: where it stands, what is known, its tasks."""

    row: UndertakingRowOut
    version: int
    about: str
    facts: dict[str, Any]
    done: dict[str, str]
    tasks: list[PieceOut]
    because: list[BecauseOut]

    @staticmethod
    def resolve_done(view: Any) -> dict[str, str]:
        """The result of each step that is over."""
        return dict(view.progress.done)
