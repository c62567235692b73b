"""Dispatch and handling: 派遣, 接收, 先行联系, 回退, 交结果."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lilong.apps.cases.commands.steps import Move, Verb, Words, routed, take
from lilong.apps.cases.models import Case
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, Routed, Stage, UnitCard
from lilong.apps.work import public as work
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import denied, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Turn
from lilong.ledger.receipts import Receipt


def dispatch_case(
    *, by: Actor, key: CommandKey, case: UUID, unit: int, co_units: tuple[int, ...] = (), note: str = ""
) -> Receipt:
    """派遣: give the case to a lead unit and its co-handlers.

    The catalogue suggests; a dispatcher who chooses another unit is recorded as having done so, not refused.
    """
    chosen = [_unit(number) for number in (unit, *co_units)]

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        suggested = routed(CategoryKey.parse(turn.row.category), turn.row, Stage.HANDLE, key.at)
        followed = isinstance(suggested, Routed) and suggested.unit.id == unit
        turn.row.lead_unit, turn.row.co_units = unit, list(dict.fromkeys(co_units))
        return {"unit": unit, "co_units": list(co_units), "followed_catalogue": followed}

    because = Because(
        Ground.CHOICE, Label("派给{unit}。", "Dispatched to {unit}.").filled(unit=chosen[0].name), f"unit:{unit}"
    )
    verb = Verb("dispatch", Move("dispatch"), Words("note", note, public=False), write, (because,))
    inputs = {"unit": unit, "co_units": co_units, "note": note}
    return take(by=by, key=key, case=case, verb=verb, inputs=inputs)


def recall_case(*, by: Actor, key: CommandKey, case: UUID) -> Receipt:
    """Take a dispatch back while the unit has not accepted it: the dispatcher's undo."""
    verb = Verb("recall", Move("handle", "recall"), write=_without_unit)
    return take(by=by, key=key, case=case, verb=verb, inputs={})


def accept_case(*, by: Actor, key: CommandKey, case: UUID) -> Receipt:
    """接收: the unit takes the case on."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        _own(turn)
        handling = work.ready(turn.row.scenario).acts["handle"]
        work.accept_tasks(turn.row.id, handling.name, turn.row.lead_unit or 0)
        return {"unit": turn.row.lead_unit}

    return take(by=by, key=key, case=case, verb=Verb("accept", write=write), inputs={})


def contact_resident(*, by: Actor, key: CommandKey, case: UUID, note: str) -> Receipt:
    """先行联系: the unit tells the resident that it has the matter and when it comes."""
    verb = Verb("contact", None, Words("contact", note), _own)
    return take(by=by, key=key, case=case, verb=verb, inputs={"note": note})


def return_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """回退: give it back to the dispatcher with a reason. Nothing is cleared but the unit."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        _own(turn)
        turn.row.returned += 1
        return {"unit": turn.row.lead_unit, **_without_unit(turn)}

    verb = Verb("return", Move("handle", "return"), Words("reason", reason), write)
    return take(by=by, key=key, case=case, verb=verb, inputs={"reason": reason})


def hand_in_case(
    *,
    by: Actor,
    key: CommandKey,
    case: UUID,
    resolution: str,
    result: str,
    answers: Mapping[str, object] | None = None,
) -> Receipt:
    """交结果: what was done, and whether it is 实际解决 or 解释说明."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        _own(turn)
        turn.row.resolution = resolution
        return {"unit": turn.row.lead_unit, "resolution": resolution}

    verb = Verb("hand_in", Move("handle", resolution), Words("result", result), write, answers=answers or {})
    return take(by=by, key=key, case=case, verb=verb, inputs={"resolution": resolution, "result": result})


def _own(turn: Turn[Case]) -> Mapping[str, Any]:
    """A unit handles its own cases only, whatever else lies in its area."""
    if turn.by.unit != turn.row.lead_unit:
        raise denied(turn.taken.step.duty, Label("办理别的单位的事", "handle another unit's matter"))
    return {}


def _without_unit(turn: Turn[Case]) -> Mapping[str, Any]:
    turn.row.lead_unit, turn.row.co_units = None, []
    return {}


def _unit(number: int) -> UnitCard:
    found = organisations.unit(number)
    if found is None or not found.active:
        raise invalid(
            "cases.unit_unknown",
            Label("没有这个单位，或它已撤销。", "There is no such unit, or it was closed."),
            Label("请从单位列表里选。", "Choose one from the list of units."),
            "unit",
        )
    return found
