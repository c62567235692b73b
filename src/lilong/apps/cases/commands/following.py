"""What a resident may still do with a matter: add facts, rate once, ask again once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lilong.apps.cases.commands.steps import Move, Verb, Words, take
from lilong.apps.cases.models import Case, CaseRating
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Turn
from lilong.ledger.receipts import Receipt


def add_facts(*, by: Actor, key: CommandKey, case: UUID, facts: str) -> Receipt:
    """Add what the reporter learned since; whoever has the matter sees it at once."""
    return take(by=by, key=key, case=case, verb=Verb("add_facts", None, Words("facts", facts)), inputs={"facts": facts})


def rate_case(*, by: Actor, key: CommandKey, case: UUID, solved: str, satisfaction: str, comment: str = "") -> Receipt:
    """Rate a closed matter, once. The unit that handled it does not learn who rated."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        CaseRating.objects.create(
            case=turn.row,
            area=turn.row.area,
            round=turn.row.asked_again,
            solved=solved,
            satisfaction=satisfaction,
            comment=comment.strip(),
            at=key.at,
        )
        return {"solved": solved, "satisfaction": satisfaction}

    inputs = {"solved": solved, "satisfaction": satisfaction, "comment": comment}
    return take(by=by, key=key, case=case, verb=Verb("rate", write=write), inputs=inputs)


def ask_again(*, by: Actor, key: CommandKey, case: UUID, facts: str) -> Receipt:
    """再次诉求: with new facts, once; the case goes back to dispatch under the standard it was filed by."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        turn.row.asked_again += 1
        turn.row.closed_at = None
        turn.row.lead_unit, turn.row.co_units, turn.row.resolution = None, [], ""
        return {}

    text = Label("居民有新情况，再办一次。", "The resident brought new facts: taken up once more.")
    verb = Verb(
        "ask_again",
        Move("check", "ask_again"),
        Words("facts", facts),
        write,
        (Because(Ground.DATA, text),),
    )
    return take(by=by, key=key, case=case, verb=verb, inputs={"facts": facts})
