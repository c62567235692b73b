"""The catalogue for programs: categories for all, the inside of the house for posts, gaps for their keeper."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.queries.missing import open_gaps
from lilong.apps.organisations.terms import Gap, NotRouted, Stage
from lilong.kernel.areas import AreaCode
from tests.city import DISTRICT, LAMP, NEW_BRIDGE, NOW, RIVER_BEND, STREET, City

ORGANISATIONS = "/api/v1/organisations"
HIDDEN = "gbt30428.2:2013:C0131"


def asked(city: City, path: str, seat: str = "", status: int = 200) -> Any:
    """The answer to that seat."""
    answer = city.client(seat).get(f"{ORGANISATIONS}{path}")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_residents_see_the_categories_they_may_choose_and_posts_all(small_city: City) -> None:
    public = {each["key"] for each in asked(small_city, "/categories")}
    inside = {each["key"] for each in asked(small_city, "/categories", "grid")}
    assert str(LAMP) in public
    assert HIDDEN not in public
    assert public < inside
    assert HIDDEN in inside


def test_plain_words_find_a_category_in_either_language(small_city: City) -> None:
    assert asked(small_city, "/categories/search?text=楼下路灯不亮")[0]["category"]["key"] == str(LAMP)
    assert asked(small_city, "/categories/search?text=street lamp is out&lang=en")[0]["category"]["key"] == str(LAMP)
    assert asked(small_city, "/categories/search?text=电信杆子歪了") == [
        each for each in asked(small_city, "/categories/search?text=电信杆子歪了") if each["category"]["key"] != HIDDEN
    ]


def test_a_post_reads_what_a_case_is_filed_against(small_city: City) -> None:
    first, *_ = asked(small_city, f"/standards?category={LAMP}", "intake")
    (card, *_) = organisations.standards_of(LAMP, area=NEW_BRIDGE, at=NOW)
    assert (first["id"], first["reference"], first["limit"]["kind"]) == (card.id, card.reference, card.limit.kind.value)


def test_a_post_reads_who_takes_each_stage_and_because_of_what(small_city: City) -> None:
    stages = {
        each["stage"]: each for each in asked(small_city, f"/routing?category={LAMP}&area={NEW_BRIDGE}", "intake")
    }
    assert set(stages) == {stage.value for stage in Stage}
    handling = stages["handle"]
    assert handling["unit"]["id"] == small_city.unit("power")
    assert handling["because"][0]["reference"].startswith("responsibility:")
    vague = {each["stage"]: each for each in asked(small_city, f"/routing?category={LAMP}&area={STREET}", "intake")}
    assert (vague["verify"]["unit"], vague["verify"]["gap"]) == (None, "place_too_coarse")


def test_units_are_listed_by_area_function_and_level(small_city: City) -> None:
    found = asked(small_city, f"/units?area={STREET}&function=street_operations", "intake")
    assert [each["id"] for each in found] == [small_city.unit("intake")]
    assert {each["level"] for each in asked(small_city, f"/units?area={DISTRICT}&level=2", "intake")} == {2}
    one = asked(small_city, f"/units/{small_city.unit('intake')}", "intake")
    assert one["name"]["zh"] == "南塘街道城市运行管理中心"


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/standards?category=moon", 422, "category"),
        ("/routing?category=a:b&area=31", 422, "category"),
        (f"/routing?category={LAMP}&area=moon", 422, "area"),
        ("/units?area=", 200, ""),
        ("/units?area=31&level=12", 422, "level"),
        ("/units/99999999999", 404, ""),
    ],
)
def test_what_cannot_be_answered_names_what_to_mend(small_city: City, path: str, status: int, field: str) -> None:
    found = asked(small_city, path, "intake", status)
    if status != 200:
        assert [refusal["field"] for refusal in found["refusals"]] == [field]


def gap_in(area: AreaCode) -> UUID:
    """Something the keeper of that area owes."""
    gap = NotRouted(Stage.HANDLE, Gap.NO_ROW, area, ())
    with transaction.atomic():
        organisations.report_missing(LAMP, [gap], NOW)
    return next(item.id for item in open_gaps() if item.area == area)


def test_the_keeper_sees_the_gaps_of_the_own_area_and_resolves_them(small_city: City) -> None:
    own, _ = gap_in(NEW_BRIDGE), gap_in(RIVER_BEND)
    found = asked(small_city, "/missing", "keeper")
    assert ([item["id"] for item in found["items"]], found["total"]) == ([str(own)], 1)
    answer = small_city.client("keeper").post(
        f"{ORGANISATIONS}/missing/{own}/resolve",
        {"note": "补了一行"},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 200
    assert asked(small_city, "/missing", "keeper")["items"] == []


def test_another_areas_keeper_resolves_nothing(small_city: City) -> None:
    foreign = gap_in(RIVER_BEND)
    answer = small_city.client("keeper").post(
        f"{ORGANISATIONS}/missing/{foreign}/resolve",
        {"note": "补了一行"},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code in {403, 404}
    assert [item.resolved_at for item in open_gaps() if item.id == foreign] == [None]
