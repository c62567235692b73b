"""What cases do by themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from lilong.apps.cases.commands.checking import archive_closed
from lilong.apps.cases.commands.planning import plan_waiting, reckon_cases
from lilong.apps.cases.commands.reminding import remind
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.work.terms import LateWork, Role
from lilong.kernel.areas import AreaCode
from lilong.ledger.events import Event


def archive(at: datetime) -> int:
    """Archive every case whose rating window is over at ``at``; returns how many."""
    total = 0
    while archived := archive_closed(at):
        total += archived
    return total


def plan_again(event: Event) -> None:
    """A gap in the catalogue was mended: have the cases that wait for it planned, once this news is delivered."""
    plan_waiting_cases.defer(
        category=event.payload["category"], area=event.payload["area"], mended_at=event.at.isoformat()
    )


@app.task(name="cases.plan_waiting", queue="house")
def plan_waiting_cases(category: str, area: str, mended_at: str) -> int:
    """Plan on the cases of one category and area that nobody had; returns how many."""
    return plan_waiting(category, AreaCode(area), datetime.fromisoformat(mended_at))


def year_published(event: Event) -> None:
    """A year's working days are known now: have the cases that reach into it reckoned again."""
    reckon_open_cases.defer(year=event.payload["year"], published_at=event.at.isoformat())


@app.task(name="cases.reckon_open_cases", queue="house")
def reckon_open_cases(year: int, published_at: str) -> int:
    """Reckon the due times of open cases again; returns how many."""
    return reckon_cases(year, datetime.fromisoformat(published_at))


def task_raised(event: Event) -> None:
    """A piece of work of a case is late: have the words of its scenario said, once this news is delivered."""
    late = event.payload
    if late.get("kind") == CASE.name and late["role"] == Role.LEAD:
        speak_late.defer(
            task=str(event.subject),
            subject=late["subject"],
            step=late["step"],
            unit=late["unit"],
            raised_at=event.at.isoformat(),
        )


@app.task(name="cases.speak_late", queue="house")
def speak_late(task: str, subject: str, step: str, unit: int, raised_at: str) -> bool:
    """Say what the scenario of a case says of late work; whether it says anything."""
    return remind(LateWork(UUID(task), UUID(subject), step, unit), datetime.fromisoformat(raised_at))
