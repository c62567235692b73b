"""What every edit asks: which names are free, where a name is used, how a fault becomes a refusal of a field."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lilong.apps.work.rules.conditions import ConditionFault, condition
from lilong.apps.work.rules.files.meaning import RESERVED
from lilong.apps.work.terms.scenarios import AMBIENT, Scenario
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

_WORD = re.compile(r"[a-z0-9]+")
_NAME_MAX = 40
_FAULTS = {
    "syntax": Label("这个条件读不懂：{detail}", "This condition cannot be read: {detail}"),
    "too_long": Label("这个条件太长了（{detail} 个字）。", "This condition is too long ({detail} characters)."),
    "too_deep": Label("这个条件里的遍历太多。", "This condition walks through too many lists."),
    "function": Label("条件里不能用 {detail}。", "A condition may not use {detail}."),
}
_SIMPLER = Label("请改得简单些，或用上面的选项来写。", "Make it simpler, or use the choices above.")


def refusal(field: str, text: Label, remedy: Label) -> Refusal:
    """One thing that an edit will not take."""
    return Refusal("work.edit_refused", text, remedy, field)


def refuse(refusals: Iterable[Refusal]) -> None:
    """Raise :class:`~lilong.kernel.refusals.Refused` when there is anything to refuse."""
    found = tuple(refusals)
    if found:
        raise Refused(RefusalKind.INVALID, found)


def condition_refusals(source: str, scenario: Scenario, field: str) -> Iterable[Refusal]:
    """What is wrong with a condition: it cannot be read, or asks for what the scenario does not know."""
    try:
        asked = condition(source)
    except ConditionFault as fault:
        yield refusal(field, _FAULTS[fault.what].filled(detail=fault.detail or "?"), _SIMPLER)
        return
    unknown = asked.names - {fact.name for fact in scenario.facts} - AMBIENT
    if unknown:
        yield refusal(
            field,
            Label("场景里没有 {names}。", "The scenario knows no {names}.").filled(names="、".join(sorted(unknown))),
            Label("先把它加到“要知道的事”里。", "Add it to what has to be known first."),
        )


def asks_for(source: str, name: str) -> bool:
    """Whether an expression asks for ``name``; one that cannot be read is taken to."""
    if not re.search(rf"\b{re.escape(name)}\b", source):
        return False
    try:
        return name in condition(source).names
    except ConditionFault:
        return True


def free_name(label: Label, taken: Iterable[str], kind: str) -> str:
    """A name of its own for a new part: from the English words when they give one, else ``kind`` and a number."""
    used = set(taken) | AMBIENT | RESERVED
    words = _WORD.findall(label.en.lower()) if label.en.isascii() else []
    name = "_".join(words)[:_NAME_MAX].strip("_")
    if name and not name[0].isdigit() and name not in used:
        return name
    number = next(n for n in range(1, len(used) + 2) if f"{kind}{n}" not in used)
    return f"{kind}{number}"
