"""Whether a scenario keeps to the life-cycle of its subject: every act once, in order, the last one at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lilong.apps.work.rules.checking.shape import before
from lilong.apps.work.rules.checking.writing import must, named
from lilong.apps.work.terms.findings import Finding
from lilong.apps.work.terms.scenarios import Act, Frame, Scenario, Step
from lilong.kernel.words import Label


def of_frame(scenario: Scenario, frame: Frame) -> Iterator[Finding]:
    """Where the scenario and its frame do not agree."""
    if scenario.kind != frame.kind:
        text = Label("这份文件管的是 {kind}，不是 {frame}。", "The file is about {kind}, not {frame}.")
        remedy = Label("改 kind。", "Mend kind.")
        yield must("kind", text.filled(kind=scenario.kind or "?", frame=frame.kind), remedy)
    if frame.acts:
        yield from _of_acts(scenario, frame)
    else:
        yield from _of_freedom(scenario, frame)
    clash = sorted({fact.name for fact in scenario.facts} & {fact.name for fact in frame.facts})
    if clash:
        text = Label(
            "{names} 是{kind}自己说的，不能另写。", "{names}: the {kind} itself says it; declare another name."
        )
        remedy = Label("从 facts 里去掉，照样可以用。", "Drop it from facts; it can be used all the same.")
        yield must("fact_of_subject", text.filled(names=named(clash), kind=frame.label), remedy)


def _of_freedom(scenario: Scenario, frame: Frame) -> Iterator[Finding]:
    for step in scenario.steps:
        if step.act:
            text = Label("“{title}”写了 act，{kind}没有这样的环节。", "“{title}” has an act; a {kind} has none.")
            remedy = Label("去掉 act。", "Drop act.")
            yield must("act_unknown", text.filled(title=step.title, kind=frame.label), remedy, step.name)
        if step.who.stage:
            text = Label(
                "“{title}”按清单派，可{kind}没有类别。", "“{title}” falls to a stage; a {kind} has no category."
            )
            remedy = Label("写明由哪一级的哪种单位办。", "Say which office at which level takes it.")
            yield must("stage_without_category", text.filled(title=step.title, kind=frame.label), remedy, step.name)
    if scenario.categories:
        text = Label("{kind}没有类别，不能写 categories。", "A {kind} has no category: drop categories.")
        yield must("categories", text.filled(kind=frame.label), Label("去掉 categories。", "Drop categories."))


def _of_acts(scenario: Scenario, frame: Frame) -> Iterator[Finding]:
    acts = {act.name: act for act in frame.acts}
    bound = Counter(step.act for step in scenario.steps if step.act)
    wrong = [name for name in acts if bound[name] != 1] + sorted(set(bound) - set(acts))
    if wrong:
        text = Label("每个环节要正好一步：{names} 不是这样。", "Each act needs exactly one step; not so: {names}.")
        remedy = Label("给 {names} 各留一步。", "One step for each of {names}.")
        yield must("acts", text.filled(names=named(wrong)), remedy.filled(names=named(acts)))
    else:
        yield from _of_order(scenario, acts)
    if not scenario.categories:
        yield must(
            "categories",
            Label("没有写管哪些类别。", "For which categories is not said."),
            Label("写明 categories，全部就写 *。", "Give categories; * for all."),
        )


def _of_order(scenario: Scenario, acts: Mapping[str, Act]) -> Iterator[Finding]:
    steps = {step.name: step for step in scenario.steps}
    of_act = {step.act: step for step in scenario.steps if step.act}
    for act in acts.values():
        step = of_act[act.name]
        earlier = of_act.get(act.after)
        if earlier and earlier.name not in before(steps, step):
            text = Label("“{title}”要排在“{other}”之后。", "“{title}” must come after “{other}”.")
            remedy = Label("在 after 里写上它。", "Name it under after.")
            yield must("act_order", text.filled(title=step.title, other=earlier.title), remedy, step.name)
        if step.repeat or (step.when and step.when != act.when):
            text = Label(
                "“{title}”是{act}环节，不能另带条件或逐个办。",
                "“{title}” is {act}: no condition of its own, no repeat.",
            )
            remedy = Label("去掉条件或 repeat，另加一步。", "Drop it, and add a step of its own.")
            yield must("act_conditional", text.filled(title=step.title, act=act.name), remedy, step.name)
        if step.fields and not act.asks:
            text = Label("“{title}”是{act}环节，不能在这里问事实。", "“{title}” is {act}, which asks no facts.")
            remedy = Label(
                "另加一步来问，或在前后的环节问。", "Ask in a step of its own, or at the act before or after."
            )
            yield must("act_asks", text.filled(title=step.title, act=act.name), remedy, step.name)
        yield from _of_results(step, act, of_act)
    yield from _of_end(scenario, acts, of_act)
    yield from _of_own_results(scenario, acts, of_act)


def _of_results(step: Step, act: Act, of_act: Mapping[str, Step]) -> Iterator[Finding]:
    lost = []
    for result in act.results:
        found = step.result(result.name)
        back_to = of_act[result.back_to].name if result.back_to else ""
        if found is None or found.back_to != back_to or found.ends != result.ends:
            lost.append(result.name)
    if lost:
        text = Label("“{title}”缺少或改动了结果 {names}。", "“{title}” lacks or changes the results {names}.")
        remedy = Label(
            "不写它们，系统会补上；要写就退回到原来的环节。", "Leave them out; or have them go back as they do."
        )
        yield must("act_results", text.filled(title=step.title, names=named(lost)), remedy, step.name)


def _of_end(scenario: Scenario, acts: Mapping[str, Act], of_act: Mapping[str, Step]) -> Iterator[Finding]:
    awaited = {name for step in scenario.steps for name in step.after}
    followed = {act.after for act in acts.values()}
    last = [of_act[name] for name in acts if name not in followed]
    if len(last) == 1 and last[0].name in awaited:
        text = Label("了结的要是“{title}”，后面不能再有步骤。", "“{title}” ends the matter: nothing comes after it.")
        remedy = Label("把后面的步骤移到它之前。", "Move what comes after it before it.")
        yield must("act_not_last", text.filled(title=last[0].title), remedy, last[0].name)


def _of_own_results(scenario: Scenario, acts: Mapping[str, Act], of_act: Mapping[str, Step]) -> Iterator[Finding]:
    """Results beside the frame's: the life-cycle alone ends the subject and takes it back to an act."""
    steps = {step.name: step for step in scenario.steps}
    bound = {step.name for step in of_act.values()}
    for step in scenario.steps:
        framed = {result.name for result in acts[step.act].results} if step.act else set[str]()
        earlier = before(steps, step)
        for result in step.results:
            if result.name in framed:
                continue
            words = {"title": step.title, "result": result.label}
            if result.ends:
                text = Label(
                    "“{title}”的“{result}”不能直接了结：要由人不予立案、并案或核查结案。",
                    "“{result}” of “{title}” cannot end it: a person declines, merges or closes it.",
                )
                remedy = Label("改成往下走，或退回前面的一步。", "Let it go on, or back to an earlier step.")
                yield must("act_ends", text.filled(**words), remedy, step.name)
            elif result.back_to in steps and (step.act or _crosses(steps, result.back_to, earlier & bound)):
                text = Label(
                    "“{title}”的“{result}”会退过一个环节，只有环节自己的退回才行。",
                    "“{result}” of “{title}” would go back across an act; only an act's own ways back do.",
                )
                remedy = Label("退到上一个环节之后的步骤。", "Go back to a step after the last act.")
                yield must("act_crossed", text.filled(**words), remedy, step.name)


def _crosses(steps: Mapping[str, Step], target: str, acts: frozenset[str]) -> bool:
    """Whether going back to ``target`` undoes one of ``acts``: itself, or one that waits for it."""
    return any(act == target or target in before(steps, steps[act]) for act in acts)
