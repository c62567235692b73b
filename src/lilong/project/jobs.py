"""The house's clockwork: what runs by itself and how often. Each beat is idempotent; a missed one is caught up."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from lilong.apps.cases.jobs import archive
from lilong.apps.people import public as people
from lilong.apps.work.jobs import watch_due_times, watch_savings
from lilong.gateways.open311.jobs import sweep
from lilong.identity.upkeep import forget
from lilong.ledger.outbox import drain, forget_receipts
from lilong.ledger.verify import sign_root
from lilong.project.home import Home

QUEUE = "house"


@app.periodic(cron="* * * * * */2")
@app.task(name="house.carry_news", queue=QUEUE, queueing_lock="house.carry_news")
def carry_news(timestamp: int) -> int:
    """Deliver the outbox as of the beat; returns how many events left it."""
    delivered = 0
    while batch := drain(_moment(timestamp)):
        delivered += batch
    return delivered


@app.periodic(cron="* * * * *")
@app.task(name="house.watch_due_times", queue=QUEUE, queueing_lock="house.watch_due_times")
def raise_late_tasks(timestamp: int) -> int:
    """Bring tasks past their limit at the beat before the unit above; returns how many."""
    return watch_due_times(_moment(timestamp))


@app.periodic(cron="17 * * * *")
@app.task(name="house.sign_root", queue=QUEUE, queueing_lock="house.sign_root")
def sign_journal(timestamp: int) -> int:
    """Sign what the journal took since the last root; returns how many entries."""
    home = Home.here()
    return sign_root(home.roots / "journal.jsonl", home.keys / "journal.pem", _moment(timestamp)).entries


@app.periodic(cron="11 4 * * *")
@app.task(name="house.watch_savings", queue=QUEUE, queueing_lock="house.watch_savings")
def tell_savings(timestamp: int) -> int:
    """Reckon what each scenario in force saved; returns of how many that can be told."""
    return watch_savings(_moment(timestamp))


@app.periodic(cron="41 3 * * *")
@app.task(name="house.tidy", queue=QUEUE, queueing_lock="house.tidy")
def tidy(timestamp: int) -> int:
    """Archive cases whose rating window is over, and let go what is past its retention; returns how many rows."""
    at = _moment(timestamp)
    SessionStore.clear_expired()
    left = sum(forget(at).values()) + people.forget_outlived(at) + sweep(at) + forget_receipts(at)
    return archive(at) + left


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
