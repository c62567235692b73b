"""Asking for kept rehearsals."""

from __future__ import annotations

from uuid import UUID

import msgspec

from lilong.apps.work.models.rehearsals import KeptRehearsal
from lilong.apps.work.terms import Rehearsal, RehearsalCard, Stand
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger.scope import reading

LATEST = 20


def rehearsal(*, seen_by: Actor, rehearsal: UUID) -> RehearsalCard:
    """One rehearsal with its report. Raises :class:`~lilong.kernel.refusals.Refused` (absent)."""
    with reading(seen_by):
        row = KeptRehearsal.objects.select_related("version").filter(pk=rehearsal).first()
    if row is None:
        raise absent(Label("演练", "rehearsal"))
    return _card(row)


def rehearsals_of(*, seen_by: Actor, version: UUID) -> tuple[RehearsalCard, ...]:
    """The latest rehearsals of a version, the latest first, without their reports. Statements: scope, rows."""
    with reading(seen_by):
        rows = KeptRehearsal.objects.select_related("version").filter(version=version).defer("report")
        return tuple(_card(row, whole=False) for row in rows.order_by("-at", "-id")[:LATEST])


def _card(row: KeptRehearsal, *, whole: bool = True) -> RehearsalCard:
    return RehearsalCard(
        id=row.id,
        version=row.version_id,
        reference=row.version.reference,
        present=row.present,
        area=AreaCode(row.area),
        since=row.since,
        until=row.until,
        seed=row.seed,
        is_stated=row.load is not None,
        by=Label.from_json(row.by),
        at=row.at,
        stand=Stand(row.stand),
        done=row.done,
        total=row.total,
        finished_at=row.finished_at,
        why_failed=Label.from_json(row.why_failed) if row.why_failed else None,
        report=msgspec.convert(row.report, Rehearsal) if whole and row.report else None,
    )
