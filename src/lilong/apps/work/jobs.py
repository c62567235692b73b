"""What work does by itself."""

from __future__ import annotations

from datetime import datetime

from lilong.apps.work.commands import raise_overdue
from lilong.calendars.queries import working_time


def watch_due_times(at: datetime) -> int:
    """Raise every task that is past its limit at ``at`` and was not raised yet; returns how many."""
    time, total = working_time(at), 0
    while raised := raise_overdue(at, time):
        total += raised
    return total
