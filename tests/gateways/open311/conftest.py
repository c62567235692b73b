"""A served jurisdiction, a test client, and a city, for every test of the gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryCard
from lilong.apps.places import public as places
from lilong.gateways.open311.commands.upkeep import (
    open_jurisdiction,
)
from lilong.gateways.open311.terms import JurisdictionCard, Posting
from lilong.kernel.actors import machine
from lilong.kernel.areas import EVERYWHERE, AreaCode
from lilong.kernel.words import Label
from lilong.ledger.rooms import all_duties
from lilong.project import clock
from tests.gateways.open311.city import AREAS, BOSTON, City, draw
from tests.gateways.open311.client import (
    CATALOGUE,
    MANAGER,
    SHANGHAI,
    START,
    Now,
    Open311,
    issue,
    jurisdiction,
    key_at,
    put,
)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    """The one clock, held by the test."""
    held = Now()
    monkeypatch.setattr(clock, "now", lambda: held.at)
    return held


@pytest.fixture
def served(committed_db: None, now: Now) -> JurisdictionCard:
    """An instance that serves one jurisdiction."""
    card = jurisdiction()
    open_jurisdiction(by=MANAGER, key=key_at(START), jurisdiction=card)
    return card


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small catalogue behind the door of organisations, so that a test says which categories it is about."""

    def categories(*, area: AreaCode, at: datetime, public_only: bool = False) -> tuple[CategoryCard, ...]:
        assert area != EVERYWHERE
        return tuple(each for each in CATALOGUE if each.public or not public_only)

    monkeypatch.setattr(organisations, "categories", categories)


@pytest.fixture
def post() -> Callable[[Posting], None]:
    """Set how a service is offered."""
    return put


@pytest.fixture
def trial(served: JurisdictionCard, catalogue: None) -> Open311:
    """A program on the test endpoint, with a test key that may do everything."""
    return Open311("/open311/v2/test/", issue("tester", may_update=True, is_test=True))


@pytest.fixture
def city(served: JurisdictionCard, now: Now) -> Iterator[City]:
    """One community with its units, staffed, under the shipped catalogue."""
    organisations.forget()
    places.forget()
    staff = machine(Label("值班员", "duty officer"), frozenset(all_duties()))
    draw(staff, SHANGHAI, "上海市")
    draw(staff, BOSTON, "波士顿")
    staffing = organisations.staffing_in(organisations.SHIPPED_SHEETS, leading_duty="work.task.supervise")
    organisations.establish_city(by=staff, key=key_at(START), city=SHANGHAI, areas=AREAS, staffing=staffing)
    sheets = organisations.sheets_in(organisations.SHIPPED_SHEETS)
    for area in (SHANGHAI, BOSTON):
        made = organisations.load_catalogue(by=staff, key=key_at(START), area=area, name="2026-09", sheets=sheets)
        organisations.publish_catalogue(
            by=staff, key=key_at(START), catalogue=made.details["catalogue"], valid_from=START - timedelta(days=400)
        )
    yield City(now, staff)
    organisations.forget()
    places.forget()


@pytest.fixture
def app(city: City) -> Open311:
    """A program that may report and add."""
    return Open311(key=issue("app", may_update=True))
