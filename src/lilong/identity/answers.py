"""What the operations of the API answer in: the kernel's values as JSON shapes, and the refusals any may give."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from ninja import Schema


class LabelOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class BecauseOut(Schema):
    """One reason of a decision."""

    ground: str
    text: LabelOut
    reference: str


class ReadingOut(Schema):
    """A clock: when it is due, which light it shows, how much time is left (ISO 8601; negative when late)."""

    due: datetime
    light: str
    remaining: str
    is_paused: bool

    @staticmethod
    def resolve_remaining(reading: Any) -> str:
        """The remaining time as an ISO 8601 duration."""
        return duration_text(reading.remaining)


class LimitOut(Schema):
    """A time limit: how much of which clock, and in words."""

    amount: int
    kind: str
    label: LabelOut


class ReceiptOut(Schema):
    """What a command answers; the same for every repeat of its key."""

    subject: UUID
    version: int
    state: str
    details: dict[str, Any]
    replayed: bool


class RefusalOut(Schema):
    """One thing that stands in the way."""

    code: str
    text: LabelOut
    remedy: LabelOut
    field: str
    reference: str


class ProblemOut(Schema):
    """A refusal, as ``application/problem+json`` (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    refusals: list[RefusalOut]
    changes: list[dict[str, Any]] = []


REFUSED: dict[int, type[Schema]] = {
    400: ProblemOut,
    401: ProblemOut,
    403: ProblemOut,
    404: ProblemOut,
    409: ProblemOut,
    413: ProblemOut,
    422: ProblemOut,
    429: ProblemOut,
}


def duration_text(span: timedelta) -> str:
    """A span of time as an ISO 8601 duration."""
    return msgspec.json.encode(span).decode().strip('"')
