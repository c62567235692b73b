"""What two versions of a scenario have different, as people would say it; how a file is laid out is no difference.

Each field of the dictionary has its words in ``spoken``, so that nothing that changes goes unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from lilong.apps.work.rules.files.spoken import FIELDS, LISTS, head_of, key_of, said
from lilong.apps.work.terms.faults import Difference
from lilong.apps.work.terms.scenarios import Asked, DecisionTable, Fact, Scenario, Step, StepResult
from lilong.kernel.words import Label

_ADDED, _REMOVED = Label("新加{what}", "added: {what}"), Label("删去{what}", "removed: {what}")
_ORDER = Label("{what}的先后", "order of {what}")
_START = Label("开始时问“{fact}”", "asked at the start: “{fact}”")
_ROW = Label("“{title}”的行", "row of “{title}”")
Named = Fact | DecisionTable | Step | StepResult


def differences(old: Scenario, new: Scenario) -> tuple[Difference, ...]:
    """All that ``new`` has different from ``old``, but for its number; nothing exactly when they say the same."""
    return tuple(_of_scenario(old, new))


def _of_scenario(old: Scenario, new: Scenario) -> Iterator[Difference]:
    yield from _of_fields(old, new, "", None)
    yield from _of_list("facts", old.facts, new.facts, "")
    yield from _of_start(old, new)
    yield from _of_list("tables", old.tables, new.tables, "")
    yield from _of_list("steps", old.steps, new.steps, "")


def _of_fields(old: Any, new: Any, where: str, head: Label | None) -> Iterator[Difference]:
    """Fields that are one value each."""
    for name, words in FIELDS[type(new)].items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            what = Label("{head}：{what}", "{head}: {what}").filled(head=head, what=words) if head else words
            yield Difference(f"{where}{name}", what, said(before), said(after))


def _of_list(name: str, old: Sequence[Named], new: Sequence[Named], where: str) -> Iterator[Difference]:
    """Things with names of their own: added, removed, changed, in another order."""
    words = LISTS[name]
    before, after = {key_of(one): one for one in old}, {key_of(one): one for one in new}
    for key, one in before.items():
        if key not in after:
            yield Difference(f"{where}{name}.{key}", _REMOVED.filled(what=words), said(head_of(one)), "")
    for key, one in after.items():
        path = f"{where}{name}.{key}"
        if key not in before:
            yield Difference(path, _ADDED.filled(what=words), "", said(head_of(one)))
        elif before[key] != one:
            yield from _of_named(before[key], one, path)
    kept, placed = [key for key in before if key in after], [key for key in after if key in before]
    if kept != placed:
        yield Difference(f"{where}{name}", _ORDER.filled(what=words), ", ".join(kept), ", ".join(placed))


def _of_named(old: Named, new: Named, path: str) -> Iterator[Difference]:
    head = Label("“{head}”", "“{head}”").filled(head=head_of(old))
    yield from _of_fields(old, new, f"{path}.", head)
    if isinstance(old, Step) and isinstance(new, Step):
        yield from _of_list("results", old.results, new.results, f"{path}.")
    if isinstance(old, DecisionTable) and isinstance(new, DecisionTable):
        yield from _of_rows(old, new, path)


def _of_rows(old: DecisionTable, new: DecisionTable, path: str) -> Iterator[Difference]:
    what = _ROW.filled(title=new.title)
    matcher = SequenceMatcher(None, old.rows, new.rows, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        for place in range(max(old_to - old_from, new_to - new_from)):
            before = old.rows[old_from + place] if old_from + place < old_to else None
            after = new.rows[new_from + place] if new_from + place < new_to else None
            number = new_from + place if after else old_from + place
            yield Difference(f"{path}.rows[{number}]", what, said(before), said(after))


def _of_start(old: Scenario, new: Scenario) -> Iterator[Difference]:
    for name in dict.fromkeys((*old.start, *new.start)):
        before, after = old.start.get(name), new.start.get(name)
        if before != after:
            fact = new.fact(name) or old.fact(name)
            what = _START.filled(fact=fact.label if fact else name)
            yield Difference(f"start.{name}", what, _asked(before), _asked(after))


def _asked(of: frozenset[Asked] | None) -> str:
    return said(tuple(one for one in Asked if one in (of or ())))
