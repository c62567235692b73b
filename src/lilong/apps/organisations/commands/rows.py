"""Writing the rows of a catalogue's draft: all at once, or one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from lilong.apps.organisations.commands.deeds import refuse_too_long, refused
from lilong.apps.organisations.models import CatalogueVersion, Category, Function, Responsibility, Standard
from lilong.apps.organisations.terms import (
    CODE_MAX,
    SEVERITIES,
    WORDS_MAX,
    CatalogueRows,
    CategoryCard,
    ResponsibilityRow,
    StandardCard,
)
from lilong.kernel.words import Label

_COPY_CATEGORIES = """
    INSERT INTO organisations_category (
        catalogue_id, scheme, scheme_version, code, kind, group_code, group_zh, group_en, name_zh, name_en, resident_zh,
        resident_en, keywords_zh, keywords_en, severity, needs_verification, private_by_default, public)
    SELECT %s, scheme, scheme_version, code, kind, group_code, group_zh, group_en, name_zh, name_en, resident_zh,
        resident_en, keywords_zh, keywords_en, severity, needs_verification, private_by_default, public
    FROM organisations_category WHERE catalogue_id = %s ORDER BY id
"""
_COPY_STANDARDS = """
    INSERT INTO organisations_standard (
        category_id, row, filing_condition_zh, filing_condition_en, closing_condition_zh, closing_condition_en,
        severity, limit_amount, limit_kind, legal_basis, source, verified)
    SELECT new.id, one.row, one.filing_condition_zh, one.filing_condition_en, one.closing_condition_zh,
        one.closing_condition_en, one.severity, one.limit_amount, one.limit_kind, one.legal_basis, one.source,
        one.verified
    FROM organisations_standard AS one
    JOIN organisations_category AS old ON old.id = one.category_id
    JOIN organisations_category AS new ON new.catalogue_id = %s AND new.code = old.code
    WHERE old.catalogue_id = %s ORDER BY one.id
"""
_COPY_RESPONSIBILITIES = """
    INSERT INTO organisations_responsibility (
        catalogue_id, row, category, area_type, stage, level, function_id, co_functions, limit_amount, limit_kind,
        legal_basis, note_zh, note_en)
    SELECT %s, row, category, area_type, stage, level, function_id, co_functions, limit_amount, limit_kind,
        legal_basis, note_zh, note_en
    FROM organisations_responsibility WHERE catalogue_id = %s ORDER BY row
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A row that was written: how the journal names it, and its id."""

    name: str
    id: int


def replace_rows(draft: CatalogueVersion, rows: CatalogueRows) -> bool:
    """Put exactly these rows into the draft, in a few statements; tells whether others stood there before."""
    replaced, _ = Standard.objects.filter(category__catalogue=draft).delete()
    replaced += Category.objects.filter(catalogue=draft).delete()[0]
    replaced += Responsibility.objects.filter(catalogue=draft).delete()[0]
    categories = Category.objects.bulk_create(_category(draft, card) for card in rows.categories)
    by_code = {category.code: category for category in categories}
    Standard.objects.bulk_create(_standard(by_code[card.category.code], card) for card in rows.standards)
    Responsibility.objects.bulk_create(_responsibility(draft, row) for row in rows.responsibilities)
    return bool(replaced)


def copy_rows(origin: CatalogueVersion, draft: CatalogueVersion) -> int:
    """Copy every row of ``origin`` into ``draft``; returns how many."""
    copied = 0
    with connection.cursor() as cursor:
        for statement in (_COPY_CATEGORIES, _COPY_STANDARDS, _COPY_RESPONSIBILITIES):
            cursor.execute(statement, [draft.pk, origin.pk])
            copied += cursor.rowcount
    return copied


def write_category(draft: CatalogueVersion, card: CategoryCard) -> Written:
    """Insert or replace one category by its code."""
    for field, words in (("name", card.name), ("group", card.group), ("resident", card.resident)):
        refuse_too_long(words, WORDS_MAX, field)
    _refuse_long_codes((card.key.scheme, card.key.version, card.key.code, card.kind, card.group_code), "code")
    _refuse_long_codes((*card.keywords_zh, *card.keywords_en), "keywords", WORDS_MAX)
    _refuse_severity(card.severity)
    kept = Category.objects.filter(catalogue=draft, code=card.key.code).first()
    row = _category(draft, card)
    row.pk = kept.pk if kept else None
    row.save()
    return Written(f"category:{card.key.code}", row.pk)


def write_standard(draft: CatalogueVersion, card: StandardCard) -> Written:
    """Insert or replace one standard row by category and number."""
    for field, words in (("filing_condition", card.filing_condition), ("closing_condition", card.closing_condition)):
        refuse_too_long(words, WORDS_MAX, field)
    _refuse_long_codes((card.legal_basis,), "legal_basis", WORDS_MAX)
    _refuse_long_codes((card.source,), "source")
    _refuse_severity(card.severity)
    category = Category.objects.filter(catalogue=draft, code=card.category.code).first()
    if category is None:
        raise _unknown("category", Label("没有这个小类。", "There is no such category."))
    kept = Standard.objects.filter(category=category, row=card.row).first()
    row = _standard(category, card)
    row.pk = kept.pk if kept else None
    row.save()
    return Written(f"standard:{card.category.code}/{card.row}", row.pk)


def write_responsibility(draft: CatalogueVersion, card: ResponsibilityRow) -> Written:
    """Insert or replace one responsibility by its number."""
    if card.note:
        refuse_too_long(card.note, WORDS_MAX, "note")
    _refuse_long_codes((card.area_type,), "area_type")
    _refuse_long_codes((card.legal_basis,), "legal_basis", WORDS_MAX)
    _refuse_unfit(draft, card)
    said = {"catalogue": draft, "category": card.category, "area_type": card.area_type, "stage": card.stage}
    if Responsibility.objects.filter(**said).exclude(row=card.row).exists():
        raise refused(
            "responsibility_said_twice",
            Label("另一行已经写明了这一类、这种区域、这一环节。", "Another row already says this."),
            Label("请改那一行。", "Change that row."),
            "category",
        )
    kept = Responsibility.objects.filter(catalogue=draft, row=card.row).first()
    row = _responsibility(draft, card)
    row.pk = kept.pk if kept else None
    row.save()
    return Written(f"responsibility:{card.row}", row.pk)


def _refuse_unfit(draft: CatalogueVersion, card: ResponsibilityRow) -> None:
    prefix = card.category.removesuffix("*")
    codes = Category.objects.filter(catalogue=draft)
    if not codes.filter(**({"code": prefix} if prefix == card.category else {"code__startswith": prefix})).exists():
        raise _unknown("category", Label("没有小类符合这个代码。", "No category fits this code."))
    levels = dict(Function.objects.values_list("code", "levels"))
    if card.level not in levels.get(card.function, ()):
        raise _unknown(
            "function", Label("没有这个职能，或它不设在这一层级。", "No such function, or not at this level.")
        )
    if not levels.keys() >= set(card.co_functions):
        raise _unknown("co_functions", Label("协办职能里有不存在的。", "One of the co-functions does not exist."))


def _unknown(field: str, text: Label) -> Exception:
    return refused(f"{field}_unknown", text, Label("请从现有的里面选。", "Choose an existing one."), field)


def _refuse_long_codes(codes: Iterable[str], field: str, longest: int = CODE_MAX) -> None:
    for code in codes:
        refuse_too_long(Label(code or "-", code or "-"), longest, field)


def _refuse_severity(severity: str) -> None:
    if severity not in SEVERITIES:
        raise refused(
            "severity_unknown",
            Label("分级只有 A、B、C。", "The severities are A, B and C."),
            Label("请改选一个。", "Choose one of them."),
            "severity",
        )


def _category(draft: CatalogueVersion, card: CategoryCard) -> Category:
    return Category(
        catalogue=draft,
        scheme=card.key.scheme,
        scheme_version=card.key.version,
        code=card.key.code,
        kind=card.kind,
        group_code=card.group_code,
        group_zh=card.group.zh,
        group_en=card.group.en,
        name_zh=card.name.zh,
        name_en=card.name.en,
        resident_zh=card.resident.zh,
        resident_en=card.resident.en,
        keywords_zh=list(card.keywords_zh),
        keywords_en=list(card.keywords_en),
        severity=card.severity,
        needs_verification=card.needs_verification,
        private_by_default=card.private,
        public=card.public,
    )


def _standard(category: Category, card: StandardCard) -> Standard:
    return Standard(
        category=category,
        row=card.row,
        filing_condition_zh=card.filing_condition.zh,
        filing_condition_en=card.filing_condition.en,
        closing_condition_zh=card.closing_condition.zh,
        closing_condition_en=card.closing_condition.en,
        severity=card.severity,
        limit_amount=card.limit.amount,
        limit_kind=card.limit.kind,
        legal_basis=card.legal_basis,
        source=card.source,
        verified=card.verified,
    )


def _responsibility(draft: CatalogueVersion, card: ResponsibilityRow) -> Responsibility:
    return Responsibility(
        catalogue=draft,
        row=card.row,
        category=card.category,
        area_type=card.area_type,
        stage=card.stage,
        level=card.level,
        function_id=card.function,
        co_functions=list(card.co_functions),
        limit_amount=card.limit.amount if card.limit else None,
        limit_kind=card.limit.kind if card.limit else "",
        legal_basis=card.legal_basis,
        note_zh=card.note.zh if card.note else "",
        note_en=card.note.en if card.note else "",
    )
