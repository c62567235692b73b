"""Whether the steps hang together: no circle, one end, joins that have enough to wait for, loops with a bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lilong.apps.work.rules.checking.writing import listed, must
from lilong.apps.work.terms.findings import Finding
from lilong.apps.work.terms.scenarios import Scenario, Step, StepResult
from lilong.kernel.words import Label

_WAITS = Label("“{one}”要等“{other}”。", "“{one}” waits for “{other}”.")
_BOUND = Label("写明 at_most，1 到 20 次。", "Say at_most, 1 to 20 times.")


def ways(step: Step) -> tuple[StepResult, ...]:
    """Every way in which the step can really end: a result of its own named ``done`` takes the place of the plain."""
    return tuple(outcome for outcome in step.outcomes if step.result(outcome.name) is outcome)


def before(steps: Mapping[str, Step], step: Step) -> frozenset[str]:
    """The steps that ``step`` waits for, directly or not; itself among them when it stands in a circle."""
    found, left = set[str](), list(step.after)
    while left:
        name = left.pop()
        if name in steps and name not in found:
            found.add(name)
            left += steps[name].after
    return frozenset(found)


def of_order(scenario: Scenario) -> Iterator[Finding]:
    """A circle of steps that wait for one another."""
    steps = {step.name: step for step in scenario.steps}
    circle = _circle(steps)
    if circle:
        pairs = zip(circle, (*circle[1:], circle[0]), strict=True)
        path = tuple(_WAITS.filled(one=steps[one].title, other=steps[other].title) for one, other in pairs)
        text = Label("{titles} 互相等，谁也开始不了。", "{titles} wait for one another: none can begin.")
        yield must(
            "cycle",
            text.filled(titles=listed(steps[name].title for name in circle)),
            Label(
                "去掉其中一个“在…之后”；要重办就用退回的结果。", "Drop one “after”; to do it again use a result back."
            ),
            circle[0],
            path=path,
        )


def of_shape(scenario: Scenario) -> Iterator[Finding]:
    """Ends, joins, loops and second looks of a scenario whose steps are in order."""
    yield from _of_ends(scenario)
    steps = {step.name: step for step in scenario.steps}
    for step in scenario.steps:
        yield from _of_join(step)
        for result in step.results:
            yield from _of_result(steps, step, result)
        yield from _of_going_on(step)
        yield from _of_second_look(steps, step)


def _circle(steps: Mapping[str, Step]) -> tuple[str, ...]:
    over = set[str]()
    for begin in steps:
        path: list[str] = []
        left = [(begin, iter(steps[begin].after))]
        while left:
            name, onward = left[-1]
            if name not in path:
                path.append(name)
            following = next((other for other in onward if other in steps and other not in over), None)
            if following is None:
                left.pop()
                path.pop()
                over.add(name)
            elif following in path:
                return tuple(path[path.index(following) :])
            else:
                left.append((following, iter(steps[following].after)))
    return ()


def _of_ends(scenario: Scenario) -> Iterator[Finding]:
    awaited = {name for step in scenario.steps for name in step.after}
    ends = [step for step in scenario.steps if step.name not in awaited]
    if len(ends) != 1:
        text = Label("了结的步骤要正好一个，现在有 {n} 个：{titles}。", "There is one end, not {n}: {titles}.")
        yield must(
            "ends",
            text.filled(n=len(ends), titles=listed(step.title for step in ends)),
            Label("让其余的排在最后一步之前。", "Have the last step wait for the others."),
            ends[0].name if ends else "",
        )
    for step in ends[:1] if len(ends) == 1 else ():
        if step.when or step.repeat:
            yield must(
                "end_conditional",
                Label(
                    "最后一步“{title}”不能有条件，也不能逐个办。", "The end “{title}” has a condition or repeats."
                ).filled(title=step.title),
                Label(
                    "去掉它，或在后面加一步由人来了结。",
                    "Drop it, or add a step after it in which a person ends the matter.",
                ),
                step.name,
            )


def _of_join(step: Step) -> Iterator[Finding]:
    if len(set(step.after)) < len(step.after):
        yield must(
            "after_twice",
            Label("“{title}”把同一步等了两遍。", "“{title}” waits for one step twice.").filled(title=step.title),
            Label("去掉重复的。", "Drop the double."),
            step.name,
        )
    if step.join.needed < 0 or step.join.needed > len(step.after):
        text = Label("“{title}”要等够 {n} 个，可前面只有 {m} 个。", "“{title}” waits for {n} of only {m} steps.")
        yield must(
            "join_impossible",
            text.filled(title=step.title, n=step.join.needed, m=len(step.after)),
            Label("改小这个数，或多等几步。", "Lower the number, or wait for more steps."),
            step.name,
        )


def _of_result(steps: Mapping[str, Step], step: Step, result: StepResult) -> Iterator[Finding]:
    words = {"title": step.title, "result": result.label}
    if not result.back_to:
        return
    if result.ends:
        text = Label("“{title}”的“{result}”又退回又了结。", "“{result}” of “{title}” both goes back and ends.")
        yield must("back_and_end", text.filled(**words), Label("只留一个。", "Keep one."), step.name)
    if result.back_to != step.name and result.back_to not in before(steps, step):
        text = Label(
            "“{title}”的“{result}”要退回的不是前面的步骤。", "“{result}” of “{title}” goes back to no earlier step."
        )
        yield must(
            "back_not_earlier",
            text.filled(**words),
            Label("退回到它等过的步骤之一。", "Go back to one of the steps it waited for."),
            step.name,
        )
    if result.at_most < 1:
        text = Label("“{title}”的“{result}”没说最多退几次。", "“{result}” of “{title}” may go back without a bound.")
        yield must("loop_unbounded", text.filled(**words), _BOUND, step.name)


def _of_going_on(step: Step) -> Iterator[Finding]:
    found = ways(step)
    if not any(way.goes_on or way.ends for way in found):
        yield must(
            "only_back",
            Label("“{title}”怎么办都是退回，永远办不完。", "“{title}” can only go back and is never over.").filled(
                title=step.title
            ),
            Label("加一个往下走的结果。", "Add a result that goes on."),
            step.name,
        )


def _of_second_look(steps: Mapping[str, Step], step: Step) -> Iterator[Finding]:
    checker = steps.get(step.checked_by)
    if checker is None:
        return
    words = {"title": step.title, "other": checker.title}
    if step.name not in before(steps, checker):
        text = Label("“{title}”要由“{other}”来核查，可它不在后面。", "“{other}” checks “{title}” and is not after it.")
        yield must(
            "checker_not_later", text.filled(**words), Label("选后面的步骤。", "Choose a later step."), step.name
        )
    if checker.who == step.who:
        text = Label("“{title}”和核查它的“{other}”是同一家。", "“{title}” and “{other}”, its check, fall to the same.")
        yield must(
            "checker_same",
            text.filled(**words),
            Label("让另一家来核查。", "Have another office check it."),
            step.name,
        )
