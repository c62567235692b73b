"""Edits of decision tables: rows as people type them, ``-`` for anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from lilong.apps.work.rules.deriving import ANYTHING
from lilong.apps.work.rules.editing.refusing import condition_refusals, free_name, refusal, refuse
from lilong.apps.work.rules.phrases import Comparison, Part, Parts, fact_named, parts_of, source_of
from lilong.apps.work.terms.scenarios import DecisionTable, Fact, FactKind, Scenario, TableRow
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

TABLES_MAX, ROWS_MAX = 10, 200
_SIGN = re.compile(r"(>=|<=|>|<|!=|=|≥|≤|≠)?\s*(.+)")
_SIGNS = {
    ">=": Comparison.AT_LEAST,
    "≥": Comparison.AT_LEAST,
    "<=": Comparison.AT_MOST,
    "≤": Comparison.AT_MOST,
    ">": Comparison.MORE,
    "<": Comparison.LESS,
    "!=": Comparison.IS_NOT,
    "≠": Comparison.IS_NOT,
    "=": Comparison.IS,
}
_SHOWN = {
    Comparison.AT_LEAST: "≥ ",
    Comparison.AT_MOST: "≤ ",
    Comparison.MORE: "> ",
    Comparison.LESS: "< ",
    Comparison.IS_NOT: "≠ ",
    Comparison.IS: "",
}
_YES, _NO = frozenset({"是", "yes", "true"}), frozenset({"否", "no", "false"})


def add_table(scenario: Scenario, table: DecisionTable) -> Scenario:
    """``scenario`` with a new table at the end of its order; it gets a name of its own when it has none."""
    refuse(_of_table(scenario, table))
    named = (
        table if table.name else replace(table, name=free_name(table.title, (t.name for t in scenario.tables), "table"))
    )
    return replace(scenario, tables=(*scenario.tables, named))


def remove_table(scenario: Scenario, name: str) -> Scenario:
    """``scenario`` without the table; the facts it gave stay, and are then asked of people."""
    return replace(scenario, tables=tuple(table for table in scenario.tables if table.name != name))


def put_row(scenario: Scenario, name: str, place: int | None, row: TableRow) -> Scenario:
    """``scenario`` with the row at ``place`` of a table changed, or with one more (None)."""
    table = _table(scenario, name)
    refuse((*_of_row(scenario, row), *_of_rows(table, place)))
    rows = list(table.rows)
    if place is None:
        rows.append(row)
    else:
        rows[place] = row
    return _with(scenario, replace(table, rows=tuple(rows)))


def remove_row(scenario: Scenario, name: str, place: int) -> Scenario:
    """``scenario`` without the row at ``place`` of a table; the last row stays."""
    table = _table(scenario, name)
    if len(table.rows) == 1:
        refuse(
            (
                refusal(
                    "row",
                    Label("只剩这一行了。", "It is the only row left."),
                    Label("可以删掉整张表。", "Remove the table."),
                ),
            )
        )
    return _with(scenario, replace(table, rows=(*table.rows[:place], *table.rows[place + 1 :])))


def cell_source(scenario: Scenario, name: str, text: str) -> str:
    """The expression a typed cell stands for: ``-``, 是, a value, ``≥ 3``; anything else is taken as it is."""
    typed, fact = text.strip(), fact_named(scenario, name)
    if typed in ("", ANYTHING):
        return ANYTHING
    part = _part(fact, typed) if fact else None
    if part is None:
        return typed
    try:
        return source_of(Parts((part,)), scenario)
    except ValueError:
        return typed


def cell_shown(scenario: Scenario, name: str, source: str) -> str:
    """A cell as people read and type it; the inverse of :func:`cell_source`."""
    if source.strip() == ANYTHING:
        return ANYTHING
    parts, fact = parts_of(source, scenario), fact_named(scenario, name)
    if parts is None or fact is None or len(parts.parts) != 1 or parts.parts[0].name != name:
        return source
    part = parts.parts[0]
    if not part.comparison.needs_value:
        return part.comparison.label.zh
    shown = next((choice.label.zh for choice in fact.choices if choice.value == part.value), part.value)
    text = f"{_SHOWN.get(part.comparison, '')}{shown}"
    return text if cell_source(scenario, name, text) == source else source


def _part(fact: Fact, typed: str) -> Part | None:
    lowered = typed.lower()
    if fact.kind is FactKind.YES_NO:
        yes_no = Comparison.YES if lowered in _YES else Comparison.NO if lowered in _NO else None
        return Part(fact.name, yes_no) if yes_no else None
    found = _SIGN.fullmatch(typed)
    if found is None:
        return None
    value = next((c.value for c in fact.choices if found[2] in (c.value, c.label.zh, c.label.en)), found[2])
    return Part(fact.name, _SIGNS.get(found[1], Comparison.IS), value)


def _table(scenario: Scenario, name: str) -> DecisionTable:
    found = next((table for table in scenario.tables if table.name == name), None)
    if found is None:
        refuse(
            (
                refusal(
                    "table", Label("没有这张表。", "There is no such table."), Label("请刷新页面。", "Reload the page.")
                ),
            )
        )
        raise LookupError(name)
    return found


def _with(scenario: Scenario, table: DecisionTable) -> Scenario:
    return replace(scenario, tables=tuple(table if old.name == table.name else old for old in scenario.tables))


def _of_table(scenario: Scenario, table: DecisionTable) -> Iterable[Refusal]:
    if len(scenario.tables) >= TABLES_MAX:
        yield refusal(
            "title",
            Label("一个场景最多 {n} 张表。", "A scenario has at most {n} tables.").filled(n=TABLES_MAX),
            Label("请并成一张。", "Put them together."),
        )
    if not table.inputs or any(fact_named(scenario, name) is None for name in table.inputs):
        yield refusal(
            "inputs", Label("看哪几项没有选。", "What it looks at is not chosen."), Label("至少选一项。", "Choose one.")
        )
    if not table.outputs or any(scenario.fact(name) is None for name in table.outputs):
        yield refusal(
            "outputs", Label("得出哪几项没有选。", "What it gives is not chosen."), Label("至少选一项。", "Choose one.")
        )
    if set(table.inputs) & set(table.outputs):
        yield refusal(
            "outputs",
            Label("同一项不能既看又得出。", "A fact cannot be both looked at and given."),
            Label("请去掉一个。", "Take one of them away."),
        )


def _of_rows(table: DecisionTable, place: int | None) -> Iterable[Refusal]:
    if place is None and len(table.rows) >= ROWS_MAX:
        yield refusal(
            "row",
            Label("一张表最多 {n} 行。", "A table has at most {n} rows.").filled(n=ROWS_MAX),
            Label("请并掉几行。", "Merge some rows."),
        )
    if place is not None and not 0 <= place < len(table.rows):
        yield refusal("row", Label("没有这一行。", "There is no such row."), Label("请刷新页面。", "Reload the page."))


def _of_row(scenario: Scenario, row: TableRow) -> Iterable[Refusal]:
    for place, cell in enumerate(row.when):
        if cell != ANYTHING:
            yield from condition_refusals(cell, scenario, f"when_{place}")
    for place, cell in enumerate(row.then):
        yield from condition_refusals(cell, scenario, f"then_{place}")
