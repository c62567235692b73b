"""What the demonstration's people hand in with a step: its ordinary result, and an ordinary answer to each field."""

from __future__ import annotations

from collections.abc import Iterable

from lilong.apps.work.terms import Fact, FactKind, Handed, Scenario, step_of

_WORDS = "已办，情况写在这里（演示）"


def handed_in(scenario: Scenario, key: str) -> Handed:
    """The first onward result of a step, with answers to what it asks."""
    step = scenario.step(step_of(key))
    return Handed(step.outcomes[0].name, _WORDS, answers_to(scenario, step.fields))


def answers_to(scenario: Scenario, names: Iterable[str]) -> dict[str, object]:
    """Ordinary answers to these facts."""
    facts = (scenario.fact(name) for name in names)
    return {fact.name: _answer(fact) for fact in facts if fact is not None}


def _answer(fact: Fact) -> object:
    least = fact.least or 0
    plain: dict[FactKind, object] = {
        FactKind.YES_NO: True,
        FactKind.WHOLE: min(least + 2, fact.most or least + 2),
        FactKind.DECIMAL: float(least + 1),
        FactKind.TEXT: "情况正常（演示）",
        FactKind.DATE: "2026-12-01",
        FactKind.TEXTS: ("1 号楼", "2 号楼"),
    }
    if fact.kind is FactKind.CHOICE:
        return fact.choices[0].value
    return plain.get(fact.kind, ())
