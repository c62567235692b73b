"""Going on after a gap in the catalogue was mended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from lilong.apps.cases.commands.steps import WHAT, advance, facts
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.apps.work import public as work
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

PLANNER = machine(Label("清单补上后接着办", "the planner"), frozenset({"cases.case.plan"}))
_KEYS = UUID("5b0f2d9e-2d4e-4f64-8a52-55c4b0f8f0c7")


def plan_waiting(category: str, area: AreaCode, at: datetime) -> int:
    """Plan on every open case of ``category`` in ``area`` that has no open task; returns how many. Safe to repeat."""
    with reading(PLANNER):
        waiting = Case.objects.filter(
            area__gte=area.low, area__lt=area.high, category=category, closed_at__isnull=True
        ).order_by("id")
        found = [case for case in waiting.values_list("id", flat=True) if not work.running_steps(case)]
    for case in found:
        key = CommandKey(uuid5(_KEYS, f"{case}{at.isoformat()}"), at, b"plan")
        plan_again(by=PLANNER, key=key, case=case)
    return len(found)


def plan_again(*, by: Actor, key: CommandKey, case: UUID) -> Receipt:
    """Plan one case on; what is open already stays, what waits for nobody is opened."""

    def change(turn: Turn[Case]) -> Outcome:
        tasks = advance(turn.row, None, key.at)
        because = Because(Ground.DATA, Label("权责清单补上了缺的一行。", "The missing row of the catalogue was added."))
        return Outcome((because,), {"tasks": tasks})

    return act(
        by=by, key=key, target=Target(CASE, Case, case, WHAT, facts), step="plan_again", inputs={}, change=change
    )
