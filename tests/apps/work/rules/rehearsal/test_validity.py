"""Validity: rehearsing the present version repeats a past made by known rules, and a wrong teacher is found out."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lilong.apps.work.rules.rehearsal import held_out, rehearse, validity
from lilong.apps.work.rules.rehearsal.validity import ALLOWED, distance
from tests.apps.work.rules.rehearsal.pasts import Work, in_working_hours, past, trial

MATTERS = 3_000


def round_the_clock(name: str, area: str, at: datetime, chance: random.Random) -> datetime:
    """An office that never closes: hours without any calendar."""
    del area
    return at + timedelta(hours=chance.lognormvariate(2.0 if name == "handle" else 0.5, 0.8))


@pytest.mark.parametrize("work", [in_working_hours, round_the_clock])
def test_the_present_version_repeats_the_past_it_learned_from_and_the_later_half(work: Work) -> None:
    matters = past(MATTERS, work=work)
    inside = rehearse(trial(), matters).validity[0]
    assert inside.passes
    assert inside.distance <= 0.03
    assert (inside.learned, inside.compared, inside.holdout) == (MATTERS, MATTERS, False)
    outside = held_out(trial(), matters)
    assert outside.passes
    assert outside.distance <= 0.05
    assert (outside.learned, outside.compared, outside.holdout) == (MATTERS // 2, MATTERS // 2, True)
    assert all(error.rehearsed == pytest.approx(error.past, rel=0.1, abs=1) for error in inside.deciles)


def test_a_city_that_became_slower_fails_the_later_half() -> None:
    matters = sorted(past(MATTERS, work=round_the_clock), key=lambda matter: matter.began_at)
    slower = [
        replace(matter, ended_at=matter.ended_at + timedelta(hours=12))
        if place > MATTERS // 2 and matter.ended_at
        else matter
        for place, matter in enumerate(matters)
    ]
    assert held_out(trial(), matters).passes
    assert not held_out(trial(), slower).passes


def test_the_distance_is_the_greatest_gap_between_two_distributions() -> None:
    assert distance([1, 2, 3, 4], [1, 2, 3, 4]) == 0
    assert distance([1, 2, 3, 4], [3, 4, 5, 6]) == pytest.approx(0.5)
    assert distance([1, 2], [8, 9]) == 1
    assert distance([], [1]) == 1


def test_nothing_compared_is_not_valid() -> None:
    found = validity([], [], learned=0)
    assert not found.passes
    assert found.allowed == ALLOWED


def test_of_a_few_matters_nobody_can_tell() -> None:
    few, enough = [float(n) for n in range(99)], [float(n) for n in range(100)]
    assert validity(few, few, learned=99).distance == 0
    assert not validity(few, few, learned=99).passes
    assert validity(enough, enough, learned=100).passes


def test_what_chance_makes_of_small_numbers_is_allowed_and_no_more() -> None:
    assert validity([1.0] * 800, [1.0] * 800, learned=800).allowed == pytest.approx(0.0679, abs=1e-4)
    assert validity([1.0] * 9_000, [1.0] * 9_000, learned=9_000).allowed == ALLOWED
    assert validity([1.0] * 9_000, [1.0] * 9_000, learned=1, holdout=True).allowed == 0.10


def test_deciles_stand_beside_each_other() -> None:
    found = validity([float(n) for n in range(2, 102)], [float(n) for n in range(1, 101)], learned=100)
    assert [(error.decile, error.past, error.rehearsed) for error in found.deciles][4] == (5, 50.0, 51.0)
    assert found.distance == pytest.approx(0.01)
