"""改按另一版办: a running case goes on by another version of a scenario, where that is provably safe."""

from __future__ import annotations

from uuid import UUID

from lilong.apps.cases.commands.steps import WHAT, advance, facts
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.apps.cases.rules import is_meant_for
from lilong.apps.organisations.terms import CategoryKey
from lilong.apps.work import public as work
from lilong.apps.work.public import Ready
from lilong.apps.work.terms import Progress
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind, Refused, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt


def move_case(*, by: Actor, key: CommandKey, case: UUID, to: str) -> Receipt:
    """Go on by the version ``to`` (name@number) and plan on by it at once; what is done stays done.

    Raises :class:`~lilong.kernel.refusals.Refused`: invalid (never in force, or not for the case's category), not now
    (whatever makes the move unsafe), and as ``ledger.acts.act`` does.
    """

    def change(turn: Turn[Case]) -> Outcome:
        row, before = turn.row, turn.row.scenario
        there = _version(to, CategoryKey.parse(row.category).code)
        progress = Progress.from_json(row.progress, work.running_keys(row.id))
        refusals = work.refusals_of_move(work.ready(before), there, progress)
        if refusals:
            raise Refused(RefusalKind.NOT_NOW, tuple(refusals))
        row.scenario, row.updated_at = there.scenario.reference, key.at
        because = Because(
            Ground.CHOICE,
            Label("从 {before} 改按 {to} 办。", "Moved from {before} to {to}.").filled(before=before, to=to),
            f"scenario:{to}",
        )
        data = {"scenario_before": before, "scenario": row.scenario, **advance(turn, None)}
        return Outcome((because,), data, {"category": row.category, "state": row.state}, {"number": row.number})

    target = Target(CASE, Case, case, WHAT, facts)
    return act(by=by, key=key, target=target, step="move", inputs={"to": to}, change=change)


def _version(reference: str, category: str) -> Ready:
    try:
        found = work.ready(reference)
    except LookupError:
        found = None
    if found is None or found.scenario.kind != CASE.name or not is_meant_for(found.scenario, category):
        raise invalid(
            "cases.version_unfit",
            Label("没有发布过这一版，或它不管这类事。", "It was never published, or is not for such matters."),
            Label("请从所列的版本里选。", "Choose one of the versions listed."),
            "to",
        )
    return found
