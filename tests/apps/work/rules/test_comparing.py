"""Comparison: intervals that hold the truth as often as they say, and say so when it is not enough."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from lilong.apps.work.rules.comparing import (
    LEAST,
    compare,
    days_saved,
    difference_of_medians,
    difference_of_shares,
    grouped,
    measured,
)
from lilong.apps.work.terms import Groups, Measure, Measured, PastMatter, PastPiece, Verdict, View
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label

MEDIAN = Measure("median_days", Label("办结天数", "days to close"))
LATE = Measure("late_share", Label("超期的比例", "share past the limit"))
SOLVED = Measure("solved_share", Label("真正解决的比例", "share really solved"), "higher")
AREAS = tuple(AreaCode(f"31010100{n}") for n in range(6))


def group(count: int, days: float, late: float = 0.2, seed: int = 1) -> tuple[Measured, ...]:
    """Matters whose median is ``days``, of which a share is late."""
    chance = random.Random(seed)
    return tuple(
        Measured(chance.choice(AREAS), days * chance.lognormvariate(0, 0.5), chance.random() < late, back=False)
        for _ in range(count)
    )


def test_a_clear_gain_is_told_as_one() -> None:
    found = compare([MEDIAN], Groups(group(400, 3), {View.BESIDE: group(400, 5, seed=2)}))
    (row,) = found.rows
    assert row.verdict is Verdict.BETTER
    assert row.low is not None
    assert row.high is not None
    assert row.low < -2 < row.high < 0
    assert "大约快" in row.sentence.zh
    assert row.sentence.en.endswith("faster.")


def test_a_higher_share_is_worse_where_lower_is_better_and_better_where_higher_is() -> None:
    pilot = tuple(Measured(AREAS[0], late=n % 2 == 0, solved=n % 2 == 0) for n in range(200))
    others = tuple(Measured(AREAS[1], late=n % 5 == 0, solved=n % 5 == 0) for n in range(200))
    late, solved = compare([LATE, SOLVED], Groups(pilot, {View.BESIDE: others})).rows
    assert (late.verdict, solved.verdict) == (Verdict.WORSE, Verdict.BETTER)
    assert (late.pilot, late.other) == (0.5, 0.2)
    assert "50.0 %" in late.sentence.zh


def test_what_may_be_either_way_is_said_in_both_directions() -> None:
    found = compare([MEDIAN], Groups(group(30, 5), {View.BEFORE: group(30, 5, seed=2)}))
    (row,) = found.rows
    assert row.verdict is Verdict.OPEN
    assert "可能快" in row.sentence.zh
    assert "也可能慢" in row.sentence.zh
    assert "it may be anything from" in row.sentence.en


@pytest.mark.parametrize(("pilot", "others"), [(LEAST - 1, 500), (500, LEAST - 1), (0, 500), (500, 0)])
def test_too_few_on_either_side_are_not_enough_yet(pilot: int, others: int) -> None:
    found = compare([MEDIAN, LATE], Groups(group(pilot, 1), {View.BESIDE: group(others, 9, late=0.9)}))
    assert {row.verdict for row in found.rows} == {Verdict.NOT_ENOUGH}
    assert all(row.low is None and row.high is None for row in found.rows)
    assert all("还不够" in row.sentence.zh and "not enough yet" in row.sentence.en for row in found.rows)


def test_enough_on_both_sides_has_an_interval() -> None:
    found = compare([MEDIAN, LATE], Groups(group(LEAST, 1), {View.BESIDE: group(LEAST, 9, late=0.9)}))
    assert Verdict.NOT_ENOUGH not in {row.verdict for row in found.rows}


def test_what_is_not_known_of_a_matter_is_not_counted() -> None:
    pilot = (*group(100, 3), *(Measured(AREAS[0]) for _ in range(50)))
    found = compare([MEDIAN, LATE, SOLVED], Groups(pilot, {View.BESIDE: group(100, 3, seed=2)}))
    assert [row.pilot_count for row in found.rows] == [100, 100, 0]
    assert found.rows[2].pilot is None
    assert any(label.zh.startswith("试点还有 50 件没有办完") for label in found.honesty)


def test_the_same_seed_gives_the_same_interval() -> None:
    groups = Groups(group(60, 3), {View.BESIDE: group(60, 5, seed=2)})
    assert compare([MEDIAN], groups, seed=5) == compare([MEDIAN], groups, seed=5)
    assert compare([MEDIAN], groups, seed=5) != compare([MEDIAN], groups, seed=6)


def test_every_view_has_every_measure_and_its_caution() -> None:
    views = {View.BESIDE: group(50, 5), View.BEFORE: group(50, 5, seed=2)}
    found = compare([MEDIAN, LATE], Groups(group(50, 3, seed=3), views))
    assert [(row.view, row.measure) for row in found.rows] == [
        (View.BESIDE, "median_days"),
        (View.BESIDE, "late_share"),
        (View.BEFORE, "median_days"),
        (View.BEFORE, "late_share"),
    ]
    assert [label.en.split(" ", 2)[:2] for label in found.honesty] == [["The", "places"], ["Beside", "the"]]


def test_a_pilot_in_few_places_says_so() -> None:
    pilot = tuple(Measured(AREAS[n % 2], 1.0) for n in range(40))
    found = compare([MEDIAN], Groups(pilot, {View.BESIDE: group(40, 3)}))
    assert any("试点只有 2 个地方" in label.zh for label in found.honesty)


@pytest.mark.parametrize(("count", "first", "second"), [(30, 0.1, 0.1), (60, 0.5, 0.3), (200, 0.05, 0.15)])
def test_intervals_of_shares_hold_the_truth_as_often_as_they_say(count: int, first: float, second: float) -> None:
    chance, trials, held = random.Random(17), 1_500, 0
    for _ in range(trials):
        drawn = [sum(chance.random() < share for _ in range(count)) for share in (first, second)]
        low, high = difference_of_shares((drawn[0], count), (drawn[1], count))
        held += low <= first - second <= high
    assert 0.93 <= held / trials <= 0.985


@pytest.mark.parametrize("count", [25, 150])
def test_intervals_of_medians_hold_the_truth_as_often_as_they_say(count: int) -> None:
    chance, trials, held = random.Random(23), 250, 0
    for _ in range(trials):
        one = [chance.lognormvariate(1.0, 0.8) for _ in range(count)]
        other = [chance.lognormvariate(0.6, 0.8) for _ in range(count)]
        low, high = difference_of_medians(one, other, chance)
        held += low <= 2.718281828 - 1.8221188 <= high
    assert 0.91 <= held / trials <= 0.99


def test_an_interval_of_shares_stays_within_the_possible() -> None:
    low, high = difference_of_shares((0, 20), (20, 20))
    assert -1 <= low < high < 0


SINCE = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def lived(begin: datetime = SINCE + DAY, scenario: str = "lamps@2", area: str = "310101001001") -> PastMatter:
    """A matter that took three days and was promised in four."""
    pieces = (PastPiece("handle", 1, begin, begin + 3 * DAY, "done"),)
    return PastMatter(
        uuid4(), AreaCode(area), "C0137", {}, begin, begin + 3 * DAY, begin + 4 * DAY, pieces=pieces, scenario=scenario
    )


def test_a_matter_says_how_long_it_took_whether_late_and_whether_it_went_back() -> None:
    plain = lived()
    assert measured(plain) == Measured(AreaCode("310101001"), 3.0, late=False, back=False, solved=None)
    late = replace(plain, due_at=plain.began_at + 2 * DAY, solved=False)
    assert (measured(late).late, measured(late).solved) == (True, False)
    back = replace(plain, pieces=(replace(plain.pieces[0], returned=True), *plain.pieces))
    assert measured(back).back is True
    assert measured(replace(plain, due_at=None)).late is None


def test_a_matter_that_is_not_over_says_nothing_yet() -> None:
    assert measured(replace(lived(), ended_at=None)) == Measured(AreaCode("310101001"))


def test_groups_are_by_version_time_and_place() -> None:
    pilot, beside, before = lived(), lived(scenario="lamps@1", area="310101002"), lived(SINCE - DAY, "lamps@1")
    elsewhere = lived(SINCE - DAY, "lamps@1", "310104001")
    brought_in = replace(lived(), untold=frozenset({"check"}))
    found = grouped([pilot, beside, before, elsewhere, brought_in], "lamps@2", SINCE, [AreaCode("310101001")])
    assert found.pilot == (measured(pilot),)
    assert found.others == {View.BESIDE: (measured(beside),), View.BEFORE: (measured(before),)}


@pytest.mark.parametrize(
    ("beside", "before", "least", "most"),
    [
        (group(400, 5, seed=2), group(400, 8, seed=3), 1.5, 2.5),
        (group(400, 8, seed=2), group(400, 5, seed=3), 1.5, 2.5),
        (group(400, 5, seed=2), group(LEAST - 1, 8, seed=3), 1.5, 2.5),
        (group(400, 1, seed=2), group(400, 2, seed=3), -1.5, -0.5),
    ],
)
def test_what_was_saved_is_the_least_that_a_view_tells(
    beside: tuple[Measured, ...], before: tuple[Measured, ...], least: float, most: float
) -> None:
    found = days_saved(Groups(group(400, 3), {View.BESIDE: beside, View.BEFORE: before}))
    assert found is not None
    assert least < found < most
    assert found == round(found, 1)


@pytest.mark.parametrize(
    ("pilot", "beside", "before"),
    [
        (group(LEAST - 1, 3), group(400, 9), group(400, 9)),
        (group(400, 3), group(400, 3, seed=2), group(400, 9, seed=3)),
        (group(400, 3), group(400, 1, seed=2), group(400, 9, seed=3)),
        (group(400, 3), (), ()),
    ],
)
def test_nothing_is_said_to_be_saved_that_is_not_sure(
    pilot: tuple[Measured, ...], beside: tuple[Measured, ...], before: tuple[Measured, ...]
) -> None:
    assert days_saved(Groups(pilot, {View.BESIDE: beside, View.BEFORE: before})) is None
