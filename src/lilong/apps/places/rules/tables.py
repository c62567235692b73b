"""Reading a table of areas from the bytes of a file: CSV in UTF-8, plain or gzipped. Nothing here touches a disk.

Whatever is wrong with the file or a row comes back as a refusal with its line number and a remedy; nothing is guessed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lilong.apps.places.rules.codes import OFFICIAL_LENGTH, is_statistical
from lilong.apps.places.terms import RowRefusal
from lilong.kernel.words import Label

BYTES_MAX = 256 * 1024 * 1024
_REQUIRED = ("code", "level", "name", "parent_code")
_NAME_CHARACTERS_MAX = 80
_CODE_CHARACTERS_MAX = 40
_LEVEL_MAX = 9
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ufffd]")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Row:
    """One area as its source wrote it; ``parent`` is empty for a root. The heading is line 1."""

    line: int
    code: str
    level: int
    name: str
    parent: str
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: the rows that could be read, the refusals of the others, how many rows there were.

    ``broken`` are the codes of refused rows, so that what hangs below them is not called an orphan on top.
    """

    rows: tuple[Row, ...]
    refusals: tuple[RowRefusal, ...]
    read: int
    digest: str
    broken: frozenset[str] = frozenset()

    @property
    def by_level(self) -> dict[str, int]:
        """How many areas were read for each of the file's own level numbers."""
        levels = sorted({row.level for row in self.rows})
        return {str(level): sum(row.level == level for row in self.rows) for level in levels}


class UnreadableError(Exception):
    """The file as a whole cannot be read; carries the one refusal that says why."""

    def __init__(self, line: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.refusal = RowRefusal(line, Label(zh, en))


def read_table(data: bytes) -> Table:
    """Read ``data``. A file that cannot be read at all gives a table without rows and with one refusal."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        text = _decoded(unpacked(data))
        lines = _numbered(text)
        _, heading = next(lines, (1, []))
        columns = _columns(heading)
    except UnreadableError as error:
        return Table((), (error.refusal,), 0, digest)
    return _read_rows(lines, columns, digest)


def unpacked(data: bytes) -> bytes:
    """The bytes themselves, gunzipped when they are gzip (told by content, not by name).

    Raises :class:`UnreadableError` for a broken or too large file.
    """
    if not data.startswith(_GZIP):
        return data
    plain = bytearray()
    while data:
        inflater = zlib.decompressobj(wbits=31)
        try:
            plain += inflater.decompress(data, BYTES_MAX + 1 - len(plain))
        except zlib.error as error:
            raise UnreadableError(
                1, "压缩文件已损坏。请重新下载。", f"Broken gzip: {error}. Fetch it again."
            ) from error
        if len(plain) > BYTES_MAX:
            raise _too_large()
        if not inflater.eof:
            raise UnreadableError(1, "压缩文件不完整。请重新下载。", "The gzip file ends too early. Fetch it again.")
        data = inflater.unused_data
    return bytes(plain)


def _too_large() -> UnreadableError:
    return UnreadableError(
        1,
        f"解压后超过 {BYTES_MAX >> 20} MB。请按区拆分后分次导入。",
        f"More than {BYTES_MAX >> 20} MB when unpacked. Split it by district and import the parts.",
    )


def _decoded(data: bytes) -> str:
    if not data.strip():
        raise UnreadableError(
            1, "文件是空的。请选择有内容的 CSV 文件。", "The file is empty. Choose a CSV file with rows."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            line,
            f"第 {line} 行不是 UTF-8 编码。请另存为“CSV UTF-8”后再导入。",
            f"Line {line} is not UTF-8. Save the file as “CSV UTF-8” and import again.",
        ) from error
    if text.lstrip()[:1] in {"<", "{", "["}:
        raise UnreadableError(
            1,
            "这不是 CSV 表格（像网页或 JSON）。请下载数据文件本身，而不是网页。",
            "This is no CSV table (it looks like a web page or JSON). Fetch the data file itself, not its page.",
        )
    return text


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV text with the line on which each begins; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableError(
                reader.line_num,
                f"第 {reader.line_num} 行不是合格的 CSV：{error}。请检查引号。",
                f"Line {reader.line_num} is no valid CSV: {error}. Check the quotation marks.",
            ) from error
        if any(cell.strip() for cell in record):
            yield begins, record
        begins = reader.line_num + 1


def _columns(heading: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in heading]
    missing = [name for name in _REQUIRED if name not in columns]
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    if missing or doubled:
        wanted = ",".join((*_REQUIRED, "type"))
        zh = f"表头缺少列 {'、'.join(missing)}。" if missing else f"表头有重复的列 {'、'.join(doubled)}。"
        en = f"The heading lacks {', '.join(missing)}." if missing else f"The heading repeats {', '.join(doubled)}."
        raise UnreadableError(1, f"{zh}第一行应为 {wanted}。", f"{en} The first line must be {wanted}.")
    return columns


def _read_rows(lines: Iterator[tuple[int, list[str]]], columns: list[str], digest: str) -> Table:
    rows: list[Row] = []
    refusals: list[RowRefusal] = []
    broken: set[str] = set()
    code_at = columns.index("code")
    read = 0
    try:
        for line, record in lines:
            read += 1
            found = _row(line, record, columns)
            if isinstance(found, Row):
                rows.append(found)
            else:
                refusals.append(found)
                broken.update(cell.strip() for cell in record[code_at : code_at + 1])
    except UnreadableError as error:
        refusals.append(error.refusal)
    if not read:
        refusals.append(
            RowRefusal(
                1, Label("只有表头，没有数据行。请检查导出是否完整。", "Only a heading, no rows. Check the export.")
            )
        )
    return Table(tuple(rows), (*refusals, *_wrong_forms(rows)), read, digest, frozenset(broken))


def _row(line: int, record: list[str], columns: list[str]) -> Row | RowRefusal:
    if len(record) != len(columns):
        return _refused(
            line,
            f"有 {len(record)} 列，表头有 {len(columns)} 列。请补齐或删去多余的逗号。",
            f"{len(record)} columns where the heading has {len(columns)}. Add what is missing or quote the comma.",
        )
    cells = dict(zip(columns, (cell.strip() for cell in record), strict=True))
    fault = _fault_of_cells(cells)
    if fault:
        return RowRefusal(line, fault)
    return Row(line, cells["code"], int(cells["level"]), cells["name"], cells["parent_code"], cells.get("type", ""))


def _fault_of_cells(cells: dict[str, str]) -> Label | None:
    code, level, name = cells["code"], cells["level"], cells["name"]
    if not code or len(code) > _CODE_CHARACTERS_MAX or _CONTROL.search(code) or any(c.isspace() for c in code):
        return Label(
            f"代码“{_shown(code)}”不成形。应为 1 至 {_CODE_CHARACTERS_MAX} 个字符，不含空格。",
            f"The code “{_shown(code)}” is malformed: write 1 to {_CODE_CHARACTERS_MAX} characters without spaces.",
        )
    if not (level.isascii() and level.isdigit() and len(level) == 1 and 1 <= int(level) <= _LEVEL_MAX):
        return Label(
            f"层级“{_shown(level)}”未知。应为 1（市）起的整数，如 1 市、2 区、3 街镇、4 居村。",
            f"The level “{_shown(level)}” is unknown: a number from 1 (city) is expected, as 2 district, 3 street.",
        )
    if not name or len(name) > _NAME_CHARACTERS_MAX or _CONTROL.search(name):
        return Label(
            f"名称“{_shown(name)}”不成形。应为 1 至 {_NAME_CHARACTERS_MAX} 个可见字符。",
            f"The name “{_shown(name)}” is malformed: 1 to {_NAME_CHARACTERS_MAX} visible characters are expected.",
        )
    kind = cells.get("type", "")
    if kind and not _KIND.fullmatch(kind):
        return Label(
            f"类型“{_shown(kind)}”不成形。应为小写英文词，如 subdistrict、town。",
            f"The type “{_shown(kind)}” is malformed: lower-case words such as subdistrict or town are expected.",
        )
    return None


def _wrong_forms(rows: list[Row]) -> Iterator[RowRefusal]:
    """In a table of statistical codes a code of another form is a slip; a table of other codes has no such form."""
    odd = [row for row in rows if not is_statistical(row.code)]
    if not odd or 2 * len(odd) > len(rows):
        return
    for row in odd:
        yield _refused(
            row.line,
            f"代码“{_shown(row.code)}”应为 {OFFICIAL_LENGTH} 位数字（网格可更长），与其他行一致。",
            f"The code “{_shown(row.code)}” must have {OFFICIAL_LENGTH} digits (a grid more), like the other rows.",
        )


def _shown(text: str) -> str:
    clean = _CONTROL.sub("�", text)
    return clean if len(clean) <= 30 else f"{clean[:29]}…"


def _refused(line: int, zh: str, en: str) -> RowRefusal:
    return RowRefusal(line, Label(zh, en))
