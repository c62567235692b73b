"""A stated load: matters that nobody brought, as many a day and an hour, of such kinds, as somebody states."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import UUID

from lilong.apps.work.terms import HOURS, PastMatter, StatedLoad
from lilong.kernel.clocks import WorkingTime


def matters_of(load: StatedLoad, working: WorkingTime, seed: int) -> Iterator[PastMatter]:
    """The matters of ``load``, day by day; the same seed states the same ones."""
    chance = random.Random(seed)
    weights = [max(share.weight, 0) for share in load.mix]
    for day in range(load.days):
        midnight = datetime.combine(load.first + timedelta(days=day), time(), working.timezone)
        hours = sorted(chance.choices(range(HOURS), load.by_hour, k=load.per_day))
        shares = chance.choices(load.mix, weights, k=load.per_day)
        for hour, share in zip(hours, shares, strict=True):
            began_at = midnight + timedelta(hours=hour, seconds=chance.randrange(3600))
            id_ = UUID(int=chance.getrandbits(128))
            yield PastMatter(id_, share.area, share.category, share.facts, began_at, None)
