"""Undertakings for programs: begin, look, hand in a step, cancel, move to another version."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from lilong.apps.work import public as work
from lilong.apps.work.api.shapes import BegunIn, MoveIn, ReasonIn, UndertakingOut, UndertakingsOut
from lilong.apps.work.queries.undertakings import undertaking, undertakings
from lilong.apps.work.terms import UndertakingDraft, UndertakingFilter, UndertakingPage, UndertakingView
from lilong.calendars.queries import working_time
from lilong.identity.access import staff
from lilong.identity.answers import REFUSED, ReceiptOut
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode
from lilong.ledger.receipts import Receipt

router = Router(tags=["undertakings"])
BEGIN, CANCEL, PUBLISH = "work.undertaking.begin", "work.undertaking.cancel", "work.scenario.publish"
LOOK = staff("work.task.do", BEGIN, PUBLISH, "dashboards.view")


@router.get("", auth=LOOK, response={200: UndertakingsOut, **REFUSED})
def list_undertakings(
    request: HttpRequest, text: str = "", scenario: str = "", state: str = "", after: str = ""
) -> UndertakingPage:
    """The undertakings of one's area, the latest begun first."""
    wanted = UndertakingFilter(text=text, scenario=scenario, state=state, after=after)
    return undertakings(seen_by=_asked(request).actor, wanted=wanted)


@router.post("", auth=staff(BEGIN), response={200: ReceiptOut, **REFUSED})
def begin_undertaking(request: HttpRequest, given: BegunIn) -> Receipt:
    """开始 Begin a matter by the scenario in force there."""
    asked = _asked(request)
    draft = UndertakingDraft(given.scenario, AreaCode(given.area), given.title, given.about, given.facts)
    return work.begin_undertaking(by=asked.actor, key=command_key(asked), draft=draft)


@router.get("/{matter}", auth=LOOK, response={200: UndertakingOut, **REFUSED})
def one_undertaking(request: HttpRequest, matter: UUID) -> UndertakingView:
    """One undertaking with its tasks."""
    asked = _asked(request)
    return undertaking(seen_by=asked.actor, undertaking=matter, at=asked.at, time=working_time(asked.at))


@router.post("/{matter}/cancel", auth=staff(CANCEL), response={200: ReceiptOut, **REFUSED})
def cancel_undertaking(request: HttpRequest, matter: UUID, given: ReasonIn) -> Receipt:
    """取消 Give a matter up; what is open is taken back."""
    asked = _asked(request)
    return work.cancel_undertaking(by=asked.actor, key=command_key(asked), undertaking=matter, reason=given.reason)


@router.post("/{matter}/move", auth=staff(PUBLISH), response={200: ReceiptOut, **REFUSED})
def move_undertaking(request: HttpRequest, matter: UUID, given: MoveIn) -> Receipt:
    """改用另一版 Go on by another version where nothing can be lost or done twice."""
    asked = _asked(request)
    return work.move_undertaking(by=asked.actor, key=command_key(asked), undertaking=matter, to=given.to)


def _asked(request: HttpRequest) -> Request:
    return cast("Request", request)
