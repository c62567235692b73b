"""Undertakings from beginning to end: each verb, each refusal with nothing changed, who may act where, the journal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.jobs import recheck_missing
from lilong.apps.organisations.models import MissingResponsibility
from lilong.apps.organisations.terms import UnitDraft
from lilong.apps.work import public as work
from lilong.apps.work.commands.undertakings import PLANNER
from lilong.apps.work.jobs import plan_waiting
from lilong.apps.work.models import Task, Undertaking, UndertakingNote
from lilong.apps.work.models.undertakings import acting_in
from lilong.apps.work.queries import versions
from lilong.apps.work.terms import Handed, Reach, UndertakingDraft
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry, OutboxEvent
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading
from tests.apps.work.shelved import VISIT, WATCH, begun, publish, published, submitted, visit, watch
from tests.city import NEW_BRIDGE, NOW, OLD_BRIDGE, RIVER_BEND, STREET, City, envelope

EVERYBODY = machine(Label("试验", "test"), frozenset())
WELL = Handed("well", "精神很好", {"day": "2026-09-01"})


@pytest.fixture
def home(city: City) -> City:
    """The city with the home visit in force."""
    published(city)
    return city


@pytest.fixture
def wet(city: City) -> City:
    """The city with the water watch in force."""
    published(city, WATCH)
    return city


def services(city: City) -> Actor:
    return city.post_of("street_services", STREET, "work.task.do")


def environment(city: City) -> Actor:
    return city.actor("environment")


def row(undertaking: UUID) -> Undertaking:
    with reading(EVERYBODY):
        return Undertaking.objects.get(pk=undertaking)


def tasks(undertaking: UUID) -> list[tuple[str, str, str]]:
    with reading(EVERYBODY):
        found = Task.objects.filter(subject=undertaking).order_by("started_at", "step", "role", "id")
        return [(task.step, task.role, task.state) for task in found]


def journal(undertaking: UUID) -> list[JournalEntry]:
    with reading(EVERYBODY):
        return list(JournalEntry.objects.filter(subject=undertaking).order_by("seq"))


def notes(undertaking: UUID) -> list[UndertakingNote]:
    with reading(EVERYBODY):
        return list(UndertakingNote.objects.filter(undertaking=undertaking).order_by("id"))


def finish(by: Actor, undertaking: UUID, task_key: str, handed: Handed) -> Receipt:
    return work.finish_undertaking_step(by=by, key=envelope(), subject=undertaking, task_key=task_key, handed=handed)


def everything() -> object:
    with reading(EVERYBODY):
        found = list(Undertaking.objects.order_by("id").values_list("id", "state", "version", "progress", "facts"))
        return found, JournalEntry.objects.filter(kind="work.undertaking").count(), tasks_of_all()


def tasks_of_all() -> list[Any]:
    return list(Task.objects.order_by("id").values_list("id", "state"))


def refused(kind: RefusalKind, call: Callable[[], object]) -> tuple[str, ...]:
    """The codes of the refusal; nothing may have changed."""
    before = everything()
    with pytest.raises(Refused) as found:
        call()
    assert found.value.kind is kind, found.value
    assert everything() == before
    return tuple(refusal.code for refusal in found.value.refusals)


# --- beginning -----------------------------------------------------------------------------------------------------


def test_it_begins_with_its_first_task_in_the_same_act(home: City) -> None:
    undertaking = begun(home, visit(alone="yes"))
    found = row(undertaking)
    assert (found.state, found.scenario, found.version) == ("running", "home-visit@1", 1)
    assert found.facts == {"who_lives": "王阿婆", "alone": True}
    assert found.number.startswith("W20260901")
    assert tasks(undertaking) == [("look", "lead", "open")]
    (entry,) = journal(undertaking)
    assert entry.step == "work.undertaking.begin"
    assert [task["step"] for task in entry.data["tasks"]["opened"]] == ["look"]
    assert entry.data["answers"] == ["alone", "who_lives"]
    assert "scenario:home-visit@1" in {because["reference"] for because in entry.data["because"]}
    assert not any(word in str(entry.data) for word in ("王阿婆", "腿脚"))
    assert OutboxEvent.objects.filter(subject=undertaking, topic="work.undertaking_begun").exists()


def test_a_message_is_kept_for_its_hearer_with_what_is_known(home: City) -> None:
    (message,) = notes(begun(home))
    assert (message.kind, message.hearer, message.unit) == ("message", "unit", home.unit("grid"))
    assert (message.text, message.text_en) == ("请看望王阿婆", "Please visit 王阿婆")


def test_the_same_key_begins_one(home: City) -> None:
    key = envelope()
    receipts = [work.begin_undertaking(by=home.actor("grid"), key=key, draft=visit()) for _ in range(2)]
    assert receipts[0].details == receipts[1].details
    assert [receipt.replayed for receipt in receipts] == [False, True]
    with reading(EVERYBODY):
        assert Undertaking.objects.count() == 1


def test_every_missing_or_unfit_answer_is_named(home: City) -> None:
    draft = replace(visit(), facts={"alone": "perhaps"})
    codes = refused(RefusalKind.INVALID, lambda: begun(home, draft))
    assert sorted(codes) == ["work.answer_missing", "work.answer_unfit"]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (replace(visit(), title=" "), "work.title_missing"),
        (replace(visit(), title="长" * 201), "work.words_too_long"),
        (replace(visit(), about="长" * 4001), "work.words_too_long"),
        (replace(visit(), scenario="nothing"), "work.scenario_not_in_force"),
    ],
)
def test_what_cannot_begin_says_why(home: City, draft: UndertakingDraft, code: str) -> None:
    assert refused(RefusalKind.INVALID, lambda: begun(home, draft)) == (code,)


def test_it_begins_only_where_its_scenario_is_in_force(home: City) -> None:
    draft = replace(visit(), area=RIVER_BEND)
    assert refused(RefusalKind.INVALID, lambda: begun(home, draft, "village_grid")) == ("work.scenario_not_in_force",)


def test_it_begins_only_in_ones_own_area_and_only_where_there_is_one(home: City) -> None:
    refused(RefusalKind.DENIED, lambda: begun(home, replace(visit(), area=OLD_BRIDGE)))
    refused(RefusalKind.DENIED, lambda: begun(home, visit(), "grid_duty"))
    refused(RefusalKind.ABSENT, lambda: begun(home, replace(visit(), area=AreaCode(f"{NEW_BRIDGE}99"))))


def test_areas_outside_the_matters_own_are_refused(wet: City) -> None:
    codes = refused(RefusalKind.INVALID, lambda: begun(wet, watch(NEW_BRIDGE, RIVER_BEND), "intake"))
    assert codes == ("work.area_outside",)


# --- steps -----------------------------------------------------------------------------------------------------------


def test_handing_in_moves_it_on_and_keeps_facts_and_words_apart(home: City) -> None:
    undertaking = begun(home)
    finish(home.actor("grid"), undertaking, "look", WELL)
    assert tasks(undertaking) == [("look", "lead", "done"), ("settle", "lead", "open")]
    assert row(undertaking).progress["done"] == {"look": "well"}
    assert row(undertaking).facts["day"] == "2026-09-01"
    entry = journal(undertaking)[-1]
    assert (entry.step, entry.data["result"], entry.data["answers"]) == ("work.undertaking.do", "well", ["day"])
    assert entry.data["tasks"]["closed"] == ["look"]
    assert "精神" not in str(entry.data)
    assert [(note.kind, note.text) for note in notes(undertaking)[1:]] == [
        ("step", "精神很好"),
        ("message", "2026-09-01 看过了"),
    ]


def test_the_last_step_ends_it(home: City) -> None:
    undertaking = begun(home)
    finish(home.actor("grid"), undertaking, "look", WELL)
    receipt = finish(services(home), undertaking, "settle", Handed("done", "助浴已排"))
    assert (receipt.state, row(undertaking).state) == ("ended", "ended")
    assert row(undertaking).ended_at is not None
    assert {state for _, _, state in tasks(undertaking)} == {"done"}
    assert OutboxEvent.objects.filter(subject=undertaking, topic="work.undertaking_ended").exists()


def test_a_result_that_ends_it_ends_it_at_once(home: City) -> None:
    undertaking = begun(home)
    receipt = finish(home.actor("grid"), undertaking, "look", Handed("away"))
    assert receipt.state == "ended"
    assert tasks(undertaking) == [("look", "lead", "done")]


def test_a_replay_of_the_last_step_is_the_same_receipt(home: City) -> None:
    undertaking, key = begun(home), envelope()
    receipts = [
        work.finish_undertaking_step(
            by=home.actor("grid"), key=key, subject=undertaking, task_key="look", handed=Handed("away")
        )
        for _ in range(2)
    ]
    assert [receipt.replayed for receipt in receipts] == [False, True]
    assert len(journal(undertaking)) == 2


def test_a_step_goes_back_as_often_as_the_scenario_lets_it(home: City) -> None:
    undertaking = begun(home)
    for _ in range(2):
        finish(home.actor("grid"), undertaking, "look", WELL)
        if row(undertaking).progress.get("rounds"):
            break
        finish(services(home), undertaking, "settle", Handed("unclear", "再看一次"))
    again = Handed("unclear")
    codes = refused(RefusalKind.INVALID, lambda: finish(services(home), undertaking, "settle", again))
    assert codes == ("work.loop_used_up",)


def test_what_a_step_refuses(home: City) -> None:
    undertaking = begun(home)
    grid = home.actor("grid")
    assert refused(RefusalKind.INVALID, lambda: finish(grid, undertaking, "look", Handed("perfect"))) == (
        "work.result_unknown",
    )
    assert refused(RefusalKind.INVALID, lambda: finish(grid, undertaking, "look", Handed("well"))) == (
        "work.answer_missing",
    )
    assert refused(RefusalKind.ABSENT, lambda: finish(grid, undertaking, "dance", Handed("done"))) == ("absent",)
    assert refused(RefusalKind.NOT_NOW, lambda: finish(services(home), undertaking, "look", WELL)) == (
        "work.task_not_open",
    )
    assert refused(RefusalKind.NOT_NOW, lambda: finish(services(home), undertaking, "settle", Handed("done"))) == (
        "work.task_not_open",
    )


def test_the_same_step_twice_is_refused_and_a_race_has_one_winner(home: City) -> None:
    undertaking = begun(home)
    barrier, outcomes = threading.Barrier(2), []

    def go() -> None:
        barrier.wait()
        try:
            finish(home.actor("grid"), undertaking, "look", WELL)
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.kind.value)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "not_now"]
    assert tasks(undertaking) == [("look", "lead", "done"), ("settle", "lead", "open")]


def test_another_area_finds_nothing(home: City) -> None:
    undertaking = begun(home)
    for seat in ("village_grid", "town_intake"):
        refused(RefusalKind.ABSENT, partial(finish, home.actor(seat), undertaking, "look", WELL))
    by = replace(home.actor("town_shift"), duties=frozenset({"work.undertaking.cancel"}))
    refused(
        RefusalKind.ABSENT,
        lambda: work.cancel_undertaking(by=by, key=envelope(), undertaking=undertaking, reason="不办了"),
    )
    refused(RefusalKind.ABSENT, lambda: finish(home.actor("grid"), uuid4(), "look", WELL))


# --- many communities, together ---------------------------------------------------------------------------------------


def keys_of(*areas: AreaCode) -> list[str]:
    return [f"tell[{area.digits}]" for area in areas]


def test_each_community_has_its_own_task_and_acts_in_the_streets_matter(wet: City) -> None:
    undertaking = begun(wet, watch(NEW_BRIDGE, OLD_BRIDGE), "intake")
    new, old = keys_of(NEW_BRIDGE, OLD_BRIDGE)
    assert tasks(undertaking) == [(new, "lead", "open"), (old, "lead", "open")]
    with reading(wet.actor("grid")):
        assert list(Task.objects.filter(subject=undertaking).values_list("step", flat=True)) == [new]
    finish(wet.actor("grid"), undertaking, new, Handed("done", "楼组长都通知了"))
    assert [state for _, _, state in tasks(undertaking)] == ["done", "open"]
    assert refused(RefusalKind.NOT_NOW, lambda: finish(wet.actor("grid"), undertaking, old, Handed("done"))) == (
        "work.task_not_open",
    )
    old_grid = wet.post_of("community_committee", OLD_BRIDGE, "work.task.do")
    finish(old_grid, undertaking, old, Handed("done"))
    assert {step for step, _, state in tasks(undertaking) if state == "open"} == {"sum"}


def test_a_part_in_the_matter_gives_no_duty_and_no_part_gives_no_area(wet: City) -> None:
    undertaking = begun(wet, watch(NEW_BRIDGE), "intake")
    grid = wet.actor("grid")
    widened = acting_in(grid, undertaking)
    assert (widened.area, widened.duties, widened.mark) == (STREET, grid.duties, grid.mark)
    village, other = wet.actor("village_grid"), replace(grid, unit=wet.unit("property"))
    assert acting_in(village, undertaking) == village
    assert acting_in(other, undertaking) == other
    by = replace(grid, duties=grid.duties - {"work.task.do"})
    refused(RefusalKind.DENIED, lambda: finish(by, undertaking, keys_of(NEW_BRIDGE)[0], Handed("done")))


def test_the_lead_hands_in_only_after_every_co_handler(wet: City) -> None:
    undertaking = begun(wet, watch(NEW_BRIDGE), "intake")
    finish(wet.actor("grid"), undertaking, keys_of(NEW_BRIDGE)[0], Handed("done"))
    lead = services(wet)
    assert refused(RefusalKind.NOT_NOW, lambda: finish(lead, undertaking, "sum", Handed("done"))) == ("work.together",)
    finish(environment(wet), undertaking, "sum", Handed("done", "路面已冲洗"))
    assert row(undertaking).state == "running"
    assert ("sum", "co_handler", "done") in tasks(undertaking)
    assert journal(undertaking)[-1].data["part"] == "co_handler"
    assert finish(lead, undertaking, "sum", Handed("done")).state == "ended"


# --- gaps ------------------------------------------------------------------------------------------------------------


def test_a_step_that_nobody_takes_is_said_reported_and_planned_again(city: City) -> None:
    published(city, VISIT.replace("street_services", "street_ferries"))
    undertaking = begun(city)
    finish(city.actor("grid"), undertaking, "look", WELL)
    assert row(undertaking).progress["unassigned"] == ["settle"]
    assert journal(undertaking)[-1].data["tasks"]["unassigned"] == ["settle"]
    gap = MissingResponsibility.objects.get(code="home-visit")
    assert (gap.scheme, gap.function) == ("scenario", "street_ferries")
    before = len(journal(undertaking))
    assert work.plan_waiting_undertakings(NOW + timedelta(hours=1)) == 1
    assert row(undertaking).progress["unassigned"] == ["settle"]
    assert journal(undertaking)[-1].step == "work.undertaking.plan_again"
    assert work.plan_waiting_undertakings(NOW + timedelta(hours=1)) == 1, "the same moment again"
    assert len(journal(undertaking)) == before + 1


def test_a_mended_gap_opens_what_waited(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    published(city)
    undertaking = begun(city)
    with monkeypatch.context() as patched:
        patched.setattr("lilong.apps.work.commands.undertakings.Hands.assign", lambda *_: None)
        finish(city.actor("grid"), undertaking, "look", WELL)
    assert [step for step, _, state in tasks(undertaking) if state == "open"] == []
    assert work.plan_waiting_undertakings(NOW + timedelta(hours=1)) == 1
    assert [step for step, _, state in tasks(undertaking) if state == "open"] == ["settle"]
    assert work.plan_waiting_undertakings(NOW + timedelta(hours=2)) == 0


def test_a_new_unit_settles_the_gap_and_gets_the_work(city: City) -> None:
    """A subdistrict has no works office until somebody sets one up."""
    published(city, VISIT.replace("street_services", "street_construction"))
    undertaking = begun(city)
    finish(city.actor("grid"), undertaking, "look", WELL)
    assert recheck_missing(NOW.isoformat()) == 0
    unit = UnitDraft("construction-1", Label("规划建设办", "works"), "street_construction", Level.STREET, STREET)
    made = organisations.create_unit(by=city.actor("district_administrator"), key=envelope(), unit=unit)
    assert recheck_missing((NOW + timedelta(hours=1)).isoformat()) == 1
    assert MissingResponsibility.objects.get(code="home-visit").resolved_at is not None
    assert plan_waiting((NOW + timedelta(hours=1)).isoformat()) == 1
    with reading(EVERYBODY):
        (task,) = Task.objects.filter(subject=undertaking, step="settle")
    assert task.unit == made.details["unit"]


def test_the_planner_does_nothing_else() -> None:
    assert PLANNER.duties == {"work.task.plan"}


# --- cancelling and moving -------------------------------------------------------------------------------------------


def test_cancelling_takes_back_whatever_runs(home: City) -> None:
    undertaking = begun(home)
    work.cancel_undertaking(by=home.actor("grid"), key=envelope(), undertaking=undertaking, reason="老人住院了")
    assert (row(undertaking).state, tasks(undertaking)) == ("cancelled", [("look", "lead", "withdrawn")])
    assert "住院" not in str(journal(undertaking)[-1].data)
    assert notes(undertaking)[-1].text == "老人住院了"
    assert refused(RefusalKind.NOT_NOW, lambda: finish(home.actor("grid"), undertaking, "look", WELL))


def test_cancelling_needs_a_reason_and_the_duty(home: City) -> None:
    undertaking = begun(home)

    def cancel(seat: str, reason: str) -> None:
        work.cancel_undertaking(by=home.actor(seat), key=envelope(), undertaking=undertaking, reason=reason)

    refused(RefusalKind.INVALID, lambda: cancel("grid", " "))
    refused(RefusalKind.DENIED, lambda: cancel("shift", "不办了"))


def newer(city: City) -> None:
    """A second version of the home visit in force, with the step of settling under another title."""
    publish(city, published(city, VISIT.replace("title: {zh: 落实", "title: {zh: 安排"), Reach(STREET, share=99)))


def test_a_running_matter_keeps_its_version_until_it_is_moved(home: City) -> None:
    undertaking = begun(home)
    newer(home)
    finish(home.actor("grid"), undertaking, "look", WELL)
    assert row(undertaking).scenario == "home-visit@1"
    work.move_undertaking(by=home.actor("shift"), key=envelope(), undertaking=undertaking, to="home-visit@2")
    assert row(undertaking).scenario == "home-visit@2"
    entry = journal(undertaking)[-1]
    assert (entry.data["from"], entry.data["to"]) == ("home-visit@1", "home-visit@2")
    assert finish(services(home), undertaking, "settle", Handed("done")).state == "ended"


@pytest.mark.parametrize("to", ["home-visit@9", "nothing@1", "home-visit@2", "dispatch-handle-check@1", "", "@"])
def test_it_is_moved_only_to_what_was_ever_in_force(home: City, to: str) -> None:
    undertaking = begun(home)
    submitted(home)

    def move() -> None:
        work.move_undertaking(by=home.actor("shift"), key=envelope(), undertaking=undertaking, to=to)

    assert refused(RefusalKind.INVALID, move)[0] in {"work.version_unknown", "input_missing"}


def test_an_unsafe_move_is_refused(home: City) -> None:
    published(home, VISIT.replace("home-visit", "other-visit").replace("look", "see"))
    undertaking = begun(home)

    def move() -> None:
        work.move_undertaking(by=home.actor("shift"), key=envelope(), undertaking=undertaking, to="other-visit@1")

    assert refused(RefusalKind.NOT_NOW, move)


def test_a_withdrawn_version_lets_its_matters_go_on(home: City) -> None:
    undertaking = begun(home)
    found = versions.version_named(seen_by=EVERYBODY, reference="home-visit@1").id
    receipt = work.withdraw_scenario_version(by=home.actor("shift"), key=envelope(), version=found, reason="不好用")
    assert receipt.details["running"] == 1
    assert refused(RefusalKind.INVALID, lambda: begun(home)) == ("work.scenario_not_in_force",)
    finish(home.actor("grid"), undertaking, "look", WELL)
    assert finish(services(home), undertaking, "settle", Handed("done")).state == "ended"
