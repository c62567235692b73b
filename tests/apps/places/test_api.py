"""Geography for programs and maps: what is asked for, nothing of anybody, and a refusal that says what to mend."""

from __future__ import annotations

from typing import Any

import pytest

from tests.city import ADDRESS, AT_NEW_BRIDGE, NEW_BRIDGE, OUTSIDE, City

PLACES = "/api/v1/places"


def asked(city: City, path: str, status: int = 200) -> Any:
    """The answer to a passer-by."""
    answer = city.client().get(f"{PLACES}{path}")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_the_cities_and_their_areas_level_by_level(city: City) -> None:
    assert [each["name"] for each in asked(city, "/cities")] == ["试验市"]
    assert [each["name"] for each in asked(city, "/areas?within=31")] == ["东区"]
    assert [each["name"] for each in asked(city, "/areas?within=310101")] == ["南塘街道", "北塘镇", "某开发区"]
    assert [each["name"] for each in asked(city, "/areas?within=31&level=4")] == [
        "新桥居委会",
        "老桥居委会",
        "河湾村委会",
        "某开发区虚拟社区",
    ]


def test_an_official_code_with_its_zeros_is_the_same_area(city: City) -> None:
    found = asked(city, "/areas/310101001000")
    assert (found["code"], found["level_label"]["zh"], found["kind_label"]["zh"]) == ("310101001", "街镇", "街道")
    assert found["path"] == ["试验市", "东区", "南塘街道"]


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/areas/310104", 404, ""),
        ("/areas/moon", 422, "within"),
        ("/areas?within=31&level=9", 422, "level"),
        ("/areas", 422, "within"),
        ("/boundaries?within=44", 404, ""),
        ("/boundaries?within=31&level=-1", 422, "level"),
        (f"/locate?latitude={OUTSIDE.latitude}&longitude={OUTSIDE.longitude}", 422, "lat"),
        ("/locate?latitude=31.2", 422, "long"),
        ("/locate?latitude=121.405&longitude=31.205", 422, "lat"),
        ("/locate?latitude=nan&longitude=121.4", 422, "latitude"),
        ("/locate", 422, "address"),
        ("/locate?address_id=1", 422, "address_id"),
        ("/locate?latitude=31.205&longitude=121.405&datum=moon", 422, "datum"),
        ("/locate?address=x&city=44", 404, ""),
    ],
)
def test_what_cannot_be_answered_names_what_to_mend(city: City, path: str, status: int, field: str) -> None:
    found = asked(city, path, status)
    assert [refusal["field"].rpartition(".")[2] for refusal in found["refusals"]] == [field]


def test_boundaries_are_geojson_and_say_what_they_are(city: City) -> None:
    answer = city.client().get(f"{PLACES}/boundaries?within=310101")
    assert answer.headers["Content-Type"] == "application/geo+json"
    layer = answer.json()
    assert layer["type"] == "FeatureCollection"
    assert [feature["properties"]["name"] for feature in layer["features"]] == ["南塘街道", "北塘镇", "某开发区"]
    assert (layer["synthetic"], layer["attribution"]) == (False, "试验市边界 街镇")
    deeper = asked(city, f"/boundaries?within={NEW_BRIDGE}")["features"]
    assert [feature["id"] for feature in deeper] == [f"{NEW_BRIDGE}01", f"{NEW_BRIDGE}02"]


def test_unchanged_boundaries_are_not_sent_again(city: City) -> None:
    url = f"{PLACES}/boundaries?within=310101"
    mark = city.client().get(url).headers["ETag"]
    again = city.client().get(url, headers={"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")


def test_a_place_is_found_by_its_words_and_by_its_position(city: City) -> None:
    (found,) = asked(city, f"/search?text={ADDRESS}")
    assert (found["area"], found["latitude"]) == (f"{NEW_BRIDGE}01", AT_NEW_BRIDGE.latitude)
    by_id = asked(city, f"/locate?address_id={found['address_id']}")
    by_point = asked(city, f"/locate?latitude={AT_NEW_BRIDGE.latitude}&longitude={AT_NEW_BRIDGE.longitude}")
    assert by_id["area"] == by_point["area"] == f"{NEW_BRIDGE}01"
    assert by_point["because"]


def test_rooms_are_never_found(city: City) -> None:
    assert asked(city, "/search?text=101") == []


def test_no_search_gives_more_than_fifty(city: City) -> None:
    assert len(asked(city, "/search?text=网格&limit=100000")) <= 50
