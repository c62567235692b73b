"""Reading a table row by row: CSV, plain or gzip, told by content; in bounded memory, as often as needed."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from lilong.kernel.words import Label
from lilong.project.requests.findings import RowRefused
from lilong.project.requests.mapping import Columns, Mapping
from lilong.project.trouble import Trouble

_GZIP = b"\x1f\x8b"
_ROWS_MAX = 5_000_000
_CELL_CHARACTERS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: its line in the file (the heading is line 1) and its cells, without the spaces around them."""

    line: int
    values: Sequence[str]


class _Reader(Protocol):
    """What ``csv.reader`` returns."""

    @property
    def line_num(self) -> int: ...

    def __next__(self) -> list[str]: ...


class TableFile:
    """A table on the disk. Reading it twice gives the same rows."""

    def __init__(self, path: Path, mapping: Mapping) -> None:
        self._path = path
        self._encoding = mapping.encoding
        self.heading = self._heading()
        self.places = _places(mapping.columns, self.heading)

    def rows(self) -> Iterator[Cells | RowRefused]:
        """Every row, or why it is none. Raises :class:`Trouble` when the file breaks off."""
        with self._opened() as reader:
            next(reader, None)
            for number, found in enumerate(self._each(reader)):
                if number >= _ROWS_MAX:
                    raise Trouble(
                        f"{self._path.name} has more than {_ROWS_MAX:,} rows.", "Split it and import the parts."
                    )
                if found is not None:
                    yield found

    def _each(self, reader: _Reader) -> Iterator[Cells | RowRefused | None]:
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield RowRefused(reader.line_num, Label(f"这一行不是 CSV：{error}", f"This line is no CSV: {error}."))
                continue
            yield self._checked(reader.line_num, cells)

    def _checked(self, line: int, cells: list[str]) -> Cells | RowRefused | None:
        if not cells:
            return None
        if len(cells) != len(self.heading):
            return RowRefused(
                line,
                Label(
                    f"这一行有 {len(cells)} 格，表头有 {len(self.heading)} 格。请检查引号和逗号。",
                    f"This row has {len(cells)} cells, the heading {len(self.heading)}. Look for a stray comma.",
                ),
            )
        if any("\0" in cell or len(cell) > _CELL_CHARACTERS_MAX for cell in cells):
            return RowRefused(line, Label("有一格含不可用的字符或太长。", "A cell holds a NUL or is far too long."))
        return Cells(line, [cell.strip() for cell in cells])

    def _heading(self) -> list[str]:
        with self._opened() as reader:
            try:
                heading = [cell.strip() for cell in next(reader, [])]
            except csv.Error as error:
                raise Trouble(f"{self._path.name} is no CSV: {error}.", "Export it again as CSV.") from error
        if not any(heading):
            raise Trouble(f"{self._path.name} is empty.", "Choose a CSV file with a heading and rows.")
        return heading

    @contextmanager
    def _opened(self) -> Iterator[_Reader]:
        name = self._path.name
        try:
            with self._path.open("rb") as file, _plain(file) as plain:
                text = io.TextIOWrapper(plain, encoding=self._encoding, newline="")
                yield csv.reader(text, strict=True)
        except UnicodeDecodeError as error:
            raise Trouble(
                f"{name} is not text in {self._encoding}: {error.reason} at byte {error.start} of a block.",
                "Say its encoding in the mapping, or save it as UTF-8.",
            ) from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Trouble(f"{name} is a broken gzip file: {error}.", "Fetch it again.") from error
        except OSError as error:
            raise Trouble(f"{name} cannot be read: {error.strerror}.", "Check the path and its permissions.") from error


def _plain(file: BinaryIO) -> BinaryIO:
    beginning = file.read(len(_GZIP))
    file.seek(0)
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if beginning == _GZIP else file


def _places(columns: Columns, heading: Sequence[str]) -> dict[str, int]:
    """Where in a row each meaning stands. Raises :class:`Trouble` for a column the table does not have."""
    wanted = {name: getattr(columns, name) for name in Columns.__struct_fields__ if name != "words"}
    wanted |= {f"words.{number}": name for number, name in enumerate(columns.words)}
    absent = {meaning: name for meaning, name in wanted.items() if name and name not in heading}
    if absent:
        told = ", ".join(f"{name} (columns.{meaning})" for meaning, name in absent.items())
        raise Trouble(
            f"The table has no column {told}.", f"Its columns are {', '.join(heading)[:500]}. Correct the mapping."
        )
    twice = [name for name in wanted.values() if name and heading.count(name) > 1]
    if twice:
        raise Trouble(f"The table has the column {twice[0]} more than once.", "Rename one of them in the file.")
    return {meaning: heading.index(name) for meaning, name in wanted.items() if name}
