"""Carrying news from the outbox to its readers: at least once, in the order of writing, never lost.

A reader must be idempotent. Each event is delivered in its own transaction together with its removal, so a crash
repeats at most the event under way; a failing reader delays only its own event, with growing pauses.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lilong.ledger.events import Event
from lilong.ledger.models import KeptReceipt, OutboxEvent
from lilong.ledger.rooms import readers_of

logger = logging.getLogger(__name__)
_PAUSE_SECONDS_FIRST = 10
_PAUSE_DOUBLINGS_MAX = 9
# Longer than the week a phone may be offline before it replays what it holds.
RECEIPTS_KEPT = timedelta(days=8)


def drain(at: datetime, limit: int = 500) -> int:
    """Deliver up to ``limit`` waiting events due at ``at``; returns how many left the outbox."""
    delivered = 0
    for _ in range(limit):
        outcome = _deliver_next(at)
        if outcome is None:
            break
        delivered += outcome
    return delivered


def forget_receipts(at: datetime) -> int:
    """Drop idempotency receipts older than :data:`RECEIPTS_KEPT`; returns how many."""
    return KeptReceipt.objects.filter(at__lt=at - RECEIPTS_KEPT).delete()[0]


def _deliver_next(at: datetime) -> int | None:
    with transaction.atomic(durable=True):
        due = Q(not_before__isnull=True) | Q(not_before__lte=at)
        row = OutboxEvent.objects.select_for_update(skip_locked=True).filter(due).order_by("id").first()
        if row is None:
            return None
        event = Event(row.topic, row.subject, row.version, row.at, row.payload)
        try:
            with transaction.atomic():
                for reader in readers_of(row.topic):
                    reader(event)
        except Exception as error:
            logger.exception("A reader failed on %s; the event stays in the outbox", row.topic)
            _postpone(row, at, error)
            return 0
        row.delete()
        return 1


def _postpone(row: OutboxEvent, at: datetime, error: Exception) -> None:
    pause = _PAUSE_SECONDS_FIRST * 2 ** min(row.attempts, _PAUSE_DOUBLINGS_MAX)
    row.attempts += 1
    row.not_before = at + timedelta(seconds=pause)
    row.last_error = f"{type(error).__name__}: {error}"[:1000]
    row.save(update_fields=["attempts", "not_before", "last_error"])
