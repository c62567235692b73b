"""Pure judgement over one case: what its scenarios must keep to, what counts as a duplicate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.organisations.terms import Stage
from lilong.apps.work.terms import DONE, Act, Asked, Fact, FactKind, Frame, Progress, Scenario, StepResult, fits
from lilong.kernel.lifecycle import Need, NeedKind
from lilong.kernel.words import Label

# Same sub-category within 50 m and 24 h is suggested as the same matter (the default of working systems in the field).
DUPLICATE_METRES = 50.0
DUPLICATE_WINDOW = timedelta(hours=24)
# Time to rate or to ask again before a closed case is archived; UNVERIFIED in law, hence a parameter.
RATING_WINDOW = timedelta(days=30)
TITLE_CHARACTERS_MAX = 40
NUMBER_DIGITS = 16
# Whoever has a part in cases may look at those of their area; duties of other rooms, other posts, and what any resident
# may do, do not count.
_OWN_DUTIES = frozenset(duty for duty in CASE.duties if duty.startswith("cases."))
LOOK_DUTIES = ("cases.case.view", *sorted(_OWN_DUTIES - {"cases.case.report", "cases.case.follow"}))
_REGISTERS = UUID("3d1d9c9e-2f0b-5b0e-8f5b-6d2f1a7c4e10")

_YES_NO = (("yes", Label("是", "yes")), ("no", Label("否", "no")))
_HINTS = {
    FactKind.DATE: Label("写成 2026-09-01。", "As 2026-09-01."),
    FactKind.TEXTS: Label("一行写一个。", "One a line."),
    FactKind.AREAS: Label("写区域代码，一行一个。", "Area codes, one a line."),
}
# Enough for any honest back and forth; beyond it the unit above settles the matter.
_LOOPS_MAX = 20


def _back(step: str, to: str) -> StepResult:
    """A step of the life-cycle that takes a case back to the stage of another act."""
    return StepResult(step, CASE.steps[step].label, back_to=to, at_most=_LOOPS_MAX, wrong=True)


# What the life of a case asks of its scenarios: each act bound to one step, with the ways back that the life knows.
FRAME = Frame(
    CASE.name,
    Label("事项", "matter"),
    (
        Act("verify", Stage.VERIFY, when="verifies"),
        Act("file", Stage.FILE, after="verify", results=(_back("reverify", "verify"),), asks=False),
        Act("dispatch", Stage.DISPATCH, after="file", results=(_back("refile", "file"),), asks=False),
        Act(
            "handle",
            Stage.HANDLE,
            after="dispatch",
            results=(_back("return", "dispatch"), _back("recall", "dispatch")),
        ),
        Act(
            "check",
            Stage.CHECK,
            after="handle",
            results=(_back("send_back", "handle"), _back("ask_again", "dispatch")),
        ),
    ),
    (
        Fact(
            "verifies",
            FactKind.YES_NO,
            Label("立案前要到现场核实", "must be verified before filing"),
        ),
    ),
)


def first_state(*, is_verified: bool) -> str:
    """Where a new case begins: to be verified, or, when no look is needed first, to be filed."""
    return "verified" if is_verified else "reported"


def grams(*texts: str) -> list[str]:
    """The two-character pieces by which a text is found, lower-cased, without spaces; a single character stands alone.

    Two characters are the shortest Chinese word, so any word of the text is found by the pieces it is made of.
    """
    found: set[str] = set()
    for text in texts:
        for word in text.lower().split():
            found.update(word[i : i + 2] for i in range(max(len(word) - 1, 1)))
    return sorted(found)


def title_from(body: str, category: str) -> str:
    """A title for a report that came without one: its first clause, or the category's name."""
    first = body.strip().splitlines()[0] if body.strip() else ""
    for mark in "。！？!?；;，,":
        first = first.split(mark)[0]
    return first.strip()[:TITLE_CHARACTERS_MAX] or category


def is_overdue(due_at: datetime | None, closed_at: datetime | None, at: datetime) -> bool:
    """Whether a matter was past its limit when it was closed or, while it is open, is so at ``at``."""
    return due_at is not None and (closed_at or at) > due_at


def recorded_id(register: str, number: str) -> UUID:
    """The id of a matter of another register: the same for every import, so that none is brought in twice."""
    return uuid5(_REGISTERS, f"{register}\0{number}")


def window_is_over(closed_at: datetime | None, at: datetime) -> bool:
    """Whether the time to rate and to ask again has passed at ``at``."""
    return closed_at is not None and closed_at <= at - RATING_WINDOW


def is_meant_for(scenario: Scenario, category: str) -> bool:
    """Whether a scenario is for matters of a category's code."""
    return any(fits(pattern.rpartition(":")[2], category) for pattern in scenario.categories)


def questions(scenario: Scenario, asked: Asked) -> tuple[Need, ...]:
    """What a scenario asks of whoever reports, all of it optional: what stays unknown takes the file's stated path.

    Areas are named by those who handle the matter, not by whoever reports it.
    """
    facts = (scenario.fact(name) for name, whom in scenario.start.items() if asked in whom)
    return tuple(_question(fact) for fact in facts if fact and fact.kind is not FactKind.AREAS)


def asked_at(scenario: Scenario, act: str) -> tuple[Need, ...]:
    """What a scenario asks of whoever finishes an act."""
    fields = (name for step in scenario.steps if step.act == act for name in step.fields)
    facts = (scenario.fact(name) for name in fields)
    return tuple(replace(_question(fact), optional=not fact.required) for fact in facts if fact)


def _question(fact: Fact) -> Need:
    choices = tuple((choice.value, choice.label) for choice in fact.choices)
    if fact.kind is FactKind.YES_NO:
        choices = _YES_NO
    is_number = fact.kind in (FactKind.WHOLE, FactKind.DECIMAL, FactKind.DATE)
    kind = NeedKind.CHOICE if choices else NeedKind.NUMBER if is_number else NeedKind.TEXT
    hint = _HINTS.get(fact.kind)
    why = (
        fact.why
        if hint is None
        else Label(f"{fact.why.zh} {hint.zh}", f"{fact.why.en} {hint.en}")
        if fact.why
        else hint
    )
    return Need(fact.name, fact.label, kind, choices, optional=True, why=why)


def progress_until(scenario: Scenario, act: str | None) -> Progress:
    """How far a case is that stands at ``act`` (None: that is over), when all it waited for was done elsewhere."""
    end = next((step for step in scenario.steps if step.act == act), None) if act else None
    before, wanted = set[str](), [*(end.after if end else (step.name for step in scenario.steps))]
    while wanted:
        name = wanted.pop()
        before.add(name)
        wanted += [earlier for earlier in scenario.step(name).after if earlier not in before]
    return Progress(dict.fromkeys(sorted(before), DONE))


def number_in(text: str) -> str:
    """The case number that ``text`` is, as people copy it with or without spaces; empty when it is something else."""
    digits = "".join(text.split())
    return digits if len(digits) == NUMBER_DIGITS and digits.isascii() and digits.isdigit() else ""
