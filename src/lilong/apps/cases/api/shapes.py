"""What the API takes and gives. The shapes read the frozen values of ``terms``; they add nothing of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from ninja import Schema

from lilong.identity.answers import BecauseOut, LabelOut, ReadingOut


class ReportIn(msgspec.Struct, forbid_unknown_fields=True):
    """One matter to report. ``category`` is ``scheme:version:code`` as the list of categories gives it."""

    category: str
    body: str = ""
    title: str = ""
    latitude: float | None = None
    longitude: float | None = None
    datum: str = "wgs84"
    address: str = ""
    address_id: str = ""
    city: str = ""
    source: str = "api"
    anonymous: bool = False
    private: bool = False
    contact_name: str = ""
    contact_phone: str = ""


class FilterIn(Schema):
    """What a list of cases may be asked for; empty means all."""

    state: str = ""
    area: str = ""
    category: str = ""
    source: str = ""
    text: str = ""
    light: str = ""
    after: str = ""
    size: int = 50


class UnitOut(Schema):
    """A unit."""

    id: int
    code: str
    name: LabelOut


class RowOut(Schema):
    """One row of a list of cases."""

    id: UUID
    number: str
    title: str
    address: str
    category: str
    category_name: LabelOut
    state: str
    state_label: LabelOut
    source: str
    area: str
    area_name: str
    opened_at: datetime
    due_at: datetime | None
    reading: ReadingOut | None
    lead: UnitOut | None
    suggested: UnitOut | None
    returned: bool
    version: int
    latitude: float | None
    longitude: float | None

    @staticmethod
    def resolve_category(row: Any) -> str:
        """The category as ``scheme:version:code``."""
        return str(row.category.key)

    @staticmethod
    def resolve_category_name(row: Any) -> object:
        """The category in words."""
        return row.category.name

    @staticmethod
    def resolve_area(row: Any) -> str:
        """The area's digits."""
        return str(row.area)


class PageOut(Schema):
    """One page; ``after`` asks for the next one, empty on the last."""

    rows: list[RowOut]
    after: str
    order: LabelOut


class StandardOut(Schema):
    """A row one may file or close against."""

    id: int
    filing_condition: LabelOut
    closing_condition: LabelOut
    limit: LabelOut
    reference: str
    verified: bool

    @staticmethod
    def resolve_limit(standard: Any) -> object:
        """The limit in words."""
        return standard.limit.label


class TaskOut(Schema):
    """One task of a case, open or ended."""

    step: str
    label: LabelOut
    role: str
    unit: int
    state: str
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    reading: ReadingOut
    because: list[BecauseOut]


class NoteOut(Schema):
    """Words added on the way."""

    kind: str
    text: str
    by: LabelOut
    at: datetime
    public: bool


class PhotoOut(Schema):
    """A picture; ``url`` opens it for whoever may see the case."""

    id: UUID
    kind: str
    url: str
    at: datetime


class EntryOut(Schema):
    """One entry of the journal."""

    seq: int
    at: datetime
    step: str
    by: LabelOut
    because: list[BecauseOut]


class StepOut(Schema):
    """A step one may take now, with the schema of its inputs."""

    name: str
    label: LabelOut
    inputs: dict[str, Any]

    @staticmethod
    def resolve_inputs(step: Any) -> dict[str, Any]:
        """The inputs as JSON Schema."""
        schema: dict[str, Any] = step.schema()
        return schema


class CaseOut(Schema):
    """Everything about one case that the asker may see."""

    row: RowOut
    body: str
    private: bool
    anonymous: bool
    standard: StandardOut | None
    standards: list[StandardOut]
    resolution: LabelOut | None
    original: str
    tasks: list[TaskOut]
    notes: list[NoteOut]
    photos: list[PhotoOut]
    journal: list[EntryOut]
    steps: list[StepOut]
    because: list[BecauseOut]
    rating: dict[str, str] | None


class CountOut(Schema):
    """Open cases of one area."""

    area: str
    name: str
    open: int
    late: int
    by_state: dict[str, int]

    @staticmethod
    def resolve_area(count: Any) -> str:
        """The area's digits."""
        return str(count.area)
