"""Collection and filing: 核实, 立案, 不予立案, 并案, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lilong.apps.cases.commands.steps import Verb, Words, category_of, take, unknown_category
from lilong.apps.cases.models import Case
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, StandardCard
from lilong.apps.work.terms import Happened, Result
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import due_at
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Turn
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading


def verify_case(*, by: Actor, key: CommandKey, case: UUID, finding: str, note: str = "") -> Receipt:
    """核实: say whether it is there as reported; the street then files it or not."""
    verb = Verb(
        "verify",
        Happened("verify", Result.DONE),
        Words("finding", note),
        write=lambda _: {"finding": finding},
    )
    return take(by=by, key=key, case=case, verb=verb, inputs={"finding": finding, "note": note})


def reverify_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """Send a case back to be looked at again, with the reason."""
    verb = Verb("reverify", Happened("file", Result.RETURNED), Words("reason", reason))
    return take(by=by, key=key, case=case, verb=verb, inputs={"reason": reason})


def file_case(*, by: Actor, key: CommandKey, case: UUID, standard: int, note: str = "") -> Receipt:
    """立案: only against a standard row of the case's category, whose limit runs from here."""
    row_of_standard = organisations.standard(standard)

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        if row_of_standard is None:
            raise LookupError(f"standard {standard} passed its guard and is gone")
        turn.row.standard = standard
        limit = row_of_standard.limit
        turn.row.clock_from, turn.row.limit_amount, turn.row.limit_kind = key.at, limit.amount, limit.kind.value
        turn.row.due_at = due_at(key.at, limit, working_time(key.at)).at
        return {"standard": row_of_standard.reference}

    verb = Verb(
        "file",
        Happened("file", Result.DONE),
        Words("note", note, public=False),
        write,
        (_by_standard(row_of_standard),) if row_of_standard else (),
    )
    own = _standards_of(by, case, key)
    inputs = {"standard": standard, "note": note, "standards_of_category": own}
    return take(by=by, key=key, case=case, verb=verb, inputs=inputs)


def decline_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """不予立案: a person decides, with a reason the resident reads; no machine ever does."""
    verb = Verb("decline", Happened("file", Result.CLOSED), Words("reason", reason), _end)
    return take(by=by, key=key, case=case, verb=verb, inputs={"reason": reason})


def merge_case(*, by: Actor, key: CommandKey, case: UUID, original: UUID) -> Receipt:
    """并案: the same matter reported twice goes on as the earlier one, and its reporter follows that one."""
    with reading(by):
        alive = Case.objects.filter(pk=original).exclude(state__in=("declined", "merged", "archived")).exists()

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        turn.row.original = original
        return {"original": str(original), **_end(turn)}

    verb = Verb("merge", Happened("file", Result.CLOSED), write=write)
    inputs = {"original": original, "original_is_open": alive}
    return take(by=by, key=key, case=case, verb=verb, inputs=inputs)


def recategorise_case(*, by: Actor, key: CommandKey, case: UUID, category: str, note: str = "") -> Receipt:
    """Correct the category before filing; whoever is responsible now follows from the new one."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        before = turn.row.category
        wanted = category_of(category)
        if organisations.category(wanted, area=turn.row.area_code, at=key.at) is None:
            raise unknown_category(category)
        turn.row.category = str(wanted)
        return {"category": str(wanted), "before": before}

    verb = Verb("recategorise", None, Words("note", note, public=False), write)
    return take(by=by, key=key, case=case, verb=verb, inputs={"category": category, "note": note})


def refile_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """The dispatcher sends a filed case back to filing, with the reason."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        turn.row.standard = None
        return {}

    verb = Verb("refile", Happened("dispatch", Result.RETURNED), Words("reason", reason), write)
    return take(by=by, key=key, case=case, verb=verb, inputs={"reason": reason})


def _end(turn: Turn[Case]) -> Mapping[str, Any]:
    turn.row.closed_at = turn.key.at
    return {}


def _standards_of(by: Actor, case: UUID, key: CommandKey) -> frozenset[int]:
    with reading(by):
        found = Case.objects.filter(pk=case).only("category", "area").first()
    if found is None:
        return frozenset()
    rows = organisations.standards_of(CategoryKey.parse(found.category), area=found.area_code, at=key.at)
    return frozenset(row.id for row in rows)


def _by_standard(standard: StandardCard) -> Because:
    text = Label("立案标准：{condition}，时限 {limit}。", "Filed as: {condition}; limit {limit}.")
    filled = text.filled(condition=standard.filing_condition, limit=standard.limit.label)
    return Because(Ground.RULE_ROW, filled, standard.reference)
