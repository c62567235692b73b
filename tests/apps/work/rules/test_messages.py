"""Which words of a scenario are said when: for what opens and for what is done, to each hearer once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lilong.apps.work.rules.messages import late_notices_of, notices_of, once_each, says_when_late
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms import (
    MATTER_ENDED,
    FactValue,
    Happened,
    Hearer,
    Message,
    Moment,
    Notice,
    Plan,
    Progress,
    Scenario,
)
from lilong.kernel.words import Label
from tests.apps.work.strategies import Life, back, bare, of_steps

KNOWN: dict[str, FactValue] = {"urgent": True, "sort": "a", "homes": ("甲", "乙")}
WORDS = {
    Moment.OPENED: Label("请办：{homes}", "Please do: {homes}"),
    Moment.DONE: Label("办好了", "It is done"),
    Moment.LATE: Label("还没办", "Not done yet"),
}


def speaking(to: Hearer, *, repeat: str = "") -> Scenario:
    """Two steps; the second speaks at every moment, and may go back."""
    messages = tuple(Message(moment, to, words) for moment, words in WORDS.items())
    results = () if repeat else (back("unclear", "look"),)
    second = replace(bare("mend", "look"), messages=messages, repeat=repeat, results=results)
    return of_steps(bare("look"), second, bare("close", "mend"))


def after_look(scenario: Scenario) -> tuple[Ready, Plan]:
    """The plan that opens the second step."""
    matter = Life(Ready(scenario), KNOWN)
    matter.begin()
    matter.take("look", matter.choices("look")[0])
    return matter.ready, matter.now


def told(ready: Ready, plan: Plan, happened: Happened | None = None, unit: int | None = None) -> list[Notice]:
    return list(notices_of(ready, KNOWN, plan, happened, unit))


def test_what_opens_is_said_with_what_is_known_put_in() -> None:
    ready, plan = after_look(speaking(Hearer.UNIT))
    (notice,) = told(ready, plan)
    assert notice.words == Label("请办：甲、乙", "Please do: 甲, 乙")
    assert (notice.step, notice.to, notice.unit) == ("mend", Hearer.UNIT, plan.open[0].unit)


@pytest.mark.parametrize(("to", "unit"), [(Hearer.REPORTER, None), (Hearer.UNIT, 7), (Hearer.ABOVE, 7)])
def test_a_notice_carries_the_unit_that_has_the_work_unless_the_reporter_is_told(to: Hearer, unit: int | None) -> None:
    ready, _ = after_look(speaking(to))
    (notice,) = told(ready, Plan(Progress()), Happened("mend", "done"), 7)
    assert (notice.words, notice.unit) == (WORDS[Moment.DONE], unit)


@pytest.mark.parametrize("happened", [Happened("mend", "unclear"), MATTER_ENDED, Happened("look", "done"), None])
def test_nothing_is_done_where_it_went_back_or_the_whole_matter_ended(happened: Happened | None) -> None:
    ready, _ = after_look(speaking(Hearer.UNIT))
    assert told(ready, Plan(Progress()), happened, 7) == []


def test_only_late_words_are_said_when_late() -> None:
    ready, _ = after_look(speaking(Hearer.UNIT))
    (notice,) = late_notices_of(ready, KNOWN, "mend", 7)
    assert notice == Notice("mend", Hearer.UNIT, WORDS[Moment.LATE], 7)
    assert says_when_late(ready, "mend[甲]")
    assert not says_when_late(ready, "look")
    assert not says_when_late(ready, "gone")
    assert list(late_notices_of(ready, KNOWN, "gone", 7)) == []


def test_a_repeated_step_tells_the_same_hearer_once() -> None:
    ready, plan = after_look(speaking(Hearer.REPORTER, repeat="homes"))
    found = told(ready, plan)
    assert [notice.step for notice in found] == ["mend[甲]", "mend[乙]"]
    assert [notice.step for notice in once_each(found)] == ["mend[甲]"]
    apart = [replace(notice, unit=place) for place, notice in enumerate(found)]
    assert list(once_each(apart)) == apart
