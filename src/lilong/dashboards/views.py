"""What is open in an area now, area by area; every number opens the list behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import AreaCount
from lilong.apps.places import public as places
from lilong.identity.access import staff_page
from lilong.identity.requests import Request
from lilong.identity.wording import in_page_language
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label

_PIECES = Label("件", "matters")
_ORDER = Label("按区划代码排，不排名次", "in the order of area codes, no ranking")
_OPEN = Label("在办", "Open")
_LATE = Label("超时", "Overdue")
_NOT_FINER = Label("{area}（没有更细的地点）", "{area} (not known more closely)")
_COMMUNITY_DIGITS = 12

Cell = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number above the table."""

    label: Label
    number: str
    unit: Label
    url: str
    note: Label | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One area: where its name leads, and its counts with the list behind each."""

    name: str
    url: str
    cells: tuple[Cell, ...]
    open: Cell
    late: Cell


@staff_page("dashboards.view")
def counts(request: Request) -> HttpResponse:
    """The open cases of each area one level below the one asked for; of the post's own area when none is."""
    own = request.actor.area
    area = _asked(request.GET.get("area", ""), own)
    found = cases.counts(seen_by=request.actor, at=request.at, area=area)
    states = cases.open_states()
    total = _total(area, found)
    context = {
        "area_name": _name(area),
        "as_of": request.at,
        "open": total.open,
        "late": total.late,
        "figures": _figures(area, total, states),
        "states": list(states.values()),
        "rows": [_row(count, states, area) for count in found],
        "total": Row(
            total.name,
            _list(area, "open"),
            tuple((total.by_state.get(state, 0), _list(area, state)) for state in states),
            (total.open, _list(area, "open")),
            (total.late, _list(area, "late")),
        ),
        "parent_url": "",
        "parent_name": "",
        "order": _ORDER,
        **_way_up(area, own),
    }
    return render(request, "dashboards/counts.html", context)


def _asked(digits: str, own: AreaCode) -> AreaCode:
    """The area asked for; one outside the post's own looks like one that does not exist."""
    if not digits:
        return own
    if digits.isascii() and digits.isdigit() and len(digits) <= 20:
        area = AreaCode(digits)
        if own.contains(area) and places.area(area):
            return area
    raise absent(Label("区域", "area"))


def _figures(area: AreaCode, total: AreaCount, states: Mapping[str, Label]) -> list[Figure]:
    figures = [
        Figure(_OPEN, str(total.open), _PIECES, _list(area, "open")),
        Figure(_LATE, str(total.late), _PIECES, _list(area, "late")),
    ]
    waiting = [(name, label) for name, label in states.items() if total.by_state.get(name)]
    figures += [Figure(label, str(total.by_state[name]), _PIECES, _list(area, name)) for name, label in waiting[:4]]
    return figures


def _row(count: AreaCount, states: Mapping[str, Label], area: AreaCode) -> Row:
    """One area below ``area``; what is only known to lie somewhere in ``area`` has a row of its own."""
    is_community = len(count.area.digits) >= _COMMUNITY_DIGITS
    vague = count.area == area and not is_community
    deeper = f"{reverse('dashboards:counts')}?{urlencode({'area': count.area.digits})}"
    return Row(
        in_page_language(_NOT_FINER.filled(area=count.name)) if vague else count.name,
        _list(count.area, "open", exact=vague) if vague or is_community else deeper,
        tuple((count.by_state.get(state, 0), _list(count.area, state, exact=vague)) for state in states),
        (count.open, _list(count.area, "open", exact=vague)),
        (count.late, _list(count.area, "late", exact=vague)),
    )


def _total(area: AreaCode, found: Iterable[AreaCount]) -> AreaCount:
    by_state: dict[str, int] = {}
    late = 0
    for count in found:
        late += count.late
        for state, number in count.by_state.items():
            by_state[state] = by_state.get(state, 0) + number
    return AreaCount(area, _name(area), by_state, late)


def _way_up(area: AreaCode, own: AreaCode) -> dict[str, str]:
    """One level up, no further than the post's own area."""
    above = next((a for a in reversed(_around(area)) if a != area and own.contains(a)), None)
    if above is None:
        return {}
    return {
        "parent_url": f"{reverse('dashboards:counts')}?{urlencode({'area': above.digits})}",
        "parent_name": _name(above),
    }


def _around(area: AreaCode) -> list[AreaCode]:
    levels = (Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY)
    return list(dict.fromkeys(area.cut_to(level) for level in levels))


def _list(area: AreaCode, view: str, *, exact: bool = False) -> str:
    """The list of exactly the cases that were counted."""
    only = {"exact": "1"} if exact else {}
    return f"{reverse('cases:all')}?{urlencode({'view': view, 'area': area.digits, **only})}"


def _name(area: AreaCode) -> str:
    found = places.area(area)
    return found.name if found else area.digits
