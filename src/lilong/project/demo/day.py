"""Playing the whole day: closed matters lie in the days behind, open ones end where whoever looks stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from lilong.apps.organisations import public as organisations
from lilong.project.demo.course import Run, play
from lilong.project.demo.founding import CITY
from lilong.project.demo.matters import Matter, matters
from lilong.project.demo.stage import Spot, spot_for

SEED = 20260923
_SHANGHAI = ZoneInfo("Asia/Shanghai")
# Long enough for a limit of fifteen working days to have run out before anybody looks.
_DAYS_BEHIND = 24
_OPEN_WITHIN = timedelta(hours=20)


def play_day(at: datetime, progress: Callable[[int, int], None]) -> int:
    """Play every matter as seen at ``at``; returns how many. Playing again repeats the keys and so changes nothing."""
    keys = {card.key.code: card.key for card in organisations.categories(area=CITY, at=at)}
    spots: dict[int, Spot] = {}
    played: dict[int, UUID] = {}
    began: dict[int, datetime] = {}
    everything = matters()
    for done, matter in enumerate(everything, 1):
        random = Random(SEED + matter.row)
        spots[matter.row] = _spot(matter, spots, random)
        began[matter.row] = _begins(matter, began, at)
        run = Run(matter, keys[matter.category], random, began[matter.row], at)
        original = played.get(matter.duplicate_of) if matter.duplicate_of else None
        played[matter.row] = play(run, spots[matter.row], original)
        progress(done, len(everything))
    return len(everything)


def _spot(matter: Matter, spots: dict[int, Spot], random: Random) -> Spot:
    if matter.duplicate_of and matter.duplicate_of in spots:
        return spots[matter.duplicate_of].beside(random)
    return spot_for(matter.area_type, matter.location_hint, random)


def _begins(matter: Matter, began: dict[int, datetime], at: datetime) -> datetime:
    """When it is reported: today for what is still open, weeks ago at its own hour for what is closed; what repeats
    another matter, half an hour after it."""
    if matter.duplicate_of in began:
        return began[matter.duplicate_of] + timedelta(minutes=28)
    if matter.is_left_open:
        share = (matter.hour * 60 + matter.minute) / (24 * 60)
        return at - _OPEN_WITHIN * (1 - share) - timedelta(minutes=5)
    day = at.astimezone(_SHANGHAI) - timedelta(days=_DAYS_BEHIND)
    return day.replace(hour=matter.hour, minute=matter.minute, second=0, microsecond=0)
