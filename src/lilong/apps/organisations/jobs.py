"""What organisations does by itself: after a change, looking again at what was missing."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from procrastinate.contrib.django import app

from lilong.apps.organisations import public
from lilong.apps.organisations.commands import resolve_missing
from lilong.apps.organisations.queries.missing import open_gaps
from lilong.apps.organisations.queries.shelf import shelf
from lilong.apps.organisations.terms import SCENARIO_SCHEME, Gap, MissingCard, NotRouted, Routed
from lilong.kernel.actors import machine
from lilong.kernel.areas import Level
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label
from lilong.ledger.events import Event

_LOOKING_AGAIN: Final = machine(
    Label("权责缺项自动复查", "automatic recheck of gaps"), frozenset({"organisations.catalogue.keep"})
)
_NOTE: Final = "现行清单和单位已能派到。"


def look_again(event: Event) -> None:
    """Units or catalogue have changed: have the open gaps looked at, once this news is delivered."""
    recheck_missing.defer(changed_at=event.at.isoformat())


@app.task(name="organisations.recheck_missing", queue="house")
def recheck_missing(changed_at: str) -> int:
    """Resolve every open gap that catalogue and units answer now; returns how many. Safe to repeat."""
    shelf(at_once=True)
    at = datetime.fromisoformat(changed_at)
    mended = [gap for gap in open_gaps() if _is_mended(gap, at)]
    for gap in mended:
        key = CommandKey(_key_id(gap.id, changed_at), at, body_digest(_NOTE.encode()))
        resolve_missing(by=_LOOKING_AGAIN, key=key, missing=gap.id, note=_NOTE)
    return len(mended)


def _is_mended(gap: MissingCard, at: datetime) -> bool:
    """Whether the stage has somebody now. A gap is kept for a whole street: closer places may need a closer look.

    An office that a scenario of units' own matters asks for is in no catalogue: it is there, or it is not.
    """
    if gap.category.scheme == SCENARIO_SCHEME:
        level = next(level for level in Level if gap.area.cut_to(level) == gap.area)
        return isinstance(public.office_of(gap.function, level, area=gap.area), Routed)
    routing = public.route_stage(gap.category, area=gap.area, stage=gap.stage, at=at)
    if isinstance(routing, NotRouted):
        return routing.gap is Gap.PLACE_TOO_COARSE
    owed = {missing.function for missing in routing.gaps if missing.gap is not Gap.PLACE_TOO_COARSE}
    return gap.function not in owed


def _key_id(gap: UUID, changed_at: str) -> UUID:
    return uuid5(gap, changed_at)
