"""Who would take each step of a version, wherever and of whatever category the matters of a rehearsal are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, NotRouted, Routed, Routing, Stage
from lilong.apps.work.commands.assigning import office_assignment
from lilong.apps.work.terms import Assignment, FactKind, PastMatter, Place, Scenario, StaffedVersion, Step
from lilong.kernel.areas import AreaCode


def staffed(scenario: Scenario, matters: Iterable[PastMatter], *, at: datetime) -> StaffedVersion:
    """``scenario`` with the hands that the units and the catalogue of ``at`` give it at every place of ``matters``.

    A place where nobody takes a step is left out. Asked once for each area and category, not for each matter.
    """
    places, entries = set[tuple[AreaCode, str]](), set[tuple[str, str, str]]()
    by_area = {step.name: step.repeat for step in scenario.steps if _is_by_area(scenario, step)}
    for matter in matters:
        places.add((matter.area, matter.category))
        for name, fact in by_area.items():
            named = matter.facts.get(fact)
            entries.update((name, entry, matter.category) for entry in (named if isinstance(named, tuple) else ()))
    hands = dict(_hands(scenario, places, at))
    for name, entry, category in entries:
        found = office_assignment(scenario.step(name), entry, area=AreaCode(entry)) if entry.isdigit() else None
        if isinstance(found, Assignment):
            hands[name, entry, category] = found
    return StaffedVersion(scenario, hands)


def _hands(
    scenario: Scenario, places: Iterable[tuple[AreaCode, str]], at: datetime
) -> Iterator[tuple[Place, Assignment]]:
    offices: dict[tuple[str, AreaCode], Assignment | NotRouted] = {}
    for area, category in places:
        stages = _Stages(category, area, at)
        for step in scenario.steps:
            found: Assignment | NotRouted | None
            if not step.who.office:
                found = stages.assignment(step)
            elif (found := offices.get((step.name, area))) is None:
                found = offices[step.name, area] = office_assignment(step, "", area=area)
            if isinstance(found, Assignment):
                yield (step.name, area.digits, category), found


class _Stages:
    """The catalogue's answers for one category at one place."""

    def __init__(self, category: str, area: AreaCode, at: datetime) -> None:
        self._routings: Mapping[Stage, Routing] = {}
        self._limit = None
        if category:
            key = CategoryKey.parse(category)
            self._routings = organisations.responsibilities_for(key, area=area, at=at)
            standards = organisations.standards_of(key, area=area, at=at)
            self._limit = standards[0].limit if standards else None

    def assignment(self, step: Step) -> Assignment | None:
        """Who takes the stage, within the row's limit, else the first standard's; for handling the standard's first."""
        routing = self._routings.get(Stage(step.who.stage))
        if not isinstance(routing, Routed):
            return None
        handles = routing.stage is Stage.HANDLE
        limit = (self._limit or routing.limit) if handles else (routing.limit or self._limit)
        co_units = tuple(unit.id for unit in routing.co_units) if handles else ()
        return Assignment(routing.unit.id, limit, co_units, routing.because)


def _is_by_area(scenario: Scenario, step: Step) -> bool:
    fact = scenario.fact(step.repeat) if step.repeat else None
    return fact is not None and fact.kind is FactKind.AREAS
