"""What the ledger gives back: news as a reader gets it, acts as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lilong.kernel.because import Because
from lilong.kernel.words import Label


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news: what happened to which subject, and the version it then had."""

    topic: str
    subject: UUID
    version: int
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One journalled act in the words a page shows."""

    seq: int
    at: datetime
    step: str
    by: Label
    because: tuple[Because, ...]
    data: Mapping[str, Any]
