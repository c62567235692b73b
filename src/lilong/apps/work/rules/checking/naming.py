"""Whether every name in a scenario means something: steps, facts, cells, the words of messages; and means it once."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable, Iterator

from lilong.apps.work.rules.checking.writing import must, named
from lilong.apps.work.rules.conditions import ConditionFault, condition
from lilong.apps.work.rules.deriving import ANYTHING
from lilong.apps.work.terms.findings import Finding
from lilong.apps.work.terms.scenarios import AMBIENT, DecisionTable, FactKind, Frame, Message, Scenario, Step
from lilong.kernel.words import Label

_DECLARE = Label(
    "先在 facts 里写明它，或改成已有的名字。", "Declare it under facts first, or use a name that is there."
)
_CHOOSE_STEP = Label("改成这份文件里有的步骤。", "Name a step of this file.")


def of_names(scenario: Scenario, frame: Frame) -> Iterator[Finding]:
    """Names that mean nothing, or that two things have."""
    yield from _doubles(scenario)
    steps = {step.name for step in scenario.steps}
    facts = {fact.name for fact in (*scenario.facts, *frame.facts)}
    for step in scenario.steps:
        yield from _of_step(step, steps, facts)
        yield from _of_expression(step.when, facts, step.title, step.name)
        for message in step.messages:
            yield from _of_words(step, message, facts)
    outputs = frozenset(name for table in scenario.tables for name in table.outputs)
    for table in scenario.tables:
        yield from _of_table(table, facts)
    yield from _of_asked(scenario, facts, outputs)


def _doubles(scenario: Scenario) -> Iterator[Finding]:
    for what, names in (
        (Label("步骤", "step"), [step.name for step in scenario.steps]),
        (Label("事实", "fact"), [fact.name for fact in scenario.facts]),
        (Label("决策表", "table"), [table.name for table in scenario.tables]),
        (Label("决策表的结果", "output of tables"), [name for table in scenario.tables for name in table.outputs]),
    ):
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            text = Label("有两个{what}叫 {names}。", "Two things have one name, {what}: {names}.")
            yield must(
                "name_twice",
                text.filled(what=what, names=named(twice)),
                Label("改掉一个的名字。", "Rename one of them."),
            )
    for step in scenario.steps:
        results = [name for name, count in Counter(r.name for r in step.results).items() if count > 1]
        if results:
            text = Label("“{title}”有两个结果叫 {names}。", "“{title}” has two results named {names}.")
            yield must(
                "name_twice",
                text.filled(title=step.title, names=named(results)),
                Label("改掉一个的名字。", "Rename one of them."),
                step.name,
            )


def _of_step(step: Step, steps: set[str], facts: set[str]) -> Iterator[Finding]:
    backs = [result.back_to for result in step.results if result.back_to]
    checked = [step.checked_by] if step.checked_by else []
    unknown = [name for name in (*step.after, *backs, *checked) if name not in steps]
    if unknown:
        text = Label("“{title}”提到的步骤 {names} 没有。", "“{title}” speaks of steps that are not there: {names}.")
        yield must("unknown_step", text.filled(title=step.title, names=named(unknown)), _CHOOSE_STEP, step.name)
    limit = [step.limit.fact] if step.limit.fact else []
    repeat = [step.repeat] if step.repeat else []
    lost = [name for name in (*step.fields, *limit, *repeat) if name not in facts]
    if lost:
        yield _unknown_facts(step.title, lost, step.name)


def _of_expression(source: str, facts: set[str], title: Label, step: str = "") -> Iterator[Finding]:
    if not source:
        return
    try:
        asked = condition(source)
    except ConditionFault as fault:
        text = Label("“{title}”的条件 {source} 读不懂：{detail}", "“{title}”: {source} cannot be read: {detail}")
        yield must(
            "syntax",
            text.filled(title=title, source=source, detail=fault.detail or fault.what),
            Label(
                "改好这个式子；只用文档里列出的写法。", "Mend the expression; use only what the documentation lists."
            ),
            step,
        )
        return
    lost = sorted(asked.names - facts - AMBIENT)
    if lost:
        yield _unknown_facts(title, lost, step)


def _unknown_facts(title: Label, names: Iterable[str], step: str) -> Finding:
    text = Label("“{title}”用到的 {names} 没有写明是什么。", "“{title}” uses what nobody declared: {names}.")
    return must("unknown_fact", text.filled(title=title, names=named(names)), _DECLARE, step)


def _of_table(table: DecisionTable, facts: set[str]) -> Iterator[Finding]:
    lost = [name for name in table.inputs if name not in facts | AMBIENT]
    lost += [name for name in table.outputs if name not in facts]
    if lost:
        yield _unknown_facts(table.title, lost, "")
    for number, row in enumerate(table.rows, 1):
        if len(row.when) != len(table.inputs) or len(row.then) != len(table.outputs):
            text = Label("“{title}”第 {n} 行的格数不对。", "Row {n} of “{title}” has the wrong number of cells.")
            yield must(
                "table_width",
                text.filled(title=table.title, n=number),
                Label("每个输入、每个输出各一格。", "One cell for each input and each output."),
            )
        for cell in (*row.when, *row.then):
            if cell.strip() != ANYTHING:
                yield from _of_expression(cell, facts, table.title)


def _of_asked(scenario: Scenario, facts: set[str], outputs: frozenset[str]) -> Iterator[Finding]:
    lost = [name for name in scenario.start if name not in facts]
    if lost:
        yield _unknown_facts(Label("开始时要问的", "what is asked at the start"), lost, "")
    asked = {*scenario.start, *(name for step in scenario.steps for name in step.fields)} & outputs
    if asked:
        text = Label("{names} 由决策表得出，却又要人填。", "{names}: derived by a table, and asked of people as well.")
        yield must(
            "asked_and_derived",
            text.filled(names=named(sorted(asked))),
            Label("从表单里去掉，或不由表得出。", "Take it off the form, or out of the table."),
        )
    kinds = {fact.name: fact for fact in scenario.facts}
    for step in scenario.steps:
        repeat, limit = kinds.get(step.repeat), kinds.get(step.limit.fact)
        if repeat and not repeat.kind.is_list:
            text = Label("“{title}”要逐个办，可“{fact}”不是清单。", "“{title}” is repeated over “{fact}”, no list.")
            remedy = Label("选一个“几行文字”或“几个区域”的事实。", "Choose a fact of several lines or several areas.")
            yield must("repeat_type", text.filled(title=step.title, fact=repeat.label), remedy, step.name)
        if limit and limit.kind is not FactKind.WHOLE:
            text = Label("“{title}”的时限按“{fact}”算，可它不是整数。", "“{title}” takes its limit from “{fact}”.")
            remedy = Label("选一个整数的事实。", "Choose a fact that is a whole number.")
            yield must("limit_type", text.filled(title=step.title, fact=limit.label), remedy, step.name)


def _of_words(step: Step, message: Message, facts: set[str]) -> Iterator[Finding]:
    for words in (message.words.zh, message.words.en):
        try:
            asked = [name for _, name, _, _ in string.Formatter().parse(words) if name is not None]
        except ValueError:
            asked = ["{"]
        lost = [name for name in asked if name not in facts]
        if lost:
            text = Label("“{title}”的消息里 {names} 没有写明是什么。", "A message of “{title}” uses {names}, unknown.")
            yield must("message_words", text.filled(title=step.title, names=named(lost)), _DECLARE, step.name)
            return
