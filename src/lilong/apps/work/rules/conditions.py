"""Conditions over facts in CEL, three-valued: a missing input gives *unknown*, never a silent no.

``false && unknown`` is false and ``true || unknown`` is true; whatever else needs a missing input is unknown. An
expression is bounded before it is compiled: its length, and how many comprehensions it holds, so that none runs long
over lists that are themselves bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cel

CHARACTERS_MAX = 400
COMPREHENSIONS_MAX = 2
FUNCTIONS = frozenset({"size", "contains", "startsWith", "endsWith", "in", "int", "double", "string"})
_COMPREHENSION = re.compile(r"\.\s*(?:all|exists|exists_one|filter|map)\s*\(\s*(\w+)")
# ``has`` turns a missing input into a silent no, which no condition here may do.
_HAS = re.compile(r"\bhas\s*\(")
_WORD = re.compile(r"[A-Za-z_]\w*")
_POSITION = re.compile(r"<input>:(\d+):(\d+): (.*)")


class ConditionFault(ValueError):
    """An expression that cannot be a condition: ``what`` is one of syntax, too_long, too_deep, function."""

    def __init__(self, what: str, detail: str = "", column: int = 0) -> None:
        super().__init__(f"{what}: {detail}")
        self.what, self.detail, self.column = what, detail, column


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled expression and the names it asks for."""

    source: str
    names: frozenset[str]
    program: Any

    def value(self, known: Mapping[str, Any]) -> Any:
        """What the expression gives; None when an input that it needs is missing or of an unfit type."""
        try:
            return self.program.execute(known)
        except (RuntimeError, KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
            return None

    def holds(self, known: Mapping[str, Any]) -> bool | None:
        """True, False, or None for unknown."""
        found = self.value(known)
        return found if isinstance(found, bool) else None


@lru_cache(maxsize=4096)
def condition(source: str) -> Condition:
    """``source`` compiled. Raises :class:`ConditionFault`."""
    if len(source) > CHARACTERS_MAX:
        raise ConditionFault("too_long", str(len(source)))
    if len(_COMPREHENSION.findall(source)) > COMPREHENSIONS_MAX:
        raise ConditionFault("too_deep", str(COMPREHENSIONS_MAX))
    try:
        program = cel.compile(source)
    except ValueError as error:
        found = _POSITION.search(str(error))
        raise ConditionFault("syntax", found[3] if found else str(error), int(found[2]) if found else 0) from error
    foreign = {name for name in program.functions() if _WORD.fullmatch(name)} - FUNCTIONS
    if _HAS.search(source):
        foreign.add("has")
    if foreign:
        raise ConditionFault("function", ", ".join(sorted(foreign)))
    return Condition(source, frozenset(program.variables()) - frozenset(_COMPREHENSION.findall(source)), program)


def as_cel(value: object) -> object:
    """A fact as the engine takes it: tuples become lists."""
    return list(value) if isinstance(value, tuple) else value
