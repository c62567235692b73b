"""Saying what the scenario of a case says when a piece of its work is past its limit."""

from __future__ import annotations

from datetime import datetime

from lilong.apps.cases.commands.planning import PLANNER
from lilong.apps.cases.commands.speaking import say
from lilong.apps.cases.commands.steps import WHAT, facts
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.apps.work import public as work
from lilong.apps.work.terms import LateWork
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading


def remind(late: LateWork, at: datetime) -> bool:
    """Say what the scenario says of late work, once for each task; whether it was said, now or before.

    Nothing is said where the scenario has no words for it or the work is over by now. Safe to repeat.
    """
    with reading(PLANNER):
        running = late.step in work.running_keys(late.subject)
        reference = Case.objects.filter(pk=late.subject).values_list("scenario", flat=True).first()
        speaks = running and reference and work.says_when_late(work.ready(reference), late.step)
    if speaks:
        say_late(by=PLANNER, key=work.late_key(late.task, at), late=late)
    return bool(speaks)


def say_late(*, by: Actor, key: CommandKey, late: LateWork) -> Receipt:
    """Keep the words for late work as notes of the case, in an act of their own."""

    def change(turn: Turn[Case]) -> Outcome:
        row, ready = turn.row, work.ready(turn.row.scenario)
        notices = work.late_messages_of(ready, work.known_facts(row.facts), late.step, late.unit)
        data = {"task": late.step, "messages": say(row, notices, key.at)}
        news = {"category": row.category, "state": row.state, "step": late.step}
        return Outcome((work.because_late(ready, late),), data, news, {"number": row.number})

    target = Target(CASE, Case, late.subject, WHAT, facts)
    return act(by=by, key=key, target=target, step="speak", inputs={}, change=change)
