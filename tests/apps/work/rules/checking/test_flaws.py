"""Every planted flaw is refused, with a counter-example that the planner itself confirms; what is sound is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lilong.apps.work.rules.checking import check, is_clean, not_asked
from lilong.apps.work.rules.ready import is_settled
from lilong.apps.work.terms import SKIPPED, Finding, Scenario, Severity, Unknown
from tests.apps.work.strategies import (
    FLAWS,
    FREE,
    Life,
    Planted,
    back,
    bare,
    clean_scenarios,
    of_steps,
    planted,
    replayed,
)

# Making a scenario takes longer than checking it.
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def musts(scenario: Scenario) -> list[Finding]:
    """What stands in the way."""
    return [finding for finding in check(scenario, FREE, not_asked) if finding.severity is Severity.MUST]


@settings(max_examples=150, deadline=None)
@given(clean_scenarios())
def test_what_is_sound_is_clean(scenario: Scenario) -> None:
    found = check(scenario, FREE, not_asked)
    assert [(finding.kind, finding.text.en) for finding in found if finding.severity is Severity.MUST] == []
    assert is_clean(found)


@pytest.mark.parametrize(("kind", "number"), FLAWS)
def test_a_planted_flaw_is_refused_by_name(kind: str, number: int) -> None:
    @few
    @given(planted(kind, number))
    def refused(found: Planted) -> None:
        scenario = found.scenario
        assert kind in {finding.kind for finding in musts(scenario)}

    refused()


def test_what_is_said_before_a_loop_is_known_after_it() -> None:
    """A step may ask for what only a later one hands in, where a way leads back to it."""
    asks = replace(bare("again", "a"), when="found", if_unknown=Unknown.SKIP)
    looks = replace(bare("b", "again"), fields=("found",))
    loop = replace(looks, results=(back("redo", "again"),))
    assert {finding.kind for finding in musts(of_steps(bare("a"), asks, looks))} == {"unreachable"}
    assert musts(of_steps(bare("a"), asks, loop)) == []


def never_opens(life: Life, finding: Finding) -> bool:
    """The step is left out, or the matter is over without it."""
    return life.now.progress.done.get(finding.step) == SKIPPED or (
        life.now.ended and finding.step not in life.now.progress.done
    )


def starves(life: Life, finding: Finding) -> bool:
    """All that the join waits for is over, and fewer are done than it wants."""
    step = life.ready.steps[finding.step]
    members = [life.ready.steps[name] for name in step.after]
    progress = life.now.progress
    done = [member for member in members if progress.done.get(member.name) != SKIPPED]
    return all(is_settled(progress, member) for member in members) and len(done) < step.join.needed


SHOWN: dict[str, Callable[[Life, Finding], bool]] = {"unreachable": never_opens, "join_starves": starves}


@pytest.mark.parametrize(("kind", "number"), [flaw for flaw in FLAWS if flaw[0] in SHOWN])
def test_a_counter_example_is_real(kind: str, number: int) -> None:
    @few
    @given(planted(kind, number))
    def confirmed(found: Planted) -> None:
        scenario = found.scenario
        for finding in (each for each in musts(scenario) if each.kind == kind):
            assert finding.example is not None
            assert len(finding.path) > len(finding.example.taken), "the path says what is known and every step taken"
            assert SHOWN[kind](replayed(scenario, FREE, finding.example), finding)

    confirmed()


def test_every_finding_says_what_to_do_in_both_languages() -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(FLAWS).flatmap(lambda flaw: planted(*flaw)))
    def said(found: Planted) -> None:
        for finding in check(found.scenario, FREE, not_asked):
            for label in (finding.text, finding.remedy, *finding.path):
                assert label.zh != label.en

    said()
