"""What work does by itself."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app

from lilong.apps.work.commands import raise_overdue, reckon_tasks
from lilong.calendars.queries import working_time
from lilong.ledger.events import Event


def watch_due_times(at: datetime) -> int:
    """Raise every task that is past its limit at ``at`` and was not raised yet; returns how many."""
    time, total = working_time(at), 0
    while raised := raise_overdue(at, time):
        total += raised
    return total


def year_published(event: Event) -> None:
    """A year's working days are known now: have what rested on it reckoned again, once this news is delivered."""
    reckon_open_tasks.defer(year=event.payload["year"], published_at=event.at.isoformat())


@app.task(name="work.reckon_open_tasks", queue="house")
def reckon_open_tasks(year: int, published_at: str) -> int:
    """Reckon the due times of open tasks again; returns how many."""
    at = datetime.fromisoformat(published_at)
    return reckon_tasks(year, at, working_time(at))
