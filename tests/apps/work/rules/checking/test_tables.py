"""Tables: gaps, overlaps and idle rows are found exactly, shown by values that prove them, within a bound."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilong.apps.work.rules.checking import check, not_asked
from lilong.apps.work.rules.conditions import condition
from lilong.apps.work.terms import DecisionTable, Fact, FactKind, Finding, HitPolicy, Severity, TableRow
from tests.apps.work.strategies import FLOOR, FREE, SORT, START, URGENT, bare, of_steps, said

OUT = Fact("out", FactKind.WHOLE, said("out"))
CELLS = (
    ("-", "urgent", "!urgent"),
    ("-", "floor < 3", "floor >= 3", "floor == 3"),
    ("-", 'sort == "a"', 'sort != "a"'),
)


def found_in(*rows: TableRow, hit: HitPolicy = HitPolicy.UNIQUE, inputs: tuple[str, ...] = ()) -> list[Finding]:
    """What is found in a table of these rows."""
    table = DecisionTable("t", said("t"), hit, inputs or ("urgent", "floor", "sort"), ("out",), rows)
    start = {name: START[name] for name in ("urgent", "floor", "sort")}
    scenario = replace(of_steps(bare("a")), facts=(URGENT, FLOOR, SORT, OUT), tables=(table,), start=start)
    return list(check(scenario, FREE, not_asked))


def decided(rows: list[tuple[str, ...]]) -> list[list[int]]:
    """For every combination of values, the rows that fit: by asking every cell, as planning does."""
    found = []
    for urgent, floor, sort in product((True, False), range(10), "abc"):
        known = {"urgent": urgent, "floor": floor, "sort": sort}
        fits = (all(cell == "-" or condition(cell).holds(known) for cell in row) for row in rows)
        found.append([number for number, does in enumerate(fits, 1) if does])
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*map(st.sampled_from, CELLS)), min_size=1, max_size=6), st.sampled_from(HitPolicy))
def test_it_finds_what_every_value_shows(rows: list[tuple[str, ...]], hit: HitPolicy) -> None:
    kinds = {finding.kind for finding in found_in(*(TableRow(row, ("1",)) for row in rows), hit=hit)}
    fitting = decided(rows)
    assert ("table_gap" in kinds) == any(not fits for fits in fitting)
    assert ("table_overlap" in kinds) == (hit is HitPolicy.UNIQUE and any(len(fits) > 1 for fits in fitting))
    if hit is HitPolicy.FIRST:
        idle = set(range(1, len(rows) + 1)) - {fits[0] for fits in fitting if fits}
        assert ("table_row_unreachable" in kinds) == bool(idle)


def test_the_values_are_shown() -> None:
    (gap,) = found_in(TableRow(("urgent", "-", "-"), ("1",)), TableRow(("!urgent", "floor != 3", "-"), ("2",)))
    assert gap.severity is Severity.MUST
    assert "urgent: no" in gap.text.en
    assert "floor: 3" in gap.text.en


@pytest.mark.parametrize("cell", ["floor > 9", 'urgent && sort == "a" && sort == "b"'])
def test_a_row_that_nothing_fits_is_named(cell: str) -> None:
    rows = (TableRow((cell, "-", "-"), ("1",)), TableRow(("-", "-", "-"), ("2",)))
    assert [finding.kind for finding in found_in(*rows, hit=HitPolicy.FIRST)] == ["table_row_unreachable"]


def test_two_hundred_rows_are_checked_at_once_and_more_than_can_be_looked_at_is_said() -> None:
    numbers = [f"floor == {number}" for number in range(200)]
    wide = replace(FLOOR, most=199)
    rows = tuple(TableRow((cell,), (str(number),)) for number, cell in enumerate(numbers))
    table = DecisionTable("t", said("t"), HitPolicy.UNIQUE, ("floor",), ("out",), rows)
    scenario = replace(of_steps(bare("a")), facts=(wide, SORT, OUT), tables=(table,), start={})
    begin = time.perf_counter()
    assert check(scenario, FREE, not_asked) == ()
    assert time.perf_counter() - begin < 2, "two hundred rows take a moment, not an evening"
    others = tuple(replace(wide, name=f"f{number}") for number in range(4))
    cells = tuple(tuple(f"f{place} > {50 * number}" for place in range(4)) for number in range(1, 4))
    many = DecisionTable("t", said("t"), HitPolicy.FIRST, tuple(f.name for f in others), ("out",), ())
    many = replace(many, rows=(*(TableRow(row, ("1",)) for row in cells), TableRow(("-",) * 4, ("2",))))
    found = check(replace(scenario, facts=(*others, OUT), tables=(many,)), FREE, not_asked)
    assert [(finding.kind, finding.severity) for finding in found] == [("not_explored", Severity.LOOK)]
    assert "2000 were looked at" in found[0].text.en
