"""The envelope of a command: made by the client, so that a repeat has one effect."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CommandKey:
    """Idempotency key, arrival time, digest of what was sent, and the version of the subject the sender saw.

    ``at`` is the time of the act: clocks, journal and calendar use it, nothing below the faces reads the clock.
    ``version`` None means that the act does not depend on what the sender saw (a new subject, a machine's step).
    """

    id: UUID
    at: datetime
    digest: bytes
    version: int | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a command needs an aware time")


def body_digest(body: bytes) -> bytes:
    """The digest by which the same key with another body is recognised."""
    return hashlib.sha256(body).digest()
