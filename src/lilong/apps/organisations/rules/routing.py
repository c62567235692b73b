"""Who is responsible: the most specific row of the catalogue, then the unit of its function around the place.

More specific is first the longer code (a whole code before a prefix of the same length), then the concrete area type
(the type of the nearest area first) before ``*``. A row without a unit is not passed over for a vaguer one: that would
be a silent default.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lilong.apps.organisations.rules.offices import Offices, from_level
from lilong.apps.organisations.terms import (
    ANY_AREA_TYPE,
    FunctionCard,
    Gap,
    NotRouted,
    ResponsibilityRow,
    Routed,
    Routing,
    Stage,
    UnitCard,
)
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because, Ground
from lilong.kernel.words import Label

Functions = Mapping[str, FunctionCard]

_PREFIX_MARK = "*"
_ROW_TEXT = Label(
    "权责清单 {catalogue} 第 {row} 行：{stage}由{level}的“{function}”承担。",
    "Responsibility catalogue {catalogue}, row {row}: {stage} falls to “{function}” at {level} level.",
)
_NO_ROW_TEXT = Label(
    "权责清单 {catalogue} 没有写明 {code} 类在这里的{stage}由谁承担，已列入清单管理员的待办。",
    "Responsibility catalogue {catalogue} does not say who takes {stage} of category {code} here; "
    "its keeper has this as work to do.",
)
_GAP_TEXTS = {
    Gap.NO_UNIT: Label(
        "这里没有{level}的“{function}”单位，已列入清单管理员的待办。",
        "There is no unit of “{function}” at {level} level here; the catalogue's keeper has this as work to do.",
    ),
    Gap.PLACE_TOO_COARSE: Label(
        "地点还不够具体，说不出是哪一个“{function}”。",
        "The place is not known closely enough to say which “{function}” it is.",
    ),
}
_OFFICE_TEXT = Label("这一步由{level}的“{function}”承担。", "This step falls to “{function}” at {level} level.")
_LAW = re.compile(r"(?P<name>[^@#]+)@(?P<date>[0-9-]+)#(?P<article>[0-9]+)")
_LAW_TEXT = Label("《{name}》（{date}）第{article}条", "{name} ({date}), article {article}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matter is: its area, and the types of that area and those around it, the nearest first."""

    area: AreaCode
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    row: ResponsibilityRow
    because: tuple[Because, ...]


class ResponsibilityIndex:
    """The rows of one catalogue prepared so that one routing is a handful of dictionary look-ups.

    Raises ``ValueError`` when two rows say something for the same category, area type and stage.
    """

    def __init__(
        self, catalogue: str, rows: Iterable[ResponsibilityRow], functions: Mapping[str, FunctionCard]
    ) -> None:
        self._catalogue = catalogue
        self._functions = functions
        self._rules: dict[tuple[Stage, str], dict[str, _Rule]] = defaultdict(dict)
        for row in rows:
            of_type = self._rules[row.stage, row.category]
            if row.area_type in of_type:
                raise ValueError(f"rows {of_type[row.area_type].row.row} and {row.row} say the same")
            of_type[row.area_type] = _Rule(row, self._because(row))
        # Longest first; codes are digits or letters, so a pattern with the mark is always a prefix.
        self._widths = sorted({len(code) - 1 for _, code in self._rules if code.endswith(_PREFIX_MARK)}, reverse=True)

    def route(self, code: str, place: Place, stage: Stage, offices: Offices) -> Routing:
        """Who takes ``stage`` of a matter of category ``code`` at ``place``."""
        rule = self._most_specific(code, place.types, stage)
        if rule is None:
            return self.without_row(code, place, stage)
        row = rule.row
        unit = offices.at(row.function, row.level, place.area)
        if unit is None:
            return self._without_unit(rule, row.function, place, offices)
        if not row.co_functions:
            return Routed(stage, unit, (), row.limit, rule.because)
        found = {name: offices.nearest(name, row.level, place.area) for name in row.co_functions}
        units = tuple(co_unit for co_unit in found.values() if co_unit is not None)
        gaps = tuple(
            self._without_unit(rule, name, place, offices) for name, co_unit in found.items() if co_unit is None
        )
        return Routed(stage, unit, _apart_from(unit, units), row.limit, rule.because, gaps)

    def row(self, code: str, types: Sequence[str], stage: Stage) -> ResponsibilityRow | None:
        """The row that speaks of ``stage`` of category ``code`` where the areas are of ``types``, the nearest first."""
        rule = self._most_specific(code, types, stage)
        return rule.row if rule else None

    def without_row(self, code: str, place: Place, stage: Stage) -> NotRouted:
        """The answer for a category and stage that no row speaks of; one work item for each street."""
        text = _NO_ROW_TEXT.filled(catalogue=self._catalogue, code=code, stage=stage.label)
        because = Because(Ground.DATA, text, f"responsibility:none@{self._catalogue}")
        return NotRouted(stage, Gap.NO_ROW, place.area.cut_to(Level.STREET), (because,))

    def _most_specific(self, code: str, types: Sequence[str], stage: Stage) -> _Rule | None:
        of_type = self._rules.get((stage, code))
        rule = _of_nearest_type(of_type, types) if of_type else None
        if rule is not None:
            return rule
        for width in self._widths:
            of_type = self._rules.get((stage, code[:width] + _PREFIX_MARK)) if width <= len(code) else None
            rule = _of_nearest_type(of_type, types) if of_type else None
            if rule is not None:
                return rule
        return None

    def _without_unit(self, rule: _Rule, function: str, place: Place, offices: Offices) -> NotRouted:
        level = _level(function, rule.row.level, self._functions)
        missing = _missing(function, level, place.area, offices, self._functions)
        return replace(missing, stage=rule.row.stage, because=(*rule.because, *missing.because))

    def _because(self, row: ResponsibilityRow) -> tuple[Because, ...]:
        text = _ROW_TEXT.filled(
            catalogue=self._catalogue,
            row=row.row,
            stage=row.stage.label,
            level=row.level.label,
            function=_name(row.function, self._functions),
        )
        if row.note:
            text = Label(f"{text.zh}{row.note.zh}", f"{text.en} {row.note.en}")
        ruled = Because(Ground.RULE_ROW, text, row.reference)
        return (ruled, law(row.legal_basis)) if row.legal_basis else (ruled,)


def office(function: str, level: Level, area: AreaCode, offices: Offices, functions: Functions) -> Routing:
    """The office of ``function`` at ``level`` around ``area``, where a scenario asks for it and no row of a catalogue.

    The answer counts as one for handling: a gap is the keeper's work like any other.
    """
    unit = offices.at(function, level, area)
    if unit is None:
        return _missing(function, level, area, offices, functions)
    text = _OFFICE_TEXT.filled(level=level.label, function=_name(function, functions))
    because = Because(Ground.DATA, text, f"function:{function}@{unit.area}")
    return Routed(Stage.HANDLE, unit, (), None, (because,))


def _missing(function: str, level: Level, area: AreaCode, offices: Offices, functions: Functions) -> NotRouted:
    around = area.cut_to(level)
    gap = Gap.PLACE_TOO_COARSE if offices.begins_below(function, level, area) else Gap.NO_UNIT
    text = _GAP_TEXTS[gap].filled(level=level.label, function=_name(function, functions))
    because = Because(Ground.DATA, text, f"function:{function}@{around}")
    return NotRouted(Stage.HANDLE, gap, around, (because,), function)


def _level(function: str, level: Level, functions: Functions) -> Level:
    """The level at which ``function`` is to be expected: the row's own, else the nearest it exists at."""
    known = functions.get(function)
    return next((each for each in from_level(level) if known and each in known.levels), level)


def _name(function: str, functions: Functions) -> Label:
    known = functions.get(function)
    return known.name if known else Label(function, function)


def law(basis: str) -> Because:
    """A legal basis written ``name@date#article`` as a reason; any other wording is quoted as it stands."""
    cited = _LAW.fullmatch(basis)
    return Because(
        Ground.CLAUSE, _LAW_TEXT.filled(**cited.groupdict()) if cited else Label(basis, basis), f"law:{basis}"
    )


def _of_nearest_type(of_type: Mapping[str, _Rule], types: Sequence[str]) -> _Rule | None:
    for area_type in types:
        if area_type in of_type:
            return of_type[area_type]
    return of_type.get(ANY_AREA_TYPE)


def _apart_from(lead: UnitCard, units: tuple[UnitCard, ...]) -> tuple[UnitCard, ...]:
    """The co-handlers, each once, without the lead itself."""
    return tuple(unit for unit in dict.fromkeys(units) if unit.id != lead.id)


def no_catalogue(stage: Stage, area: AreaCode) -> NotRouted:
    """The answer where no catalogue is in force."""
    text = Label(
        "这里没有生效的权责清单，已列入清单管理员的待办。",
        "No responsibility catalogue is in force here; its keeper has this as work to do.",
    )
    return NotRouted(
        stage, Gap.NO_CATALOGUE, area.cut_to(Level.CITY), (Because(Ground.DATA, text, "responsibility:none"),)
    )
