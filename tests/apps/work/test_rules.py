"""Planning: whatever the order, no step is lost, doubled or opened before its time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.work.rules import plan
from lilong.apps.work.terms import Assignment, Happened, Plan, Progress, Result, Role, Way, WayStep
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label

WORD = Label("词", "word")
DAY = Limit(1, ClockKind.WORKING_DAYS)
WAY = Way(
    "test",
    1,
    (
        WayStep("verify", WORD, WORD, when="verifies"),
        WayStep("file", WORD, WORD, after=("verify",), returns_to="verify"),
        WayStep("dispatch", WORD, WORD, after=("file",), returns_to="file"),
        WayStep("handle", WORD, WORD, after=("dispatch",), returns_to="dispatch"),
        WayStep("check", WORD, WORD, after=("handle",), returns_to="handle"),
    ),
)
FORK = Way(
    "fork",
    1,
    (
        WayStep("look", WORD, WORD),
        WayStep("fence", WORD, WORD, after=("look",), returns_to="look"),
        WayStep("call", WORD, WORD, after=("look",), returns_to="look"),
        WayStep("mend", WORD, WORD, after=("fence", "call"), returns_to="fence"),
    ),
)
EVERYBODY = {step.name: Assignment(n, DAY) for way in (WAY, FORK) for n, step in enumerate(way.steps, 1)}
VERIFIES, STRAIGHT = {"verifies": True}, {"verifies": False}


def opened(found: Plan) -> list[str]:
    return [task.step.name for task in found.open]


def after(progress: Progress, found: Plan) -> Progress:
    return Progress(found.done, progress.running - found.close | set(opened(found)))


@pytest.mark.parametrize(("facts", "first"), [(VERIFIES, ["verify"]), (STRAIGHT, ["file"])])
def test_a_matter_begins_at_the_first_step_it_takes(facts: dict[str, bool], first: list[str]) -> None:
    assert opened(plan(WAY, Progress(), None, facts, EVERYBODY)) == first


def test_done_step_by_step_it_ends() -> None:
    progress = after(Progress(), plan(WAY, Progress(), None, VERIFIES, EVERYBODY))
    seen = []
    while progress.running:
        (step,) = progress.running
        seen.append(step)
        found = plan(WAY, progress, Happened(step, Result.DONE), STRAIGHT, EVERYBODY)
        assert found.close == {step}
        progress = after(progress, found)
    assert seen == [step.name for step in WAY.steps]
    assert progress.done == set(seen)


def test_a_return_undoes_what_waits_for_the_step_it_goes_to() -> None:
    progress = Progress(frozenset({"verify", "file", "dispatch"}), frozenset({"handle"}))
    found = plan(WAY, progress, Happened("handle", Result.RETURNED), STRAIGHT, EVERYBODY)
    assert found.done == {"verify", "file"}
    assert found.close == {"handle"}
    assert opened(found) == ["dispatch"]


def test_a_return_may_go_further_back() -> None:
    progress = Progress(frozenset({"verify", "file", "dispatch", "handle", "check"}))
    found = plan(WAY, progress, Happened("check", Result.RETURNED, back_to="dispatch"), STRAIGHT, EVERYBODY)
    assert found.done == {"verify", "file"}
    assert opened(found) == ["dispatch"]


def test_sending_back_to_look_opens_the_look_even_if_it_was_skipped_before() -> None:
    progress = Progress(frozenset({"verify"}), frozenset({"file"}))
    found = plan(WAY, progress, Happened("file", Result.RETURNED), VERIFIES, EVERYBODY)
    assert found.close == {"file"}
    assert opened(found) == ["verify"]


def test_a_matter_that_ends_early_closes_everything_and_opens_nothing() -> None:
    progress = Progress(frozenset({"look"}), frozenset({"fence", "call"}))
    found = plan(FORK, progress, Happened("fence", Result.CLOSED), {}, EVERYBODY)
    assert found.close == {"fence", "call"}
    assert found.open == ()


def test_a_join_waits_for_all() -> None:
    progress = after(Progress(), plan(FORK, Progress(), None, {}, EVERYBODY))
    progress = after(progress, plan(FORK, progress, Happened("look", Result.DONE), {}, EVERYBODY))
    assert progress.running == {"fence", "call"}
    progress = after(progress, plan(FORK, progress, Happened("call", Result.DONE), {}, EVERYBODY))
    assert progress.running == {"fence"}
    progress = after(progress, plan(FORK, progress, Happened("fence", Result.DONE), {}, EVERYBODY))
    assert progress.running == {"mend"}


def test_a_step_that_nobody_takes_is_said_not_skipped() -> None:
    found = plan(WAY, Progress(), None, VERIFIES, {})
    assert (found.unassigned, found.open) == (("verify",), ())


def test_co_handlers_get_a_task_of_their_own() -> None:
    found = plan(WAY, Progress(), None, STRAIGHT, {"file": Assignment(1, DAY, co_units=(2, 3))})
    assert [(t.unit, t.role) for t in found.open] == [(1, Role.LEAD), (2, Role.CO_HANDLER), (3, Role.CO_HANDLER)]


def test_an_unknown_step_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError, match="no step paint"):
        WAY.step("paint")


moves = st.lists(st.tuples(st.integers(0, 10), st.sampled_from([Result.DONE, Result.RETURNED])), max_size=40)


@given(st.sampled_from([WAY, FORK]), moves)
def test_whatever_happens_nothing_is_lost_doubled_or_early(way: Way, happening: list[tuple[int, Result]]) -> None:
    progress = after(Progress(), plan(way, Progress(), None, VERIFIES, EVERYBODY))
    for pick, result in happening:
        if not progress.running:
            break
        step = sorted(progress.running)[pick % len(progress.running)]
        if result is Result.RETURNED and not way.step(step).returns_to:
            continue
        found = plan(way, progress, Happened(step, result), VERIFIES, EVERYBODY)
        assert not set(opened(found)) & (progress.running - found.close), "opened twice"
        assert all(found.done.issuperset(task.step.after) for task in found.open), "opened early"
        assert plan(way, after(progress, found), None, VERIFIES, EVERYBODY).open == (), "planning again opens more"
        progress = after(progress, found)
        assert progress.running or progress.done.issuperset(s.name for s in way.steps), "lost"
