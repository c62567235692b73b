"""Representative values: of each name as many as any expression of the scenario can tell apart, and their combinations.

Choices and truths are all taken. Numbers are taken at, beside and between the numbers that stand in the expressions;
texts as they stand there and one that stands nowhere; lists with and without them, as long and longer than is asked.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from math import prod
from typing import Final

from lilong.apps.work.rules.checking.knowing import Sight, asked_by, cells_of, step_asked
from lilong.apps.work.rules.conditions import Condition, as_cel, condition
from lilong.apps.work.terms.scenarios import (
    HOUR,
    POSTURE,
    RESULTS,
    WORKDAY,
    Fact,
    FactKind,
    FactValue,
)
from lilong.kernel.words import Label

COMBINATIONS_MAX: Final = 2_000
_LIST_MAX = 20
_OTHER = "其他"
_SOME_DAY = date(2026, 6, 15)
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_UNKNOWN = Label("不知道", "not known")
_AMBIENT_LABELS = {
    POSTURE: Label("所在区域的状态", "posture of the area"),
    HOUR: Label("几点", "hour"),
    WORKDAY: Label("工作日", "working day"),
}
_YES_NO = {True: Label("是", "yes"), False: Label("否", "no")}


class Missing:
    """What is not known."""


MISSING: Final = Missing()
Value = FactValue | Missing
Combination = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Combinations:
    """Values of several names together: all there are, or when these are too many, some of them."""

    found: tuple[Combination, ...]
    is_complete: bool
    total: int


def combinations(domain: Mapping[str, Sequence[Value]], most: int = COMBINATIONS_MAX) -> Combinations:
    """Every combination of ``domain``, or ``most`` of them, always the same ones."""
    names, total = tuple(domain), prod(len(values) for values in domain.values())
    if total <= most:
        every = tuple(dict(zip(names, values, strict=True)) for values in product(*domain.values()))
        return Combinations(every, is_complete=True, total=total)
    pick = random.Random(7)
    some = tuple({name: pick.choice(values) for name, values in domain.items()} for _ in range(most))
    return Combinations(some, is_complete=False, total=total)


def as_known(combination: Combination) -> dict[str, object]:
    """A combination as expressions ask for it."""
    found: dict[str, object] = {}
    results: dict[str, object] = {}
    for name, value in combination.items():
        if not isinstance(value, Missing):
            step = step_asked(name)
            (results if step else found)[step or name] = as_cel(value)
    found[RESULTS] = results
    return found


class Values:
    """The representative values of every name of a scenario."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._texts: dict[str, set[str]] = defaultdict(set)
        self._numbers: dict[str, set[float]] = defaultdict(set)
        self._kept: dict[str, tuple[FactValue, ...]] = {}
        self._collect(sight.ready.conditions.values())
        for table in sight.scenario.tables:
            self._collect(cells_of(table))

    def of(self, name: str) -> tuple[FactValue, ...]:
        """The representative values of a fact, an ambient name or a step's result."""
        if name not in self._kept:
            self._kept[name] = tuple(dict.fromkeys(self._made(name)))
        return self._kept[name]

    def shown(self, combination: Combination) -> Label:
        """A combination in words, each name with its value."""
        zh, en = [], []
        for name, value in sorted(combination.items()):
            label, words = self._label(name), self._words(name, value)
            zh.append(f"{label.zh}：{words.zh}")
            en.append(f"{label.en}: {words.en}")
        return Label("；".join(zh) or "什么都不用说", "; ".join(en) or "nothing said")

    def _collect(self, expressions: Iterable[Condition]) -> None:
        for each in expressions:
            names = asked_by(each)
            texts = [one or other for one, other in _TEXT.findall(each.source)]
            numbers = [float(number) for number in _NUMBER.findall(_TEXT.sub("", each.source))]
            for name in names:
                self._texts[name].update(texts)
                self._numbers[name].update(numbers)

    def _made(self, name: str) -> Iterable[FactValue]:
        if step_asked(name):
            return self._sight.results_of(step_asked(name))
        if name == POSTURE:
            return ("normal", "emergency")
        if name == WORKDAY:
            return (True, False)
        if name == HOUR:
            return self._whole(name, 0, 23)
        fact = self._sight.facts.get(name)
        if fact is None:
            return ()
        return self._given(fact) if name in self._sight.outputs else self._of_fact(fact)

    def _given(self, fact: Fact) -> Iterable[FactValue]:
        """What the cells of its table can give: as they stand, or, where one of them reckons, anything."""
        table = self._sight.outputs[fact.name]
        place = table.outputs.index(fact.name)
        given = [condition(row.then[place]).value({}) for row in table.rows]
        yield from (value for value in given if isinstance(value, bool | int | float | str))
        if None in given:
            yield from self._of_fact(fact)

    def _of_fact(self, fact: Fact) -> Iterable[FactValue]:
        if fact.kind.is_list:
            return self._lists(fact)
        made: Mapping[FactKind, Callable[[], Iterable[FactValue]]] = {
            FactKind.YES_NO: lambda: (True, False),
            FactKind.CHOICE: lambda: tuple(choice.value for choice in fact.choices),
            FactKind.WHOLE: lambda: self._whole(fact.name, fact.least, fact.most),
            FactKind.DECIMAL: lambda: self._decimal(fact),
            FactKind.DATE: lambda: self._dates(fact.name),
            FactKind.TEXT: lambda: (*sorted(self._texts[fact.name]), _OTHER),
        }
        return made[fact.kind]()

    def _whole(self, name: str, least: int | None, most: int | None) -> tuple[int, ...]:
        around = {int(number) + beside for number in self._numbers[name] for beside in (-1, 0, 1)}
        ends = {end for end in (least, most) if end is not None}
        found = around | ends | ({0, 1} if not around else set())
        low, high = least if least is not None else min(found), most if most is not None else max(found)
        return tuple(sorted(number for number in found if low <= number <= high)) or (low,)

    def _decimal(self, fact: Fact) -> tuple[float, ...]:
        at = sorted({*self._numbers[fact.name], *(float(end) for end in (fact.least, fact.most) if end is not None)})
        at = at or [0.0]
        between = [(one + other) / 2 for one, other in pairwise(at)]
        found = sorted({at[0] - 1, *at, *between, at[-1] + 1})
        low = fact.least if fact.least is not None else found[0]
        high = fact.most if fact.most is not None else found[-1]
        return tuple(float(number) for number in found if low <= number <= high)

    def _dates(self, name: str) -> tuple[str, ...]:
        found = {_SOME_DAY}
        for text in self._texts[name]:
            try:
                day = date.fromisoformat(text)
            except ValueError:
                continue
            found |= {day - timedelta(1), day, day + timedelta(1)}
        return tuple(day.isoformat() for day in sorted(found))

    def _lists(self, fact: Fact) -> Iterable[tuple[str, ...]]:
        """Empty, each entry alone, all together; and for each number, as many entries, one fewer, one more."""
        most = min(fact.most or _LIST_MAX, _LIST_MAX)
        entries = sorted(self._texts[fact.name])
        others = [f"31{number:07}" if fact.kind is FactKind.AREAS else f"{_OTHER}{number}" for number in range(1, 21)]
        sizes = {int(number) + beside for number in self._numbers[fact.name] for beside in (-1, 0, 1)} | {0, 1, 2}
        yield from ((entry,) for entry in entries)
        for size in sorted(size for size in sizes if 0 <= size <= most):
            yield tuple(others[:size])
            if entries:
                yield tuple((*entries, *others)[:size])

    def _label(self, name: str) -> Label:
        step = self._sight.steps.get(step_asked(name)) if step_asked(name) else None
        if step is not None:
            return Label("“{title}”的结果", "result of “{title}”").filled(title=step.title)
        fact = self._sight.facts.get(name)
        return fact.label if fact else _AMBIENT_LABELS.get(name, Label(name, name))

    def _words(self, name: str, value: Value) -> Label:
        if isinstance(value, Missing):
            return _UNKNOWN
        if isinstance(value, bool):
            return _YES_NO[value]
        if isinstance(value, tuple):
            joined = "、".join(value)
            return Label(joined or "一个也没有", joined or "none")
        fact = self._sight.facts.get(name)
        chosen = next((choice.label for choice in fact.choices if choice.value == value), None) if fact else None
        return chosen or Label(str(value) or "（空）", str(value) or "(empty)")
