"""Reading the catalogue's and the staffing's sheets (CSV): every fault is named with its sheet, line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lilong.apps.organisations.terms import (
    ANY_AREA_TYPE,
    CODE_MAX,
    SEVERITIES,
    WORDS_MAX,
    CatalogueRows,
    CategoryCard,
    CategoryKey,
    FunctionCard,
    PostPattern,
    ResponsibilityRow,
    Staffing,
    Stage,
    StandardCard,
)
from lilong.kernel.areas import Level
from lilong.kernel.clocks import AMOUNT_MAX, ClockKind, Limit
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

Sheets = Mapping[str, str]
CATALOGUE_SHEETS = ("categories", "standards", "responsibilities")
STAFFING_SHEETS = ("functions", "posts")

Row = TypeVar("Row")
Value = TypeVar("Value")
_REFUSALS_SHOWN = 100
_LIST_MARK = "|"
_LIST_MAX = 4000
_LEVELS = {level.name.lower(): level for level in Level}
_REMEDY = Label("请改正这一格后重新载入；没有写入任何内容。", "Mend this cell and load again; nothing was written.")


@dataclass
class _Faults:
    found: list[Refusal] = field(default_factory=list)

    def note(self, where: str, text: Label) -> None:
        self.found.append(Refusal("organisations.sheet", text, _REMEDY, where))

    def refuse_any(self) -> None:
        if self.found:
            raise Refused(RefusalKind.INVALID, tuple(self.found[:_REFUSALS_SHOWN]))


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a sheet whose cells are read by name; a bad cell raises ``ValueError`` naming its column."""

    where: str
    cells: Mapping[str, str]

    def text(self, column: str, *, needed: bool = True, longest: int = WORDS_MAX) -> str:
        value = (self.cells[column] or "").strip()
        if needed and not value:
            raise _fault(column, Label("不能为空", "must not be empty"))
        if len(value) > longest or "\0" in value:
            words = Label(
                "超过 {longest} 个字，或含有不可用的字符", "has more than {longest} characters or a forbidden one"
            )
            raise _fault(column, words.filled(longest=longest))
        return value

    def code(self, column: str) -> str:
        return self.text(column, longest=CODE_MAX)

    def label(self, stem: str) -> Label:
        return Label(self.text(f"{stem}_zh"), self.text(f"{stem}_en"))

    def listed(self, column: str) -> tuple[str, ...]:
        parts = self.text(column, needed=False, longest=_LIST_MAX).split(_LIST_MARK)
        found = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
        if any(len(part) > WORDS_MAX for part in found):
            raise _fault(column, Label("有一项太长", "one of the parts is too long"))
        return found

    def flag(self, column: str) -> bool:
        return self.one_of(column, {"0": False, "1": True})

    def number(self, column: str) -> int:
        text = self.text(column)
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise _fault(column, Label("不是整数：{text}", "is no whole number: {text}").filled(text=text))
        return int(text)

    def one_of(self, column: str, known: Mapping[str, Value]) -> Value:
        text = self.text(column)
        if text not in known:
            words = Label("没有这个值：{text}（可用：{known}）", "unknown value {text} (known: {known})")
            raise _fault(column, words.filled(text=text, known=", ".join(list(known)[:8])))
        return known[text]

    def limit(self) -> Limit:
        kind = self.one_of("limit_kind", {kind.value: kind for kind in ClockKind})
        amount = self.number("limit_amount")
        if not 1 <= amount <= AMOUNT_MAX:
            words = Label("应为 1 至 {most}", "must be 1 to {most}")
            raise _fault("limit_amount", words.filled(most=AMOUNT_MAX))
        return Limit(amount, kind)


class _CellError(ValueError):
    def __init__(self, column: str, text: Label) -> None:
        super().__init__(column)
        self.column, self.text = column, text


def _fault(column: str, text: Label) -> _CellError:
    return _CellError(column, text)


def read_staffing(sheets: Sheets, *, leading_duty: str, duties: Collection[str]) -> Staffing:
    """The functions and posts of ``functions`` and ``posts``; ``duties`` are those the house knows.

    Raises :class:`Refused` with each fault's sheet, line and column.
    """
    faults = _Faults()
    functions = tuple(_read("functions", sheets, _function, faults))
    faults.refuse_any()
    levels = {function.code: function.levels for function in functions}
    known = frozenset(duties)
    posts = tuple(_read("posts", sheets, lambda line: _post(line, levels, known), faults))
    _refuse_twice("functions", ((one.code,) for one in functions), faults)
    _refuse_twice("posts", ((one.code,) for one in posts), faults)
    faults.refuse_any()
    return Staffing(functions, posts, leading_duty)


def read_catalogue(sheets: Sheets, *, name: str, functions: Mapping[str, FunctionCard]) -> CatalogueRows:
    """The rows of ``categories``, ``standards`` and ``responsibilities``, checked against each other.

    Raises :class:`Refused` with each fault's sheet, line and column.
    """
    faults = _Faults()
    categories = tuple(_read("categories", sheets, lambda line: _category(line, name), faults))
    _refuse_twice("categories", ((one.key.code,) for one in categories), faults)
    faults.refuse_any()
    keys = {one.key.code: one.key for one in categories}
    standards = tuple(_read("standards", sheets, lambda line: _standard(line, name, keys), faults))
    _refuse_twice("standards", ((one.category.code, one.row) for one in standards), faults)
    rows = tuple(_read("responsibilities", sheets, lambda line: _responsibility(line, name, keys, functions), faults))
    _refuse_twice("responsibilities", ((one.row,) for one in rows), faults)
    _refuse_twice("responsibilities", ((one.category, one.area_type, one.stage.value) for one in rows), faults)
    faults.refuse_any()
    return CatalogueRows(categories, standards, rows)


def _read(sheet: str, sheets: Sheets, make: Callable[[_Line], Row], faults: _Faults) -> Iterator[Row]:
    if sheet not in sheets:
        faults.note(sheet, Label("缺少这张表", "this sheet is missing"))
        return
    reader = csv.DictReader(io.StringIO(sheets[sheet], newline=""), strict=True)
    try:
        for cells in reader:
            line = _Line(f"{sheet}:{reader.line_num}", cells)
            row = _made(line, make, faults)
            if row is not None:
                yield row
    except csv.Error as error:
        faults.note(f"{sheet}:{reader.line_num}", Label(f"不是 CSV：{error}", f"is no CSV: {error}"))


def _made(line: _Line, make: Callable[[_Line], Row], faults: _Faults) -> Row | None:
    if None in line.cells or None in line.cells.values():
        faults.note(line.where, Label("列数与表头不符", "has not as many cells as the header"))
        return None
    try:
        return make(line)
    except _CellError as error:
        faults.note(f"{line.where} {error.column}", error.text)
    except KeyError as error:
        faults.note(f"{line.where} {error.args[0]}", Label("缺少这一列", "this column is missing"))
    return None


def _refuse_twice(sheet: str, keys: Iterable[tuple[str | int, ...]], faults: _Faults) -> None:
    seen: set[tuple[str | int, ...]] = set()
    for key in keys:
        if key in seen:
            shown = " ".join(map(str, key))
            faults.note(sheet, Label(f"重复：{shown}", f"stands there twice: {shown}"))
        seen.add(key)


def _function(line: _Line) -> FunctionCard:
    levels = line.listed("levels")
    unknown = [level for level in levels if level not in _LEVELS]
    if unknown or not levels:
        raise _fault("levels", Label(f"没有这个层级：{unknown}", f"unknown levels: {unknown}"))
    return FunctionCard(
        line.code("code"),
        line.label("name"),
        frozenset(_LEVELS[level] for level in levels),
        line.code("nature"),
        frozenset(line.listed("area_types") or (ANY_AREA_TYPE,)),
        line.label("unit"),
    )


def _post(line: _Line, functions: Mapping[str, frozenset[Level]], known: frozenset[str]) -> PostPattern:
    levels = line.one_of("function", functions)
    level = line.one_of("level", _LEVELS)
    if level not in levels:
        raise _fault("level", Label("这个职能没有这个层级", "the function does not exist at this level"))
    duties = frozenset(line.listed("duties"))
    if not duties <= known:
        names = ", ".join(sorted(duties - known))
        raise _fault("duties", Label(f"没有这项职责：{names}", f"unknown duties: {names}"))
    return PostPattern(line.code("code"), line.code("function"), level, line.label("title"), duties)


def _category(line: _Line, name: str) -> CategoryCard:
    parts = (line.code("scheme"), line.code("scheme_version"), line.code("code"))
    if any(":" in part for part in parts):
        raise _fault("code", Label("不能含冒号", "must not contain a colon"))
    return CategoryCard(
        CategoryKey(*parts),
        line.one_of("kind", {"component": "component", "event": "event"}),
        line.code("group_code"),
        line.label("group"),
        line.label("name"),
        line.label("resident"),
        line.one_of("severity", {one: one for one in SEVERITIES}),
        line.flag("needs_verification"),
        line.flag("private_by_default"),
        line.flag("public"),
        line.listed("keywords_zh"),
        line.listed("keywords_en"),
        name,
    )


def _standard(line: _Line, name: str, keys: Mapping[str, CategoryKey]) -> StandardCard:
    return StandardCard(
        0,
        line.one_of("code", keys),
        line.number("row"),
        line.label("filing_condition"),
        line.label("closing_condition"),
        line.one_of("severity", {one: one for one in SEVERITIES}),
        line.limit(),
        line.text("legal_basis", needed=False),
        line.code("source"),
        line.flag("verified"),
        name,
    )


def _responsibility(
    line: _Line, name: str, keys: Mapping[str, CategoryKey], functions: Mapping[str, FunctionCard]
) -> ResponsibilityRow:
    function = line.one_of("function", functions)
    level = line.one_of("level", _LEVELS)
    if level not in function.levels:
        raise _fault("level", Label("这个职能没有这个层级", "the function does not exist at this level"))
    line.one_of("version", {name: name})
    co_functions = line.listed("co_functions")
    unknown = [code for code in co_functions if code not in functions]
    if unknown:
        raise _fault("co_functions", Label(f"没有这个职能：{unknown}", f"unknown functions: {unknown}"))
    return ResponsibilityRow(
        line.number("row"),
        _pattern(line, keys),
        line.code("area_type"),
        line.one_of("stage", {stage.value: stage for stage in Stage}),
        level,
        function.code,
        co_functions,
        line.limit() if line.text("limit_amount", needed=False) else None,
        line.text("legal_basis", needed=False),
        line.label("note") if line.text("note_zh", needed=False) else None,
        name,
    )


def _pattern(line: _Line, keys: Collection[str]) -> str:
    pattern = line.code("category")
    prefix = pattern.removesuffix("*")
    known = any(code.startswith(prefix) for code in keys) if pattern != prefix else pattern in keys
    if not known:
        raise _fault("category", Label(f"没有小类符合：{pattern}", f"no category fits {pattern}"))
    return pattern
