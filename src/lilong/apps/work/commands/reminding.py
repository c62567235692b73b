"""Saying what the scenario of an undertaking says when a piece of its work is past its limit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from lilong.apps.work.commands.speaking import keep_words, late_messages_of, words_of
from lilong.apps.work.commands.tasks import CLOCKWORK
from lilong.apps.work.commands.undertakings import MATTER, Library
from lilong.apps.work.lifecycle import UNDERTAKING
from lilong.apps.work.models import Task, Undertaking
from lilong.apps.work.rules.answers import known_facts
from lilong.apps.work.rules.messages import because_late, says_when_late
from lilong.apps.work.terms import LateWork
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading


def remind(late: LateWork, at: datetime, library: Library) -> bool:
    """Say what the scenario says of late work, once for each task; whether it was said, now or before.

    Nothing is said where the scenario has no words for it or the work is over by now. Safe to repeat.
    """
    with reading(CLOCKWORK):
        running = Task.objects.filter(pk=late.task, ended_at__isnull=True).exists()
        reference = Undertaking.objects.filter(pk=late.subject).values_list("scenario", flat=True).first()
        speaks = running and reference and says_when_late(library.ready(reference), late.step)
    if speaks:
        say_late(by=CLOCKWORK, key=late_key(late.task, at), late=late, library=library)
    return bool(speaks)


def say_late(*, by: Actor, key: CommandKey, late: LateWork, library: Library) -> Receipt:
    """Keep the words for late work as notes of the undertaking, in an act of their own."""

    def change(turn: Turn[Undertaking]) -> Outcome:
        row, ready = turn.row, library.ready(turn.row.scenario)
        notices = late_messages_of(ready, known_facts(row.facts), late.step, late.unit)
        data = {"task": late.step, "notes": keep_words(row, words_of(notices), by, key)}
        news = {"scenario": row.scenario, "state": row.state, "step": late.step}
        return Outcome((because_late(ready, late),), data, news, {"number": row.number})

    target = Target(UNDERTAKING, Undertaking, late.subject, MATTER)
    return act(by=by, key=key, target=target, step="speak", inputs={}, change=change)


def late_key(task: UUID, at: datetime) -> CommandKey:
    """One key for each late task: however often its news comes, it is said once."""
    return CommandKey(uuid5(task, "late"), at, b"late")
