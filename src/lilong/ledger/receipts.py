"""What a command answers: the same for the first call and for every repeat of its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of a done command. ``replayed`` tells a repeat from the first call; the rest is equal."""

    subject: UUID
    version: int
    state: str
    details: Mapping[str, Any]
    replayed: bool = False

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, replayed: bool) -> Self:
        """The receipt as it was kept beside the idempotency key."""
        return cls(UUID(data["subject"]), data["version"], data["state"], data["details"], replayed)
