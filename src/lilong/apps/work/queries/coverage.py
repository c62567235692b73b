"""Who takes each step of a scenario everywhere in an area, asked once for all steps and all communities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import OfficeAsked, Stage, StageAsked, Uncovered
from lilong.apps.places import public as places
from lilong.apps.work.rules.checking import Coverage
from lilong.apps.work.terms import Office, Scenario, Step, Vacancy
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label

_NAMED_MAX = 3
_NOWHERE = Label("这里没有这些类型的区域", "there is no area of these types here")
_NO_OFFICE = Label("没有{level}的“{function}”", "no “{function}” at {level} level")
_OF_CATEGORIES = Label("{missing}（类别 {codes}）", "{missing} (categories {codes})")


def coverage(scenario: Scenario, *, area: AreaCode, at: datetime) -> Coverage:
    """For each step of ``scenario``, the communities of ``area`` in which nobody takes it."""
    questions = {step.name: tuple(_asked(scenario, step)) for step in scenario.steps}
    every = (question for asked in questions.values() for question, _ in asked)
    found = organisations.uncovered(every, area=area, at=at, area_types=scenario.area_types)

    def vacancies(step: Step) -> tuple[Vacancy, ...]:
        if found is None:
            return (Vacancy(_NOWHERE),)
        return tuple(
            _vacancy(each, is_lead=is_lead and each.is_lead)
            for question, is_lead in questions.get(step.name, ())
            for each in found[question]
        )

    return vacancies


def _asked(scenario: Scenario, step: Step) -> Iterable[tuple[OfficeAsked | StageAsked, bool]]:
    """The questions of one step, each with whether it is about the lead."""
    if step.who.office:
        yield _office(step.who.office), True
    elif step.who.stage in set(Stage):
        yield StageAsked(Stage(step.who.stage), scenario.categories), True
    for office in step.co:
        yield _office(office), False


def _office(office: Office) -> OfficeAsked:
    return OfficeAsked(office.function, office.level)


def _vacancy(found: Uncovered, *, is_lead: bool) -> Vacancy:
    missing = found.gap.label
    if found.function and found.level is not None:
        known = organisations.function(found.function)
        name = known.name if known else Label(found.function, found.function)
        missing = _NO_OFFICE.filled(level=found.level.label, function=name)
    if found.categories:
        codes = found.categories[:_NAMED_MAX]
        more = "…" if len(found.categories) > len(codes) else ""
        missing = _OF_CATEGORIES.filled(missing=missing, codes=", ".join(codes) + more)
    named = (places.area(area) for area in found.areas[:_NAMED_MAX])
    return Vacancy(missing, found.areas, tuple(area.name for area in named if area), is_lead=is_lead)
