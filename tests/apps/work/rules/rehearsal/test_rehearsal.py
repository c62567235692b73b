"""Rehearsal: the same luck in both versions, the same report however it runs, differences only where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import pytest

from lilong.apps.work.rules.rehearsal import Crew, matters_of, rehearse
from lilong.apps.work.rules.rehearsal.running import PORTION
from lilong.apps.work.terms import (
    Fact,
    FactKind,
    LoadShare,
    PastMatter,
    PastPiece,
    Rehearsal,
    Responsible,
    Role,
    Scenario,
    StaffedVersion,
    StatedLoad,
    Trial,
    Unknown,
)
from lilong.kernel.areas import AreaCode
from tests.apps.work.rules.rehearsal.pasts import (
    CATEGORIES,
    COMMITTEE,
    SCENARIO,
    STEPS,
    STREETS,
    TIME,
    UNITS,
    WORD,
    changed,
    past,
    step,
    trial,
)

LOOK = step("look", "dispatch", act="", who=Responsible(office=COMMITTEE))
WITH_LOOK = changed(LOOK, step("handle", "look", hours=24))
HURRIED = changed(step("handle", "dispatch", hours=8))


@lru_cache
def lived() -> Sequence[PastMatter]:
    """A past of some hundred matters."""
    return past(600)


def said(found: Rehearsal, words: str) -> str:
    """The one sentence of the report that holds these words."""
    (sentence,) = [label.zh for label in found.honesty if words in label.zh]
    return sentence


def test_a_version_beside_itself_changes_nothing() -> None:
    found = rehearse(trial(), lived())
    assert found.present == found.new
    assert found.shifts == ()
    assert (found.changes.newly_late, found.changes.no_longer_late, found.changes.ended_otherwise) == (0, 0, 0)


def test_the_same_seed_gives_the_same_report_and_another_seed_another() -> None:
    assert rehearse(trial(WITH_LOOK), lived()) == rehearse(trial(WITH_LOOK), lived())
    assert rehearse(trial(WITH_LOOK, seed=2), lived()).present != rehearse(trial(WITH_LOOK), lived()).present


def test_two_processes_give_what_one_gives() -> None:
    matters, seen = past(2 * PORTION + 100), list[tuple[int, int]]()
    crew = Crew(2, lambda done, total: seen.append((done, total)))
    assert rehearse(trial(WITH_LOOK), matters, crew=crew) == rehearse(trial(WITH_LOOK), matters)
    assert seen == [(PORTION, 2100), (2 * PORTION, 2100), (2100, 2100)]


def test_the_order_of_the_matters_changes_no_luck() -> None:
    there, back = rehearse(trial(HURRIED), lived()), rehearse(trial(HURRIED), list(reversed(lived())))
    assert there.new == back.new
    assert there.changes == back.changes


def test_a_shorter_limit_makes_more_late_and_moves_nothing_else() -> None:
    found = rehearse(trial(HURRIED), lived())
    assert found.new.late_matters > found.present.late_matters
    assert found.changes.newly_late == found.new.late_matters - found.present.late_matters
    assert found.changes.no_longer_late == 0
    assert found.new.took == found.present.took
    assert found.shifts == ()
    assert all(change.late_after and not change.late_before for change in found.changes.shown)
    assert "有 1 步的时限变了" in said(found, "时限变了")


def test_an_added_step_is_more_work_for_exactly_its_units() -> None:
    found = rehearse(trial(WITH_LOOK), lived())
    units = {UNITS["look"] + place for place in range(len(STREETS))}
    assert {shift.unit for shift in found.shifts} == units
    assert all(shift.pieces_before == 0 for shift in found.shifts)
    assert sum(shift.pieces_after for shift in found.shifts) == found.new_pieces["look"] == len(lived())
    assert found.new.pieces == found.present.pieces + len(lived())


def test_a_step_that_nobody_ever_did_is_assumed_and_said() -> None:
    found = rehearse(trial(WITH_LOOK), lived())
    assert "有 600 份活以前没有人办过（“步骤 look”）" in said(found, "假定")
    assert "平均用掉时限的 50%" in said(found, "假定")
    longer = rehearse(replace(trial(WITH_LOOK), assumed_share=1.0), lived())
    assert longer.new.took.median > found.new.took.median
    assert longer.new.late_pieces > found.new.late_pieces


def test_a_new_step_of_an_office_that_worked_before_takes_as_long_as_that() -> None:
    verifies = step("verify", who=Responsible(office=COMMITTEE))
    now = replace(SCENARIO, steps=(verifies, *STEPS[1:]))
    new = replace(WITH_LOOK, steps=tuple(verifies if one.name == "verify" else one for one in WITH_LOOK.steps))
    stage = trial(new)
    found = rehearse(replace(stage, present=replace(stage.present, scenario=now)), lived())
    assert "有 600 份新的活" in said(found, "借自")
    assert not [label for label in found.honesty if "假定" in label.zh]


def test_whoever_really_had_a_step_has_it_again_while_the_step_stays() -> None:
    moved = tuple(
        replace(
            matter,
            pieces=tuple(replace(piece, unit=77) if piece.step == "handle" else piece for piece in matter.pieces),
        )
        for matter in lived()
    )
    kept = rehearse(trial(), moved)
    assert 77 in {load.unit for load in kept.new.units}
    elsewhere = rehearse(trial(changed(step("handle", "dispatch", who=Responsible(office=COMMITTEE)))), moved)
    assert 77 not in {load.unit for load in elsewhere.new.units}
    assert 77 in {load.unit for load in elsewhere.present.units}


def test_whoever_really_helped_helps_again_and_nobody_else() -> None:
    def helped(matter: PastMatter) -> PastMatter:
        handled = next(piece for piece in matter.pieces if piece.step == "handle")
        helper = replace(handled, unit=88, role=Role.CO_HANDLER, ended_at=handled.opened_at + timedelta(minutes=5))
        return replace(matter, pieces=(*matter.pieces, helper))

    plain = trial()
    named = {place: replace(one, co_units=(99,)) for place, one in plain.present.hands.items() if place[0] == "handle"}
    hands = StaffedVersion(SCENARIO, {**plain.present.hands, **named})
    found = rehearse(replace(plain, present=hands, new=hands), [helped(matter) for matter in lived()])
    loads = {load.unit: load for load in found.present.units}
    assert 99 not in loads
    assert loads[88].pieces == found.present.pieces_by_step["handle"] - found.present.pieces_by_step["handle"] // 2
    assert loads[88].open_hours < loads[UNITS["handle"]].open_hours / 10


def test_a_lead_waits_for_its_helpers_where_it_must() -> None:
    together = changed(step("handle", "dispatch", hours=24, together=True, co=(COMMITTEE,)))
    alone = rehearse(helped_by(99, changed(step("handle", "dispatch", hours=24, co=(COMMITTEE,)))), lived())
    assert 99 in {load.unit for load in alone.new.units}
    assert 99 not in {load.unit for load in alone.present.units}
    assert alone.new.took == alone.present.took
    waiting = rehearse(helped_by(99, together), lived())
    assert waiting.new.took.median > alone.new.took.median


def helped_by(unit: int, new: Scenario) -> Trial:
    """A trial in which the new version has a helper for handling, which nobody had before."""
    plain = trial(new)
    named = {place: replace(one, co_units=(unit,)) for place, one in plain.new.hands.items() if place[0] == "handle"}
    return replace(plain, new=StaffedVersion(new, {**plain.new.hands, **named}))


def test_what_was_not_lived_here_takes_no_time_and_is_nobodys_work() -> None:
    def brought_in(matter: PastMatter) -> PastMatter:
        (handled, *_) = [piece for piece in matter.pieces if piece.step == "handle"]
        untold = frozenset({"verify", "file", "dispatch", "check"})
        begin = handled.opened_at
        return replace(matter, began_at=begin, ended_at=handled.ended_at, pieces=(handled,), untold=untold)

    found = rehearse(trial(missing=["check"]), [brought_in(matter) for matter in lived()])
    assert found.new.pieces_by_step == {"handle": len(lived())}
    assert found.new.stuck == 0
    assert found.validity[0].passes
    assert "有 600 件是从别的登记簿导入的" in said(found, "导入")


def test_a_matter_that_nobody_is_responsible_for_is_stuck_and_said() -> None:
    found = rehearse(trial(WITH_LOOK, missing=["look"]), lived())
    assert found.new.stuck == len(lived())
    assert found.present.stuck == 0
    assert found.new.took.count == 0
    assert "有 600 件走不到头：“步骤 look” 没有人负责" in said(found, "走不到头")


def test_what_goes_back_in_the_past_goes_back_as_often() -> None:
    found = rehearse(trial(), past(3_000))
    real = sum(any(piece.result == "send_back" for piece in matter.pieces) for matter in past(3_000)) / 3_000
    assert found.present.back_share == pytest.approx(real, abs=0.03)


def test_a_fact_that_the_past_does_not_tell_takes_its_stated_path_and_is_said() -> None:
    fact = Fact("dangerous", FactKind.YES_NO, WORD)
    asks = replace(LOOK, when="dangerous", if_unknown=Unknown.SKIP)
    new = replace(changed(asks, step("handle", "look", hours=24)), facts=(fact,))
    found = rehearse(trial(new), lived())
    assert found.new_pieces == {}
    assert "有 600 件" in said(found, "没有记")
    told = [replace(matter, facts={"dangerous": True}) for matter in lived()]
    assert rehearse(trial(new), told).new_pieces == {"look": 600}


def test_a_matter_that_ended_from_outside_ends_so_again() -> None:
    def merged(matter: PastMatter) -> PastMatter:
        first = matter.pieces[0]
        return replace(matter, ended_at=first.ended_at, pieces=(replace(first, result="withdrawn"),))

    found = rehearse(trial(), [merged(matter) for matter in lived()])
    assert found.present.pieces == len(lived())
    assert found.present.stuck == 0


def test_unfinished_work_teaches_nothing_and_is_said() -> None:
    open_one = replace(lived()[0], ended_at=None, pieces=(PastPiece("verify", 10, lived()[0].began_at, None, ""),))
    found = rehearse(trial(), [*lived(), open_one])
    assert "还有 1 份没有办完" in said(found, "没有办完")
    assert found.validity[0].compared == len(lived())


def test_a_stated_load_arrives_when_and_where_it_is_stated() -> None:
    by_hour = tuple(int(hour in (9, 15)) for hour in range(24))
    share = LoadShare(AreaCode(STREETS[0]), CATEGORIES[0])
    load = StatedLoad(date(2026, 3, 2), 5, 40, (share,), by_hour)
    matters = list(matters_of(load, TIME, 3))
    assert matters == list(matters_of(load, TIME, 3))
    assert matters != list(matters_of(load, TIME, 4))
    assert len({matter.id for matter in matters}) == 200
    assert {matter.began_at.hour for matter in matters} == {9, 15}
    found = rehearse(trial(), matters, history=lived())
    assert found.validity == ()
    assert found.honesty[0].en.startswith("The load is stated")
    assert {load.unit for load in found.new.units} == {number for name, number in UNITS.items() if name != "look"}
    assert found.present.pieces_by_step["verify"] == 200


@pytest.mark.parametrize("by_hour", [(1,) * 23, (0,) * 24, (-1, *(1,) * 23)])
def test_a_load_that_never_arrives_is_refused(by_hour: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="hours"):
        StatedLoad(date(2026, 3, 2), 1, 1, (LoadShare(AreaCode("31"), "C01"),), by_hour)
