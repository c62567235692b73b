"""From what a table speaks of to units, functions and the catalogue's sheets: pure, the same every time."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from collections.abc import Mapping as Names
from datetime import timedelta

from lilong.apps.organisations.terms import (
    CategoryCard,
    CategoryKey,
    FunctionCard,
    PostDraft,
    ResponsibilityRow,
    Stage,
    StandardCard,
    Structure,
    UnitDraft,
)
from lilong.kernel.areas import Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label
from lilong.project.requests.mapping import Mapping
from lilong.project.requests.survey import Spoken, Survey, folded

_CASE_CATEGORY_CHARACTERS_MAX = 40
_FUNCTION_CODE_CHARACTERS_MAX = 40
_DIGEST_CHARACTERS = 8
_HOURS_UP_TO = timedelta(days=3)
_DESK = "desk"
_DESK_LIMIT = Limit(24, ClockKind.NATURAL_HOURS)
_DESK_STAGES = (Stage.VERIFY, Stage.FILE, Stage.DISPATCH, Stage.CHECK)
_DESK_DUTIES = frozenset(
    f"cases.case.{verb}"
    for verb in ("report", "verify", "file", "merge", "dispatch", "check", "callback", "view", "follow")
)
_UNIT_DUTIES = frozenset({"cases.case.handle", "cases.case.view", "work.task.do"})
_ALL = "*"


def category_key(mapping: Mapping, name: str) -> CategoryKey:
    """The key of a category by its name in the table. The same name gives the same key for ever."""
    categories = mapping.categories
    room = _CASE_CATEGORY_CHARACTERS_MAX - len(f"{categories.scheme}:{categories.version}:")
    return CategoryKey(categories.scheme, categories.version, coded(name, room))


def coded(name: str, longest: int) -> str:
    """``name`` as a code of small letters, digits and hyphens; one that had to be cut ends in a digest of the whole."""
    plain = folded(name)
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    # Two names may differ only in what was taken out; the digest keeps them apart.
    if len(code) <= longest and code.replace("-", " ") == plain:
        return code
    digest = hashlib.sha256(plain.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{code[: longest - _DIGEST_CHARACTERS - 1].rstrip('-')}-{digest}".strip("-")


def function_code(mapping: Mapping, unit: str) -> str:
    """The kind of office that a unit of the table is, by the word the table has for it."""
    scheme = mapping.categories.scheme
    return f"{scheme}.{coded(unit, _FUNCTION_CODE_CHARACTERS_MAX - len(scheme) - 1)}"


def desk_code(mapping: Mapping) -> str:
    """The kind of office that files and checks."""
    return f"{mapping.categories.scheme}.{_DESK}"


def unit_code(mapping: Mapping, function: str) -> str:
    """The code of the city's unit of a function."""
    return f"{function}-{mapping.area}"


def unit_name(mapping: Mapping, unit: str) -> Label:
    """What a unit of the table is called."""
    named = mapping.units.names.get(unit)
    return Label(named.zh, named.en) if named else Label(unit, unit)


def category_name(mapping: Mapping, name: str) -> str:
    """What a category is called in Chinese, or as the table calls it."""
    return mapping.categories.names.get(name, name)


def structure(mapping: Mapping, units: list[str]) -> Structure:
    """The desk and every unit, one post in each: a city that can go on with what was brought in."""
    desk = Label(mapping.units.desk.zh, mapping.units.desk.en)
    offices = {desk_code(mapping): desk} | {function_code(mapping, unit): unit_name(mapping, unit) for unit in units}
    top = unit_code(mapping, desk_code(mapping))
    functions = tuple(
        FunctionCard(code, name, frozenset({Level.CITY}), "government", frozenset({_ALL}), name)
        for code, name in offices.items()
    )
    drafts = tuple(
        UnitDraft(code, name, function, Level.CITY, mapping.area, "" if code == top else top)
        for function, name in offices.items()
        for code in (unit_code(mapping, function),)
    )
    posts = tuple(
        PostDraft(
            draft.code,
            mapping.area,
            Label("受理岗", "Desk officer") if draft.code == top else Label("承办岗", "Handling officer"),
            _DESK_DUTIES if draft.code == top else _UNIT_DUTIES,
        )
        for draft in drafts
    )
    return Structure(functions, drafts, posts)


def category_card(mapping: Mapping, name: str, spoken: Spoken) -> CategoryCard:
    """A category of the table as the catalogue has it."""
    label = _named(mapping.categories.names, name)
    group = spoken.group or name
    return CategoryCard(
        category_key(mapping, name),
        "event",
        coded(group, _FUNCTION_CODE_CHARACTERS_MAX),
        _named(mapping.categories.groups, group),
        label,
        label,
        "C",
        needs_verification=False,
        private=False,
        public=True,
        keywords_zh=(label.zh,),
        keywords_en=tuple(dict.fromkeys(re.findall(r"[a-z]{3,}", name.lower()))),
    )


def standard_card(mapping: Mapping, name: str, spoken: Spoken) -> StandardCard:
    """The one standard row of a category: taken on as it comes, closed when the unit says that it is done."""
    source = f"{mapping.categories.scheme}:{mapping.categories.version}"
    return StandardCard(
        0,
        category_key(mapping, name),
        1,
        Label("登记簿里的一件来件", "A request of the city's register"),
        Label("承办单位报告办完", "The unit reports that it is done"),
        "C",
        limit_of(mapping, spoken),
        "",
        source,
        verified=False,
        catalogue="",
    )


def responsibility_rows(
    mapping: Mapping, categories: Names[str, Spoken], first: int, *, desk: bool
) -> list[ResponsibilityRow]:
    """Who handles each category (who had it most often), numbered from ``first``; and the desk's own stages."""
    rows: list[ResponsibilityRow] = []
    if desk:
        note = Label("由市受理中心办理。", "Done by the city's desk.")
        for stage in _DESK_STAGES:
            rows.append(_row(first + len(rows), _ALL, stage, desk_code(mapping), _DESK_LIMIT, note))
    note = Label(
        "按登记簿里最常承办的单位；时限取其期限的中位数。",
        "Who had it most often; the limit is the median of its targets.",
    )
    for name, spoken in sorted(categories.items()):
        function, limit = function_code(mapping, spoken.unit), limit_of(mapping, spoken)
        rows.append(_row(first + len(rows), category_key(mapping, name).code, Stage.HANDLE, function, limit, note))
    return rows


def limit_of(mapping: Mapping, spoken: Spoken) -> Limit:
    """The usual target of a category as a limit: whole hours up to three days, else whole days."""
    usual = spoken.usual
    if usual is None:
        return Limit(mapping.categories.limit_days, ClockKind.NATURAL_DAYS)
    if usual <= _HOURS_UP_TO:
        return Limit(max(1, round(usual / timedelta(hours=1))), ClockKind.NATURAL_HOURS)
    return Limit(round(usual / timedelta(days=1)), ClockKind.NATURAL_DAYS)


def sheets(mapping: Mapping, found: Survey, name: str) -> dict[str, str]:
    """The catalogue's three sheets for everything the table speaks of."""
    spoken = sorted(found.categories.items())
    return {
        "categories": _sheet(_category_line(category_card(mapping, *pair)) for pair in spoken),
        "standards": _sheet(_standard_line(standard_card(mapping, *pair)) for pair in spoken),
        "responsibilities": _sheet(
            _responsibility_line(row, name) for row in responsibility_rows(mapping, found.categories, 1, desk=True)
        ),
    }


def _row(number: int, category: str, stage: Stage, function: str, limit: Limit, note: Label) -> ResponsibilityRow:
    return ResponsibilityRow(number, category, _ALL, stage, Level.CITY, function, (), limit, "", note, "")


def _named(names: Names[str, str], name: str) -> Label:
    return Label(names.get(name, name), name)


def _category_line(card: CategoryCard) -> dict[str, object]:
    return {
        "scheme": card.key.scheme,
        "scheme_version": card.key.version,
        "code": card.key.code,
        "kind": card.kind,
        "group_code": card.group_code,
        **_both("group", card.group),
        **_both("name", card.name),
        **_both("resident", card.resident),
        "severity": card.severity,
        "needs_verification": int(card.needs_verification),
        "private_by_default": int(card.private),
        "public": int(card.public),
        "keywords_zh": "|".join(card.keywords_zh),
        "keywords_en": "|".join(card.keywords_en),
    }


def _standard_line(card: StandardCard) -> dict[str, object]:
    return {
        "code": card.category.code,
        "row": card.row,
        **_both("filing_condition", card.filing_condition),
        **_both("closing_condition", card.closing_condition),
        "severity": card.severity,
        **_limit(card.limit),
        "legal_basis": card.legal_basis,
        "source": card.source,
        "verified": int(card.verified),
    }


def _responsibility_line(row: ResponsibilityRow, name: str) -> dict[str, object]:
    return {
        "version": name,
        "row": row.row,
        "category": row.category,
        "area_type": row.area_type,
        "stage": row.stage.value,
        "level": row.level.name.lower(),
        "function": row.function,
        "co_functions": "",
        **(_limit(row.limit) if row.limit else {}),
        "legal_basis": row.legal_basis,
        **(_both("note", row.note) if row.note else {}),
    }


def _both(stem: str, words: Label) -> dict[str, object]:
    return {f"{stem}_zh": words.zh, f"{stem}_en": words.en}


def _limit(limit: Limit) -> dict[str, object]:
    return {"limit_amount": limit.amount, "limit_kind": limit.kind.value}


def _sheet(lines: Iterable[dict[str, object]]) -> str:
    rows = list(lines)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
