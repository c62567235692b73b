"""Edits of what a scenario says of itself: its words, for which matters and areas, its measures, its legal basis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from lilong.apps.work.rules.editing.refusing import refusal, refuse
from lilong.apps.work.terms.scenarios import ANY, LegalBasis, LegalLimit, Measure, Scenario
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

MEASURES = {
    "late_share": Label("超期的比例", "share past the limit"),
    "median_days": Label("办结天数的中位数", "median days to close"),
    "back_share": Label("退回过的比例", "share that went back"),
    "solved_share": Label("真正解决的比例", "share that was solved"),
}
_PATTERN = re.compile(r"\*|(?:[\w.]+:[\w.]+:)?[A-Z0-9]+\*?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def set_heads(scenario: Scenario, title: Label, purpose: Label) -> Scenario:
    """``scenario`` under another title, for another purpose."""
    return replace(scenario, title=title, purpose=purpose)


def set_scope(scenario: Scenario, categories: tuple[str, ...], area_types: tuple[str, ...]) -> Scenario:
    """``scenario`` for these categories (a code, or its beginning and ``*``) in these types of area."""
    refuse(_of_scope(scenario, categories))
    return replace(scenario, categories=tuple(dict.fromkeys(categories)), area_types=area_types or (ANY,))


def set_measures(scenario: Scenario, measures: tuple[Measure, ...]) -> Scenario:
    """``scenario`` measured by these."""
    refuse(
        refusal(
            "of",
            Label("没有这种量法。", "There is no such measure."),
            Label("请从所列的里面选。", "Choose one listed."),
        )
        for measure in measures
        if measure.of not in MEASURES
    )
    return replace(scenario, measures=measures)


def set_basis(scenario: Scenario, basis: tuple[LegalBasis, ...], within: LegalLimit | None) -> Scenario:
    """``scenario`` standing on these clauses, with the longest time that one of them leaves."""
    clauses = (*basis, *((within.basis,) if within else ()))
    refuse(
        refusal(
            "dated", Label("日期写成 2018-05-24 这样。", "Write the date as 2018-05-24."), Label("请改。", "Change it.")
        )
        for clause in clauses
        if not _DATE.fullmatch(clause.dated)
    )
    return replace(scenario, basis=basis, within=within)


def _of_scope(scenario: Scenario, categories: tuple[str, ...]) -> Iterable[Refusal]:
    wrong = [pattern for pattern in categories if not _PATTERN.fullmatch(pattern)]
    if wrong:
        yield refusal(
            "categories",
            Label("“{what}”不是类别代码。", "“{what}” is no category code.").filled(what=wrong[0]),
            Label(
                "写代码（C0137），或代码的开头加 *（C01*）。", "Write a code (C0137), or its beginning and * (C01*)."
            ),
        )
    if scenario.categories and not categories:
        yield refusal(
            "categories",
            Label("没有说管哪些事。", "For which matters is not said."),
            Label("至少写一个代码。", "Give a code."),
        )
