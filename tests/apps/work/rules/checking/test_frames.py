"""The frame: what the life of a case asks of its scenarios, each departure from it named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lilong.apps.cases.rules import FRAME
from lilong.apps.work.rules.checking import check, is_clean, not_asked
from lilong.apps.work.terms import Frame, Responsible, Scenario, Step, StepResult, Unknown
from tests.apps.work.strategies import URGENT, bare, of_steps


def of_frame(frame: Frame = FRAME) -> Scenario:
    """One step for each act, as the frame has them, for every category."""
    steps = tuple(
        replace(
            bare(act.name, *([act.after] if act.after else [])),
            act=act.name,
            who=Responsible(stage=act.stage),
            when=act.when,
            if_unknown=Unknown.DO if act.when else None,
            results=act.results,
        )
        for act in frame.acts
    )
    return replace(of_steps(*steps), kind=frame.kind, categories=("*",))


CASE = of_frame()


def changed(name: str, change: Callable[[Step], Step]) -> Scenario:
    """The case with one step changed."""
    return replace(CASE, steps=tuple(change(step) if step.name == name else step for step in CASE.steps))


def kinds(scenario: Scenario) -> set[str]:
    """What stands in the way."""
    return {finding.kind for finding in check(scenario, FRAME, not_asked) if not is_clean([finding])}


def with_own(name: str, result: StepResult) -> Scenario:
    """The frame's scenario with one more result of a step."""
    return changed(name, lambda step: replace(step, results=(*step.results, result)))


def between_with(result: StepResult) -> Scenario:
    """A free step between dispatch and handling that may end as ``result``."""
    between = changed("handle", lambda step: replace(step, after=("dispatch", "fence")))
    return replace(between, steps=(replace(bare("fence", "dispatch"), results=(result,)), *between.steps))


def test_a_free_step_may_go_back_to_one_after_the_last_act() -> None:
    back = StepResult("again", URGENT.label, back_to="fence", at_most=2, wrong=True)
    found = between_with(back)
    mend = replace(bare("mend", "fence"), results=(back,))
    steps = tuple(replace(s, results=()) if s.name == "fence" else s for s in found.steps)
    later = tuple(replace(s, after=("dispatch", "mend")) if s.name == "handle" else s for s in steps)
    assert kinds(replace(found, steps=(*later, mend))) == set()


def test_the_frame_itself_is_clean_and_lets_steps_in_between() -> None:
    assert kinds(CASE) == set()
    between = changed("handle", lambda step: replace(step, after=("dispatch", "fence")))
    assert kinds(replace(between, steps=(bare("fence", "dispatch"), *between.steps))) == set()


def test_its_facts_are_known() -> None:
    assert kinds(changed("verify", lambda step: replace(step, if_unknown=None))) == set()


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        (changed("verify", lambda step: replace(step, act="")), "acts"),
        (replace(CASE, steps=(replace(bare("x"), act="file"), *CASE.steps)), "acts"),
        (changed("verify", lambda step: replace(step, act="paint")), "acts"),
        (changed("handle", lambda step: replace(step, after=("file",))), "act_order"),
        (changed("handle", lambda step: replace(step, when="urgent", if_unknown=Unknown.DO)), "act_conditional"),
        (changed("handle", lambda step: replace(step, repeat="homes", if_unknown=Unknown.DO)), "act_conditional"),
        (changed("handle", lambda step: replace(step, results=step.results[:1])), "act_results"),
        (
            changed(
                "handle",
                lambda step: replace(step, results=(replace(step.results[0], back_to="file"), *step.results[1:])),
            ),
            "act_results",
        ),
        (replace(CASE, steps=(*CASE.steps, bare("thank", "check"))), "act_not_last"),
        (with_own("handle", StepResult("hopeless", URGENT.label, ends=True)), "act_ends"),
        (with_own("handle", StepResult("again", URGENT.label, back_to="dispatch", at_most=1)), "act_crossed"),
        (between_with(StepResult("again", URGENT.label, back_to="dispatch", at_most=1)), "act_crossed"),
        (between_with(StepResult("again", URGENT.label, back_to="verify", at_most=1)), "act_crossed"),
        (changed("dispatch", lambda step: replace(step, fields=("urgent",))), "act_asks"),
        (replace(CASE, categories=()), "categories"),
        (replace(CASE, kind="work.undertaking"), "kind"),
        (replace(CASE, facts=(*CASE.facts, replace(URGENT, name="verifies"))), "fact_of_subject"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_departure_is_named(scenario: Scenario, kind: str) -> None:
    assert kind in kinds(scenario)


def test_a_way_back_that_the_life_knows_may_be_bounded_more_narrowly() -> None:
    def narrower(step: Step) -> Step:
        results = tuple(replace(result, at_most=1) for result in step.results)
        return replace(step, results=results)

    assert kinds(changed("handle", narrower)) == set()
