"""Conditions, limits and joins in words, and simple conditions as parts that a form can show: fact, comparison, value.

Whatever :func:`parts_of` understands, :func:`source_of` writes back letter for letter; any other condition stays as its
author wrote it, so that no form ever changes what it cannot show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lilong.apps.work.terms.scenarios import (
    HOUR,
    POSTURE,
    RESULTS,
    WORKDAY,
    Choice,
    Fact,
    FactKind,
    LimitRule,
    Scenario,
    Step,
)
from lilong.kernel.words import Label


class Comparison(StrEnum):
    """How a part compares a fact with a value."""

    YES = "yes"
    NO = "no"
    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE = "more"
    LESS = "less"
    HOLDS = "holds"

    @property
    def label(self) -> Label:
        """The comparison in words."""
        return _COMPARISONS[self]

    @property
    def needs_value(self) -> bool:
        """Whether it compares with anything."""
        return self not in (Comparison.YES, Comparison.NO)


_COMPARISONS = {
    Comparison.YES: Label("是", "yes"),
    Comparison.NO: Label("否", "no"),
    Comparison.IS: Label("等于", "is"),
    Comparison.IS_NOT: Label("不等于", "is not"),
    Comparison.AT_LEAST: Label("不少于", "at least"),
    Comparison.AT_MOST: Label("不超过", "at most"),
    Comparison.MORE: Label("多于", "more than"),
    Comparison.LESS: Label("少于", "less than"),
    Comparison.HOLDS: Label("含有", "contains"),
}
_SIGNS = {
    Comparison.IS: "==",
    Comparison.IS_NOT: "!=",
    Comparison.AT_LEAST: ">=",
    Comparison.AT_MOST: "<=",
    Comparison.MORE: ">",
    Comparison.LESS: "<",
}
_BY_SIGN = {sign: comparison for comparison, sign in _SIGNS.items()}
_NUMBERS = frozenset({FactKind.WHOLE, FactKind.DECIMAL})
_POSTURES = (Choice("normal", Label("常态", "normal")), Choice("emergency", Label("应急", "emergency")))
_AMBIENT = {
    POSTURE: Fact(POSTURE, FactKind.CHOICE, Label("所在区域的状态", "posture of the area"), _POSTURES),
    HOUR: Fact(HOUR, FactKind.WHOLE, Label("现在几点", "hour of the day"), least=0, most=23),
    WORKDAY: Fact(WORKDAY, FactKind.YES_NO, Label("今天是工作日", "a working day")),
}
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_NAME = r"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"
_PLAIN = re.compile(rf"(!?){_NAME}")
_COMPARED = re.compile(rf"{_NAME} (==|!=|>=|<=|>|<) (?:{_TEXT}|(-?\d+(?:\.\d+)?))")
_COUNTED = re.compile(r"size\(([a-z][a-z0-9_]*)\) (==|>=|<=|>|<) (\d+)")
_HELD = re.compile(rf"{_TEXT} in ([a-z][a-z0-9_]*)")
_CONTAINED = re.compile(rf"([a-z][a-z0-9_]*)\.contains\({_TEXT}\)")
_AND, _OR = " && ", " || "
_ALWAYS = Label("总是", "always")


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison: ``name`` is a fact, an ambient name, or ``results.step``."""

    name: str
    comparison: Comparison
    value: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """Comparisons of which all, or any one, must hold."""

    parts: tuple[Part, ...]
    any_of_them: bool = False


def fact_named(scenario: Scenario, name: str) -> Fact | None:
    """What a condition may ask by ``name``: a fact, an ambient value, or the result of a step as a choice."""
    found = scenario.fact(name) or _AMBIENT.get(name)
    prefix, _, step_name = name.partition(".")
    if found or prefix != RESULTS:
        return found
    step = next((step for step in scenario.steps if step.name == step_name), None)
    if step is None:
        return None
    outcomes = tuple(Choice(outcome.name, outcome.label) for outcome in step.outcomes)
    return Fact(name, FactKind.CHOICE, Label("“{step}”的结果", "result of “{step}”").filled(step=step.title), outcomes)


def askable(scenario: Scenario, before: Step | None = None) -> tuple[Fact, ...]:
    """All that a condition may ask; of results only those of steps that can be over before ``before``."""
    earlier = _earlier(scenario, before) if before else set[str]()
    results = (fact_named(scenario, f"{RESULTS}.{step.name}") for step in scenario.steps if step.name in earlier)
    return (*scenario.facts, *_AMBIENT.values(), *(fact for fact in results if fact))


def comparisons_of(kind: FactKind) -> tuple[Comparison, ...]:
    """How a fact of that kind may be compared."""
    if kind is FactKind.YES_NO:
        return Comparison.YES, Comparison.NO
    if kind in _NUMBERS or kind.is_list or kind is FactKind.DATE:
        return (*((Comparison.HOLDS,) if kind.is_list else ()), *tuple(_SIGNS)[:1], *tuple(_SIGNS)[2:])
    return (Comparison.IS, Comparison.IS_NOT) if kind is FactKind.CHOICE else (Comparison.HOLDS, Comparison.IS)


def parts_of(source: str, scenario: Scenario) -> Parts | None:
    """``source`` as parts, or None when it is more than that."""
    for sign, any_of_them in ((_AND, False), (_OR, True)):
        found = [_part(text) for text in source.split(sign)]
        parts = Parts(tuple(part for part in found if part), any_of_them and len(found) > 1)
        if len(parts.parts) == len(found) and _is_written(parts, scenario, source):
            return parts
    return None


def source_of(parts: Parts, scenario: Scenario) -> str:
    """The condition that ``parts`` say. Raises ``ValueError`` for a fact not known or a value of another type."""
    return (_OR if parts.any_of_them else _AND).join(_written(part, scenario) for part in parts.parts)


def condition_words(source: str, scenario: Scenario) -> Label:
    """A condition as people say it; as it is written when it is more than comparisons."""
    if not source.strip():
        return _ALWAYS
    parts = parts_of(source, scenario)
    if parts is None:
        return Label(source, source)
    said = [_part_words(part, scenario) for part in parts.parts]
    joint = Label("，或者", ", or ") if parts.any_of_them else Label("，并且", ", and ")
    return Label(joint.zh.join(label.zh for label in said), joint.en.join(label.en for label in said))


def limit_words(rule: LimitRule, scenario: Scenario) -> Label:
    """The time of a step in words."""
    if rule.fixed is None:
        return Label("时限按目录", "limit as the catalogue says")
    fact = scenario.fact(rule.fact)
    if fact is None:
        return Label("限 {limit}", "limit {limit}").filled(limit=rule.fixed.label)
    return Label("时限按“{fact}”，至多 {limit}", "limit by “{fact}”, at most {limit}").filled(
        fact=fact.label, limit=rule.fixed.label
    )


def join_words(step: Step) -> Label:
    """How many of the steps waited for must be done."""
    if not step.join.needed:
        return Label("都了结", "all over")
    if step.join.needed == 1:
        return Label("任一办好", "any one done")
    return Label("{n} 个办好", "{n} done").filled(n=step.join.needed)


def _earlier(scenario: Scenario, step: Step) -> set[str]:
    steps = {other.name: other for other in scenario.steps}
    found, left = set[str](), list(step.after)
    while left:
        name = left.pop()
        if name in steps and name not in found:
            found.add(name)
            left += steps[name].after
    return found


def _part(text: str) -> Part | None:
    if found := _PLAIN.fullmatch(text):
        return Part(found[2], Comparison.NO if found[1] else Comparison.YES)
    if found := _COMPARED.fullmatch(text):
        return Part(found[1], _BY_SIGN[found[2]], _unquoted(found[3]) if found[3] is not None else found[4])
    if found := _COUNTED.fullmatch(text):
        return Part(found[1], _BY_SIGN[found[2]], found[3])
    if found := _HELD.fullmatch(text):
        return Part(found[2], Comparison.HOLDS, _unquoted(found[1]))
    if found := _CONTAINED.fullmatch(text):
        return Part(found[1], Comparison.HOLDS, _unquoted(found[2]))
    return None


def _is_written(parts: Parts, scenario: Scenario, source: str) -> bool:
    try:
        return source_of(parts, scenario) == source
    except ValueError:
        return False


def _written(part: Part, scenario: Scenario) -> str:
    fact = fact_named(scenario, part.name)
    if fact is None or part.comparison not in comparisons_of(fact.kind):
        raise ValueError(part.name)
    if not part.comparison.needs_value:
        return part.name if part.comparison is Comparison.YES else f"!{part.name}"
    if part.comparison is Comparison.HOLDS:
        quoted = _quoted(part.value)
        return f"{quoted} in {part.name}" if fact.kind.is_list else f"{part.name}.contains({quoted})"
    asked = f"size({part.name})" if fact.kind.is_list else part.name
    return f"{asked} {_SIGNS[part.comparison]} {_literal(part.value, fact)}"


def _literal(value: str, fact: Fact) -> str:
    if fact.kind is FactKind.DECIMAL:
        return repr(float(value))
    if fact.kind is FactKind.WHOLE or fact.kind.is_list:
        return str(int(value))
    if fact.kind is FactKind.CHOICE and value not in {choice.value for choice in fact.choices}:
        raise ValueError(value)
    if fact.kind is FactKind.DATE and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(value)
    return _quoted(value)


def _part_words(part: Part, scenario: Scenario) -> Label:
    fact = fact_named(scenario, part.name)
    name = fact.label if fact else Label(part.name, part.name)
    if not part.comparison.needs_value:
        return Label("{name}：{how}", "{name}: {how}").filled(name=name, how=part.comparison.label)
    value = next((c.label for c in fact.choices if c.value == part.value), None) if fact else None
    if fact and fact.kind.is_list and part.comparison is not Comparison.HOLDS:
        name = Label("{name}的个数", "number of {name}").filled(name=name)
    return Label("{name}{how} {value}", "{name} {how} {value}").filled(
        name=name, how=part.comparison.label, value=value or part.value
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
