"""Staffing a city from patterns: which units and posts there are to be, and who reports to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lilong.apps.organisations.terms import CityArea, FunctionCard, PostDraft, PostPattern, Staffing, UnitDraft
from lilong.kernel.areas import AreaCode, Level


def plan_units(areas: Iterable[CityArea], staffing: Staffing) -> list[UnitDraft]:
    """Every unit the city is to have, a unit's superior before the unit.

    A unit reports to the leading unit of its own area; the leading unit to the nearest leading unit of the areas
    above; the highest one to nobody.
    """
    ordered = sorted(areas, key=lambda one: (one.level, one.area))
    kinds = {one.area.digits: one.kind for one in ordered}
    leading = _leading_functions(staffing)
    leaders: dict[str, str] = {}
    units: list[UnitDraft] = []
    for area in ordered:
        types = [kinds[digits] for digits in _around(area.area) if digits in kinds]
        present = [one for one in staffing.functions if area.level in one.levels and one.is_found_in(types)]
        over = next((leaders[digits] for digits in _around(area.area) if digits in leaders), "")
        lead = next((one for one in present if one.code in leading[area.level]), None)
        if lead is not None:
            units.append(_draft(lead, area, over))
            leaders[area.area.digits] = over = units[-1].code
        units.extend(_draft(one, area, over) for one in present if one is not lead)
    return units


def plan_posts(units: Iterable[UnitDraft], staffing: Staffing) -> Iterator[PostDraft]:
    """The standard posts of ``units``, in the units' order."""
    patterns: dict[tuple[str, Level], list[PostPattern]] = defaultdict(list)
    for pattern in staffing.posts:
        patterns[pattern.function, pattern.level].append(pattern)
    for unit in units:
        for pattern in patterns[unit.function, unit.level]:
            yield PostDraft(unit.code, unit.area, pattern.title, pattern.duties)


def unit_code(function: str, area: AreaCode) -> str:
    """The code of a function's unit for an area."""
    return f"{function}-{area}"


def _leading_functions(staffing: Staffing) -> Mapping[Level, set[str]]:
    leading: dict[Level, set[str]] = defaultdict(set)
    for pattern in staffing.posts:
        if staffing.leading_duty in pattern.duties:
            leading[pattern.level].add(pattern.function)
    return leading


def _around(area: AreaCode) -> Sequence[str]:
    """The digits of the area and of everything that may contain it, the nearest first."""
    return [area.digits[:width] for width in range(len(area.digits), -1, -1)]


def _draft(function: FunctionCard, area: CityArea, above: str) -> UnitDraft:
    name = function.unit_name.filled(area=area.name)
    return UnitDraft(unit_code(function.code, area.area), name, function.code, area.level, area.area, above)
