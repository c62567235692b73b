"""Past undertakings as rehearsal asks for them: every piece as it was, nothing of another area."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lilong.apps.work import public as work
from lilong.apps.work.commands.rehearsals import begin_rehearsal
from lilong.apps.work.queries.histories import undertaking_histories
from lilong.apps.work.queries.rehearsals import rehearsal
from lilong.apps.work.terms import Handed, HistoryFilter, PastMatter, RehearsalAsked
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label
from tests.apps.work.shelved import WATCH, begun, published, watch
from tests.city import CITY, NEW_BRIDGE, NOW, STREET, TOWN, City, envelope

EYE = machine(Label("测试", "test"), frozenset(), CITY)
ALL = HistoryFilter(CITY, NOW - timedelta(days=1), NOW + timedelta(days=1))


def told(by: Actor = EYE, wanted: HistoryFilter = ALL) -> list[PastMatter]:
    """The past as somebody may see it."""
    return list(undertaking_histories(seen_by=by, wanted=wanted))


def hand_in(by: Actor, city: City, key: str, result: str) -> None:
    """Hand in a step of the only undertaking there is."""
    (found,) = told()
    handed = Handed(result, "", {"day": "2026-09-01"} if key == "look" else {})
    work.finish_undertaking_step(by=by, key=envelope(), subject=found.id, task_key=key, handed=handed)


def test_a_visit_is_told_piece_by_piece_with_what_went_back(city: City) -> None:
    published(city)
    begun(city)
    services = city.post_of("street_services", STREET, "work.task.do")
    hand_in(city.actor("grid"), city, "look", "well")
    hand_in(services, city, "settle", "unclear")
    (found,) = told()
    assert [(piece.step, piece.result, piece.returned) for piece in found.pieces] == [
        ("look", "well", False),
        ("settle", "unclear", True),
        ("look", "", False),
    ]
    assert found.ended_at is None
    assert (found.category, found.untold) == ("", frozenset())
    assert found.scenario == "home-visit@1"
    assert found.facts["who_lives"] == "王阿婆"
    hand_in(city.actor("grid"), city, "look", "well")
    hand_in(services, city, "settle", "done")
    (ended,) = told()
    assert ended.ended_at == ended.pieces[-1].ended_at
    assert ended.pieces[-1].result == "done"


def test_another_area_and_another_time_tell_nothing(city: City) -> None:
    published(city)
    begun(city)
    assert len(told()) == 1
    assert told(wanted=replace(ALL, area=TOWN)) == []
    assert told(wanted=replace(ALL, area=AreaCode("310100"))) == []
    assert told(wanted=replace(ALL, until=NOW)) == []
    assert told(by=city.post_of("street_operations", TOWN, "cases.case.dispatch")) == []


def test_only_what_was_handled_by_a_scenario_of_that_name_is_told(city: City) -> None:
    published(city)
    published(city, WATCH)
    begun(city)
    begun(city, watch(NEW_BRIDGE), "intake")
    assert [found.scenario for found in told()] == ["home-visit@1", "water-watch@1"]
    assert [found.scenario for found in told(wanted=replace(ALL, names=("water-watch",)))] == ["water-watch@1"]


def test_a_visit_can_be_rehearsed_on_past_visits(city: City) -> None:
    published(city, WATCH)
    begun(city, watch(NEW_BRIDGE), "intake")
    version = published(city)
    services = city.post_of("street_services", STREET, "work.task.do")
    for _ in range(3):
        visit = begun(city)
        for by, step, result in ((city.actor("grid"), "look", "well"), (services, "settle", "done")):
            handed = Handed(result, "", {"day": "2026-09-01"} if step == "look" else {})
            work.finish_undertaking_step(by=by, key=envelope(), subject=visit, task_key=step, handed=handed)
    asked = RehearsalAsked(version, "home-visit@1", ALL.since, ALL.until)
    subject = begin_rehearsal(by=city.actor("keeper"), key=envelope(), asked=asked).subject
    work.run_rehearsal(subject, ALL.until)
    report = rehearsal(seen_by=city.actor("keeper"), rehearsal=subject).report
    assert report is not None
    assert (report.present.matters, report.new.matters) == (3, 3)
    assert {unit.unit for unit in report.new.units} == {city.unit("grid"), services.unit}
