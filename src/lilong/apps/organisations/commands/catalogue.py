"""Versions of the responsibility catalogue: drafted, loaded from sheets, mended row by row, published, never changed.

A version begins as a draft; publishing gives it the day from which it is in force and ends its predecessor there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from lilong.apps.organisations.commands.deeds import (
    catalogue_deed,
    found,
    locked,
    not_now,
    refused,
    renew_edition,
    subject_named,
)
from lilong.apps.organisations.commands.rows import (
    Written,
    copy_rows,
    replace_rows,
    write_category,
    write_responsibility,
    write_standard,
)
from lilong.apps.organisations.models import CatalogueVersion, Category, Function, Responsibility
from lilong.apps.organisations.rules.sheets import CATALOGUE_SHEETS, Sheets, read_catalogue
from lilong.apps.organisations.terms import CODE_MAX, CategoryCard, ResponsibilityRow, StandardCard
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, amend, refuse_stale
from lilong.ledger.receipts import Receipt

CATALOGUE = Label("权责清单", "catalogue")

LOAD = catalogue_deed("load", Label("载入权责清单", "load catalogues"))
DRAFT = catalogue_deed("draft", Label("起草权责清单", "draft catalogues"))
KEEP_ROW = catalogue_deed("keep_row", Label("修改权责清单", "mend catalogues"))
PUBLISH = catalogue_deed("publish", Label("发布权责清单", "publish catalogues"))


def load_catalogue(*, by: Actor, key: CommandKey, area: AreaCode, name: str, sheets: Sheets) -> Receipt:
    """Make or replace the draft ``name`` for ``area`` from the texts of its three CSV sheets.

    The same sheets again change nothing, whether the version is still a draft or not. The receipt's details carry the
    version's id as ``catalogue`` and count ``read``, ``created`` and ``changed`` rows.
    Refused: each fault of a sheet with its line and column, a published version with other sheets.
    """
    digest = _digest(sheets)

    def change() -> Outcome:
        renew_edition()
        row = _version(area, name)
        if row.digest == digest:
            row.save(update_fields=["version"])
            return Outcome(data={"changed": 0}, details={"catalogue": row.pk, "read": 0, "created": 0, "changed": 0})
        _refuse_published(row)
        functions = {function.code: function.card for function in Function.objects.all()}
        rows = read_catalogue(sheets, name=name, functions=functions)
        replaced = replace_rows(row, rows)
        row.digest = digest
        row.save(update_fields=["digest", "version"])
        read = len(rows.categories) + len(rows.standards) + len(rows.responsibilities)
        counts = {"read": read, "created": 0 if replaced else read, "changed": read if replaced else 0}
        return Outcome(data={**counts, "digest": digest}, details={"catalogue": row.pk, **counts})

    return amend(by=by, key=key, deed=LOAD, area=area, subject=_subject(area, name), change=change)


def draft_catalogue(*, by: Actor, key: CommandKey, source: int, name: str) -> Receipt:
    """Begin a new draft ``name`` with all rows of the version ``source``; details carry its id as ``catalogue``.

    Refused: no such source, a name in use.
    """
    origin = found(CatalogueVersion, source, CATALOGUE)
    area = origin.area_code

    def change() -> Outcome:
        renew_edition()
        row = _version(area, name)
        if row.version > 1:
            raise refused(
                "catalogue_name_used",
                Label("这个版本名已被使用。", "This name is in use."),
                Label("请换一个，例如 2026-10。", "Choose another, such as 2026-10."),
                "name",
            )
        copied = copy_rows(origin, row)
        row.save(update_fields=["version"])
        return Outcome(data={"source": origin.name, "rows": copied}, details={"catalogue": row.pk, "read": copied})

    return amend(by=by, key=key, deed=DRAFT, area=area, subject=_subject(area, name), change=change)


def keep_category(*, by: Actor, key: CommandKey, catalogue: int, category: CategoryCard) -> Receipt:
    """Put a category into a draft, or in place of the one with its code.

    Refused: a published version, words or code too long.
    """
    return _keep_row(by, key, catalogue, lambda draft: write_category(draft, category))


def keep_standard(*, by: Actor, key: CommandKey, catalogue: int, standard: StandardCard) -> Receipt:
    """Put a standard row into a draft, or in place of the one with its category and number.

    Refused: a published version, an unknown category, words too long.
    """
    return _keep_row(by, key, catalogue, lambda draft: write_standard(draft, standard))


def keep_responsibility(*, by: Actor, key: CommandKey, catalogue: int, row: ResponsibilityRow) -> Receipt:
    """Put a responsibility into a draft, or in place of the row with its number.

    Refused: a published version, a category, function or level that does not exist, another row that says the same.
    """
    return _keep_row(by, key, catalogue, lambda draft: write_responsibility(draft, row))


def publish_catalogue(*, by: Actor, key: CommandKey, catalogue: int, valid_from: datetime) -> Receipt:
    """Put a draft in force from ``valid_from`` and end the version now in force there.

    The first version of an area may begin in the past (history is brought in under it); a successor may not, for what
    was routed was routed by its predecessor.
    Refused: an empty draft, a version already published, a beginning not after the last version's.
    """
    subject = found(CatalogueVersion, catalogue, CATALOGUE)

    def change() -> Outcome:
        renew_edition()
        row = locked(CatalogueVersion, catalogue, CATALOGUE)
        refuse_stale(row.subject, row.version, key)
        _refuse_published(row)
        _refuse_empty(row)
        ended = _end_predecessor(row, valid_from, key.at)
        row.valid_from, row.version = valid_from, row.version + 1
        row.save(update_fields=["valid_from", "version"])
        data = {"name": row.name, "valid_from": valid_from.isoformat(), "ended": ended}
        return Outcome(data=data, news={"catalogue": row.pk}, details={"catalogue": row.pk})

    return amend(by=by, key=key, deed=PUBLISH, area=subject.area_code, subject=subject.subject, change=change)


def _keep_row(by: Actor, key: CommandKey, catalogue: int, write: Callable[[CatalogueVersion], Written]) -> Receipt:
    subject = found(CatalogueVersion, catalogue, CATALOGUE)

    def change() -> Outcome:
        renew_edition()
        row = locked(CatalogueVersion, catalogue, CATALOGUE)
        refuse_stale(row.subject, row.version, key)
        _refuse_published(row)
        written = write(row)
        row.digest, row.version = "", row.version + 1
        row.save(update_fields=["digest", "version"])
        details = {"catalogue": row.pk, "row": written.name, "id": written.id}
        return Outcome(data={"row": written.name}, details=details)

    return amend(by=by, key=key, deed=KEEP_ROW, area=subject.area_code, subject=subject.subject, change=change)


def _subject(area: AreaCode, name: str) -> UUID:
    return subject_named(f"catalogue:{area}:{name}")


def _digest(sheets: Sheets) -> str:
    digest = hashlib.sha256()
    for sheet in CATALOGUE_SHEETS:
        digest.update(hashlib.sha256(sheets.get(sheet, "").encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()


def _version(area: AreaCode, name: str) -> CatalogueVersion:
    """The version of that name, locked and counted up, made when there is none."""
    if not name.strip() or len(name) > CODE_MAX or "\0" in name:
        raise refused(
            "catalogue_name_wrong",
            Label("版本名为空或太长。", "The version's name is empty or too long."),
            Label("请写成 2026-09 这样。", "Write it like 2026-09."),
            "name",
        )
    row = CatalogueVersion.objects.select_for_update(no_key=True).filter(area=area.digits, name=name).first()
    if row is None:
        row = CatalogueVersion.objects.create(subject=_subject(area, name), area=area.digits, name=name, digest="")
    row.version += 1
    return row


def _refuse_published(row: CatalogueVersion) -> None:
    if row.valid_from is not None:
        raise not_now(
            "catalogue_published",
            Label(f"{row.name} 版已发布，内容不再改动。", f"Version {row.name} is published and changes no more."),
            Label("请另起一个新版本。", "Draft a new version."),
        )


def _refuse_empty(row: CatalogueVersion) -> None:
    filled = all(rows.objects.filter(catalogue=row).exists() for rows in (Category, Responsibility))
    if not filled:
        raise not_now(
            "catalogue_empty",
            Label("草稿里还没有小类或权责。", "The draft has no categories or no responsibilities yet."),
            Label("请先载入或填写。", "Load or fill it in first."),
        )


def _end_predecessor(row: CatalogueVersion, valid_from: datetime, at: datetime) -> str:
    others = CatalogueVersion.objects.filter(area=row.area, valid_from__isnull=False).order_by("-valid_from")
    last = others.select_for_update(no_key=True).first()
    if last is None:
        return ""
    if last.valid_from is None or valid_from <= max(last.valid_from, at):
        raise refused(
            "catalogue_begins_too_early",
            Label(
                "新版本要晚于上一版，也不能早于现在。", "A new version begins after the last one, and not in the past."
            ),
            Label("请改生效时间。", "Choose a later beginning."),
            "valid_from",
        )
    last.valid_to = valid_from
    last.save(update_fields=["valid_to"])
    return last.name
