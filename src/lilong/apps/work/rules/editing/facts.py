"""Edits of facts: what has to be known, and who is asked for it when the matter begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lilong.apps.work.rules.editing.refusing import asks_for, free_name, refusal, refuse
from lilong.apps.work.terms.scenarios import Asked, Fact, FactKind, Scenario
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

FACTS_MAX, TEXT_MAX, ENTRIES_MAX = 60, 2000, 50
_CHOICES_LEAST, _CHOICES_MOST = 2, 20


def put_fact(scenario: Scenario, fact: Fact, asked: frozenset[Asked]) -> Scenario:
    """``scenario`` with the fact added or changed, and asked of ``asked`` at the start. A new one gets a name."""
    old = scenario.fact(fact.name)
    named = fact if fact.name else replace(fact, name=free_name(fact.label, _names(scenario), "fact"))
    refuse((*_of_fact(named), *_of_change(scenario, old, named), *_of_number(scenario, old)))
    facts = tuple(named if known.name == named.name else known for known in scenario.facts)
    start = {name: whom for name, whom in scenario.start.items() if name != named.name}
    if asked:
        start[named.name] = asked
    return replace(scenario, facts=facts if old else (*scenario.facts, named), start=start)


def remove_fact(scenario: Scenario, name: str) -> Scenario:
    """``scenario`` without the fact; refused while anything uses it, naming what."""
    refuse(
        refusal(
            "fact",
            Label("“{where}”还用到它。", "“{where}” still uses it.").filled(where=where),
            Label("先改那里。", "Change that first."),
        )
        for where in uses_of(scenario, name)
    )
    facts = tuple(fact for fact in scenario.facts if fact.name != name)
    return replace(scenario, facts=facts, start={key: whom for key, whom in scenario.start.items() if key != name})


def uses_of(scenario: Scenario, name: str) -> tuple[Label, ...]:
    """The titles of the steps and tables that use the fact."""
    steps = (
        step.title for step in scenario.steps if _is_used(name, step.when, (*step.fields, step.repeat, step.limit.fact))
    )
    tables = (
        table.title
        for table in scenario.tables
        if name in (*table.inputs, *table.outputs)
        or any(asks_for(cell, name) for row in table.rows for cell in (*row.when, *row.then))
    )
    return (*steps, *tables)


def _is_used(name: str, when: str, named: Iterable[str]) -> bool:
    return name in named or (bool(when) and asks_for(when, name))


def _names(scenario: Scenario) -> tuple[str, ...]:
    return (*(fact.name for fact in scenario.facts), *(step.name for step in scenario.steps))


def _of_fact(fact: Fact) -> Iterable[Refusal]:
    values = [choice.value for choice in fact.choices]
    if fact.kind is FactKind.CHOICE and not _CHOICES_LEAST <= len(values) <= _CHOICES_MOST:
        yield refusal(
            "choices",
            Label("选项要有 2 到 20 个。", "A choice has 2 to 20 values."),
            Label("一行写一个。", "Write one on each line."),
        )
    if len(set(values)) < len(values):
        yield refusal(
            "choices", Label("有两个选项一样。", "Two values are the same."), Label("请改一个。", "Change one.")
        )
    most = TEXT_MAX if fact.kind is FactKind.TEXT else ENTRIES_MAX if fact.kind.is_list else None
    if fact.most is not None and most is not None and not 1 <= fact.most <= most:
        yield refusal(
            "most",
            Label("最多只能到 {n}。", "At most {n}.").filled(n=most),
            Label("请改小。", "Give a smaller number."),
        )
    if fact.least is not None and fact.most is not None and fact.least > fact.most:
        yield refusal(
            "least",
            Label("最小的比最大的还大。", "The least is more than the most."),
            Label("请换过来。", "Swap them."),
        )


def _of_change(scenario: Scenario, old: Fact | None, fact: Fact) -> Iterable[Refusal]:
    if old is None or old.kind is fact.kind:
        return
    for where in uses_of(scenario, fact.name):
        yield refusal(
            "kind",
            Label("“{where}”按原来的类型在用它。", "“{where}” uses it as it was.").filled(where=where),
            Label("先改那里，或另加一项。", "Change that first, or add another one."),
        )


def _of_number(scenario: Scenario, old: Fact | None) -> Iterable[Refusal]:
    if old is None and len(scenario.facts) >= FACTS_MAX:
        yield refusal(
            "label",
            Label("一个场景最多问 {n} 项。", "A scenario asks at most {n} questions.").filled(n=FACTS_MAX),
            Label("请删掉用不到的。", "Remove those that nobody uses."),
        )
