"""Reading a table of days, making a notice of it, and holding it beside the calendar. Pure: bytes and values in.

A table is CSV with the columns ``date,is_workday`` and perhaps ``kind,holiday``, or JSON with the same names (a list of
objects, or an object whose ``days`` is that list; ``isOffDay`` and ``name`` are understood as well). It names a whole
year, or only the days that are not what the week says. Everything wrong with it is told at once, each with its row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from lilong.calendars.terms import Comparison, Disagreement, NoticeTable, TableRow
from lilong.kernel.days import DayKind, ExceptionalDay, WorkingDays, is_weekend
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

BYTES_MAX = 2_000_000
_TOLD_MAX = 50
_HOLIDAY_MAX = 60
_SHOWN_MAX = 40
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORKS = {"1": True, "true": True, "0": False, "false": False}
# Off in every year since the first one carried: 全国年节及纪念日放假办法 (2024-11-10), article 2, and its versions of
# 1999, 2007 and 2013. A table without them is cut off or belongs to something else.
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
_MEASURES = "law:全国年节及纪念日放假办法@2024-11-10#2"


def read_table(content: bytes, *, days_only: bool = False) -> tuple[TableRow, ...]:
    """The rows of a table; with ``days_only`` every column but ``date`` and ``is_workday`` is ignored.

    Raises :class:`~lilong.kernel.refusals.Refused` naming each row that cannot be read and what to do about it.
    """
    rows: list[TableRow] = []
    wrong: list[Refusal] = []
    seen: dict[date, int] = {}
    for number, cells in _records(_text(content)):
        row = _row(number, {} if days_only else cells, cells)
        if isinstance(row, Refusal):
            wrong.append(row)
        elif row.day in seen:
            wrong.append(_twice(row, seen[row.day]))
        else:
            seen[row.day] = number
            rows.append(row)
    if not rows and not wrong:
        wrong.append(_at(1, "table_empty", Label("表里没有日期。", "there are no days in the table."), _FORMAT, "date"))
    _refuse(wrong)
    return tuple(rows)


def notice_of(rows: Sequence[TableRow], year: int | None = None) -> NoticeTable:
    """The notice that a table stands for: that of ``year``, or of the latest year in it.

    Days of the December before may be in it when the notice changes them. Raises
    :class:`~lilong.kernel.refusals.Refused` when the rows are not one whole year or one year's exceptional days.
    """
    year = max(row.day.year for row in rows) if year is None else year
    wrong = [refusal for row in rows if (refusal := _refuse_place(row, year))]
    days = tuple(
        sorted(ExceptionalDay(row.day, kind, row.holiday) for row in rows if (kind := _kind(row)) in _EXCEPTIONAL)
    )
    if not wrong:
        wrong = [*_gaps(rows, year), *_worked_on_festivals(days, year)]
    _refuse(wrong)
    lines = "\n".join(f"{each.day},{each.kind},{each.holiday}" for each in days)
    return NoticeTable(year, days, tuple(rows), sha256(lines.encode()).hexdigest())


def compare(rows: Iterable[TableRow], days: WorkingDays) -> Comparison:
    """Hold a table beside the calendar, day by day.

    A row in an unpublished year is compared with what the calendar says provisionally: equal, it agrees and is counted
    as unpublished too; different, it disagrees and says that the day is not published.
    """
    read = unpublished = 0
    differing: list[Disagreement] = []
    for row in rows:
        read += 1
        is_published = not days.is_provisional(row.day)
        unpublished += not is_published
        ours = days.kind(row.day)
        if ours.works != row.works:
            differing.append(Disagreement(row.row, row.day, ours, row.works, is_published))
    return Comparison(read, read - len(differing), unpublished, tuple(differing))


# --- what a row says --------------------------------------------------------------------------------------------

_EXCEPTIONAL = (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY)
_FORMAT = Label(
    "表头写 date,is_workday,kind,holiday；日期如 2027-01-01；is_workday 写 1（上班）或 0（放假）。",
    "Head the columns date,is_workday,kind,holiday; write dates as 2027-01-01 and is_workday as 1 or 0.",
)


def _kind(row: TableRow) -> DayKind:
    if row.kind:
        return row.kind
    if is_weekend(row.day):
        if row.works:
            return DayKind.MAKEUP_WORKDAY
        return DayKind.HOLIDAY if row.holiday else DayKind.WEEKEND
    return DayKind.WORKDAY if row.works else DayKind.HOLIDAY


def _row(number: int, extra: Mapping[str, str], cells: Mapping[str, str]) -> TableRow | Refusal:
    given, said = cells.get("date", ""), cells.get("is_workday", "")
    day, works = _day(given), _WORKS.get(said.lower())
    if day is None:
        text = Label(f"日期“{_shown(given)}”读不懂。", f"“{_shown(given)}” is not a date.")
        return _at(number, "date_malformed", text, _FORMAT, "date")
    if works is None:
        text = Label(f"is_workday“{_shown(said)}”读不懂。", f"is_workday “{_shown(said)}” is neither 1 nor 0.")
        return _at(number, "is_workday_malformed", text, _FORMAT, "is_workday")
    kind, holiday = extra.get("kind", ""), extra.get("holiday", "")
    if len(holiday) > _HOLIDAY_MAX:
        text = Label(f"节日名称超过 {_HOLIDAY_MAX} 个字。", f"the holiday's name is longer than {_HOLIDAY_MAX}.")
        return _at(number, "holiday_too_long", text, Label("请写短些。", "Shorten it."), "holiday")
    if not kind:
        return TableRow(number, day, works, None, holiday)
    if kind not in set(DayKind):
        text = Label(f"没有“{_shown(kind)}”这种日子。", f"there is no kind “{_shown(kind)}”.")
        remedy = Label(f"可写 {'、'.join(DayKind)}，或留空。", f"Write one of {', '.join(DayKind)}, or leave it empty.")
        return _at(number, "kind_unknown", text, remedy, "kind")
    row = TableRow(number, day, works, DayKind(kind), holiday)
    return _contradiction(row, DayKind(kind)) or row


def _contradiction(row: TableRow, kind: DayKind) -> Refusal | None:
    said = Label(f"{row.day} {kind.label.zh}（{kind}）", f"{row.day} {kind.label.en} ({kind})")
    if kind.works != row.works:
        text = Label("{said}与 is_workday 矛盾。", "{said} contradicts is_workday.").filled(said=said)
        return _at(row.row, "kind_contradicts", text, Label("请改其中一项。", "Correct one of the two."), "kind")
    wrong_on_weekend = kind is DayKind.WORKDAY and is_weekend(row.day)
    wrong_on_weekday = kind in (DayKind.MAKEUP_WORKDAY, DayKind.WEEKEND) and not is_weekend(row.day)
    if not (wrong_on_weekend or wrong_on_weekday):
        return None
    right = {
        DayKind.WORKDAY: DayKind.MAKEUP_WORKDAY,
        DayKind.MAKEUP_WORKDAY: DayKind.WORKDAY,
        DayKind.WEEKEND: DayKind.HOLIDAY,
    }[kind]
    place = Label("周末", "a weekend") if wrong_on_weekend else Label("周一到周五", "Monday to Friday")
    text = Label("{said}落在{place}。", "{said} falls on {place}.").filled(said=said, place=place)
    remedy = Label(f"核对日期；日期不错就写 {right}。", f"Check the date; if it is right, write {right}.")
    return _at(row.row, "kind_on_wrong_day", text, remedy, "kind")


def _twice(row: TableRow, first: int) -> Refusal:
    text = Label(f"{row.day} 在第 {first} 行已经有了。", f"{row.day} stands in row {first} already.")
    return _at(row.row, "date_twice", text, Label("请只留一行。", "Keep one of the two."), "date")


def _shown(given: str) -> str:
    """Somebody else's text, short and printable, for a sentence of ours."""
    return "".join(letter if letter.isprintable() else "�" for letter in given[:_SHOWN_MAX])


def _day(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- what a table is --------------------------------------------------------------------------------------------


def _refuse_place(row: TableRow, year: int) -> Refusal | None:
    is_december_before = (row.day.year, row.day.month) == (year - 1, 12)
    if row.day.year == year or (is_december_before and _kind(row) in _EXCEPTIONAL):
        return None
    text = Label(f"{row.day} 不在 {year} 年的安排里。", f"{row.day} is no day of the notice of {year}.")
    remedy = Label(
        "一次导入一个年份；上年 12 月只写被调整的日子。",
        "Import one year at a time; of the December before, only days that the notice changes.",
    )
    return _at(row.row, "wrong_year", text, remedy, "date")


def _gaps(rows: Sequence[TableRow], year: int) -> list[Refusal]:
    """A table with one ordinary day in it means to be the whole year, and then a missing day is an error."""
    ordinary = next((row for row in rows if _kind(row) not in _EXCEPTIONAL), None)
    if ordinary is None:
        return []
    first = date(year, 1, 1)
    there = {row.day for row in rows}
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    missing = [day for day in days if day not in there]
    if not missing:
        return []
    text = Label(
        f"{ordinary.day} 是平常日子，所以这应是全年的表，但缺 {len(missing)} 天，先缺 {missing[0]}。",
        f"{ordinary.day} is an ordinary day, so this is a table of the whole year; {len(missing)} days are missing, "
        f"the first {missing[0]}.",
    )
    remedy = Label(
        "补齐全年，或只留放假和调休上班的日子（放假的周末写上节日名称）。",
        "Give every day of the year, or only holidays and make-up days (naming the holiday of weekend days off).",
    )
    return [_at(ordinary.row, "days_missing", text, remedy, "date")]


def _worked_on_festivals(days: Iterable[ExceptionalDay], year: int) -> list[Refusal]:
    off = {each.day for each in days if not each.kind.works}
    worked = {each.day for each in days if each.kind.works}
    festivals = [date(year, month, day) for month, day in _ALWAYS_OFF]
    amiss = [day for day in festivals if day in worked or (day not in off and not is_weekend(day))]
    text = Label(
        "{day} 是法定节日，表里没有放假。", "{day} is a public holiday by law, and the table does not say it is off."
    )
    remedy = Label("请核对是不是整份通知。", "Check that the table is the whole notice.")
    return [Refusal("calendars.festival_missing", text.filled(day=day), remedy, "date", _MEASURES) for day in amiss]


# --- how a table is written -------------------------------------------------------------------------------------


def _text(content: bytes) -> str:
    if len(content) > BYTES_MAX:
        text = Label(f"文件超过 {BYTES_MAX} 字节。", f"the file is larger than {BYTES_MAX} bytes.")
        raise Refused(RefusalKind.TOO_LARGE, (_at(1, "file_too_large", text, _FORMAT, "file"),))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        text = Label("文字编码不是 UTF-8。", "the text is not UTF-8.")
        remedy = Label("请另存为 UTF-8 编码的 CSV。", "Save it as CSV in UTF-8.")
        raise Refused(RefusalKind.INVALID, (_at(row, "not_utf8", text, remedy, "file"),)) from error


def _records(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    return _from_json(text) if text.lstrip()[:1] in ("[", "{") else _from_csv(text)


def _from_csv(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in ("date", "is_workday") if name not in names]
        if missing:
            said = ", ".join(missing)
            _refuse([_at(1, "column_missing", Label(f"缺少列 {said}。", f"no column {said}."), _FORMAT, missing[0])])
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
    except csv.Error as error:
        text_of = Label(f"这一行不是 CSV：{error}。", f"this is not CSV: {error}.")
        _refuse([_at(reader.line_num, "csv_malformed", text_of, _FORMAT, "file")])


def _from_json(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", 1)
        _refuse([_at(row, "json_malformed", Label("这不是完整的 JSON。", "this is not JSON."), _FORMAT, "file")])
        return
    days = found.get("days") if isinstance(found, dict) else found
    if not isinstance(days, list):
        _refuse([_at(1, "json_malformed", Label("没有找到日期列表。", "there is no list of days."), _FORMAT, "days")])
        return
    for number, each in enumerate(days, start=1):
        yield number, _cells(each) if isinstance(each, dict) else {}


def _cells(each: Mapping[str, Any]) -> dict[str, str]:
    works = each.get("is_workday")
    if works is None and isinstance(each.get("isOffDay"), bool):
        works = not each["isOffDay"]
    found = {"date": each.get("date"), "kind": each.get("kind"), "holiday": each.get("holiday", each.get("name"))}
    return {name: "" if value is None else str(value).strip() for name, value in {**found, "is_workday": works}.items()}


# --- refusing ---------------------------------------------------------------------------------------------------


def _at(row: int, code: str, text: Label, remedy: Label, field: str) -> Refusal:
    """A refusal that names its row, in words and as ``row:17``."""
    where = Label(f"第 {row} 行：{text.zh}", f"Row {row}: {text.en}")
    return Refusal(f"calendars.{code}", where, remedy, field, f"row:{row}")


def _refuse(wrong: Sequence[Refusal]) -> None:
    if not wrong:
        return
    told = tuple(wrong[:_TOLD_MAX])
    if len(wrong) > _TOLD_MAX:
        text = Label(f"另有 {len(wrong) - _TOLD_MAX} 处同样读不懂。", f"{len(wrong) - _TOLD_MAX} more like these.")
        told += (Refusal("calendars.more", text, _FORMAT),)
    raise Refused(RefusalKind.INVALID, told)
