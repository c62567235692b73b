"""Expressions and placeholders of a file: whether they can be read, and whether what they ask for is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from lilong.apps.work.rules.conditions import CHARACTERS_MAX, COMPREHENSIONS_MAX, FUNCTIONS, ConditionFault, condition
from lilong.apps.work.rules.deriving import ANYTHING
from lilong.apps.work.rules.files.nodes import Path
from lilong.apps.work.rules.files.wrongs import Wrong
from lilong.apps.work.terms.scenarios import AMBIENT
from lilong.kernel.words import Label

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_OF_STEP = re.compile(r"\bresults\s*\.\s*([A-Za-z_]\w*)")
_OF_STEP_QUOTED = re.compile(r"\bresults\s*\[\s*[\"']([^\"']*)[\"']\s*\]")
_DETAIL_MAX = 100
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FAULTS = {
    "syntax": (
        Label(
            "式子读不懂，错在第 {column} 个字符附近。",
            "The expression cannot be read near character {column}: {detail}.",
        ),
        Label("看括号、引号和 && || == 是否写全。", "See whether brackets, quotes, &&, || and == are complete."),
    ),
    "too_long": (
        Label("式子太长：{detail} 个字符。", "The expression is too long: {detail} characters."),
        Label(f"最多 {CHARACTERS_MAX} 个；可以改用决策表。", f"At most {CHARACTERS_MAX}; a decision table may do."),
    ),
    "too_deep": (
        Label("式子里的逐项查看太多。", "The expression goes through too many lists."),
        Label(
            f"all、exists、filter、map 合起来最多 {COMPREHENSIONS_MAX} 个。",
            f"At most {COMPREHENSIONS_MAX} of all, exists, filter and map.",
        ),
    ),
    "function": (
        Label("式子里不能用 {detail}。", "An expression may not use {detail}."),
        Label(f"可以用：{'、'.join(sorted(FUNCTIONS))}。", f"It may use: {', '.join(sorted(FUNCTIONS))}."),
    ),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression may ask for: facts, and the results of steps."""

    facts: frozenset[str]
    steps: frozenset[str]


def in_condition(source: str, known: Known, path: Path) -> Iterator[Wrong]:
    """What is wrong with an expression."""
    if not source:
        return
    try:
        asked = condition(source)
    except ConditionFault as fault:
        text, remedy = _FAULTS[fault.what]
        yield Wrong(path, text.filled(column=fault.column, detail=_detail(fault)), remedy)
        return
    for name in sorted(asked.names - known.facts - AMBIENT):
        text = Label("没有事实“{name}”。", "There is no fact “{name}”.").filled(name=name)
        yield Wrong(
            path, text, Label("先在 facts 里写明它，或改成已有的名字。", "Declare it under facts, or use another.")
        )
    for name in sorted(_steps_asked(source) - known.steps):
        text = Label("没有步骤“{name}”，也就没有它的结果。", "There is no step “{name}” to have a result.").filled(
            name=name
        )
        yield Wrong(path, text, Label("改成这份文件里有的步骤。", "Name a step of this file."))


def in_cell(cell: str, known: Known, path: Path, *, may_be_anything: bool) -> Iterator[Wrong]:
    """What is wrong with a cell of a decision table."""
    if not (may_be_anything and cell.strip() == ANYTHING):
        yield from in_condition(cell, known, path)


def in_words(words: str, facts: Set[str], path: Path) -> Iterator[Wrong]:
    """What is wrong with the placeholders of a text."""
    for name in _PLACEHOLDER.findall(words):
        if name not in facts:
            text = Label("文字里的 {name} 不是事实。", "{name} in the text is no fact.").filled(name="{" + name + "}")
            yield Wrong(
                path, text, Label("花括号里只写事实的名字。", "Between braces stands the name of a fact, nothing else.")
            )
    if "{" in (rest := _PLACEHOLDER.sub("", words)) or "}" in rest:
        text = Label("花括号没有成对。", "A brace stands alone.")
        yield Wrong(path, text, Label("写成 {事实的名字}。", "Write {name of a fact}."))


def _steps_asked(source: str) -> set[str]:
    return {*_OF_STEP.findall(_QUOTED.sub('""', source)), *_OF_STEP_QUOTED.findall(source)}


def _detail(fault: ConditionFault) -> str:
    """What the engine says; nothing of its own innards."""
    return "nested too deep" if "OtherError" in fault.detail else fault.detail[:_DETAIL_MAX] or "?"
