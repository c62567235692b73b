"""Pure judgement over one case: the way it is handled, what counts as a duplicate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.work.terms import Assignment, Way, WayStep
from lilong.kernel.words import Label

# Same sub-category within 50 m and 24 h is suggested as the same matter (the default of working systems in the field).
DUPLICATE_METRES = 50.0
DUPLICATE_WINDOW = timedelta(hours=24)
# Time to rate or to ask again before a closed case is archived; UNVERIFIED in law, hence a parameter.
RATING_WINDOW = timedelta(days=30)
TITLE_CHARACTERS_MAX = 40
NUMBER_DIGITS = 16
# Whoever has a part in cases may look at those of their area; other posts, and what any resident may do, do not count.
LOOK_DUTIES = ("cases.case.view", *sorted(CASE.duties - {"cases.case.report", "cases.case.follow"}))
_REGISTERS = UUID("3d1d9c9e-2f0b-5b0e-8f5b-6d2f1a7c4e10")

ORDINARY_WAY = Way(
    "dispatch-handle-check",
    1,
    (
        WayStep("verify", Label("核实", "Verify"), Label("现场是不是这样", "what was found"), when="verifies"),
        WayStep(
            "file",
            Label("立案", "File"),
            Label("选定标准，立案或不予立案", "a standard row, or why not"),
            after=("verify",),
            returns_to="verify",
        ),
        WayStep("dispatch", Label("派遣", "Dispatch"), Label("派给谁", "the unit"), after=("file",), returns_to="file"),
        WayStep(
            "handle",
            Label("处理", "Handle"),
            Label("办理结果一句话", "what was done, in a sentence"),
            after=("dispatch",),
            returns_to="dispatch",
        ),
        WayStep(
            "check",
            Label("核查", "Check"),
            Label("是不是真的好了", "whether it is really done"),
            after=("handle",),
            returns_to="handle",
        ),
    ),
)


def way_of(reference: str) -> Way:
    """The way a running matter began with. Raises ``LookupError`` for one that this platform never had."""
    if reference != ORDINARY_WAY.reference:
        raise LookupError(f"no way of handling is called {reference}")
    return ORDINARY_WAY


def with_dispatch(assignments: Mapping[str, Assignment], handler: Assignment | None) -> dict[str, Assignment]:
    """The assignments of a case: the catalogue's, with the unit a dispatcher chose in place of the suggested one."""
    rest = {name: assignment for name, assignment in assignments.items() if name != "handle"}
    return {**rest, "handle": handler} if handler else rest


def first_state(*, verifies: bool) -> str:
    """Where a new case begins: to be verified, or, when no look is needed first, to be filed."""
    return "reported" if verifies else "verified"


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


def steps_done(way: Way, until: str | None) -> list[str]:
    """The steps of ``way`` that are done when it stands at the step ``until``; all of them for None."""
    names = [step.name for step in way.steps]
    return sorted(names if until is None else names[: names.index(until)])


def number_in(text: str) -> str:
    """The case number that ``text`` is, as people copy it with or without spaces; empty when it is something else."""
    digits = "".join(text.split())
    return digits if len(digits) == NUMBER_DIGITS and digits.isascii() and digits.isdigit() else ""
