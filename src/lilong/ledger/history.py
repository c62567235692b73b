"""Reading the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lilong.kernel.because import Because
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry


@dataclass(frozen=True, slots=True)
class Entry:
    """One journalled act in the words a page shows."""

    seq: int
    at: datetime
    step: str
    by: Label
    because: tuple[Because, ...]
    data: Mapping[str, Any]


def entries(subject: UUID) -> tuple[Entry, ...]:
    """The subject's acts, oldest first; only what the open scope shows."""
    rows = JournalEntry.objects.filter(subject=subject).order_by("seq").only("seq", "at", "step", "data")
    return tuple(
        Entry(
            row.seq,
            row.at,
            row.step,
            Label.from_json(row.data["by"]),
            tuple(Because.from_json(because) for because in row.data["because"]),
            row.data,
        )
        for row in rows
    )
