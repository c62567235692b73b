"""Edits of steps: put one in, change one, take one out and mend what waited for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from lilong.apps.work.rules.editing.refusing import condition_refusals, free_name, refusal, refuse
from lilong.apps.work.terms.scenarios import Fact, FactKind, Scenario, Step, StepResult
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

STEPS_MAX, ROUNDS_MAX = 60, 20
_CHOOSE = Label("请从所列的里面选。", "Choose one of those listed.")


class Place(StrEnum):
    """Where a new step goes: in line, so that what waited now waits for it; or beside, so that both run at once."""

    IN_LINE = "in_line"
    BESIDE = "beside"

    @property
    def label(self) -> Label:
        """The place in words."""
        return _PLACES[self]


_PLACES = {
    Place.IN_LINE: Label("接在它后面，后面的步骤等新的一步", "next in line; what follows waits for it"),
    Place.BESIDE: Label("和后面的步骤同时办", "beside what follows, at the same time"),
}


def add_step(
    scenario: Scenario, after: str, step: Step, place: Place = Place.IN_LINE, known: tuple[Fact, ...] = ()
) -> Scenario:
    """``scenario`` with ``step`` after the step ``after``. The step gets a name of its own when it has none.

    ``known`` are the facts that its kind of subject brings.
    """
    refuse(_placing(scenario, after))
    name = step.name or free_name(step.title, (other.name for other in scenario.steps), "step")
    added = replace(step, name=name, after=(after,))
    found = []
    for other in scenario.steps:
        in_line = after in other.after and place is Place.IN_LINE
        found.append(replace(other, after=_swapped(other.after, after, (name,))) if in_line else other)
        if other.name == after:
            found.append(added)
    if place is Place.BESIDE:
        found = [_waiting_too(scenario, other, name) for other in found]
    return _checked(scenario, replace(scenario, steps=tuple(found)), added, known)


def put_step(scenario: Scenario, step: Step, known: tuple[Fact, ...] = ()) -> Scenario:
    """``scenario`` with the step of that name changed; ``known`` are the facts that its kind of subject brings."""
    steps = tuple(step if other.name == step.name else other for other in scenario.steps)
    return _checked(scenario, replace(scenario, steps=steps), step, known)


def remove_step(scenario: Scenario, name: str) -> Scenario:
    """``scenario`` without the step. What waited for it waits for what it waited for; refused while another names it
    in a condition or goes back to it, and when the life of the subject needs it."""
    gone = scenario.step(name)
    refuse(_removing(scenario, gone))
    found = []
    before = tuple(other for other in gone.after if other != name)
    for step in scenario.steps:
        if step.name != name:
            after = _swapped(step.after, name, before)
            join = replace(step.join, needed=min(step.join.needed, len(after)))
            checked_by = "" if step.checked_by == name else step.checked_by
            found.append(replace(step, after=after, join=join, checked_by=checked_by))
    return replace(scenario, steps=tuple(found))


def _placing(scenario: Scenario, after: str) -> Iterable[Refusal]:
    known = {step.name: step for step in scenario.steps}
    if len(scenario.steps) >= STEPS_MAX:
        yield refusal(
            "after",
            Label("一个场景最多 {n} 步。", "A scenario has at most {n} steps.").filled(n=STEPS_MAX),
            Label("请分成两个场景。", "Make two scenarios of it."),
        )
    if after not in known:
        yield refusal("after", Label("没有这一步。", "There is no such step."), _CHOOSE)
    elif known[after].act and not any(after in step.after for step in scenario.steps):
        yield refusal(
            "after",
            Label("“{step}”是最后一步，它后面不能再加。", "“{step}” is the last step; nothing follows it.").filled(
                step=known[after].title
            ),
            Label("请加在它前面的一步之后。", "Add it after a step before."),
        )


def _removing(scenario: Scenario, gone: Step) -> Iterable[Refusal]:
    if gone.act:
        yield refusal(
            "step",
            Label("“{step}”是这类事必有的一步。", "Every matter of this kind has the step “{step}”.").filled(
                step=gone.title
            ),
            Label("可以改它的时限和说法，不能删。", "Change its limit and words; it cannot be removed."),
        )
    if len(scenario.steps) == 1:
        yield refusal(
            "step", Label("只剩这一步了。", "It is the only step left."), Label("先加别的步骤。", "Add others first.")
        )
    for step in scenario.steps:
        back = any(result.back_to == gone.name for result in step.results)
        if step.name != gone.name and (back or re.search(rf"\bresults\.{gone.name}\b", step.when)):
            yield refusal(
                "step",
                Label("“{step}”还用到它。", "“{step}” still refers to it.").filled(step=step.title),
                Label("先改“{step}”。", "Change “{step}” first.").filled(step=step.title),
            )


def _checked(before: Scenario, after: Scenario, step: Step, known: tuple[Fact, ...]) -> Scenario:
    seen = replace(after, facts=(*after.facts, *known))
    refuse(
        (
            *_of_order(after, step),
            *_of_condition(seen, step),
            *_of_facts(after, step),
            *_of_results(after, step),
            *_of_act(before, step),
        )
    )
    return after


def _of_order(scenario: Scenario, step: Step) -> Iterable[Refusal]:
    known = {other.name: other for other in scenario.steps}
    if any(name not in known for name in step.after):
        yield refusal("after", Label("有一步不在场景里。", "One of the steps is not there."), _CHOOSE)
    elif step.name in _before(scenario, step):
        yield refusal(
            "after",
            Label("这样排，步骤会互相等，谁也开不了头。", "Steps would wait for one another, and none could begin."),
            Label("去掉其中一个“在哪步之后”。", "Take one of the steps it waits for away."),
        )
    if step.join.needed > len(step.after):
        yield refusal(
            "join",
            Label("要等的步骤没有这么多。", "It does not wait for so many steps."),
            Label("最多填 {n}。", "At most {n}.").filled(n=len(step.after)),
        )
    if step.checked_by and step.name not in _before(scenario, known.get(step.checked_by, step)):
        yield refusal(
            "checked_by",
            Label("检查的那一步要排在它后面。", "The step that checks it must come after it."),
            _CHOOSE,
        )


def _of_condition(scenario: Scenario, step: Step) -> Iterable[Refusal]:
    if step.when:
        yield from condition_refusals(step.when, scenario, "when")
    repeated = scenario.fact(step.repeat)
    surely_known = repeated is None or (repeated.required and step.repeat in scenario.start)
    if step.if_unknown is None and (step.when or not surely_known):
        yield refusal(
            "if_unknown",
            Label("还不知道的时候怎么办，要说清楚。", "Say what happens while it is not known."),
            Label("请选“照办”或“先不办”。", "Choose “do it” or “leave it out”."),
        )


def _of_facts(scenario: Scenario, step: Step) -> Iterable[Refusal]:
    missing = [name for name in step.fields if scenario.fact(name) is None]
    if missing:
        yield refusal("fields", Label("有一项不在场景里。", "One of the questions is not there."), _CHOOSE)
    repeated = scenario.fact(step.repeat)
    if step.repeat and (repeated is None or not repeated.kind.is_list):
        yield refusal(
            "repeat",
            Label("逐个办要有一张单子。", "One by one needs a list."),
            Label("请选“几行文字”或“几个区域”的一项。", "Choose a fact of several lines or several areas."),
        )
    counted = scenario.fact(step.limit.fact)
    if step.limit.fact and (counted is None or counted.kind is not FactKind.WHOLE):
        yield refusal("limit_fact", Label("时限要按一个整数来定。", "The limit follows a whole number."), _CHOOSE)


def _of_results(scenario: Scenario, step: Step) -> Iterable[Refusal]:
    allowed = _before(scenario, step) | {step.name}
    names = [result.name for result in step.results]
    if len(set(names)) < len(names):
        yield refusal(
            "results",
            Label("有两个结果同名。", "Two results have one name."),
            Label("请改一个。", "Change one of them."),
        )
    for result in step.results:
        if result.back_to:
            yield from _of_way_back(result, allowed)


def _of_way_back(result: StepResult, allowed: set[str]) -> Iterable[Refusal]:
    if result.back_to not in allowed:
        yield refusal(
            "results",
            Label("“{result}”只能退回到前面的步骤。", "“{result}” can only go back to an earlier step.").filled(
                result=result.label
            ),
            _CHOOSE,
        )
    if not 1 <= result.at_most <= ROUNDS_MAX:
        yield refusal(
            "results",
            Label("“{result}”最多退几次没有说清。", "How often “{result}” may go back is not said.").filled(
                result=result.label
            ),
            Label("请填 1 到 {n}。", "Give a number from 1 to {n}.").filled(n=ROUNDS_MAX),
        )


def _of_act(before: Scenario, step: Step) -> Iterable[Refusal]:
    old = next((other for other in before.steps if other.name == step.name), None)
    if old is not None and old.act != step.act:
        yield refusal("act", Label("这一步的环节不能改。", "The stage of this step is fixed."), _CHOOSE)


def _before(scenario: Scenario, step: Step) -> set[str]:
    known = {other.name: other for other in scenario.steps}
    left, found = list(step.after), set[str]()
    while left:
        name = left.pop()
        if name not in found and name in known:
            found.add(name)
            left += known[name].after
    return found


def _swapped(after: tuple[str, ...], old: str, new: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for name in after:
        found += new if name == old else (name,)
    return tuple(dict.fromkeys(found))


def _waiting_too(before: Scenario, step: Step, name: str) -> Step:
    """The last step of a scenario waits for what was put beside the others, so that there is one end."""
    is_end = step.after and step.name != name and not any(step.name in other.after for other in before.steps)
    return replace(step, after=(*step.after, name)) if is_end else step
