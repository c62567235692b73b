"""Coverage of an area from memory: without a statement, by the catalogue in force, for the types asked about."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.apps.organisations import public
from lilong.apps.organisations.terms import Gap, NotRouted, OfficeAsked, Routed, Stage, StageAsked
from lilong.kernel.areas import AreaCode, Level
from tests.apps.organisations.samples import CITY, COMMUNITY, DISTRICT, NOW, STREET, at, load, publish

DISPATCH = StageAsked(Stage.DISPATCH, ("C*",))
COMMITTEE = OfficeAsked("committee", Level.COMMUNITY)
ZONE = AreaCode("310101501498")


def test_the_communities_that_have_nobody_are_found_without_a_statement(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    public.uncovered([DISPATCH], area=CITY, at=NOW)
    with CaptureQueriesContext(connection) as told:
        found = public.uncovered([DISPATCH, COMMITTEE], area=CITY, at=NOW)
    assert len(told) == 0
    assert found is not None
    assert [(each.gap, each.areas, each.is_lead) for each in found[DISPATCH]] == [(Gap.NO_UNIT, (ZONE,), True)]
    (without,) = found[COMMITTEE]
    assert without.areas == (AreaCode("310101002002"), AreaCode("310101002009"), ZONE)


def test_only_the_types_asked_about_count(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    found = public.uncovered([DISPATCH], area=CITY, at=NOW, area_types=("subdistrict",))
    assert found == {DISPATCH: ()}
    assert public.uncovered([DISPATCH], area=CITY, at=NOW, area_types=("township",)) is None
    assert public.uncovered([DISPATCH], area=AreaCode("310104"), at=NOW) is None


def test_before_a_catalogue_is_in_force_nobody_takes_anything(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    found = public.uncovered([DISPATCH], area=STREET, at=at("2026-08-31T12:00"))
    assert found is not None
    assert [(each.gap, len(each.areas)) for each in found[DISPATCH]] == [(Gap.NO_CATALOGUE, 3)]


def test_an_office_is_found_around_a_place(city: dict[str, int]) -> None:
    found = public.office_of("works", Level.STREET, area=COMMUNITY)
    assert isinstance(found, Routed)
    assert found.unit.id == city["works-310101002"]
    missing = public.office_of("works", Level.DISTRICT, area=COMMUNITY)
    assert isinstance(missing, NotRouted)
    assert (missing.gap, missing.area) == (Gap.NO_UNIT, DISTRICT)
