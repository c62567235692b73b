"""Who takes a step that falls to a kind of office rather than to a row of the responsibility catalogue."""

from __future__ import annotations

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import NotRouted, Routed
from lilong.apps.places import public as places
from lilong.apps.work.terms import Assignment, Plan, Step, key_of
from lilong.kernel.areas import AreaCode


def office_assignment(step: Step, entry: str, *, area: AreaCode) -> Assignment | NotRouted:
    """The unit of the step's office around ``area``, with its co-handlers; or why there is none.

    Where the step is repeated over areas, ``entry`` is the area whose office it is. A co-handler that the city does not
    have is left out: the lead is not kept waiting for nobody.
    """
    office = step.who.office
    if office is None:
        raise LookupError(f"{step.name} falls to a stage of the catalogue, not to an office")
    place = _place(entry, area)
    found = organisations.office_of(office.function, office.level, area=place)
    if isinstance(found, NotRouted):
        return found
    co_found = (organisations.office_of(co.function, co.level, area=place) for co in step.co)
    co_units = dict.fromkeys(co.unit.id for co in co_found if isinstance(co, Routed))
    co_units.pop(found.unit.id, None)
    return Assignment(found.unit.id, found.limit, tuple(co_units), found.because)


def _place(entry: str, area: AreaCode) -> AreaCode:
    """The area that an entry names; any other entry is a text, and the place is the matter's own."""
    try:
        known = places.area(AreaCode(entry)) if entry else None
    except ValueError:
        known = None
    return known.code if known else area


class Hands:
    """Who takes each step of a matter whose scenario names offices only, and which of them nobody is."""

    def __init__(self, area: AreaCode) -> None:
        self._area = area
        self._gaps: dict[str, NotRouted] = {}

    def assign(self, step: Step, entry: str) -> Assignment | None:
        """Who takes ``step``; None when nobody does, which :meth:`missing` then tells."""
        found = office_assignment(step, entry, area=self._area)
        if isinstance(found, NotRouted):
            self._gaps[key_of(step.name, entry)] = found
            return None
        return found

    def missing(self, plan: Plan) -> list[NotRouted]:
        """The gaps that left a step of ``plan`` with nobody."""
        return [self._gaps[key] for key in plan.unassigned if key in self._gaps]
