"""Matters on their way, for the tests of pages and operations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import CaseView, Report, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, Routed, Stage
from lilong.apps.places.terms import Position, Where
from lilong.kernel.keys import CommandKey
from tests.city import AT_NEW_BRIDGE, CITY, LAMP, City, envelope

BODY = "弄口第二根灯杆不亮，晚上看不见台阶。"


def now() -> datetime:
    """Pages read the clock; what they show must have happened before."""
    return datetime.now(UTC)


def reported(
    city: City,
    at: Position = AT_NEW_BRIDGE,
    category: CategoryKey = LAMP,
    body: str = BODY,
    source: Source = Source.RESIDENT_WEB,
) -> str:
    """A new report; its number."""
    report = Report(str(category), body, Where(*at), CITY, source)
    receipt = cases.report_case(by=city.passer_by, key=_key(), report=report)
    return str(receipt.details["number"])


def to_be_filed(city: City, number: str) -> str:
    """The case after somebody of the community had a look."""
    take(city, number, "grid", "verify", finding="confirmed")
    return number


def filed(city: City, number: str) -> str:
    """The case looked at and filed under the first standard row of its category."""
    to_be_filed(city, number)
    take(city, number, "intake", "file", standard=shown(city, number).standards[0].id)
    return number


def handler(city: City, number: str) -> str:
    """The seat whose unit the catalogue names for handling this case."""
    row = shown(city, number).row
    routing = organisations.route_stage(row.category.key, area=row.area, stage=Stage.HANDLE, at=now())
    assert isinstance(routing, Routed)
    return next(seat for seat, actor in city.actors.items() if actor.unit == routing.unit.id)


def form(client: Client, url: str, **fields: Any) -> Any:
    """Send a form with a key of its own; the answer."""
    return client.post(url, {"key": str(uuid4()), **fields})


def shown(city: City, number: str, seat: str = "intake") -> CaseView:
    """The case as that seat sees it."""
    return cases.case_view(seen_by=city.actor(seat), at=now(), number=number)


def take(city: City, number: str, seat: str, step: str, **inputs: object) -> None:
    """Take a step as that seat."""
    case: UUID = shown(city, number, seat).row.id
    cases.take_step(by=city.actor(seat), key=_key(), case=case, step=step, inputs=inputs)


def _key() -> CommandKey:
    return envelope(at=now())
