"""Joins: whatever the check lets pass is never starved, and what it shows to starve is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import event, given, settings

from lilong.apps.work.rules.checking import check, not_asked
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms import SKIPPED, FactValue, Finding, Join, LimitRule, Responsible, Scenario, Step, Unknown
from tests.apps.work.strategies import FREE, HOPELESS, Life, bare, facts_said, of_steps, picks, replayed, wild_scenarios

A, B, C = bare("a"), bare("b"), bare("c")
TWO = replace(bare("join", "a", "b", "c"), join=Join(2))


def found_in(*steps: Step) -> list[Finding]:
    """What is found about joins, and nothing else is."""
    return list(check(of_steps(*steps), FREE, not_asked))


def kinds(*steps: Step) -> list[str]:
    """The kinds of finding."""
    return [finding.kind for finding in found_in(*steps)]


@settings(max_examples=200, deadline=None)
@given(wild_scenarios(), facts_said, picks)
def test_a_join_that_passes_is_never_starved(
    scenario: Scenario, facts: dict[str, FactValue], chosen: list[tuple[int, int]]
) -> None:
    told = {finding.step for finding in check(scenario, FREE, not_asked) if finding.kind.startswith("join_")}
    event("told" if told else "passed")
    matter = Life(Ready(scenario), facts)
    matter.begin()
    for _, _, now in matter.live(chosen):
        for step in (task.step for task in now.open if task.step.join.needed and task.step.name not in told):
            done = [name for name in step.after if now.progress.done.get(name, SKIPPED) != SKIPPED]
            done += [name for name in step.after if any(key.startswith(f"{name}[") for key in now.progress.done)]
            assert len(set(done)) >= step.join.needed


@pytest.mark.parametrize("steps", [(A, B, C, TWO), (A, B, replace(C, when="urgent"), TWO)])
def test_enough_that_are_always_done_is_enough(steps: tuple[Step, ...]) -> None:
    assert kinds(*steps) == []


def test_conditions_of_which_one_always_holds_are_enough() -> None:
    either = (replace(A, when="urgent"), replace(B, when="!urgent"), C, TWO)
    assert kinds(*either) == []
    (finding,) = found_in(replace(A, when="urgent"), replace(B, when='urgent && sort == "a"'), C, TWO)
    assert finding.kind == "join_starves"
    assert finding.example is not None
    assert not finding.example.facts["urgent"] or finding.example.facts["sort"] != "a"
    assert "urgent" in finding.path[0].en


def test_an_unknown_fact_counts_by_its_stated_path() -> None:
    asks = replace(A, when="floor > 3 || floor <= 3")
    two = replace(bare("join", "a", "b"), join=Join(2))
    assert kinds(replace(asks, if_unknown=Unknown.DO), B, two) == ["always_holds"]
    assert "join_starves" in kinds(replace(asks, if_unknown=Unknown.SKIP), B, two)


def test_what_another_join_takes_back_is_not_counted_on() -> None:
    first = replace(bare("first", "a", "b"), join=Join(1, withdraws=True))
    second = replace(bare("second", "b", "c"), join=Join(2))
    (finding,) = found_in(A, B, C, first, second, bare("end", "first", "second"))
    assert (finding.kind, finding.step) == ("join_starves", "second")
    assert finding.example is not None
    life = replayed(of_steps(A, B, C, first, second, bare("end", "first", "second")), FREE, finding.example)
    assert life.now.progress.done["b"] == SKIPPED
    assert "second" in life.now.progress.running


def test_what_always_ends_the_matter_lets_nothing_after_it_open() -> None:
    over = replace(A, results=(replace(HOPELESS, name="done"),))
    found = found_in(over, bare("b", "a"), bare("end", "b"))
    assert [(finding.kind, finding.step) for finding in found] == [("unreachable", "b"), ("unreachable", "end")]
    assert found[0].path[-1].en == "The whole matter is over."


def test_a_wait_for_a_limit_that_only_the_catalogue_knows_is_looked_at() -> None:
    member = replace(A, limit=LimitRule(), who=Responsible(stage="handle"))
    assert "wait_unlimited" in kinds(member, B, bare("join", "a", "b"))
