"""Each row by itself: what it says, what is strange, why it is refused; and the file around the rows."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from lilong.project.requests.findings import Kind, RowRefused
from lilong.project.requests.reading import TableFile
from lilong.project.requests.rows import Request
from lilong.project.trouble import Trouble
from tests.project.requests.samples import HEADING, a_mapping, line, read, table

# Without the time of its making the same bytes come out every time: test ids must not differ between workers.
squeezed = partial(gzip.compress, mtime=0)


def test_a_plain_row_is_read_whole(tmp_path: Path) -> None:
    (request,) = read(table(tmp_path, line(remark="by the kerb")))
    assert request == Request(
        line=2,
        id="7",
        opened=datetime(2011, 7, 1, 13, tzinfo=UTC),
        target=datetime(2011, 7, 3, 13, tzinfo=UTC),
        closed=datetime(2011, 7, 2, 13, tzinfo=UTC),
        overdue=False,
        category="Street Light Outages",
        group="Street Lights",
        unit="PWDx",
        neighbourhood="Roxbury",
        latitude=42.3,
        longitude=-71.08,
        channel="Self Service",
        words="by the kerb",
    )


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"no": ""}, "no", "must not be"),
        ({"no": "9" * 81}, "no", "Longer than 80"),
        ({"opened": ""}, "opened", "must not be"),
        ({"opened": "July 1st"}, "opened", "cannot be read: July 1st"),
        ({"target": "soon"}, "target", "cannot be read"),
        ({"closed": "2011-07-02 25:00:00"}, "closed", "cannot be read"),
        ({"closed": "2011-06-30 09:00:00"}, "closed", "closed before it was opened"),
        ({"closed": "2031-06-30 09:00:00"}, "closed", "future"),
        ({"closed": "", "status": "Open", "opened": "2031-06-30 09:00:00"}, "opened", "future"),
        ({"closed": ""}, "closed", "no closing time"),
        ({"closed": "", "status": "Pending"}, "status", "values.open or values.closed"),
        ({"on_time": "LATE"}, "on_time", "values.in_time or values.overdue"),
        ({"kind": ""}, "kind", "must not be"),
        ({"office": " "}, "office", "must not be"),
        ({"lat": "north"}, "lat", "decimal degrees"),
        ({"lon": ""}, "lat", "Only one"),
        ({"remark": "a\0b"}, "", "NUL"),
        ({"remark": "one,two"}, "", "15 cells, the heading 14"),
        ({"remark": '"never closed'}, "", "no CSV"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_why(
    tmp_path: Path, changes: dict[str, str], column: str, said: str
) -> None:
    first, refused = read(table(tmp_path, line(no="1"), line(**changes)))
    assert isinstance(first, Request)
    assert isinstance(refused, RowRefused)
    assert (refused.row, refused.column) == (3, column)
    assert said in refused.reason.en
    assert refused.reason.zh != refused.reason.en


def test_of_a_number_that_stands_twice_the_first_row_is_taken(tmp_path: Path) -> None:
    found = read(table(tmp_path, line(no="1"), line(no="2"), line(no="1", kind="Potholes")))
    assert [isinstance(row, Request) for row in found] == [True, True, False]
    assert isinstance(found[2], RowRefused)
    assert "stands already in row 2" in found[2].reason.en


def test_a_refused_row_does_not_use_its_number_up(tmp_path: Path) -> None:
    found = read(table(tmp_path, line(no="1", opened="?"), line(no="1")))
    assert [isinstance(row, Request) for row in found] == [False, True]


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, ()),
        ({"target": ""}, (Kind.MISSING_TARGET,)),
        ({"target": "2011-06-30 09:00:00"}, (Kind.TARGET_BEFORE_OPENING,)),
        ({"target": "2059-12-31 19:00:00"}, (Kind.TARGET_DECADES_AWAY,)),
        ({"closed": "2011-07-01 09:00:00"}, (Kind.ZERO_DURATION,)),
        ({"status": "Open"}, (Kind.STATUS_DISAGREES,)),
        ({"closed": "2011-11-06 01:30:00"}, (Kind.DOUBTFUL_TIME,)),
        ({"closed": "", "status": "Open"}, ()),
    ],
)
def test_what_is_strange_is_found_and_taken(tmp_path: Path, changes: dict[str, str], kinds: tuple[Kind, ...]) -> None:
    (request,) = read(table(tmp_path, line(**changes)))
    assert isinstance(request, Request)
    assert request.findings == kinds


@pytest.mark.parametrize(("word", "overdue"), [("ONTIME", False), ("OVERDUE", True), ("", None)])
def test_the_files_word_on_being_late(tmp_path: Path, *, word: str, overdue: bool | None) -> None:
    (request,) = read(table(tmp_path, line(on_time=word)))
    assert isinstance(request, Request)
    assert request.overdue is overdue


def test_gzip_is_told_by_content_and_reads_the_same(tmp_path: Path) -> None:
    plain = table(tmp_path, line(no="1"), line(no="2"))
    packed = tmp_path / "no_suffix"
    packed.write_bytes(squeezed(plain.read_bytes()))
    assert read(packed) == read(plain)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b,c\n1,2,3\n", "no column no \\(columns.id\\)"),
        (HEADING.encode() + b",no\n", "column no more than once"),
        (HEADING.encode() + b"\n\xff\xfe\n", "is not text in utf-8"),
        (squeezed(HEADING.encode() + b"\n" + b"x" * 100_000)[:-40], "broken gzip"),
        (b"\x1f\x8b\x08\x00 no gzip at all", "broken gzip"),
    ],
)
def test_a_file_that_cannot_be_used_at_all_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "requests.csv"
    path.write_bytes(content)
    with pytest.raises(Trouble, match=said):
        read(path)


def test_a_file_in_another_encoding_is_read_in_it(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_bytes(f"{HEADING}\n{line(kind='Éclairage')}\n".encode("latin-1"))
    (request,) = read(path, a_mapping(encoding="latin-1"))
    assert isinstance(request, Request)
    assert request.category == "Éclairage"


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    path = table(tmp_path, line(no="1"), "", line(no="2"), "")
    assert [row.line for row in TableFile(path, a_mapping()).rows() if not isinstance(row, RowRefused)] == [2, 4]
