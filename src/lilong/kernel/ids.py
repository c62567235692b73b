"""Identifiers and digests made on our side of the database, so that a client may make them before it sends."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

_SALT_BYTES = 16


def new_id(at: datetime) -> UUID:
    """A UUID version 7 (RFC 9562 §5.7) for the moment ``at``: sorts by time, the rest is random."""
    milliseconds = int(at.timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def new_salt() -> bytes:
    """Random bytes that keep a digest in the journal from being guessed after the text itself was erased."""
    return secrets.token_bytes(_SALT_BYTES)


def salted_digest(salt: bytes, text: str) -> bytes:
    """SHA-256 over salt and text: what the journal keeps of words that may have to be erased."""
    return hashlib.sha256(salt + text.encode()).digest()
