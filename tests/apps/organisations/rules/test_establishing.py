"""Units and posts planned from patterns."""

from __future__ import annotations

from lilong.apps.organisations.rules.establishing import plan_posts, plan_units
from lilong.apps.organisations.terms import CityArea, PostPattern, Staffing
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label
from tests.apps.organisations.samples import CITY, COMMUNITY, DISTRICT, STREET, function

ZONE, ZONE_COMMUNITY = AreaCode("310101501"), AreaCode("310101501498")
NAME = Label("某地", "Somewhere")
AREAS = (
    CityArea(ZONE_COMMUNITY, Level.COMMUNITY, NAME, "community_other"),
    CityArea(COMMUNITY, Level.COMMUNITY, NAME, "residents_committee"),
    CityArea(ZONE, Level.STREET, NAME, "special"),
    CityArea(STREET, Level.STREET, Label("外滩街道", "Waitan"), "subdistrict"),
    CityArea(DISTRICT, Level.DISTRICT, NAME, "district"),
    CityArea(CITY, Level.CITY, NAME, "municipality"),
)
LEAD = "work.task.supervise"


def post(code: str, of: str, level: Level, *duties: str) -> PostPattern:
    return PostPattern(code, of, level, Label(f"{code}岗", code), frozenset(duties))


STAFFING = Staffing(
    (
        function("works", Level.STREET),
        function("committee", Level.COMMUNITY, area_types=frozenset({"subdistrict", "town"})),
        function("company", Level.COMMUNITY),
        function("street_centre", Level.STREET),
        function("city_centre", Level.CITY),
    ),
    (
        post("member", "committee", Level.COMMUNITY, "a"),
        post("chair", "committee", Level.COMMUNITY, LEAD),
        post("shift", "street_centre", Level.STREET, LEAD),
        post("city", "city_centre", Level.CITY, LEAD),
        post("works", "works", Level.STREET, "b"),
    ),
    LEAD,
)


def above() -> dict[str, str]:
    return {unit.code: unit.above for unit in plan_units(AREAS, STAFFING)}


def test_each_function_stands_where_its_levels_and_area_types_are() -> None:
    assert set(above()) == {
        "city_centre-31",
        "street_centre-310101002",
        "works-310101002",
        "street_centre-310101501",
        "works-310101501",
        "committee-310101002001",
        "company-310101002001",
        "company-310101501498",
    }


def test_a_unit_reports_to_the_leader_of_its_area_and_the_leader_to_the_nearest_one_above() -> None:
    found = above()
    assert found["company-310101002001"] == "committee-310101002001"
    assert found["committee-310101002001"] == "street_centre-310101002"
    assert found["works-310101002"] == "street_centre-310101002"
    assert found["company-310101501498"] == "street_centre-310101501", "no committee in a special zone"
    assert found["street_centre-310101002"] == "city_centre-31", "no unit leads the district"
    assert found["city_centre-31"] == ""


def test_a_superior_comes_before_its_units() -> None:
    seen = {""}
    for unit in plan_units(AREAS, STAFFING):
        assert unit.above in seen
        seen.add(unit.code)


def test_names_follow_the_functions_pattern() -> None:
    names = {unit.code: unit.name for unit in plan_units(AREAS, STAFFING)}
    assert names["works-310101002"] == Label("外滩街道works", "Waitan works")


def test_posts_follow_the_patterns_of_function_and_level() -> None:
    units = plan_units(AREAS, STAFFING)
    posts = [(post.unit, post.title.en, post.area) for post in plan_posts(units, STAFFING)]
    assert ("committee-310101002001", "chair", COMMUNITY) in posts
    assert ("committee-310101002001", "member", COMMUNITY) in posts
    assert not [unit for unit, _, _ in posts if unit.startswith("company")]
    assert len(posts) == 7
