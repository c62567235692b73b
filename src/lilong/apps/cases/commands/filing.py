"""Collection and filing: 核实, 立案, 不予立案, 并案, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lilong.apps.cases.commands.steps import (
    WHAT,
    Move,
    Verb,
    Words,
    advance,
    category_of,
    facts,
    kept_words,
    take,
    unknown_category,
)
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, StandardCard
from lilong.apps.work import public as work
from lilong.apps.work.terms import MATTER_ENDED, Progress
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import due_at
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

_GOES_ON_BY = Label(
    "新类别按场景“{there}”办，这件事从“{own}”改按它接着办。",
    "The new category is handled by “{there}”: the matter goes on by it instead of “{own}”.",
)
_KEEPS_ITS_OWN = Label(
    "新类别按场景“{there}”办，但这件事已经走到中途，仍按“{own}”办完：{why}",
    "The new category is handled by “{there}”, but this matter is under way and ends by “{own}”: {why}",
)


def verify_case(
    *,
    by: Actor,
    key: CommandKey,
    case: UUID,
    finding: str,
    note: str = "",
    answers: Mapping[str, object] | None = None,
) -> Receipt:
    """核实: say whether it is there as reported; the street then files it or not."""
    verb = Verb(
        "verify",
        Move("verify", finding),
        Words("finding", note),
        write=lambda _: {"finding": finding},
        answers=answers or {},
    )
    return take(by=by, key=key, case=case, verb=verb, inputs={"finding": finding, "note": note})


def reverify_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """Send a case back to be looked at again, with the reason."""
    verb = Verb("reverify", Move("file", "reverify"), Words("reason", reason))
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
        Move("file"),
        Words("note", note, public=False),
        write,
        (_by_standard(row_of_standard),) if row_of_standard else (),
    )
    own = _standards_of(by, case, key)
    inputs = {"standard": standard, "note": note, "standards_of_category": own}
    return take(by=by, key=key, case=case, verb=verb, inputs=inputs)


def decline_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """不予立案: a person decides, with a reason the resident reads; no machine ever does."""
    verb = Verb("decline", MATTER_ENDED, Words("reason", reason), _end)
    return take(by=by, key=key, case=case, verb=verb, inputs={"reason": reason})


def merge_case(*, by: Actor, key: CommandKey, case: UUID, original: UUID) -> Receipt:
    """并案: the same matter reported twice goes on as the earlier one, and its reporter follows that one."""
    with reading(by):
        alive = Case.objects.filter(pk=original).exclude(state__in=("declined", "merged", "archived")).exists()

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        turn.row.original = original
        return {"original": str(original), **_end(turn)}

    verb = Verb("merge", MATTER_ENDED, write=write)
    inputs = {"original": original, "original_is_open": alive}
    return take(by=by, key=key, case=case, verb=verb, inputs=inputs)


def recategorise_case(*, by: Actor, key: CommandKey, case: UUID, category: str, note: str = "") -> Receipt:
    """Correct the category before filing; whoever is responsible now follows from the new one.

    Where another scenario is in force for it, the case goes on by that one if that is provably safe, else by its own;
    the journal says which, because of what.
    """

    def change(turn: Turn[Case]) -> Outcome:
        row, before = turn.row, turn.row.category
        wanted = category_of(category)
        if organisations.category(wanted, area=row.area_code, at=key.at) is None:
            raise unknown_category(category)
        row.category, row.updated_at = str(wanted), key.at
        because, moved = _by_its_scenario(turn, wanted)
        data = {"from": turn.taken.source, "category": row.category, "before": before, **moved}
        data |= kept_words(row, Words("note", note, public=False), turn)
        news = {"category": row.category, "state": row.state, "from": turn.taken.source}
        return Outcome(because, data, news, {"number": row.number})

    inputs = {"category": category, "note": note}
    target = Target(CASE, Case, case, WHAT, facts)
    return act(by=by, key=key, target=target, step="recategorise", inputs=inputs, change=change)


def refile_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """The dispatcher sends a filed case back to filing, with the reason."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        turn.row.standard = None
        return {}

    verb = Verb("refile", Move("dispatch", "refile"), Words("reason", reason), write)
    return take(by=by, key=key, case=case, verb=verb, inputs={"reason": reason})


def _by_its_scenario(turn: Turn[Case], category: CategoryKey) -> tuple[tuple[Because, ...], Mapping[str, Any]]:
    """Go on by the scenario of the new category where that is safe; why, and what the journal keeps of it.

    Another version of the scenario that the case goes by is none: it keeps the version it began with.
    """
    row = turn.row
    own = work.ready(row.scenario)
    there = work.scenario_for(CASE.name, category.code, area=row.area_code, subject=row.id)
    if there.scenario.name == own.scenario.name:
        return (), {}
    progress = Progress.from_json(row.progress, work.running_keys(row.id))
    refusals = work.refusals_of_move(own, there, progress)
    kept = {"scenario_before": row.scenario, "scenario_there": there.scenario.reference}
    words = {"own": own.scenario.title, "there": there.scenario.title}
    reference = f"scenario:{there.scenario.reference}"
    if refusals:
        why = Because(Ground.RULE_ROW, _KEEPS_ITS_OWN.filled(**words, why=refusals[0].text), reference)
        return (why,), {**kept, "scenario": row.scenario, "unsafe": [each.code for each in refusals]}
    row.scenario = there.scenario.reference
    because = Because(Ground.RULE_ROW, _GOES_ON_BY.filled(**words), reference)
    return (because,), {**kept, "scenario": row.scenario, **advance(turn, None)}


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
