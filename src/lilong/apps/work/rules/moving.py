"""Whether a running matter may go on by another version of its scenario: only where that is provably safe.

Safe means: whatever is done stays done, whatever runs goes on as the same kind of work, nothing opens that would have
come before either, and the matter ends as any other of the new version. In doubt it keeps the version it began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lilong.apps.work.rules.ready import Ready, is_settled
from lilong.apps.work.terms.plans import Progress, step_of
from lilong.apps.work.terms.scenarios import SKIPPED, Scenario, Step
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

_KEEP = Label(
    "让这件事按原来的版本办完；新的从下一件开始。", "Let this matter end by its own version; the next one begins anew."
)


def refusals_of_move(old: Ready, new: Ready, progress: Progress) -> tuple[Refusal, ...]:
    """Everything for which a matter that stands at ``progress`` in ``old`` cannot go on by ``new``; empty when it is
    provably safe."""
    if old.scenario.kind != new.scenario.kind:
        return (_refusal("kind", Label("两个版本管的不是同一类事。", "The two are about different kinds of matter.")),)
    found: list[Refusal] = []
    for name in _touched(old, progress):
        found += _of_step(old, new, progress, name)
    found += _of_loops(new, progress)
    found += _of_facts(old.scenario, new.scenario)
    if not found:
        found += _of_what_follows(new, progress)
    return tuple(found)


def _touched(old: Ready, progress: Progress) -> list[str]:
    """The steps that are begun, due or over, in the order of the old version."""
    keys = {*progress.done, *progress.running, *progress.unassigned, *progress.entries}
    names = {step_of(key) for key in keys}
    return [step.name for step in old.order if step.name in names] + sorted(names - old.steps.keys())


def _of_step(old: Ready, new: Ready, progress: Progress, name: str) -> Iterator[Refusal]:
    before, step = old.steps.get(name), new.steps.get(name)
    title = before.title if before else Label(name, name)
    if before is None or step is None:
        yield _refusal(
            "step_gone",
            Label(
                "新版没有“{title}”。",
                "The new version has no “{title}”.",
            ).filled(title=title),
        )
        return
    if (before.act, before.repeat) != (step.act, step.repeat):
        text = Label("“{title}”在新版里是另一种事。", "“{title}” is another kind of work in the new version.")
        yield _refusal("step_other", text.filled(title=title))
    lost = [result for result in _results(progress, name) if not _goes_on(step, result)]
    if lost:
        text = Label("“{title}”的结果 {names} 新版没有。", "The new version has no result {names} of “{title}”.")
        yield _refusal("result_gone", text.filled(title=title, names=", ".join(lost)))
    if step.name in new.ends and is_settled(progress, before):
        text = Label("“{title}”已经办过，在新版里它就是了结。", "“{title}” is over, and is the end in the new version.")
        yield _refusal("over", text.filled(title=title))
    if progress.done.get(name) != SKIPPED:
        yield from _of_waiting(new, progress, step)


def _of_waiting(new: Ready, progress: Progress, step: Step) -> Iterator[Refusal]:
    """What is begun or done has all that it waits for in the new version behind it."""
    awaited = new.awaited(step, progress)
    if awaited:
        titles = Label("、".join(other.title.zh for other in awaited), ", ".join(other.title.en for other in awaited))
        text = Label(
            "“{title}”在新版里要等 {titles}，那还没有办。",
            "In the new version “{title}” waits for {titles}, not done yet.",
        )
        yield _refusal("waits", text.filled(title=step.title, titles=titles))


def _of_loops(new: Ready, progress: Progress) -> Iterator[Refusal]:
    for loop, taken in sorted(progress.rounds.items()):
        name, _, result_name = loop.rpartition(".")
        step = new.steps.get(name)
        result = step.result(result_name) if step else None
        bound = result.at_most if result and result.back_to else 0
        if taken > bound:
            text = Label(
                "已经退过 {n} 次（{loop}），新版最多 {most} 次。",
                "It went back {n} times ({loop}); the new bound is {most}.",
            )
            yield _refusal("loop", text.filled(n=taken, loop=loop, most=bound))


def _of_facts(old: Scenario, new: Scenario) -> Iterator[Refusal]:
    for fact in old.facts:
        same = new.fact(fact.name)
        if same and same.kind is not fact.kind:
            text = Label("“{fact}”在新版里是另一种类型。", "“{fact}” is of another type in the new version.")
            yield _refusal("fact", text.filled(fact=fact.label))


def _of_what_follows(new: Ready, progress: Progress) -> Iterator[Refusal]:
    """A join of the new version that takes back the others must not find enough done while they still run."""
    running = {step_of(key) for key in (*progress.running, *progress.unassigned)}
    for step in new.order:
        if step.join.withdraws and not new.awaited(step, progress) and _runs_before(step, running):
            text = Label(
                "新版的“{title}”已经够数，会撤回正在办的。", "“{title}” of the new version would take back what runs."
            )
            yield _refusal("takes_back", text.filled(title=step.title))


def _runs_before(step: Step, running: Iterable[str]) -> bool:
    return bool(set(step.after).intersection(running))


def _results(progress: Progress, name: str) -> tuple[str, ...]:
    found = (result for key, result in progress.done.items() if step_of(key) == name and result != SKIPPED)
    return tuple(dict.fromkeys(found))


def _goes_on(step: Step, result: str) -> bool:
    found = step.result(result)
    return found is not None and found.goes_on


def _refusal(code: str, text: Label) -> Refusal:
    return Refusal(f"work.move_{code}", text, _KEEP, "to")
