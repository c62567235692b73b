"""Files as they come: every way in which a table can be wrong names its row and a remedy."""

from __future__ import annotations

import gzip
import zlib
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.places.rules import tables
from lilong.apps.places.rules.tables import read_table
from tests.apps.places.samples import HEADING, SMALL, edited, shanghai, table

# Without the time of its making the same bytes come out every time: test ids must not differ between workers.
squeezed = partial(gzip.compress, mtime=0)


GOOD = "310101000000,2,黄浦区,310000000000,district"


def refusals(data: bytes) -> list[tuple[int, str]]:
    """Row and English reason of everything refused."""
    found = read_table(data).refusals
    assert all(refusal.reason.zh and refusal.reason.en for refusal in found)
    return [(refusal.row, refusal.reason.en) for refusal in found]


def test_the_real_table_is_read_as_it_is() -> None:
    found = read_table(shanghai())
    assert (found.read, len(found.rows), found.refusals) == (6760, 6760, ())
    assert found.by_level == {"1": 1, "2": 16, "3": 234, "4": 6509}
    assert found.rows[0].line == 2


@pytest.mark.parametrize(
    "data",
    [
        squeezed(table()),
        squeezed(table()[:200]) + squeezed(table()[200:]),
        b"\xef\xbb\xbf" + table(),
        table().replace(b"\n", b"\r\n"),
        table().replace(b"\n", b"\n\n"),
        table(heading=" Code , LEVEL,name,parent_code,type"),
    ],
    ids=["gzip", "two gzip members", "byte order mark", "windows", "blank lines", "heading in capitals"],
)
def test_the_same_table_in_other_clothes(data: bytes) -> None:
    found = read_table(data)
    assert (found.read, found.refusals) == (12, ())
    assert [row.code for row in found.rows] == [row.code for row in read_table(table()).rows]


def test_columns_stand_in_any_order_and_others_are_passed_over() -> None:
    data = "note,name,code,parent_code,level\nx,上海市,310000000000,,1\n".encode()
    (row,) = read_table(data).rows
    assert (row.code, row.level, row.name, row.parent, row.kind) == ("310000000000", 1, "上海市", "", "")


@pytest.mark.parametrize(
    ("data", "row", "says"),
    [
        (b"", 1, "empty"),
        (b" \n \n", 1, "empty"),
        (squeezed(b""), 1, "empty"),
        (b"<!DOCTYPE html><html></html>", 1, "web page"),
        (b'{"code": 1}', 1, "web page"),
        (f"{HEADING}\n".encode(), 1, "no rows"),
        (table(heading="code,name,parent_code,type"), 1, "lacks level"),
        (table(heading="code,level,name,parent_code,code"), 1, "repeats code"),
        (table(SMALL)[:-20] + b"\xff\xfe", 13, "Line 13 is not UTF-8"),
        (table(SMALL).decode().encode("gb18030"), 2, "Line 2 is not UTF-8"),
        (squeezed(table())[:-9], 1, "ends too early"),
        (squeezed(table())[:60] + b"garbage" + squeezed(table())[67:], 1, "gzip"),
        (table(f'{GOOD}\n"unclosed'), 3, "no valid CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_refusal(data: bytes, row: int, says: str) -> None:
    ((where, reason),) = refusals(data)
    assert (where, says in reason) == (row, True), reason
    assert read_table(data).rows == () or "CSV" in says


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("310101000000,2,黄浦区,310000000000", "4 columns"),
        (f"{GOOD},more", "6 columns"),
        (",2,黄浦区,310000000000,district", "code “” is malformed"),
        ("3101 01000000,2,黄浦区,310000000000,district", "malformed"),
        (f"{'3' * 41},2,黄浦区,310000000000,district", "malformed"),
        ("310101\u200b000000,2,黄浦区,310000000000,district", "malformed"),
        ("310101000000,0,黄浦区,310000000000,district", "level “0” is unknown"),
        ("310101000000,10,黄浦区,310000000000,district", "level “10” is unknown"),
        ("310101000000,-1,黄浦区,310000000000,district", "unknown"),
        ("310101000000,2.0,黄浦区,310000000000,district", "unknown"),
        ("310101000000,²,黄浦区,310000000000,district", "unknown"),
        ("310101000000,district,黄浦区,310000000000,district", "unknown"),
        ("310101000000,,黄浦区,310000000000,district", "unknown"),
        ("310101000000,2,,310000000000,district", "name “” is malformed"),
        (f"310101000000,2,{'区' * 81},310000000000,district", "malformed"),
        ("310101000000,2,黄\x00浦区,310000000000,district", "malformed"),
        ("310101000000,2,黄浦�,310000000000,district", "malformed"),
        ("310101000000,2,黄浦区,310000000000,市辖 区", "type"),
    ],
)
def test_a_malformed_row_is_refused_where_it_stands(line: str, says: str) -> None:
    first, *rest = SMALL.splitlines()
    ((row, reason),) = refusals(table([first, line, *rest[1:]]))
    assert (row, says in reason) == (3, True), reason


def test_a_code_of_another_form_is_a_slip_among_statistical_codes() -> None:
    assert refusals(edited(("310101002001,4", "31010100200,4"))) == [
        (5, "The code “31010100200” must have 12 digits (a grid more), like the other rows.")
    ]


def test_rows_are_numbered_as_an_editor_numbers_them() -> None:
    """A quoted name may hold a line break; what follows keeps the number of its line."""
    data = table('310000000000,1,"上海\n市",,municipality\n310101000000,x,黄浦区,310000000000,district')
    assert [row for row, _ in refusals(data)] == [2, 4]


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BYTES_MAX", 1 << 20)
    ((row, reason),) = refusals(squeezed(b"0" * (5 << 20)))
    assert (row, "More than 1 MB" in reason) == (1, True)
    parts = squeezed(b"0" * (1 << 19))
    assert "More than 1 MB" in refusals(parts * 4)[0][1]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for attempt in (data, b"\x1f\x8b" + data, table() + data, zlib.compress(data, wbits=31)):
        found = read_table(attempt)
        assert found.refusals or found.rows


@given(st.lists(st.tuples(*[st.text(max_size=12)] * 5), min_size=1, max_size=5))
def test_no_cells_break_the_reader(cells: list[tuple[str, ...]]) -> None:
    lines = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in cells]
    text = "\n".join([HEADING, *lines]).encode("utf-8", errors="surrogatepass")
    found = read_table(text)
    assert all(refusal.row >= 1 for refusal in found.refusals)
