"""The book in memory: no query while it is fresh, one while nothing changed, the new edition after a change."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from lilong.apps.organisations import public
from lilong.apps.organisations.models import Edition, Unit
from lilong.apps.organisations.queries import shelf
from lilong.apps.organisations.terms import NotRouted, Routed, Stage
from lilong.kernel.actors import ANONYMOUS
from lilong.kernel.areas import AreaCode, Level
from lilong.ledger import shelves
from lilong.ledger.scope import reading
from tests.apps.organisations.samples import (
    CITY,
    COMMUNITY,
    COVER,
    DISTRICT,
    LAMP,
    NOW,
    SHEETS,
    STREET,
    administrator,
    command,
    load,
    publish,
    unit_draft,
)


def routed(stage: Stage = Stage.HANDLE) -> Routed:
    routing = public.route_stage(COVER, area=COMMUNITY, stage=stage, at=NOW)
    assert isinstance(routing, Routed)
    return routing


@pytest.fixture
def catalogue(city: dict[str, int]) -> int:
    number = load()
    publish(number, "2026-09-01")
    return number


def test_a_whole_routing_needs_no_query_while_the_book_is_fresh(city: dict[str, int], catalogue: int) -> None:
    routed()
    with CaptureQueriesContext(connection) as queries:
        found = routed()
        dict(public.responsibilities_for(LAMP, area=COMMUNITY, at=NOW))
        public.standards_of(COVER, area=COMMUNITY, at=NOW)
        public.search_categories("路灯不亮", lang="zh-hans", area=COMMUNITY, at=NOW)
        public.unit_above(found.unit.id)
    assert len(queries) == 0
    assert (found.unit.id, [unit.id for unit in found.co_units]) == (
        city["works-310101002"],
        [city["committee-310101002001"]],
    )


def test_the_routings_of_a_matter_are_those_of_each_stage(city: dict[str, int], catalogue: int) -> None:
    routings = public.responsibilities_for(COVER, area=COMMUNITY, at=NOW)
    assert dict(routings) == {stage: public.route_stage(COVER, area=COMMUNITY, stage=stage, at=NOW) for stage in Stage}
    assert (len(routings), routings[Stage.HANDLE] is routings[Stage.HANDLE]) == (len(Stage), True)


def test_an_old_book_costs_one_query_when_nothing_changed(catalogue: int, monkeypatch: pytest.MonkeyPatch) -> None:
    routed()
    monkeypatch.setattr(shelves, "FRESH_SECONDS", 0.0)
    with CaptureQueriesContext(connection) as queries:
        routed()
    assert len(queries) == 1


def test_a_change_by_another_process_is_seen_when_the_book_is_old(
    city: dict[str, int], catalogue: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = city["works-310101002"]
    assert routed().unit.id == unit
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE organisations_unit SET active = false WHERE id = %s", [unit])
        cursor.execute("UPDATE organisations_edition SET mark = gen_random_uuid()")
    assert routed().unit.id == unit, "fresh for two seconds"
    monkeypatch.setattr(shelves, "FRESH_SECONDS", 0.0)
    assert isinstance(public.route_stage(COVER, area=COMMUNITY, stage=Stage.HANDLE, at=NOW), NotRouted)


def test_a_change_of_ones_own_is_seen_at_once(catalogue: int) -> None:
    assert isinstance(public.route_stage(COVER, area=COMMUNITY, stage=Stage.CHECK, at=NOW), NotRouted)
    unit = unit_draft("works", Level.DISTRICT, DISTRICT)
    public.create_unit(by=administrator(), key=command(), unit=unit)
    assert routed(Stage.CHECK).unit.code == unit.code


def test_a_resident_reads_the_book_in_a_transaction_of_their_own(catalogue: int) -> None:
    public.forget()
    with reading(ANONYMOUS):
        assert routed().because[0].reference == "responsibility:1@2026-09"


def test_what_an_undone_change_showed_is_not_kept(city: dict[str, int], catalogue: int) -> None:
    shelf.forget()
    connection.set_autocommit(False)
    try:
        Edition.objects.update(mark="00000000-0000-0000-0000-000000000001")
        Unit.objects.filter(pk=city["works-310101002"]).update(active=False)
        assert isinstance(public.route_stage(COVER, area=COMMUNITY, stage=Stage.HANDLE, at=NOW), NotRouted)
    finally:
        connection.rollback()
        connection.set_autocommit(True)
    shelf.shelf(at_once=True)
    assert routed().unit.id == city["works-310101002"]


def test_many_threads_read_one_book(catalogue: int) -> None:
    public.forget()
    found: list[int] = []

    def ask() -> None:
        found.append(routed().unit.id)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_an_instance_without_units_answers_plainly(committed_db: None) -> None:
    public.forget()
    assert public.units_within(CITY) == ()
    assert public.unit(1) is None
    assert public.function("works") is None
    assert public.categories(area=STREET, at=NOW) == ()
    assert public.search_categories("路灯", lang="zh", area=STREET, at=NOW) == ()
    assert isinstance(public.route_stage(COVER, area=STREET, stage=Stage.FILE, at=NOW), NotRouted)


def test_a_category_of_another_catalogue_has_no_row_here(catalogue: int) -> None:
    stranger = type(COVER)("other", "1", "C0101")
    assert isinstance(public.route_stage(stranger, area=COMMUNITY, stage=Stage.HANDLE, at=NOW), NotRouted)
    assert public.category(stranger, area=COMMUNITY, at=NOW) is None


def test_residents_choose_among_public_categories_only(catalogue: int) -> None:
    every = [card.key.code for card in public.categories(area=STREET, at=NOW)]
    offered = [card.key.code for card in public.categories(area=STREET, at=NOW, public_only=True)]
    assert (every, offered) == (["C0101", "C0137", "E0101"], ["C0101", "C0137"])
    assert public.search_categories("投诉", lang="zh", area=STREET, at=NOW) == ()
    found = public.search_categories("投诉", lang="zh", area=STREET, at=NOW, public_only=False)
    assert [match.category.key.code for match in found] == ["E0101"]


def test_a_standard_is_known_by_its_id_before_and_after_its_catalogue_was_opened(catalogue: int) -> None:
    (first, _) = public.standards_of(COVER, area=CITY, at=NOW)
    public.forget()
    assert public.standard(first.id) == first
    public.standards_of(COVER, area=CITY, at=NOW)
    with CaptureQueriesContext(connection) as queries:
        assert public.standard(first.id) == first
    assert len(queries) == 0
    assert public.standard(10**9) is None


def test_the_type_of_the_area_decides_which_row(city: dict[str, int]) -> None:
    zone = AreaCode("310101501498")
    special = "2026-09,9,C*,special,handle,street,centre,,1,working_days,,,\n"
    publish(load(sheets={**SHEETS, "responsibilities": SHEETS["responsibilities"] + special}), "2026-09-01")
    unit = unit_draft("centre", Level.STREET, AreaCode("310101501"))
    public.create_unit(by=administrator(), key=command(), unit=unit)
    there = public.route_stage(COVER, area=AreaCode(zone.digits + "07"), stage=Stage.HANDLE, at=NOW)
    assert isinstance(there, Routed)
    assert (there.unit.code, there.because[0].reference) == (unit.code, "responsibility:9@2026-09")
    assert routed().because[0].reference == "responsibility:1@2026-09"
