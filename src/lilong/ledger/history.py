"""Reading the journal."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from lilong.kernel.actors import Actor
from lilong.kernel.because import Because
from lilong.kernel.words import Label
from lilong.ledger.events import Entry
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading


def entries(subject: UUID) -> tuple[Entry, ...]:
    """The subject's acts, oldest first; only what the open scope shows."""
    rows = JournalEntry.objects.filter(subject=subject).order_by("seq").only("seq", "at", "step", "data")
    return tuple(
        Entry(
            row.seq,
            row.at,
            row.step,
            Label.from_json(row.data["by"]),
            tuple(Because.from_json(because) for because in row.data["because"]),
            row.data,
        )
        for row in rows
    )


def is_whole(subject: UUID, seen_by: Actor) -> bool:
    """Whether the subject's chain, as far as ``seen_by`` sees it, recomputes to the hashes it carries."""
    with reading(seen_by), connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(bool_and(seq = place AND prev IS NOT DISTINCT FROM before AND hash = ledger_entry_hash(
                          prev, subject, seq, kind, area, at, actor, step, data)), false)
               FROM (SELECT *, row_number() OVER chain AS place, lag(hash) OVER chain AS before FROM ledger_journal
                     WHERE subject = %s WINDOW chain AS (ORDER BY seq)) AS entry""",
            [subject],
        )
        (whole,) = cursor.fetchone()
    return bool(whole)
