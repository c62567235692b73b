"""The starter catalogue and staffing, and the demonstration's day told with them: complete, consistent, fit to read."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pytest

from lilong.apps.organisations.rules.establishing import plan_units
from lilong.apps.organisations.rules.offices import Offices
from lilong.apps.organisations.rules.routing import Place, ResponsibilityIndex
from lilong.apps.organisations.rules.sheets import (
    CATALOGUE_SHEETS,
    STAFFING_SHEETS,
    read_catalogue,
    read_staffing,
)
from lilong.apps.organisations.terms import (
    CatalogueRows,
    CityArea,
    Gap,
    NotRouted,
    Routed,
    Routing,
    Staffing,
    Stage,
    UnitCard,
)
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Ground
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label

Row = dict[str, str]

EDITION = "2026-09"
AREA_TYPES = ("subdistrict", "town", "township", "special")
DUTIES = frozenset(
    {
        *(f"cases.case.{verb}" for verb in ("report", "verify", "file", "dispatch", "merge")),
        *(f"cases.case.{verb}" for verb in ("handle", "check", "callback", "view")),
        *(f"work.task.{verb}" for verb in ("do", "supervise")),
        *(f"work.scenario.{verb}" for verb in ("write", "approve", "publish")),
        *(f"work.undertaking.{verb}" for verb in ("begin", "cancel")),
        "organisations.catalogue.keep",
        "organisations.unit.administer",
        "identity.account.administer",
        "people.contact.read",
        "dashboards.view",
    }
)
SHEETS = (*CATALOGUE_SHEETS, *STAFFING_SHEETS)
# The one place left without an answer on purpose; the README of the data says so.
GAP_ON_PURPOSE = {("E9987", "special", Stage.HANDLE)}
# Nobody is to be scored, ranked or checked in, nor told to leave traces (国办函〔2026〕12号).
FORBIDDEN = ("打卡", "签到", "积分", "排名", "排行", "在线时长", "评分", "绩效", "末位", "红黑榜", "刷脸登录")
LAW = re.compile(r"[^@#|]+@\d{4}-\d{2}-\d{2}#\d+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Natural hours a limit roughly takes; only to tell a looser limit from a stricter one.
ROUGH_HOURS = {
    ClockKind.NATURAL_HOURS: 1.0,
    ClockKind.WORKING_HOURS: 3.0,
    ClockKind.NATURAL_DAYS: 24.0,
    ClockKind.WORKING_DAYS: 33.6,
}
OPEN_STAGES = ("received", "verify", "file", "dispatch", "handle", "check", "callback")
ENDED_WELL = {"plain", "urgent", "explained", "overdue", "returned", "sent_back", "asked_again"}
WITH_REASON = {"returned", "sent_back", "asked_again", "declined", "merged"}
STORYLINES = {*ENDED_WELL, "declined", "merged", *(f"still_open_{stage}" for stage in OPEN_STAGES)}


@cache
def text(package: str, sheet: str) -> str:
    return (files(package) / "data" / f"{sheet}.csv").read_text(encoding="utf-8")


@cache
def rows(sheet: str) -> tuple[Row, ...]:
    package = "lilong.project.demo" if sheet in {"matters", "demo_names"} else "lilong.apps.organisations"
    return tuple(csv.DictReader(text(package, sheet).splitlines(), strict=True))


@cache
def staffing() -> Staffing:
    sheets = {sheet: text("lilong.apps.organisations", sheet) for sheet in STAFFING_SHEETS}
    return read_staffing(sheets, leading_duty="work.task.supervise", duties=DUTIES)


@cache
def catalogue() -> CatalogueRows:
    sheets = {sheet: text("lilong.apps.organisations", sheet) for sheet in CATALOGUE_SHEETS}
    return read_catalogue(sheets, name=EDITION, functions={one.code: one for one in staffing().functions})


@cache
def offices(area_type: str) -> tuple[Offices, Place]:
    """A city with one street-level area of the type, fully staffed, and a place in its only community."""
    kinds = ("municipality", "district", area_type, "special" if area_type == "special" else "residents_committee")
    digits = ("31", "310101", "310101001", "310101001001")
    levels = (Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY)
    areas = [
        CityArea(AreaCode(code), level, Label(f"甲{level.label.zh}", level.label.en), kind)
        for code, level, kind in zip(digits, levels, kinds, strict=True)
    ]
    drafts = plan_units(areas, staffing())
    units = [
        UnitCard(number, draft.code, draft.name, draft.function, draft.level, draft.area)
        for number, draft in enumerate(drafts, 1)
    ]
    return Offices(units), Place(AreaCode(digits[-1]), tuple(reversed(kinds)))


@cache
def routings() -> dict[tuple[str, str, Stage], Routing]:
    functions = {one.code: one for one in staffing().functions}
    index = ResponsibilityIndex(EDITION, catalogue().responsibilities, functions)
    found = {}
    for category in catalogue().categories:
        for area_type in AREA_TYPES:
            units, place = offices(area_type)
            for stage in Stage:
                key = (category.key.code, area_type, stage)
                found[key] = index.route(category.key.code, place, stage, units)
    return found


def deciding_row(routing: Routing) -> str:
    return next(one.reference for one in routing.because if one.ground is Ground.RULE_ROW)


def hours(limit: Limit) -> float:
    return limit.amount * ROUGH_HOURS[limit.kind]


def cells(*sheets: str) -> Iterator[tuple[str, str, str]]:
    """Sheet with line, column and text of every cell."""
    for sheet in sheets:
        for number, row in enumerate(rows(sheet), 2):
            for column, value in row.items():
                yield f"{sheet}:{number}", column, value


# --- the catalogue -----------------------------------------------------------------------------------------------


def test_it_is_large_enough_and_has_both_kinds() -> None:
    kinds = Counter(category.kind for category in catalogue().categories)
    assert sum(kinds.values()) >= 75
    assert min(kinds["component"], kinds["event"]) >= 20
    assert len({category.group_code for category in catalogue().categories}) >= 11


def test_a_code_says_its_kind_its_group_and_whose_number_it_is() -> None:
    for category in catalogue().categories:
        code = category.key.code
        assert re.fullmatch(r"[CE]\d{4}", code)
        assert category.kind == {"C": "component", "E": "event"}[code[0]]
        assert category.group_code == code[:3]
        extension = code[1:3] in {"98", "99"} or int(code[3:]) >= 80
        wanted = ("lilong.city", EDITION) if extension else ("gbt30428.2", "2013")
        assert (category.key.scheme, category.key.version) == wanted, code


@pytest.mark.parametrize("column", ["name_zh", "name_en", "resident_zh", "resident_en"])
def test_no_two_categories_are_called_the_same(column: str) -> None:
    twice = [name for name, times in Counter(row[column] for row in rows("categories")).items() if times > 1]
    assert not twice


def test_a_group_has_one_name() -> None:
    names = defaultdict(set)
    for row in rows("categories"):
        names[row["group_code"]].add((row["group_zh"], row["group_en"]))
    assert all(len(found) == 1 for found in names.values())
    assert len({name for found in names.values() for name in found}) == len(names)


def test_every_category_can_be_searched_for() -> None:
    for category in catalogue().categories:
        assert len(category.keywords_zh) >= 3, category.key
        assert len(category.keywords_en) >= 2, category.key


def test_matters_about_persons_are_private_and_urgent_ones_do_not_wait() -> None:
    by_code = {category.key.code: category for category in catalogue().categories}
    assert all(by_code[code].private for code in ("E9899", "E9898", "E9894", "E9893"))
    assert not any(by_code[code].needs_verification for code in ("E0502", "E0596", "E0599", "E9898", "E9894"))


def test_every_category_has_standards_numbered_from_one() -> None:
    numbers = defaultdict(list)
    for standard in catalogue().standards:
        numbers[standard.category.code].append(standard.row)
    assert set(numbers) == {category.key.code for category in catalogue().categories}
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_no_standard_is_said_twice() -> None:
    for column in ("filing_condition_zh", "filing_condition_en", "closing_condition_zh", "closing_condition_en"):
        twice = [said for said, times in Counter(row[column] for row in rows("standards")).items() if times > 1]
        assert not twice, column


def test_a_limit_is_verified_exactly_when_its_source_says_so() -> None:
    for standard in catalogue().standards:
        assert standard.source in {"starter", "practice.yuncheng", "practice.shanghai-12345", "statute"}
        assert standard.verified == (standard.source != "starter"), standard.reference
        assert standard.source != "statute" or standard.legal_basis, standard.reference
        assert standard.severity != "A" or hours(standard.limit) <= 24, standard.reference


@pytest.mark.parametrize("sheet", ["standards", "responsibilities"])
def test_a_law_is_cited_with_its_version_and_article(sheet: str) -> None:
    cited = [row["legal_basis"] for row in rows(sheet) if row["legal_basis"]]
    assert len(cited) >= 20
    assert [basis for basis in cited if not LAW.fullmatch(basis)] == []


# --- who is responsible ------------------------------------------------------------------------------------------


def test_every_stage_of_every_category_falls_to_somebody_everywhere_but_for_the_known_gap() -> None:
    missing = {key: routing.gap for key, routing in routings().items() if isinstance(routing, NotRouted)}
    assert missing == dict.fromkeys(GAP_ON_PURPOSE, Gap.NO_ROW)


def test_every_co_handler_exists_where_it_is_called() -> None:
    lacking = {key: routing.gaps for key, routing in routings().items() if isinstance(routing, Routed) and routing.gaps}
    assert not lacking


def test_there_are_no_ties_and_no_idle_rows() -> None:
    keys = [(row["category"], row["area_type"], row["stage"]) for row in rows("responsibilities")]
    assert len(set(keys)) == len(keys)
    deciding = {deciding_row(routing) for key, routing in routings().items() if key not in GAP_ON_PURPOSE}
    assert {row.reference for row in catalogue().responsibilities} == deciding


def test_who_handled_does_not_check() -> None:
    found = routings()
    for (code, area_type, stage), handling in found.items():
        checking = found[code, area_type, Stage.CHECK]
        if stage is Stage.HANDLE and isinstance(handling, Routed) and isinstance(checking, Routed):
            assert handling.unit.id != checking.unit.id, (code, area_type)


def test_a_row_for_handling_promises_the_loosest_limit_of_the_standards_it_decides() -> None:
    loosest: dict[str, float] = defaultdict(float)
    by_code = defaultdict(list)
    for standard in catalogue().standards:
        by_code[standard.category.code].append(hours(standard.limit))
    for (code, _, stage), routing in routings().items():
        if stage is Stage.HANDLE and isinstance(routing, Routed):
            reference = deciding_row(routing)
            loosest[reference] = max(loosest[reference], *by_code[code], 0.0)
    promised = {row.reference: row.limit for row in catalogue().responsibilities if row.stage is Stage.HANDLE}
    assert {name: hours(limit) for name, limit in promised.items() if limit} == dict(loosest)


def test_every_row_has_a_limit_and_says_why() -> None:
    for row in catalogue().responsibilities:
        assert row.limit is not None, row.reference
        assert row.note is not None, row.reference
    assert {row["version"] for row in rows("responsibilities")} == {EDITION}


def test_every_unit_called_has_a_post_with_the_duty() -> None:
    able = {(post.function, post.level, duty) for post in staffing().posts for duty in post.duties}
    for row in catalogue().responsibilities:
        assert (row.function, row.level, f"cases.case.{row.stage}") in able, row.reference
        for name in row.co_functions if row.stage is Stage.HANDLE else ():
            assert any((name, level, "cases.case.handle") in able for level in Level), row.reference


def test_every_duty_is_held_and_contacts_stay_near() -> None:
    held = {duty for post in staffing().posts for duty in post.duties}
    assert held == DUTIES
    natures = {function.code: function.nature for function in staffing().functions}
    for post in staffing().posts:
        if "people.contact.read" in post.duties:
            assert post.level >= Level.STREET, post.code
            assert natures[post.function] != "enterprise", post.code


def test_whoever_writes_scenarios_does_not_approve_them() -> None:
    for post in staffing().posts:
        deciding = post.duties & {"work.scenario.approve", "work.scenario.publish"}
        assert not deciding or "work.scenario.write" not in post.duties, post.code


def test_a_unit_is_named_after_its_area() -> None:
    for function in staffing().functions:
        assert "{area}" in function.unit_name.zh, function.code
        assert "{area}" in function.unit_name.en, function.code


# --- words -------------------------------------------------------------------------------------------------------


def test_nothing_scores_ranks_or_checks_in() -> None:
    found = [
        (where, column, word)
        for where, column, value in cells(*SHEETS, "matters", "demo_names")
        for word in FORBIDDEN
        if word in value
    ]
    assert not found


def test_both_languages_are_there_and_each_is_itself() -> None:
    for where, column, value in cells(*SHEETS, "matters", "demo_names"):
        if column.endswith("_en") or column == "en":
            assert value, (where, column)
            assert not CHINESE.search(value), (where, column)
        elif column.endswith("_zh") and where.partition(":")[0] in SHEETS:
            assert CHINESE.search(value) or value == "{area}", (where, column)


def test_no_cell_holds_a_telephone_or_identity_number() -> None:
    found = [(where, value) for where, column, value in cells("matters", "demo_names") if re.search(r"\d{6,}", value)]
    assert not found


# --- the demonstration's day -------------------------------------------------------------------------------------


def test_the_day_has_its_matters_and_its_courses() -> None:
    matters = rows("matters")
    assert [int(row["row"]) for row in matters] == list(range(1, 321))
    times = [(int(row["hour"]), int(row["minute"])) for row in matters]
    assert times == sorted(times)
    assert all(hour < 24 and minute < 60 for hour, minute in times)
    courses = Counter(row["storyline"] for row in matters)
    assert set(courses) == STORYLINES
    assert 0.55 <= sum(courses[name] for name in ENDED_WELL) / len(matters) <= 0.65
    assert {row["source"] for row in matters} == {"resident_web", "worker", "hotline", "open311", "patrol"}
    assert {row["category"] for row in matters} == {category.key.code for category in catalogue().categories}
    assert {row["area_type"] for row in matters} <= {*AREA_TYPES, "*"}


def test_a_matter_tells_what_its_course_needs_and_no_more() -> None:
    for row in rows("matters"):
        course = row["storyline"]
        checked = course in ENDED_WELL or course == "still_open_callback"
        assert bool(row["handler_result_zh"]) == (checked or course == "still_open_check"), row["row"]
        assert bool(row["checker_note_zh"]) == checked, row["row"]
        assert bool(row["return_reason_zh"]) == (course in WITH_REASON), row["row"]
        assert bool(row["first_result_zh"]) == (course in {"sent_back", "asked_again"}), row["row"]
        assert row["rating"] in {"", "satisfied", "fair", "dissatisfied"}
        assert not row["rating"] or course in ENDED_WELL, row["row"]
        assert not row["resident_comment_zh"] or row["rating"], row["row"]


def test_private_categories_stay_private_in_the_day() -> None:
    private = {category.key.code for category in catalogue().categories if category.private}
    flags = {"0", "1"}
    for row in rows("matters"):
        assert {row["anonymous"], row["private"]} <= flags, row["row"]
        assert row["category"] not in private or row["private"] == "1", row["row"]


def test_twelve_matters_repeat_an_earlier_one_of_their_category() -> None:
    by_number = {row["row"]: row for row in rows("matters")}
    repeats = [row for row in by_number.values() if row["storyline"] == "merged"]
    assert len(repeats) == 12
    assert all(bool(row["duplicate_of"]) == (row in repeats) for row in by_number.values())
    for row in repeats:
        original = by_number[row["duplicate_of"]]
        assert int(original["row"]) < int(row["row"])
        assert (original["category"], original["duplicate_of"]) == (row["category"], "")


@pytest.mark.parametrize("column", ["title_zh", "title_en", "body_zh", "handler_result_zh", "checker_note_zh"])
def test_no_text_of_the_day_is_used_twice(column: str) -> None:
    twice = [said for said, times in Counter(row[column] for row in rows("matters")).items() if said and times > 1]
    assert not twice


def test_names_are_plainly_invented_and_unique() -> None:
    names = rows("demo_names")
    assert len({(row["kind"], row["zh"]) for row in names}) == len(names)
    assert Counter(row["kind"] for row in names)["staff"] >= 60
    assert {row["kind"] for row in names} == {"staff", "road", "lane", "compound"}
    invented = "弄阁檐晒砖廊窗灶篱塘"
    marked = ("演示", "示例", "样板", "模拟", "试行", "练习", "草稿", "虚构")
    for row in names:
        assert row["zh"].startswith(tuple(invented) if row["kind"] == "staff" else marked), row["zh"]
