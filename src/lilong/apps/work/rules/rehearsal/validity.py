"""Whether the rehearsed present version repeats the past: two distributions of durations, compared."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import sqrt

from lilong.apps.work.rules.rehearsal.tallies import spread_of
from lilong.apps.work.terms import DecileError, Validity

# The stated error: in-sample, and on matters that taught nothing, which also holds how much the times have changed.
ALLOWED = 0.05
ALLOWED_HOLDOUT = 0.10
# Two samples of n from one distribution differ by more than this divided by the root of n/2 in one case of twenty.
_BY_CHANCE = 1.358


def validity(rehearsed: Sequence[float], past: Sequence[float], *, learned: int, holdout: bool = False) -> Validity:
    """Hours as rehearsed beside hours as they were, of the same matters."""
    compared = min(len(past), len(rehearsed))
    stated = ALLOWED_HOLDOUT if holdout else ALLOWED
    there, here = spread_of(list(past)).deciles, spread_of(list(rehearsed)).deciles
    return Validity(
        distance=distance(rehearsed, past),
        allowed=max(stated, _BY_CHANCE / sqrt(compared / 2)) if compared else stated,
        deciles=tuple(DecileError(n, was, now) for n, (was, now) in enumerate(zip(there, here, strict=True), 1)),
        learned=learned,
        compared=compared,
        holdout=holdout,
    )


def distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Kolmogorov–Smirnov: the greatest difference between the shares that lie at or below any value."""
    if not one or not other:
        return 1.0
    first, second = sorted(one), sorted(other)
    return max(
        abs(bisect_right(first, value) / len(first) - bisect_right(second, value) / len(second))
        for value in {*first, *second}
    )
