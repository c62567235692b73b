"""Going on by another version: refused where it could lose or double anything, and safe wherever it is not refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from lilong.apps.work.rules.moving import refusals_of_move
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms import FactKind, FactValue, Join, Progress, Scenario, Step, Unknown, step_of
from tests.apps.work.strategies import (
    FLOOR,
    OK,
    POOR,
    Life,
    acts_max,
    back,
    bare,
    clean_scenarios,
    facts_said,
    of_steps,
    picks,
)

OLD = of_steps(
    bare("look"),
    replace(bare("knock", "look"), repeat="homes", if_unknown=Unknown.SKIP),
    replace(bare("mend", "look"), results=(OK, POOR, back("again", "look"))),
    bare("close", "knock", "mend"),
)
LOOK, KNOCK, MEND, CLOSE = OLD.steps
HALF = Progress(
    {"look": "done", "knock[甲]": "done"},
    {"mend.again": 2},
    {"knock": ("甲", "乙")},
    running=frozenset({"knock[乙]", "mend"}),
)
AT_MEND = Progress({"look": "done", "mend": "ok", "knock": "skipped"}, running=frozenset({"close"}))


def codes(new: Scenario, progress: Progress = HALF) -> list[str]:
    """Why the matter cannot go on by ``new``."""
    return [refusal.code.removeprefix("work.move_") for refusal in refusals_of_move(Ready(OLD), Ready(new), progress)]


def test_the_same_version_is_safe() -> None:
    assert codes(OLD) == codes(OLD, AT_MEND) == []


def test_a_change_of_what_comes_later_is_safe() -> None:
    assert codes(of_steps(LOOK, KNOCK, MEND, bare("paint", "mend"), bare("close", "paint", "knock"))) == []


@pytest.mark.parametrize(
    ("new", "progress", "code"),
    [
        (of_steps(LOOK, MEND, bare("close", "mend")), HALF, "step_gone"),
        (of_steps(LOOK, replace(KNOCK, repeat=""), MEND, CLOSE), HALF, "step_other"),
        (of_steps(LOOK, replace(KNOCK, act="handle"), MEND, CLOSE), HALF, "step_other"),
        (of_steps(LOOK, KNOCK, replace(MEND, results=(POOR,)), CLOSE), AT_MEND, "result_gone"),
        (of_steps(LOOK, KNOCK, replace(MEND, results=(back("ok", "look"),)), CLOSE), AT_MEND, "result_gone"),
        (of_steps(LOOK, bare("fence", "look"), KNOCK, replace(MEND, after=("fence",)), CLOSE), HALF, "waits"),
        (of_steps(bare("fence"), replace(LOOK, after=("fence",)), KNOCK, MEND, CLOSE), HALF, "waits"),
        (of_steps(LOOK, KNOCK, replace(MEND, results=(OK, back("again", "look", 1))), CLOSE), HALF, "loop"),
        (of_steps(LOOK, KNOCK, replace(MEND, results=(OK,)), CLOSE), HALF, "loop"),
        (of_steps(KNOCK, MEND, CLOSE, replace(LOOK, after=("close",))), Progress({"look": "done"}), "over"),
        (replace(OLD, kind="cases.case"), HALF, "kind"),
        (replace(OLD, facts=(replace(FLOOR, kind=FactKind.TEXT), *OLD.facts[:1], *OLD.facts[2:])), HALF, "fact"),
        (
            of_steps(LOOK, KNOCK, MEND, replace(bare("close", "look", "mend", "knock"), join=Join(1, withdraws=True))),
            HALF,
            "takes_back",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_provably_safe_is_refused(new: Scenario, progress: Progress, code: str) -> None:
    if code == "over":
        new = of_steps(*(replace(step, after=tuple(a for a in step.after if a != "look")) for step in new.steps))
    assert code in codes(new, progress)


# --- whatever is changed ---------------------------------------------------------------------------------------------


def _dropped(steps: tuple[Step, ...], place: int) -> tuple[Step, ...]:
    gone = steps[place].name
    return tuple(
        replace(
            step,
            after=tuple(name for name in step.after if name != gone),
            results=tuple(result for result in step.results if result.back_to != gone),
        )
        for step in steps
        if step.name != gone
    )


CHANGES: tuple[Callable[[tuple[Step, ...], int], tuple[Step, ...]], ...] = (
    lambda steps, place: (*steps[:place], replace(bare("extra"), after=steps[place].after), *steps[place:]),
    lambda steps, place: (
        *steps[:place],
        bare("extra"),
        replace(steps[place], after=(*steps[place].after, "extra")),
        *steps[place + 1 :],
    ),
    lambda steps, place: (*steps[:place], replace(steps[place], results=()), *steps[place + 1 :]),
    lambda steps, place: (*steps[:place], replace(steps[place], after=()), *steps[place + 1 :]),
    lambda steps, place: (*steps[:place], replace(steps[place], join=Join()), *steps[place + 1 :]),
    lambda steps, place: (*steps[:place], replace(steps[place], repeat=""), *steps[place + 1 :]),
    _dropped,
)


def _with_one_end(steps: tuple[Step, ...]) -> Scenario:
    awaited = {name for step in steps for name in step.after}
    loose = tuple(step.name for step in steps if step.name not in awaited)
    return of_steps(*steps, bare("new_end", *loose)) if len(loose) != 1 else of_steps(*steps)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Scenario, Scenario]:
    """A scenario and a changed version of it, both of which plan."""
    old = draw(clean_scenarios(least=3))
    steps = old.steps
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=2, unique=True)):
        if "extra" in {step.name for step in steps}:
            continue
        steps = change(steps, draw(st.integers(0, len(steps) - 1)))
    return old, _with_one_end(steps)


@settings(max_examples=150, deadline=None)
@given(pairs(), facts_said, picks, st.integers(0, 12))
def test_a_matter_that_is_moved_loses_and_doubles_nothing_and_ends(
    versions: tuple[Scenario, Scenario], facts: dict[str, FactValue], chosen: list[tuple[int, int]], moved_after: int
) -> None:
    old, new = versions
    matter = Life(Ready(old), facts)
    matter.begin()
    for _ in zip(range(moved_after), matter.live(chosen), strict=False):
        pass
    assume(not matter.now.ended)
    before = matter.now.progress
    ready = Ready(new)
    refused = refusals_of_move(matter.ready, ready, before)
    event("refused" if refused else "safe")
    if refused:
        return
    matter.ready = ready
    found = matter.begin()
    assert not found.close, "what ran was closed"
    assert not found.ended
    assert before.running <= found.progress.running, "orphaned"
    keys = {task.key for task in found.open}
    assert not keys & (before.running | before.done.keys()), "opened again"
    assert before.done.items() <= found.progress.done.items(), "undone"
    assert all(step_of(key) in ready.steps for key in found.progress.running)
    acts = matter.acts
    for _ in matter.live(chosen):
        assert matter.acts - acts <= acts_max(new)
    assert matter.now.ended
