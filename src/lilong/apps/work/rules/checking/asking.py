"""One expression asked over representative values: what it can give, and for which of them it fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from lilong.apps.work.rules.checking.knowing import Sight, asked_by, step_asked
from lilong.apps.work.rules.checking.values import (
    COMBINATIONS_MAX,
    MISSING,
    Combination,
    Combinations,
    Missing,
    Value,
    Values,
    as_known,
    combinations,
)
from lilong.apps.work.rules.conditions import Condition
from lilong.apps.work.rules.deriving import Tables
from lilong.apps.work.terms.scenarios import RESULTS, Step

# What one expression may cost: cells of the tables that it needs count as well.
_COST_MAX = 6_000
_FEWEST = 50


@dataclass
class Answers:
    """For which values an expression holds, does not hold, or cannot tell; the first few of each."""

    true: list[Combination] = field(default_factory=list)
    false: list[Combination] = field(default_factory=list)
    unknown: list[Combination] = field(default_factory=list)
    wrong: list[tuple[Combination, str]] = field(default_factory=list)
    odd: list[tuple[Combination, Any]] = field(default_factory=list)
    is_complete: bool = True
    total: int = 0


def derived(sight: Sight, names: frozenset[str]) -> Tables:
    """The tables that ``names`` rest on."""
    needed, left = set[str](), list(names)
    while left:
        table = sight.outputs.get(left.pop())
        if table is not None and table.name not in needed:
            needed.add(table.name)
            left += sight.ready_names(table.outputs[0])
    return Tables(table for table in sight.scenario.tables if table.name in needed)


@dataclass(frozen=True)
class Cases:
    """What can be known in the cases to be looked at, and the tables that derive the rest from it."""

    every: Combinations
    tables: Tables | None

    def known(self, combination: Combination) -> dict[str, Any]:
        """One of them, as expressions ask for it."""
        known = as_known(combination)
        return self.tables.derived(known) if self.tables else known


def cases(sight: Sight, values: Values, names: frozenset[str], steps: Iterable[Step]) -> Cases:
    """What ``names`` can be when the turn of one of ``steps`` comes.

    Where tables derive them, what is asked of people is varied and the tables are asked. If that is too much, all that
    the tables can ever give is taken, each with each: more than can happen, so that nothing is overlooked.
    """
    tables = derived(sight, names)
    most = max(_FEWEST, min(COMBINATIONS_MAX, _COST_MAX // (1 + tables.cells)))
    told = tuple(steps)
    exact = {name: _possible(sight, values, name, told) for name in sorted(sight.roots(names))}
    if not tables.cells or prod(len(possible) for possible in exact.values()) <= most:
        return Cases(combinations(exact, most), tables if tables.cells else None)
    return Cases(combinations({name: _possible(sight, values, name, told) for name in sorted(names)}), None)


def answers(sight: Sight, values: Values, asked: Condition, step: Step) -> Answers:
    """All that ``asked`` can give at the turn of ``step``."""
    names = asked_by(asked)
    found = cases(sight, values, names, (step,))
    result = Answers(is_complete=found.every.is_complete, total=found.every.total)
    for combination in found.every.found:
        _sort(result, asked, names, combination, found.known(combination))
    return result


def _possible(sight: Sight, values: Values, name: str, steps: Sequence[Step]) -> tuple[Value, ...]:
    """What a name can be for one of ``steps``, with whether it may be unknown there."""
    roots = sight.roots((name,))
    known = values.of(name) if any(all(sight.can_be_known(r, step) for r in roots) for step in steps) else ()
    is_sure = known and all(sight.is_surely_known(root, step) for root in roots for step in steps)
    return known if is_sure else (*known, MISSING)


def fails(asked: Condition, known: Mapping[str, Any]) -> str:
    """Why the types do not fit; empty when they do, or when something else is amiss."""
    try:
        asked.program.execute(known)
    except TypeError:
        return "type"
    except RuntimeError as error:
        return "function" if "Undefined variable or function" in str(error) else ""
    except (KeyError, ValueError, ZeroDivisionError, IndexError):
        return ""
    return ""


def is_all_known(names: frozenset[str], known: Mapping[str, Any]) -> bool:
    """Whether nothing that is asked for is missing."""
    results = known.get(RESULTS, {})
    return all((step_asked(name) in results) if step_asked(name) else (name in known) for name in names)


def _sort(
    result: Answers, asked: Condition, names: frozenset[str], combination: Combination, known: Mapping[str, Any]
) -> None:
    value = asked.value(known)
    if value is True:
        result.true.append(combination)
    elif value is False:
        result.false.append(combination)
    elif value is not None:
        result.odd.append((combination, value))
    elif is_all_known(names, known) and fails(asked, known):
        result.wrong.append((combination, fails(asked, known)))
    else:
        result.unknown.append(combination)


def fewest_unknown(found: Sequence[Combination]) -> Iterator[Combination]:
    """``found``, those with the least unknown first: the plainest example."""
    yield from sorted(found, key=lambda each: sum(isinstance(value, Missing) for value in each.values()))
