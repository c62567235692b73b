"""Decision tables: that some row decides in every case, that no two contend, that each row and cell is of use.

Every cell is asked once for each value of the names it holds; a row is then the set of combinations that all its cells
let through, kept as the bits of one number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from lilong.apps.work.rules.checking.asking import fails
from lilong.apps.work.rules.checking.judging import comparisons, is_unfit
from lilong.apps.work.rules.checking.knowing import Sight, asked_by
from lilong.apps.work.rules.checking.values import Combination, Values, as_known, combinations
from lilong.apps.work.rules.checking.writing import look, must
from lilong.apps.work.rules.conditions import Condition, condition
from lilong.apps.work.rules.deriving import ANYTHING
from lilong.apps.work.terms.findings import Finding
from lilong.apps.work.terms.scenarios import DecisionTable, Fact, FactKind, HitPolicy
from lilong.kernel.words import Label

_SHOWN_MAX = 3
_PLAIN_TYPES = {
    FactKind.YES_NO: bool,
    FactKind.WHOLE: int,
    FactKind.DECIMAL: float,
    FactKind.TEXT: str,
    FactKind.CHOICE: str,
    FactKind.DATE: str,
    FactKind.TEXTS: list,
    FactKind.AREAS: list,
}


def of_tables(sight: Sight, values: Values) -> Iterator[Finding]:
    """What is wrong with the tables, shown by concrete values."""
    for table in sight.scenario.tables:
        yield from _of_table(_Spread(sight, values, table))


@dataclass
class _Spread:
    """A table laid out over the combinations of what its cells ask for."""

    sight: Sight
    values: Values
    table: DecisionTable

    def __post_init__(self) -> None:
        self.cells = [[condition(cell) for cell in row.when if cell.strip() != ANYTHING] for row in self.table.rows]
        self.domain = {name: self.values.of(name) for name in sorted(self._names)}
        self.every = combinations(self.domain)
        self.wrong: dict[int, tuple[Condition, Combination]] = {}

    @cached_property
    def all(self) -> int:
        """The bits of every combination."""
        return (1 << len(self.every.found)) - 1

    @cached_property
    def rows(self) -> list[int]:
        """For each row the bits of the combinations that it lets through."""
        kept: dict[str, int] = {}
        found = []
        for number, cells in enumerate(self.cells):
            bits = self.all
            for cell in cells:
                if cell.source not in kept:
                    kept[cell.source] = self._bits(cell, number)
                bits &= kept[cell.source]
            found.append(bits)
        return found

    def shown(self, bits: int) -> Label:
        """The first combination among ``bits``, in words."""
        return self.values.shown(self.every.found[(bits & -bits).bit_length() - 1])

    @property
    def _names(self) -> frozenset[str]:
        return frozenset(self.table.inputs).union(*(asked_by(cell) for cells in self.cells for cell in cells))

    @cached_property
    def _where(self) -> Mapping[tuple[str, Any], int]:
        found: dict[tuple[str, Any], int] = {}
        for place, combination in enumerate(self.every.found):
            for name, value in combination.items():
                found[name, value] = found.get((name, value), 0) | 1 << place
        return found

    def _bits(self, cell: Condition, row: int) -> int:
        names = sorted(asked_by(cell))
        holds = 0
        for chosen in product(*(self.domain[name] for name in names)):
            combination = dict(zip(names, chosen, strict=True))
            bits = self.all
            for name, value in combination.items():
                bits &= self._where.get((name, value), 0)
            if not bits:
                continue
            value = cell.value(as_known(combination))
            if value is True:
                holds |= bits
            elif value is not False and (value is not None or fails(cell, as_known(combination))):
                self.wrong.setdefault(row, (cell, combination))
        return holds


def _of_table(spread: _Spread) -> Iterator[Finding]:
    table = spread.table
    if not table.rows or any(not values for values in spread.domain.values()):
        if not table.rows:
            yield must(
                "table_gap",
                Label("“{title}”一行也没有。", "“{title}” has no row.").filled(title=table.title),
                Label("至少写一行。", "Write at least one row."),
            )
        return
    rows = spread.rows
    yield from _of_cells(spread)
    if not spread.every.is_complete:
        text = Label("“{title}”有 {n} 种情形，只试了 {m} 种。", "“{title}”: of {n} combinations, {m} were looked at.")
        yield look(
            "not_explored",
            text.filled(title=table.title, n=spread.every.total, m=len(spread.every.found)),
            Label("把表拆成几张小的。", "Split it into smaller tables."),
        )
    if spread.wrong:
        return
    yield from _of_rows(spread, rows)


def _of_rows(spread: _Spread, rows: Sequence[int]) -> Iterator[Finding]:
    table, covered, told = spread.table, 0, 0
    for number, bits in enumerate(rows, 1):
        both = bits & covered
        words = {"title": table.title, "n": number}
        if table.hit is HitPolicy.UNIQUE and both and told < _SHOWN_MAX:
            told += 1
            other = next(place for place, before in enumerate(rows, 1) if before & both)
            text = Label(
                "“{title}”第 {other} 行和第 {n} 行都合：{shown}。",
                "Rows {other} and {n} of “{title}” both fit: {shown}.",
            )
            yield must(
                "table_overlap",
                text.filled(**words, other=other, shown=spread.shown(rows[other - 1] & both)),
                Label("改到只有一行合，或改成“取第一行”。", "Let only one fit, or take the first that does."),
            )
        elif bits & ~covered == 0 and spread.every.is_complete:
            text = Label("“{title}”第 {n} 行永远用不上。", "Row {n} of “{title}” is never used.")
            yield must("table_row_unreachable", text.filled(**words), Label("改这一行，或去掉。", "Mend or drop it."))
        covered |= bits
    if spread.all & ~covered:
        text = Label("“{title}”没有一行合：{shown}。", "No row of “{title}” fits: {shown}.")
        yield must(
            "table_gap",
            text.filled(title=table.title, shown=spread.shown(spread.all & ~covered)),
            Label("补一行；最后一行可以每格都写“-”。", "Add a row; the last one may have “-” in every cell."),
        )


def _of_cells(spread: _Spread) -> Iterator[Finding]:
    table = spread.table
    for number, (cell, combination) in sorted(spread.wrong.items()):
        text = Label(
            "“{title}”第 {n} 行的 {cell} 类型不对，比如 {shown}。",
            "Row {n} of “{title}”: {cell} does not fit: {shown}.",
        )
        words = {"cell": cell.source, "shown": spread.values.shown(combination)}
        yield _misfit(number + 1, text.filled(title=table.title, n=number + 1, **words))
    for number, row in enumerate(table.rows, 1):
        for cell in (condition(each) for each in row.when if each.strip() != ANYTHING):
            for name, literal in comparisons(cell.source):
                if is_unfit(spread.sight, spread.values, name, literal):
                    text = Label(
                        "“{title}”第 {n} 行：{name} 不会等于 {value}。",
                        "Row {n} of “{title}”: {name} is never {value}.",
                    )
                    yield _misfit(number, text.filled(title=table.title, n=number, name=name, value=literal))
        for name, written in zip(table.outputs, row.then, strict=True):
            yield from _of_output(spread, number, spread.sight.facts[name], written)


def _of_output(spread: _Spread, number: int, fact: Fact, written: str) -> Iterator[Finding]:
    cell = condition(written)
    domain = {name: spread.values.of(name) for name in sorted(asked_by(cell))}
    if not all(domain.values()):
        return
    for combination in combinations(domain, 100).found:
        value = cell.value(as_known(combination))
        if not _gives(fact, value):
            text = Label(
                "“{title}”第 {n} 行给“{fact}”的是 {cell}，类型或选项不对。",
                "Row {n} of “{title}” gives “{fact}” {cell}: another type, or no such choice.",
            )
            words = {"title": spread.table.title, "n": number, "fact": fact.label, "cell": written}
            yield must("table_output_type", text.filled(**words), Label("改这一格。", "Mend the cell."))
            return


def _gives(fact: Fact, value: object) -> bool:
    wanted = _PLAIN_TYPES[fact.kind]
    if isinstance(value, bool) != (wanted is bool):
        return False
    if fact.kind is FactKind.CHOICE:
        return value in {choice.value for choice in fact.choices}
    if fact.kind is FactKind.DECIMAL:
        return isinstance(value, int | float)
    return isinstance(value, wanted)


def _misfit(number: int, text: Label) -> Finding:
    remedy = Label(
        "改第 {n} 行的格子，让类型和选项都对得上。", "Mend the cells of row {n}: types and choices must fit."
    )
    return must("table_cell_type", text, remedy.filled(n=number))
