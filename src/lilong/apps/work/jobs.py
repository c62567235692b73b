"""What work does by itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from lilong.apps.work.commands.tasks import raise_overdue, reckon_tasks
from lilong.apps.work.lifecycle import UNDERTAKING
from lilong.apps.work.public import plan_waiting_undertakings, reckon_savings, remind_undertaking, run_rehearsal
from lilong.apps.work.terms import LateWork, Role
from lilong.calendars.queries import working_time
from lilong.ledger.events import Event


def watch_due_times(at: datetime) -> int:
    """Raise every task that is past its limit at ``at`` and was not raised yet; returns how many."""
    time, total = working_time(at), 0
    while raised := raise_overdue(at, time):
        total += raised
    return total


def watch_savings(at: datetime) -> int:
    """Reckon what each scenario in force saved, for the library; returns of how many that can be told."""
    return reckon_savings(at)


def year_published(event: Event) -> None:
    """A year's working days are known now: have what rested on it reckoned again, once this news is delivered."""
    reckon_open_tasks.defer(year=event.payload["year"], published_at=event.at.isoformat())


@app.task(name="work.reckon_open_tasks", queue="house")
def reckon_open_tasks(year: int, published_at: str) -> int:
    """Reckon the due times of open tasks again; returns how many."""
    at = datetime.fromisoformat(published_at)
    return reckon_tasks(year, at, working_time(at))


def gap_mended(event: Event) -> None:
    """Somebody may be there now for work that nobody had: have waiting undertakings planned, once this is delivered."""
    plan_waiting.defer(mended_at=event.at.isoformat())


@app.task(name="work.plan_waiting_undertakings", queue="house")
def plan_waiting(mended_at: str) -> int:
    """Plan on every undertaking that waits for somebody whom nobody was; returns how many."""
    return plan_waiting_undertakings(datetime.fromisoformat(mended_at))


def rehearsal_begun(event: Event) -> None:
    """Somebody asked for a rehearsal: have it run, once this is delivered."""
    rehearse.defer(rehearsal=event.payload["rehearsal"], asked_at=event.at.isoformat())


@app.task(name="work.rehearse", queue="house")
def rehearse(rehearsal: str, asked_at: str) -> None:
    """Run one rehearsal and keep its report; one that is reported stays as it is."""
    run_rehearsal(UUID(rehearsal), datetime.fromisoformat(asked_at))


def task_raised(event: Event) -> None:
    """A piece of work of an undertaking is late: have its scenario's words said, once this news is delivered."""
    late = event.payload
    if late.get("kind") == UNDERTAKING.name and late["role"] == Role.LEAD:
        speak_late.defer(
            task=str(event.subject),
            subject=late["subject"],
            step=late["step"],
            unit=late["unit"],
            raised_at=event.at.isoformat(),
        )


@app.task(name="work.speak_late", queue="house")
def speak_late(task: str, subject: str, step: str, unit: int, raised_at: str) -> bool:
    """Say what the scenario of an undertaking says of late work; whether it says anything."""
    return remind_undertaking(LateWork(UUID(task), UUID(subject), step, unit), datetime.fromisoformat(raised_at))
