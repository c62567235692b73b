"""A decision table goes to Excel and back unchanged, never as a formula; what is wrong is told with its row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from time import process_time

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lilong.apps.work.rules.files import table_from_sheet, table_sheet
from lilong.apps.work.terms import DecisionTable, FileFault, Scenario, ScenarioFaults, TableRow
from tests.apps.work.rules.files.altered import SCENARIO, scenarios

TABLE = SCENARIO.tables[0]
HEADING = ("如果 [trapped]", "如果 [floor]", "如果 [hour]", "那么 [hours]")
ROW = ("trapped", "-", "-", "1")


def sheet(*lines: Sequence[object]) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet()
        for number, line in enumerate(lines):
            for place, cell in enumerate(line):
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell, days)
                else:
                    page.write(number, place, cell)
    return packed.getvalue()


def read(content: bytes) -> DecisionTable:
    return table_from_sheet(content, TABLE, SCENARIO)


def faults(content: bytes) -> tuple[FileFault, ...]:
    with pytest.raises(ScenarioFaults) as found:
        read(content)
    return found.value.faults


@given(scenarios())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_there_and_back_is_the_same_table(scenario: Scenario) -> None:
    for table in scenario.tables:
        content = table_sheet(table, scenario)
        assert table_from_sheet(content, table, scenario) == table
        assert b"2026-01-01T00:00:00Z" in zipfile.ZipFile(io.BytesIO(content)).read("docProps/core.xml")
        assert table_sheet(table, scenario) == content


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "http://"])
def test_no_cell_is_ever_a_formula_or_a_link(start: str) -> None:
    cell = f'{start}1 == "a"'
    content = table_sheet(replace(TABLE, rows=(TableRow((cell, "-", "-"), ("1",)),)), SCENARIO)
    parts = zipfile.ZipFile(io.BytesIO(content))
    page = parts.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    assert b"hyperlink" not in page
    assert cell.replace('"', "&quot;").strip().encode() in parts.read("xl/sharedStrings.xml").replace(b'"', b"&quot;")


def test_columns_may_stand_in_any_order_and_empty_lines_between() -> None:
    content = sheet(tuple(reversed(HEADING)), (), tuple(reversed(ROW)), ("", " ", "", ""))
    assert read(content).rows == (TableRow(ROW[:3], ROW[3:]),)


def test_what_excel_makes_of_typing_is_understood() -> None:
    assert read(sheet(HEADING, (True, "", None, 24))).rows == (TableRow(("true", "-", "-"), ("24",)),)
    assert read(sheet(("trapped", "floor", "hour", "hours"), ROW)).rows == (TableRow(ROW[:3], ROW[3:]),)


@pytest.mark.parametrize(
    ("lines", "row", "where", "told"),
    [
        ((HEADING, ROW, ("trapped", "floor >", "-", "1")), 3, "floor", "式子读不懂"),
        ((HEADING, ("trapped", "flor > 1", "-", "1")), 2, "floor", "没有事实“flor”"),
        ((HEADING, ROW, (), ("trapped", "-", "-", "")), 4, "hours", "这一格是空的"),
        ((HEADING, ROW, ROW, ("trapped", date(2026, 1, 1), "-", "1")), 4, "floor", "成了日期"),
        ((HEADING, ("trapped", "-", "-", "1" * 401)), 2, "hours", "太长"),
        ((HEADING,), 1, "", "表里有 0 行"),
        ((HEADING, *[ROW] * 201), 202, "", "表里有 201 行"),
        ((HEADING[:3], ROW[:3]), 1, "hours", "少了 [hours] 这一列"),
        (((*HEADING, "[more]"), ROW), 1, "more", "不是这张表的列"),
        (((*HEADING, "[floor]"), ROW), 1, "floor", "写了两次"),
        (((),), 1, "trapped", "少了 [trapped] 这一列"),
        (((), HEADING, ROW), 1, "trapped", "少了 [trapped] 这一列"),
    ],
)
def test_a_fault_is_told_with_its_row(lines: Sequence[Sequence[object]], row: int, where: str, told: str) -> None:
    found = faults(sheet(*lines))
    assert (found[0].line, found[0].where) == (row, where)
    assert told in found[0].text.zh
    assert found[0].remedy.en


def with_page(old: bytes, new: bytes, packed_as: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The sheet of the table with a piece of its XML written differently."""
    given, changed = zipfile.ZipFile(io.BytesIO(table_sheet(TABLE, SCENARIO))), io.BytesIO()
    with zipfile.ZipFile(changed, "w", packed_as) as taken:
        for name in given.namelist():
            text = given.read(name)
            taken.writestr(name, text.replace(old, new) if old and name.endswith("sheet1.xml") else text)
    return changed.getvalue()


NO_SHEET, TOO_LARGE = "不是能读的 Excel", "表太大"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", NO_SHEET),
        (b"PK", NO_SHEET),
        (b"a,b\n1,2\n", NO_SHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, NO_SHEET),
        (with_page(b"", b"", zipfile.ZIP_BZIP2), NO_SHEET),
        (b"\x00" * 1_000_001, TOO_LARGE),
        (with_page(b"<sheetData>", b"<sheetData>" + b" " * 60_000_000), TOO_LARGE),
        (with_page(b'r="B2"', b'r="XFD1048576"'), TOO_LARGE),
        (with_page(b'r="B2"', b"r='XFD1048576'"), TOO_LARGE),
        (with_page(b'<c r="B2"', b'<c x=">" r="XFD1048576"'), TOO_LARGE),
        (with_page(b'r="B2"', b""), TOO_LARGE),
        (with_page(b"</sheetData>", b"<row>" + b"<c><v>1</v></c>" * 100_000 + b"</row></sheetData>"), TOO_LARGE),
    ],
)
def test_no_sheet_is_one_clear_refusal(content: bytes, told: str) -> None:
    began = process_time()
    found = faults(content)
    assert process_time() - began < 3
    assert [told in fault.text.zh for fault in found] == [True]
    assert found[0].remedy.zh == "请用这里下载的表来填。"


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_spoilt_sheet_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(table_sheet(TABLE, SCENARIO))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        assert read(bytes(content)).name == TABLE.name
    except ScenarioFaults as refusal:
        found = refusal.faults
        assert found
