"""Undertakings as they are listed, shown and named in the inbox: in scope, in order, in few statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.apps.work import public as work
from lilong.apps.work.queries.undertakings import cards, undertaking, undertaking_numbered, undertakings
from lilong.apps.work.terms import Handed, UndertakingFilter, UndertakingPage
from lilong.calendars.queries import working_time
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.scope import reading
from tests.apps.work.shelved import WATCH, begun, published, visit, watch
from tests.city import NEW_BRIDGE, NOW, OLD_BRIDGE, STREET, City, envelope


@pytest.fixture
def home(city: City) -> City:
    """The city with two scenarios in force."""
    published(city)
    published(city, WATCH)
    return city


def found(city: City, seat: str = "intake", **asked: Any) -> UndertakingPage:
    return undertakings(seen_by=city.actor(seat), wanted=UndertakingFilter(**asked))


def test_the_list_holds_ones_own_area_the_latest_first(home: City) -> None:
    first, second = begun(home), begun(home, watch(NEW_BRIDGE), "intake")
    page = found(home)
    assert [row.id for row in page.rows] == [second, first]
    assert (page.total, page.by_state) == (2, {"running": 2})
    assert [row.id for row in found(home, "grid").rows] == [first], "a part in a street's matter lists it nowhere else"
    assert found(home, "town_intake").rows == ()


def test_what_is_asked_for_is_found(home: City) -> None:
    first, second = begun(home), begun(home, watch(NEW_BRIDGE), "intake")
    work.cancel_undertaking(by=home.actor("grid"), key=envelope(), undertaking=first, reason="不办了")
    number = found(home, state="cancelled").rows[0].number
    asked: list[tuple[dict[str, Any], list[UUID]]] = [
        ({"state": "running"}, [second]),
        ({"text": "王阿婆"}, [first]),
        ({"text": number}, [first]),
        ({"scenario": "water-watch"}, [second]),
        ({"scenario": "water"}, []),
        ({"area": NEW_BRIDGE}, [first]),
        ({"area": OLD_BRIDGE}, []),
    ]
    for wanted, expected in asked:
        assert [row.id for row in found(home, **wanted).rows] == expected, wanted
    assert found(home, state="running").by_state == {"running": 1, "cancelled": 1}


def test_pages_follow_one_another_in_three_statements(home: City) -> None:
    made = [begun(home) for _ in range(5)]
    with CaptureQueriesContext(connection) as queries:
        first = found(home, size=2)
    assert len(queries) - 2 == 3
    second = found(home, size=2, after=first.after)
    third = found(home, size=2, after=second.after)
    assert [row.id for page in (first, second, third) for row in page.rows] == made[::-1]
    assert third.after == ""
    assert [row.id for row in found(home, size=2, after="x_y").rows] == made[:2:-1]


def test_one_is_shown_with_everything_in_few_statements(home: City) -> None:
    matter = begun(home, visit(alone="no"))
    work.finish_undertaking_step(
        by=home.actor("grid"),
        key=envelope(),
        subject=matter,
        task_key="look",
        handed=Handed("well", "精神好", {"day": "2026-09-01"}),
    )
    with CaptureQueriesContext(connection) as queries:
        view = undertaking(seen_by=home.actor("intake"), undertaking=matter, at=NOW, time=working_time(NOW))
    assert len(queries) - 4 == 6, "begin and end of two transactions around them"
    assert (view.row.title, view.about, view.row.state_label.zh) == ("看望三号楼的王阿婆", "腿脚不便", "办理中")
    assert view.facts == {"who_lives": "王阿婆", "alone": False, "day": "2026-09-01"}
    assert dict(view.progress.done) == {"look": "well"}
    assert set(view.progress.running) == {"settle"}
    assert [(task.step, task.state) for task in view.tasks] == [("look", "done"), ("settle", "open")]
    assert [(note.kind, note.hearer) for note in view.notes] == [
        ("message", "unit"),
        ("step", ""),
        ("message", "reporter"),
    ]
    assert view.because[0].reference == "scenario:home-visit@1"
    assert view.version == 2


def test_a_community_with_a_part_sees_the_streets_matter_and_no_other_community_does(home: City) -> None:
    matter = begun(home, watch(NEW_BRIDGE), "intake")
    seen = undertaking(seen_by=home.actor("grid"), undertaking=matter, at=NOW, time=working_time(NOW))
    assert seen.row.area == STREET
    old = home.post_of("community_committee", OLD_BRIDGE, "work.task.do")
    outsiders = (old, home.actor("village_grid"), home.actor("town_intake"))
    for seen_by in outsiders:
        with pytest.raises(Refused) as refused:
            undertaking(seen_by=seen_by, undertaking=matter, at=NOW, time=working_time(NOW))
        assert refused.value.kind is RefusalKind.ABSENT


def test_its_words_stand_in_the_inbox_of_whoever_has_a_task(home: City) -> None:
    matter = begun(home, watch(NEW_BRIDGE), "intake")
    with reading(home.actor("grid")):
        card = cards([matter])[matter]
    assert (card.title, card.place, card.origin.zh) == ("主管爆裂停水", "南塘街道", "事务")
    assert card.url.endswith(f"{matter}/")
    with reading(home.actor("town_intake")):
        assert cards([matter]) == {}
    page = work.inbox(seen_by=home.actor("grid"), at=NOW, time=working_time(NOW))
    assert [task.subject for task in page.tasks] == [matter]


def test_a_number_finds_it_within_ones_own_area(home: City) -> None:
    matter = begun(home)
    number = found(home).rows[0].number
    assert undertaking_numbered(seen_by=home.actor("intake"), number=number) == matter
    for seat, wrong in (("town_intake", number), ("intake", "W0")):
        with pytest.raises(Refused):
            undertaking_numbered(seen_by=home.actor(seat), number=wrong)


def test_an_unknown_one_is_absent(home: City) -> None:
    with pytest.raises(Refused):
        undertaking(seen_by=home.actor("intake"), undertaking=uuid4(), at=NOW, time=working_time(NOW))
