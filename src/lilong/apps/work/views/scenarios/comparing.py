"""How a published version goes beside other places and the time before: words first, then a small table."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse

from lilong.apps.work.queries.comparisons import comparison
from lilong.apps.work.terms import Compared
from lilong.apps.work.views.scenarios.sheet import card_of, page
from lilong.identity.access import staff_page
from lilong.identity.requests import Request

_MEDIAN = "median_days"


@dataclass(frozen=True, slots=True)
class Line:
    """One measure in one view, with its two values as printed."""

    row: Compared
    pilot: str
    other: str


@staff_page()
def compare(request: Request, version: UUID) -> HttpResponse:
    """What may be said of the difference, with what cannot be known."""
    card = card_of(request, version)
    found = comparison(seen_by=request.actor, card=card, at=request.at)
    more = {
        "comparison": found,
        "confidence": round(100 * found.confidence) if found else 0,
        "lines": [_line(row) for row in found.rows] if found else [],
    }
    return page(request, card, "scenarios/compare.html", more)


def _line(row: Compared) -> Line:
    return Line(row, _printed(row.measure, row.pilot), _printed(row.measure, row.other))


def _printed(measure: str, value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.1f}" if measure == _MEDIAN else f"{value:.0%}"
