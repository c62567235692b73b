"""News as a reader gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news: what happened to which subject, and the version it then had."""

    topic: str
    subject: UUID
    version: int
    at: datetime
    payload: Mapping[str, Any]
