"""The command view: numbers that open exactly the list behind them, one's own area only, nobody ranked."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.apps.cases.views.parts import filed, now, reported, to_be_filed
from tests.apps.cases.views.test_queue import rows_of
from tests.city import AT_NEW_BRIDGE, AT_OLD_BRIDGE, AT_RIVER_BEND, DISTRICT, NEW_BRIDGE, STREET, TOWN, City

NOW = "/desk/now/"


def page(client: Client, url: str) -> str:
    """The text of a page that must be there."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def numbers_of(text: str) -> list[tuple[int, str]]:
    """Every number of the page that leads somewhere, with where."""
    found = re.findall(r'<a(?: class="n")? href="([^"]+)">(\d+)<', text)
    return [(int(number), unescape(url)) for url, number in found]


def areas_of(text: str) -> list[str]:
    """The rows of the table."""
    return re.findall(r'<tr><th scope="row"><a href="[^"]+">([^<]+)</a>', text)


def busy(city: City) -> None:
    """A few matters in both streets, in several states; one of them late."""
    for place in (AT_NEW_BRIDGE, AT_OLD_BRIDGE, AT_RIVER_BEND):
        reported(city, place)
    to_be_filed(city, reported(city))
    late = filed(city, reported(city))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lilong.area_low', '3', false), set_config('lilong.area_high', '4', false)")
        cursor.execute("UPDATE cases_case SET due_at = %s WHERE number = %s", [now() - timedelta(hours=1), late])
        cursor.execute("SELECT set_config('lilong.area_low', '', false), set_config('lilong.area_high', '', false)")


@pytest.mark.parametrize("seat", ["city_command", "district_command", "shift"])
def test_every_number_opens_exactly_the_matters_it_counts(city: City, seat: str) -> None:
    busy(city)
    client = city.client(seat)
    numbers = numbers_of(page(client, NOW))
    assert len(numbers) > 8
    for number, url in numbers:
        assert len(rows_of(page(client, url))) == number, url


def test_one_walks_down_to_the_list_and_up_to_ones_own_area(city: City) -> None:
    busy(city)
    client = city.client("city_command")
    assert areas_of(page(client, NOW)) == ["东区"]
    district = page(client, f"{NOW}?area={DISTRICT}")
    assert areas_of(district) == ["南塘街道", "北塘镇", "某开发区"]
    assert f'href="{NOW}?area=31"' in district
    street = page(client, f"{NOW}?area={STREET}")
    assert areas_of(street) == ["新桥居委会", "老桥居委会"]
    assert f"/desk/cases/?view=open&amp;area={NEW_BRIDGE}" in street
    assert f"{NOW}?area=" not in page(city.client("shift"), NOW)


def test_the_heading_says_how_many_are_open_and_late(city: City) -> None:
    busy(city)
    text = page(city.client("district_command"), NOW).replace("\u00a0", " ")
    assert "东区：在办 5 件，超时 1 件" in text


def test_areas_come_in_the_order_of_their_codes_whatever_their_numbers(city: City) -> None:
    for _ in range(3):
        reported(city, AT_RIVER_BEND)
    reported(city)
    assert areas_of(page(city.client("district_command"), NOW)) == ["南塘街道", "北塘镇", "某开发区"]


@pytest.mark.parametrize("area", [str(TOWN), "310104", "moon", "3", f"{STREET}%00"])
def test_another_area_looks_like_none(city: City, area: str) -> None:
    busy(city)
    assert city.client("shift").get(f"{NOW}?area={area}").status_code == 404


def test_a_matter_known_to_the_street_only_is_counted_and_found_there(city: City) -> None:
    number = reported(city)
    reported(city)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lilong.area_low', '3', false), set_config('lilong.area_high', '4', false)")
        cursor.execute("UPDATE cases_case SET area = %s WHERE number = %s", [str(STREET), number])
        cursor.execute(
            "UPDATE cases_text SET area = %s FROM cases_case WHERE id = case_id AND number = %s", [str(STREET), number]
        )
        cursor.execute("SELECT set_config('lilong.area_low', '', false), set_config('lilong.area_high', '', false)")
    client = city.client("shift")
    text = page(client, NOW)
    assert "南塘街道（没有更细的地点）" in areas_of(text)
    for count, url in numbers_of(text):
        assert len(rows_of(page(client, url))) == count, url


def test_it_asks_few_questions(city: City) -> None:
    busy(city)
    client = city.client("city_command")
    page(client, NOW)
    with CaptureQueriesContext(connection) as asked:
        page(client, NOW)
    assert len([each for each in asked.captured_queries if each["sql"] not in {"BEGIN", "COMMIT"}]) <= 10
