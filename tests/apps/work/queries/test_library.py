"""The library: every area's versions, filtered, counted, paged by key; one version with its life so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.apps.work import public as work
from lilong.apps.work.commands import versions as commands
from lilong.apps.work.models import Undertaking
from lilong.apps.work.queries import versions
from lilong.apps.work.queries.library import library, versions_of
from lilong.apps.work.terms import LibraryFilter, LibraryPage, Reach
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from tests.apps.work.shelved import LAMP_WAY, VISIT, begun, publish, published, submitted, written
from tests.city import NEW_BRIDGE, NOW, OLD_BRIDGE, STREET, TOWN, City, envelope


def found(city: City, seat: str = "town_keeper", **asked: Any) -> LibraryPage:
    return library(seen_by=city.actor(seat), wanted=LibraryFilter(**asked))


def references(page: LibraryPage) -> list[str]:
    return [row.reference for row in page.rows]


def test_every_area_reads_what_the_others_wrote(city: City) -> None:
    written(city)
    written(city, LAMP_WAY, "town_keeper", TOWN)
    page = found(city)
    assert references(page) == ["lamp-way@1", "home-visit@1"]
    assert (page.total, page.after, page.by_state) == (2, "", {"draft": 2})
    assert page.rows[1].written_by.zh == "街镇目录管理员"


def test_only_the_latest_version_of_a_name_in_an_area_stands_there_unless_asked(city: City) -> None:
    written(city)
    written(city)
    written(city, VISIT, "town_keeper", TOWN)
    assert references(found(city)) == ["home-visit@3", "home-visit@2"]
    assert references(found(city, every=True)) == ["home-visit@3", "home-visit@2", "home-visit@1"]
    assert [row.reference for row in versions_of(seen_by=city.actor("grid"), name="home-visit")] == [
        "home-visit@3",
        "home-visit@2",
        "home-visit@1",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "看望"}, ["home-visit@1"]),
        ({"text": "lamps what"}, ["lamp-way@1"]),
        ({"text": "home 独居"}, ["home-visit@1"]),
        ({"text": "100%_"}, []),
        ({"category": "gbt30428.2:2013:C0137"}, ["lamp-way@1"]),
        ({"category": "C0138"}, []),
        ({"kind": "work.undertaking"}, ["home-visit@1"]),
        ({"state": "submitted"}, ["lamp-way@1"]),
        ({"area": TOWN}, []),
        ({"area": STREET}, ["lamp-way@1", "home-visit@1"]),
        ({"after": "nonsense"}, ["lamp-way@1", "home-visit@1"]),
    ],
)
def test_what_is_asked_for_is_found(city: City, asked: dict[str, Any], expected: list[str]) -> None:
    written(city)
    submitted(city, LAMP_WAY)
    assert references(found(city, **asked)) == expected


def test_a_prefix_is_found_by_a_code_under_it(city: City) -> None:
    written(city, LAMP_WAY.replace('"C0137"', '"C01*"'))
    assert references(found(city, category="C0137")) == ["lamp-way@1"]
    assert references(found(city, category="C0237")) == []


def test_a_row_tells_how_much_it_is_used(city: City) -> None:
    version = published(city, reach=Reach(NEW_BRIDGE))
    publish(city, version, Reach(OLD_BRIDGE))
    begun(city)
    (row,) = found(city, "shift").rows
    assert (row.running, row.areas_using, row.median_days_saved) == (1, 2, None)
    (elsewhere,) = found(city).rows
    assert (elsewhere.running, elsewhere.areas_using) == (0, 2), "another area's matters are not counted"
    publish(city, version, Reach(STREET))
    (widened,) = found(city).rows
    assert widened.areas_using == 1, "what it replaced has ended"


def test_pages_follow_one_another_in_few_statements(city: City) -> None:
    for number in range(5):
        written(city, VISIT.replace("home-visit", f"visit-{number}"))
    with CaptureQueriesContext(connection) as queries:
        first = found(city, size=2)
    assert len(queries) - 2 == 6, "scope, counts, rows, areas, matters of two kinds; begin and end around them"
    second = found(city, size=2, after=first.after)
    third = found(city, size=2, after=second.after)
    assert references(first) + references(second) + references(third) == [f"visit-{n}@1" for n in (4, 3, 2, 1, 0)]
    assert (third.after, first.total) == ("", 5)


def test_a_card_tells_the_life_of_a_version(city: City) -> None:
    version = published(city)
    begun(city)
    with CaptureQueriesContext(connection) as queries:
        card = versions.version(seen_by=city.actor("shift"), version=version)
    assert len(queries) - 2 == 6
    assert (card.scenario.reference, card.state, card.version, card.running) == ("home-visit@1", "published", 4, 1)
    assert (card.written_by.zh, card.approved_by and card.approved_by.zh) == ("街镇目录管理员", "街镇值班长")
    assert [(each.area, each.share, each.reference) for each in card.publications] == [(STREET, 100, "home-visit@1")]
    assert [(note.kind, note.text) for note in card.notes] == [("approved", "看过了")]
    assert card.publications == versions.publications_of(seen_by=city.actor("shift"), name="home-visit")


def test_a_version_is_found_by_its_reference_or_the_latest_by_its_name(city: City) -> None:
    written(city)
    written(city)
    for reference, expected in (("home-visit", 2), ("home-visit@1", 1)):
        assert versions.version_named(seen_by=city.actor("grid"), reference=reference).scenario.version == expected
    for reference in ("home-visit@3", "home-visit@x", "nothing", ""):
        with pytest.raises(Refused) as refused:
            versions.version_named(seen_by=city.actor("grid"), reference=reference)
        assert refused.value.kind is RefusalKind.ABSENT
    with pytest.raises(Refused):
        versions.version(seen_by=city.actor("grid"), version=uuid4())


def test_a_version_is_compared_with_its_origin_or_the_one_before_it(city: City) -> None:
    first, second = written(city), written(city)
    copied = commands.write_scenario_version(
        by=city.actor("town_keeper"),
        key=envelope(),
        text=VISIT.replace("home-visit", "our-visit"),
        area=TOWN,
        origin="home-visit@1",
    ).subject
    seen_by = city.actor("grid")
    found = [versions.before(seen_by=seen_by, version=version) for version in (first, second, copied)]
    assert [scenario and scenario.reference for scenario in found] == [None, "home-visit@1", "home-visit@1"]


def past_visits(reference: str, began: datetime, days: int, count: int = 30) -> None:
    """So many visits that took about so many days, as the owner brings them in."""
    Undertaking.objects.using("owner").bulk_create(
        Undertaking(
            id=uuid4(),
            area=NEW_BRIDGE.digits,
            state="ended",
            version=2,
            number=f"V{uuid4().hex[:18]}",
            scenario=reference,
            title="看望",
            salt=b"salt",
            begun_at=began + timedelta(hours=place),
            begun_by=Label("居委", "community").as_json(),
            ended_at=began + timedelta(days=days, hours=place * 1.5),
        )
        for place in range(count)
    )


def test_a_row_tells_what_a_version_in_force_surely_saved(city: City) -> None:
    past_visits("home-visit@1", NOW - timedelta(days=40), days=6)
    published(city)
    version = published(city)
    past_visits("home-visit@2", NOW + timedelta(days=1), days=3)
    past_visits("water-watch@1", NOW + timedelta(days=1), days=1)
    later = NOW + timedelta(days=20)
    assert [row.median_days_saved for row in found(city).rows] == [None]
    assert [work.reckon_savings(later) for _ in range(2)] == [1, 1]
    with CaptureQueriesContext(connection) as queries:
        (row,) = found(city).rows
    assert (row.reference, row.median_days_saved) == ("home-visit@2", 3.0)
    assert len(queries) - 2 == 7
    work.withdraw_scenario_version(by=city.actor("shift"), key=envelope(), version=version, reason="换新版")
    assert found(city).rows[0].median_days_saved is None


def test_too_few_visits_tell_nothing(city: City) -> None:
    past_visits("home-visit@1", NOW - timedelta(days=40), days=6)
    published(city)
    published(city)
    past_visits("home-visit@2", NOW + timedelta(days=1), days=3, count=19)
    assert work.reckon_savings(NOW + timedelta(days=20)) == 0
    assert found(city).rows[0].median_days_saved is None
