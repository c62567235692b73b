"""Stages that nobody takes: reported by whoever meets them, resolved by the catalogue's keeper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from lilong.apps.organisations.commands.deeds import KEEP, MISSING_RESOLVED, found, locked, not_now, refused
from lilong.apps.organisations.models import MissingResponsibility
from lilong.apps.organisations.terms import NOTE_MAX, CategoryKey, Gap, NotRouted
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.ids import new_id, new_salt, salted_digest
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt

MISSING = Label("权责缺项", "missing responsibility")
RESOLVE = Deed("resolve", Label("了结权责缺项", "resolve gaps"), KEEP, MISSING_RESOLVED, "organisations.missing")

_REPORT = """
    INSERT INTO organisations_missing AS kept (id, scheme, scheme_version, code, area, stage, gap, function,
                                               first_seen, last_seen, count, note, note_salt)
    SELECT id, %(scheme)s, %(version)s, %(code)s, area, stage, gap, function, %(at)s, %(at)s, 1, '', ''
    FROM unnest(%(ids)s::uuid[], %(areas)s::text[], %(stages)s::text[], %(gaps)s::text[], %(functions)s::text[])
         AS new (id, area, stage, gap, function)
    ON CONFLICT (area, scheme, scheme_version, code, stage, function) WHERE resolved_at IS NULL
    DO UPDATE SET count = kept.count + 1, gap = EXCLUDED.gap,
                  first_seen = least(kept.first_seen, EXCLUDED.first_seen),
                  last_seen = greatest(kept.last_seen, EXCLUDED.last_seen)
"""


def report_missing(key: CategoryKey, gaps: Iterable[NotRouted], at: datetime) -> None:
    """Put each gap on the keeper's list, or count it there once more. Inside the caller's transaction; one query.

    A place not known closely enough is no gap of the catalogue and is passed over.
    """
    owed = {
        (gap.area.digits, gap.stage.value, gap.function): gap for gap in gaps if gap.gap is not Gap.PLACE_TOO_COARSE
    }
    if not owed:
        return
    # In one order everywhere: two matters that meet the same gaps wait for one another, never in a circle.
    rows = [owed[place] for place in sorted(owed)]
    with connection.cursor() as cursor:
        cursor.execute(
            _REPORT,
            {
                "scheme": key.scheme,
                "version": key.version,
                "code": key.code,
                "at": at,
                "ids": [new_id(at) for _ in rows],
                "areas": [gap.area.digits for gap in rows],
                "stages": [gap.stage.value for gap in rows],
                "gaps": [gap.gap.value for gap in rows],
                "functions": [gap.function for gap in rows],
            },
        )


def resolve_missing(*, by: Actor, key: CommandKey, missing: UUID, note: str) -> Receipt:
    """Take a gap off the list, saying how it was mended; met again, it stands there anew.

    Refused: no such gap, already resolved, no words or too many.
    """
    row = found(MissingResponsibility, missing, MISSING)
    words, salt = note.strip(), new_salt()

    def change() -> Outcome:
        _refuse_bad_note(words)
        open_row = locked(MissingResponsibility, missing, MISSING)
        if open_row.resolved_at is not None:
            raise not_now(
                "missing_resolved",
                Label("这一项已经了结。", "This gap is already resolved."),
                Label("请刷新清单。", "Open the list again."),
            )
        open_row.resolved_at, open_row.note, open_row.note_salt = key.at, words, salt
        open_row.save(update_fields=["resolved_at", "note", "note_salt"])
        data = {"code": row.code, "stage": row.stage, "note": salted_digest(salt, words).hex()}
        return Outcome(data=data, news={"category": str(row.key)}, details={"missing": str(missing)})

    return amend(by=by, key=key, deed=RESOLVE, area=AreaCode(row.area), subject=missing, change=change)


def _refuse_bad_note(words: str) -> None:
    if not 1 <= len(words) <= NOTE_MAX or "\0" in words:
        raise refused(
            "note_missing",
            Label(
                f"请写明怎么解决的，不超过 {NOTE_MAX} 字。", f"Say how it was mended, in at most {NOTE_MAX} characters."
            ),
            Label("例如：清单已补第 184 行。", "For instance: row 184 was added to the catalogue."),
            "note",
        )
