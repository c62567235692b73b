"""Going on after a gap in the catalogue was mended."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

from lilong.apps.cases.commands.steps import WHAT, advance, facts
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.apps.organisations.terms import SCENARIO_SCHEME, CategoryKey
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import ClockKind, Limit, due_at
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

PLANNER = machine(Label("清单补上后接着办", "the planner"), frozenset({"cases.case.plan"}))
_KEYS = UUID("5b0f2d9e-2d4e-4f64-8a52-55c4b0f8f0c7")


def plan_waiting(category: str, area: AreaCode, at: datetime) -> int:
    """Plan on each open case of ``category`` in ``area`` in which a step has nobody; returns how many; repeatable.

    A category of the scheme of scenarios means the cases that go by that version: an office of it was missing.
    """
    wanted = CategoryKey.parse(category)
    of_scenario = {"scenario": f"{wanted.code}@{wanted.version}"}
    meant = of_scenario if wanted.scheme == SCENARIO_SCHEME else {"category": category}
    with reading(PLANNER):
        here = Case.objects.filter(area__gte=area.low, area__lt=area.high, closed_at__isnull=True, **meant)
        waiting = here.filter(progress__has_key="unassigned").order_by("id")
        found = list(waiting.values_list("id", flat=True))
    for case in found:
        key = CommandKey(uuid5(_KEYS, f"{case}{at.isoformat()}"), at, b"plan")
        plan_again(by=PLANNER, key=key, case=case)
    return len(found)


def reckon_cases(year: int, at: datetime) -> int:
    """Reckon again when each open case is due whose working limit reaches into ``year``, published only now.

    Returns how many. One key per case and year: safe to repeat.
    """
    with reading(PLANNER):
        reaching = Case.objects.filter(
            closed_at__isnull=True, due_at__gte=datetime(year, 1, 1, tzinfo=UTC), limit_kind__startswith="working"
        ).order_by("id")
        found = list(reaching.values_list("id", flat=True))
    for case in found:
        key = CommandKey(uuid5(case, f"reckon {year}"), at, b"reckon")
        target = Target(CASE, Case, case, WHAT, facts)
        act(by=PLANNER, key=key, target=target, step="reckon", inputs={}, change=_reckoned)
    return len(found)


def plan_again(*, by: Actor, key: CommandKey, case: UUID) -> Receipt:
    """Plan one case on; what is open already stays, what waits for nobody is opened."""

    def change(turn: Turn[Case]) -> Outcome:
        planned = advance(turn, None)
        because = Because(Ground.DATA, Label("权责清单补上了缺的一行。", "The missing row of the catalogue was added."))
        return Outcome((because,), planned)

    return act(
        by=by, key=key, target=Target(CASE, Case, case, WHAT, facts), step="plan_again", inputs={}, change=change
    )


def _reckoned(turn: Turn[Case]) -> Outcome:
    row, before = turn.row, turn.row.due_at
    if row.clock_from is None or row.limit_amount is None or before is None:
        return Outcome(data={"due": None})
    limit = Limit(row.limit_amount, ClockKind(row.limit_kind))
    deadline = due_at(row.clock_from, limit, working_time(turn.key.at))
    row.due_at = deadline.at
    return Outcome(deadline.because, {"before": before.isoformat(), "due": deadline.at.isoformat()})
