"""Keeping what versions in force saved: a rollup that can be reckoned again at any time, hence not journalled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from lilong.apps.work.models import Saving


def keep_savings(found: Mapping[UUID, float | None], at: datetime) -> int:
    """Keep by how many days each version cut the median, in place of what was kept before.

    Returns of how many it can be told.
    """
    Saving.objects.bulk_create(
        [Saving(version_id=version, median_days=days, at=at) for version, days in sorted(found.items())],
        update_conflicts=True,
        unique_fields=["version"],
        update_fields=["median_days", "at"],
    )
    return sum(days is not None for days in found.values())
