"""The scenarios in force: the most specific one, its share, what ever was, and how rarely the database is asked."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from lilong.apps.work import public as work
from lilong.apps.work.queries import shelf
from lilong.apps.work.terms import Reach
from lilong.kernel.actors import ANONYMOUS
from lilong.kernel.areas import AreaCode
from lilong.ledger import shelves
from lilong.ledger.scope import reading
from tests.apps.work.shelved import LAMP_WAY, VISIT, publish, published, submitted
from tests.city import DISTRICT, NEW_BRIDGE, OLD_BRIDGE, RIVER_BEND, STREET, City, envelope

ONE = UUID(int=1)
CASE = "cases.case"


def named(text: str, name: str, categories: str = '["C0137"]') -> str:
    """The lamp scenario under another name, for other categories."""
    return text.replace("lamp-way", name).replace('["C0137"]', categories)


def chosen(area: AreaCode = NEW_BRIDGE, code: str = "C0137", subject: UUID = ONE) -> str:
    return shelf.scenario_for(CASE, code, area=area, subject=subject).scenario.reference


def test_where_nothing_is_in_force_it_goes_the_ordinary_way(city: City) -> None:
    assert chosen() == "dispatch-handle-check@1"
    assert shelf.ordinary().scenario.reference == "dispatch-handle-check@1"
    with pytest.raises(LookupError):
        shelf.scenario_for("work.undertaking", "", area=NEW_BRIDGE, subject=ONE)


def test_a_publication_holds_in_its_area_for_its_categories_only(city: City) -> None:
    published(city, LAMP_WAY)
    assert chosen() == "lamp-way@1"
    assert chosen(RIVER_BEND) == "dispatch-handle-check@1"
    assert chosen(DISTRICT) == "dispatch-handle-check@1"
    assert chosen(code="C0138") == "dispatch-handle-check@1"
    assert chosen(code="C01370") == "dispatch-handle-check@1"


def test_a_draft_and_what_waits_for_approval_are_not_in_force(city: City) -> None:
    submitted(city, LAMP_WAY)
    assert chosen() == "dispatch-handle-check@1"


def test_the_longer_code_comes_before_the_nearer_area(city: City) -> None:
    published(city, named(LAMP_WAY, "any", '["*"]'), Reach(NEW_BRIDGE))
    published(city, named(LAMP_WAY, "prefix", '["C01*"]'), Reach(NEW_BRIDGE))
    published(city, named(LAMP_WAY, "as-long", '["C0137*"]'), Reach(NEW_BRIDGE))
    published(city, named(LAMP_WAY, "whole", '["gbt30428.2:2013:C0137"]'), Reach(STREET))
    assert chosen() == "whole@1"
    assert chosen(code="C01371") == "as-long@1"
    assert chosen(code="C0199") == "prefix@1"
    assert chosen(code="E05") == "any@1"


def test_then_the_nearer_area_then_a_named_type_then_the_later_one(city: City) -> None:
    published(city, named(LAMP_WAY, "street-wide"), Reach(STREET, ("subdistrict",)))
    published(city, named(LAMP_WAY, "near"), Reach(NEW_BRIDGE))
    assert (chosen(), chosen(OLD_BRIDGE)) == ("near@1", "street-wide@1")
    published(city, named(LAMP_WAY, "typed"), Reach(NEW_BRIDGE, ("subdistrict",)))
    assert chosen() == "typed@1"
    published(city, named(LAMP_WAY, "later"), Reach(NEW_BRIDGE, ("subdistrict",)))
    assert chosen() == "later@1"


def test_a_type_of_area_that_is_not_there_is_passed_over(city: City) -> None:
    published(city, LAMP_WAY, Reach(STREET, ("town",)))
    assert chosen() == "dispatch-handle-check@1"


def test_a_share_takes_the_same_matters_always_and_leaves_the_others(city: City) -> None:
    version = published(city, LAMP_WAY, Reach(STREET, share=20))
    matters = [uuid4() for _ in range(2000)]
    first = {matter for matter in matters if chosen(subject=matter) == "lamp-way@1"}
    assert 0.15 < len(first) / len(matters) < 0.25
    publish(city, version, Reach(STREET, share=60))
    wider = {matter for matter in matters if chosen(subject=matter) == "lamp-way@1"}
    assert first < wider
    assert 0.55 < len(wider) / len(matters) < 0.65


def test_a_share_falls_back_to_the_next_version(city: City) -> None:
    published(city, LAMP_WAY)
    published(city, LAMP_WAY, Reach(STREET, share=50))
    found = {chosen(subject=uuid4()) for _ in range(100)}
    assert found == {"lamp-way@1", "lamp-way@2"}


def test_any_version_that_was_ever_in_force_is_found(city: City) -> None:
    version = published(city, LAMP_WAY)
    work.withdraw_scenario_version(by=city.actor("shift"), key=envelope(), version=version, reason="没有帮助")
    assert chosen() == "dispatch-handle-check@1"
    assert shelf.ready("lamp-way@1").scenario.title.zh == "路灯"
    submitted(city, LAMP_WAY)
    for reference in ("lamp-way@2", "lamp-way@9", "lamp-way", "", "@", "lamp-way@1x", "lamp-way@٣"):
        with pytest.raises(LookupError):
            shelf.ready(reference)


def test_a_name_finds_the_version_in_force(city: City) -> None:
    published(city, VISIT)
    found = shelf.scenario_named("work.undertaking", "home-visit", area=NEW_BRIDGE, subject=ONE)
    assert found.scenario.reference == "home-visit@1"
    for kind, name, area in (
        ("work.undertaking", "home-visit", RIVER_BEND),
        ("work.undertaking", "other", NEW_BRIDGE),
        (CASE, "home-visit", NEW_BRIDGE),
    ):
        with pytest.raises(LookupError):
            shelf.scenario_named(kind, name, area=area, subject=ONE)
    assert [one.scenario.name for one in shelf.scenarios_in_force("work.undertaking", NEW_BRIDGE)] == ["home-visit"]
    assert shelf.scenarios_in_force("work.undertaking", RIVER_BEND) == ()


def test_a_fresh_shelf_costs_no_query_and_an_old_one_one(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    published(city, LAMP_WAY, Reach(STREET, ("subdistrict",)))
    chosen()
    with CaptureQueriesContext(connection) as queries:
        chosen()
        shelf.ready("dispatch-handle-check@1")
    assert len(queries) == 0
    monkeypatch.setattr(shelves, "FRESH_SECONDS", 0.0)
    with CaptureQueriesContext(connection) as queries:
        chosen()
    assert len(queries) == 1


def test_a_running_version_is_read_once(city: City) -> None:
    published(city, LAMP_WAY)
    with CaptureQueriesContext(connection) as first:
        shelf.ready("lamp-way@1")
    with CaptureQueriesContext(connection) as again:
        shelf.ready("lamp-way@1")
    assert (len(first) > 0, len(again)) == (True, 0)


def test_what_another_process_publishes_is_seen_when_the_shelf_is_old(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(city, LAMP_WAY)
    assert chosen() == "lamp-way@1"
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE work_publication SET until = since")
        cursor.execute("UPDATE work_edition SET mark = gen_random_uuid()")
    assert chosen() == "lamp-way@1", "fresh for two seconds"
    monkeypatch.setattr(shelves, "FRESH_SECONDS", 0.0)
    assert chosen() == "dispatch-handle-check@1"


def test_a_resident_reads_the_shelf_in_a_transaction_of_their_own(city: City) -> None:
    published(city, LAMP_WAY)
    shelf.forget()
    with reading(ANONYMOUS):
        assert chosen() == "lamp-way@1"
        assert shelf.ready("lamp-way@1").scenario.name == "lamp-way"
