"""Luck that depends on nothing but the seed, the matter and the piece of work.

The same matter draws the same luck in both versions (common random numbers), so that what differs between them is due
to the versions; and it draws the same in one process as in ten.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

_WIDTH = 5
_SCALE = float(1 << (8 * _WIDTH))


class Luck(NamedTuple):
    """Four independent numbers in [0, 1): which history a result and a duration come from, and which one in it."""

    result_from: float
    result: float
    duration_from: float
    duration: float


def luck_of(seed: bytes, piece: str) -> Luck:
    """The luck of one piece of work of a matter; ``seed`` is from :func:`seed_of`."""
    drawn = blake2b(piece.encode(), digest_size=4 * _WIDTH, key=seed).digest()
    return Luck(*[int.from_bytes(drawn[at : at + _WIDTH], "big") / _SCALE for at in range(0, 4 * _WIDTH, _WIDTH)])


def seed_of(seed: int, matter: bytes) -> bytes:
    """The seed of everything that one matter draws."""
    return seed.to_bytes(8, "big", signed=True) + matter
