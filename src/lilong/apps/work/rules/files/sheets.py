"""A decision table as a sheet that an office worker fills in, and back.

One row of headings, ``如果 …`` for inputs and ``那么 …`` for outputs, each ending in ``[name]``; below, one row a row.
Every cell is text, so that nothing in it is ever a formula. What comes back is unpacked within bounds before anything
else reads it: a sheet is a packed file that strangers send.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import python_calamine
import xlsxwriter

from lilong.apps.work.rules.deriving import ANYTHING
from lilong.apps.work.rules.files.expressions import Known, in_cell
from lilong.apps.work.rules.files.nodes import Faults, refused
from lilong.apps.work.rules.files.parsing import UNPRINTABLE
from lilong.apps.work.rules.files.shapes import EXPRESSION_MAX, ROWS_MAX
from lilong.apps.work.terms.scenarios import DecisionTable, Scenario, TableRow
from lilong.kernel.words import Label

CONTENT_MAX, UNPACKED_MAX, PARTS_MAX = 1_000_000, 8_000_000, 100
_LINES_MAX, _COLUMNS_MAX = 2_000, 60
# The same sheet for the same table, whenever it is made.
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_NAME = re.compile(r"\[\s*([a-z][a-z0-9_]*)\s*\]\s*$")
# A cell in the packed XML with its attributes; ``<`` never stands inside one, so the text is cut there.
_IS_CELL = re.compile(rb"(?:\w+:)?c[\s/>]")
_CELL = re.compile(rb"(?:\w+:)?c((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,2})([0-9]{1,4})[\"']")
_KEPT = re.compile(r"(?:xl/|_rels/|\[Content_Types\])[\w/.\[\]-]*(?:\.xml|\.rels)")

# What the two readers raise for a file that is broken, locked or no sheet at all.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, python_calamine.CalamineError),
    *(ValueError, LookupError, OSError, EOFError, RuntimeError, OverflowError),
)
_PACKED_AS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

_FROM_HERE = Label("请用这里下载的表来填。", "Fill in the sheet that is downloaded here.")
_NO_SHEET = Label("这不是能读的 Excel 表。", "This is no Excel sheet that can be read.")
_TOO_LARGE = Label("表太大。", "The sheet is too large.")


def table_sheet(table: DecisionTable, scenario: Scenario) -> bytes:
    """The table as an xlsx file."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE, "title": table.title.zh})
        heading = book.add_format({"bold": True, "text_wrap": True, "num_format": "@", "valign": "top"})
        text = book.add_format({"text_wrap": True, "num_format": "@", "valign": "top"})
        sheet = book.add_worksheet()
        columns = (*table.inputs, *table.outputs)
        sheet.set_column(0, len(columns) - 1, 28, text)
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(columns):
            sheet.write_string(0, place, _heading(name, scenario, is_input=place < len(table.inputs)), heading)
        for number, row in enumerate(table.rows, 1):
            for place, cell in enumerate((*row.when, *row.then)):
                sheet.write_string(number, place, cell, text)
    return packed.getvalue()


def table_from_sheet(content: bytes, table: DecisionTable, scenario: Scenario) -> DecisionTable:
    """``table`` with the rows of a sheet; the columns may stand in any order, an empty condition is anything.

    Raises :class:`~lilong.apps.work.terms.ScenarioFaults` with the row of each fault.
    """
    lines = _lines(content)
    faults = Faults()
    columns = (*table.inputs, *table.outputs)
    places = _places(lines[0] if lines else (), columns, faults)
    faults.refuse()
    known = Known(frozenset(fact.name for fact in scenario.facts), frozenset(step.name for step in scenario.steps))
    known = replace(known, facts=known.facts | set(table.inputs))
    rows: list[TableRow] = []
    for number, line in enumerate(lines[1:], 2):
        cells = [line[places[name]] if places[name] < len(line) else "" for name in columns]
        if any(not isinstance(cell, str) or cell.strip() for cell in cells):
            rows.append(_row(cells, table, number, known, faults))
    if not 1 <= len(rows) <= ROWS_MAX:
        text = Label("表里有 {n} 行。", "The sheet has {n} rows.").filled(n=len(rows))
        faults.add(len(lines) or 1, (), text, Label(f"要有 1 到 {ROWS_MAX} 行。", f"It takes 1 to {ROWS_MAX}."))
    faults.refuse()
    return replace(table, rows=tuple(rows))


def _heading(name: str, scenario: Scenario, *, is_input: bool) -> str:
    fact = scenario.fact(name)
    words = f"{fact.label.zh} {fact.label.en} " if fact else ""
    return f"{'如果 if' if is_input else '那么 then'} {words}[{name}]"


def _lines(content: bytes) -> list[list[object]]:
    """The cells of the first sheet. Raises ``ScenarioFaults`` for anything else than a small sheet."""
    if len(content) > CONTENT_MAX:
        raise refused(1, _TOO_LARGE, _FROM_HERE)
    try:
        packed = _repacked(content)
        sheet = python_calamine.load_workbook(io.BytesIO(packed)).get_sheet_by_index(0)
        return [list(line) for line in sheet.to_python(skip_empty_area=False)]
    except _UNREADABLE:
        raise refused(1, _NO_SHEET, _FROM_HERE) from None


def _repacked(content: bytes) -> bytes:
    """The same workbook unpacked within bounds, without what is no part of a plain one, each cell near the corner."""
    packed, left = io.BytesIO(), UNPACKED_MAX
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(packed, "w") as taken:
        parts = [part for part in given.infolist() if _KEPT.fullmatch(part.filename)]
        if len(parts) > PARTS_MAX or len({part.filename for part in parts}) != len(parts):
            raise refused(1, _TOO_LARGE, _FROM_HERE)
        if any(part.compress_type not in _PACKED_AS for part in parts):
            raise refused(1, _NO_SHEET, _FROM_HERE)
        for part in parts:
            with given.open(part) as stream:
                text = stream.read(left + 1)
            left -= len(text)
            if left < 0 or not _is_near(text):
                raise refused(1, _TOO_LARGE, _FROM_HERE)
            taken.writestr(part.filename, text)
    return packed.getvalue()


def _is_near(text: bytes) -> bool:
    """Whether every cell says where it stands, and not far out: what reads the sheet makes room for all in between."""
    for piece in text.split(b"<"):
        if not _IS_CELL.match(piece):
            continue
        cell = _CELL.match(piece)
        place = _PLACE.search(cell[1]) if cell else None
        if place is None or _column(place[1]) > _COLUMNS_MAX or int(place[2]) > _LINES_MAX:
            return False
    return b"\0" not in text


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _places(heading: Sequence[object], columns: Sequence[str], faults: Faults) -> dict[str, int]:
    """Which column of the sheet holds what."""
    found: dict[str, int] = {}
    for place, words in enumerate(heading):
        text = str(words).strip()
        name = match[1] if (match := _NAME.search(text)) else text
        if name in found or (text and name not in columns):
            wrong = Label(
                "第 1 行的“{text}”不是这张表的列，或者写了两次。",
                "“{text}” in row 1 is no column of this table, or there twice.",
            )
            faults.add(1, (name[:60],), wrong.filled(text=text[:60]), _FROM_HERE)
        elif text:
            found[name] = place
    for name in columns:
        if name not in found:
            wrong = Label("少了 [{name}] 这一列。", "The column [{name}] is missing.").filled(name=name)
            faults.add(1, (name,), wrong, _FROM_HERE)
    return found


def _row(cells: Sequence[object], table: DecisionTable, number: int, known: Known, faults: Faults) -> TableRow:
    columns, inputs = (*table.inputs, *table.outputs), len(table.inputs)
    texts: list[str] = []
    for place, cell in enumerate(cells):
        path = (columns[place],)
        text, is_condition = _text(cell), place < inputs
        if not text.strip():
            text = ANYTHING if is_condition else ""
        wrong = _unfit(cell, text)
        if wrong:
            faults.add(number, path, *wrong)
        else:
            for one in in_cell(text, known, path, may_be_anything=is_condition):
                faults.add(number, one.path, one.text, one.remedy)
        texts.append(text)
    return TableRow(tuple(texts[:inputs]), tuple(texts[inputs:]))


def _text(cell: object) -> str:
    """A cell as an expression: Excel makes numbers and truths of what people type."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _unfit(cell: object, text: str) -> tuple[Label, Label] | None:
    if not isinstance(cell, str | int | float):
        return (
            Label("“{text}”成了日期或时间。", "“{text}” became a date or a time.").filled(text=text),
            Label("把这一格的格式改成文本再写。", "Make the cell a text cell and write it again."),
        )
    if not text:
        return Label("这一格是空的。", "This cell is empty."), Label("写上结果的值。", "Write the value that follows.")
    if len(text) > EXPRESSION_MAX or UNPRINTABLE.search(text) or "\r" in text:
        return (
            Label("这一格太长，或有不能显示的字符。", "This cell is too long, or holds an unprintable character."),
            Label("最多 {n} 个字符。", "{n} characters at most.").filled(n=EXPRESSION_MAX),
        )
    return None
