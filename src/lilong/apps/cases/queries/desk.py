"""The dispatcher's desk in one scope: the page of the list, the counts of its tabs, the chosen case, what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lilong.apps.cases.queries.counts import lead_counts
from lilong.apps.cases.queries.lists import cases, near_cases
from lilong.apps.cases.queries.pages import view_from, with_company
from lilong.apps.cases.terms import CaseFilter, CaseView, Desk
from lilong.kernel.actors import Actor
from lilong.ledger.scope import reading

# Once a unit has it, a case can no longer be merged.
_MERGEABLE = frozenset({"reported", "verified", "filed"})


def desk(*, seen_by: Actor, at: datetime, wanted: CaseFilter, chosen: str = "", done: str = "") -> Desk:
    """The desk with the case numbered ``chosen`` opened, the first of the list when that is empty or not in sight.

    ``done`` is the number of the case a step was just taken on. The opened case comes without journal and tasks.
    Five statements: scope, counts, page, the two cases, what may be the same matter.
    """
    with reading(seen_by):
        counts = lead_counts(seen_by=seen_by, at=at)
        page = cases(seen_by=seen_by, at=at, wanted=wanted)
        first = page.rows[0].number if page.rows else ""
        found = _views({chosen, first, done} - {""}, seen_by, at)
        opened = found.get(chosen) or found.get(first)
        if opened and opened.row.state in _MERGEABLE:
            opened = replace(opened, duplicates=near_cases(seen_by=seen_by, case=opened.row, at=at))
    return Desk(page, counts, opened, found.get(done))


def _views(numbers: set[str], seen_by: Actor, at: datetime) -> dict[str, CaseView]:
    if not numbers:
        return {}
    texts = with_company().filter(case__number__in=numbers)
    return {text.case.number: view_from(text, seen_by, at) for text in texts}
