"""Limits beside the law's: what passes is within it on every day of the published calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilong import calendars
from lilong.apps.work.rules.checking import check, not_asked
from lilong.apps.work.rules.checking.clocks import allowed, longest
from lilong.apps.work.terms import LegalBasis, LegalLimit, LimitRule, Responsible, Severity
from lilong.calendars.rules import read_table
from lilong.kernel.clocks import STANDARD_SESSIONS, ClockKind, Limit, WorkingTime, due_at
from lilong.kernel.days import DayKind, ExceptionalDay, WorkingDays, is_weekend
from tests.apps.work.strategies import FREE, bare, of_steps

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAW = LegalBasis("某条例", "2018-05-24", 12)
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(ClockKind))
# Every hour of the years whose notices are published and behind us.
hours = st.integers(0, 24 * 365 * 17).map(lambda hour: datetime(2008, 1, 1, tzinfo=SHANGHAI) + timedelta(hours=hour))


@cache
def working_time() -> WorkingTime:
    """The published calendar."""
    rows = read_table((Path(calendars.__file__).parent / "data" / "cn_workdays.csv").read_bytes(), days_only=True)
    days = tuple(
        ExceptionalDay(row.day, DayKind.MAKEUP_WORKDAY if row.works else DayKind.HOLIDAY)
        for row in rows
        if row.works == is_weekend(row.day) or not row.works
    )
    return WorkingTime(WorkingDays(frozenset(row.day.year for row in rows), days), STANDARD_SESSIONS, SHANGHAI)


def kinds(limit: LimitRule, law: LegalLimit, emergency: Limit | None = None) -> list[str]:
    """What is found of a step with that limit, beside that law."""
    step = replace(bare("a"), limit=limit, legal_limit=law, emergency_limit=emergency)
    return [finding.kind for finding in check(of_steps(step), FREE, not_asked)]


def law(amount: int, kind: ClockKind) -> LegalLimit:
    """What the law leaves."""
    return LegalLimit(Limit(amount, kind), LAW)


@settings(max_examples=600, deadline=None)
@given(limits, st.sampled_from(ClockKind), hours)
def test_the_least_that_passes_is_never_later_than_the_law(limit: Limit, kind: ClockKind, at: datetime) -> None:
    per_day = 24 if kind is ClockKind.NATURAL_DAYS else 1
    legal = Limit(ceil(longest(limit, kind) / per_day), kind)
    assert longest(limit, kind) <= allowed(legal)
    assert due_at(at, limit, working_time()).at <= due_at(at, legal, working_time()).at


@given(limits, st.integers(0, 3))
def test_the_same_clock_is_compared_exactly(limit: Limit, more: int) -> None:
    assert longest(limit, limit.kind) == allowed(limit)
    assert kinds(LimitRule(limit), LegalLimit(replace(limit, amount=limit.amount + more), LAW)) == []


@pytest.mark.parametrize(
    ("limit", "legal", "found"),
    [
        (Limit(48, ClockKind.NATURAL_HOURS), law(2, ClockKind.NATURAL_DAYS), []),
        (Limit(49, ClockKind.NATURAL_HOURS), law(2, ClockKind.NATURAL_DAYS), ["limit_beyond_law"]),
        (Limit(3, ClockKind.WORKING_DAYS), law(2, ClockKind.WORKING_DAYS), ["limit_beyond_law"]),
        (Limit(16, ClockKind.WORKING_HOURS), law(2, ClockKind.WORKING_DAYS), []),
        (Limit(17, ClockKind.WORKING_HOURS), law(2, ClockKind.WORKING_DAYS), ["limit_not_comparable"]),
        (Limit(1, ClockKind.WORKING_DAYS), law(24, ClockKind.NATURAL_HOURS), ["limit_not_comparable"]),
        (Limit(1, ClockKind.WORKING_DAYS), law(20, ClockKind.NATURAL_DAYS), []),
        (Limit(2, ClockKind.NATURAL_HOURS), law(1, ClockKind.WORKING_DAYS), []),
        (Limit(24, ClockKind.NATURAL_HOURS), law(1, ClockKind.WORKING_DAYS), ["limit_not_comparable"]),
    ],
)
def test_a_limit_beside_the_law(limit: Limit, legal: LegalLimit, found: list[str]) -> None:
    assert kinds(LimitRule(limit), legal) == found


def test_the_emergency_has_the_same_law() -> None:
    one, two = (Limit(hours, ClockKind.NATURAL_HOURS) for hours in (1, 2))
    assert kinds(LimitRule(one), LegalLimit(one, LAW), emergency=two) == ["limit_beyond_law"]


def test_the_catalogues_limit_is_only_looked_at() -> None:
    step = replace(
        bare("a"), limit=LimitRule(), legal_limit=law(1, ClockKind.NATURAL_DAYS), who=Responsible(stage="file")
    )
    found = {finding.kind: finding.severity for finding in check(of_steps(step), FREE, not_asked)}
    assert found["limit_not_known"] is Severity.LOOK


@pytest.mark.parametrize(("amount", "found"), [(5, []), (4, ["within_beyond_law"])])
def test_steps_in_a_row_add_up_and_steps_side_by_side_do_not(amount: int, found: list[str]) -> None:
    two, three = (LimitRule(Limit(days, ClockKind.WORKING_DAYS)) for days in (1, 3))
    steps = (bare("a"), replace(bare("b", "a"), limit=three), replace(bare("c", "a"), limit=two), bare("d", "b", "c"))
    scenario = replace(of_steps(*steps), within=law(amount, ClockKind.WORKING_DAYS))
    findings = check(scenario, FREE, not_asked)
    assert [finding.kind for finding in findings] == found
    assert [label.en for finding in findings for label in finding.path] == (
        ["“a”: 1 working day", "“b”: 3 working days", "“d”: 1 working day"] if found else []
    )


def test_the_whole_is_only_looked_at_where_the_catalogue_sets_a_limit() -> None:
    asked = replace(bare("a"), limit=LimitRule(), who=Responsible(stage="file"))
    scenario = replace(of_steps(asked, bare("b", "a")), within=law(9, ClockKind.WORKING_DAYS))
    found = {finding.kind: finding.severity for finding in check(scenario, FREE, not_asked)}
    assert found["within_not_known"] is Severity.LOOK
