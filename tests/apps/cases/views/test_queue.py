"""The dispatcher's desk: what is in it, what is not, how many questions it asks, and what may be taken back."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import CaseFilter, CaseRow
from lilong.apps.cases.views.staff.sheet import safe_cell
from lilong.calendars.queries import working_time
from tests import city as small
from tests.apps.cases.views.parts import filed, form, handler, now, reported, shown, take, to_be_filed
from tests.city import AT_OLD_BRIDGE, AT_RIVER_BEND, LAMP, MANHOLE, NEW_BRIDGE, OLD_BRIDGE, STREET, City

QUEUE = "/desk/queue/"
ALL = "/desk/cases/"


def page(client: Client, url: str) -> str:
    """The text of a page that must be there."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def rows_of(text: str) -> list[str]:
    """The numbers in the list of a page, in order."""
    return re.findall(r'<td class="nw">(\d{16})</td>', text)


def opened(text: str) -> str:
    """The number in the panel of a page."""
    found = re.search(r'<aside class="panel stick" id="case".*?(\d{16})', text, re.DOTALL)
    return found.group(1) if found else ""


def counted(text: str) -> dict[str, str]:
    """The tabs of a page and their numbers."""
    tabs = re.search(r'<nav class="views.*?</nav>', text, re.DOTALL)
    assert tabs
    return dict(re.findall(r">([^<]+) <span>(\d+)</span></a>", tabs.group(0)))


def test_the_desk_asks_at_most_ten_questions_also_when_what_it_holds_in_memory_is_looked_at_again(city: City) -> None:
    numbers = [filed(city, reported(city)) for _ in range(3)]
    client = city.client("intake")
    page(client, QUEUE)
    small._look_again()
    working_time(now())
    with CaptureQueriesContext(connection) as asked:
        text = page(
            client, f"{QUEUE}?view=filed&text=灯杆&area={NEW_BRIDGE}&category={LAMP}&done=file&number={numbers[1]}"
        )
    statements = [each["sql"] for each in asked.captured_queries if each["sql"] not in {"BEGIN", "COMMIT"}]
    assert len(rows_of(text)) == 3
    assert "可能重复" in text
    assert len(statements) <= 10, "\n".join(statements)


def test_it_holds_what_waits_for_the_street_and_says_how_much(city: City) -> None:
    waiting, in_hand, new = to_be_filed(city, reported(city)), filed(city, reported(city)), reported(city)
    text = page(city.client("intake"), QUEUE)
    assert set(rows_of(text)) == {waiting, in_hand}
    assert new not in rows_of(text)
    tabs = counted(text)
    assert (tabs["待我办"], tabs["待立案"], tabs["待派遣"], tabs["待核实"]) == ("2", "1", "1", "1")
    assert rows_of(page(city.client("intake"), f"{QUEUE}?view=reported")) == [new]


def test_another_streets_matter_is_neither_listed_nor_opened(city: City) -> None:
    own, foreign = filed(city, reported(city)), reported(city, AT_RIVER_BEND)
    take(city, foreign, "village_grid", "verify", finding="confirmed")
    text = page(city.client("intake"), f"{QUEUE}?case={foreign}")
    assert (rows_of(text), opened(text)) == ([own], own)
    assert shown(city, foreign, "town_intake").row.address not in text
    assert opened(page(city.client("town_intake"), QUEUE)) == foreign


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("text=井盖", {"manhole"}),
        ("text=灯杆", {"lamp", "old"}),
        ("text=没有这几个字", set()),
        (f"category={MANHOLE}", {"manhole"}),
        (f"area={OLD_BRIDGE}", {"old"}),
        (f"area={NEW_BRIDGE}01", {"lamp", "manhole"}),
        (f"area={NEW_BRIDGE}&exact=1", set()),
        ("source=hotline", set()),
        ("source=resident_web", {"lamp", "manhole", "old"}),
    ],
)
def test_a_filter_leaves_what_was_asked_for(city: City, asked: str, found: set[str]) -> None:
    numbers = {
        reported(city): "lamp",
        reported(city, category=MANHOLE, body="雨水井盖翘起来了"): "manhole",
        reported(city, AT_OLD_BRIDGE): "old",
    }
    text = page(city.client("intake"), f"{QUEUE}?view=reported&{asked}")
    assert {numbers[number] for number in rows_of(text)} == found


@pytest.mark.parametrize(
    "asked", ["source=moon", "area=310104", "area=x", "category=1:2:3", "view=nothing", "after=x_y"]
)
def test_what_nobody_offers_is_said_and_left_out(city: City, asked: str) -> None:
    number = filed(city, reported(city))
    text = page(city.client("intake"), f"{QUEUE}?{asked}")
    assert rows_of(text) == [number]
    assert ("没有这个选项" in text) is asked.startswith(("source", "area", "category", "text"))


@pytest.mark.parametrize("asked", ["case=%00", "done=file&number=%00", f"area={NEW_BRIDGE}%00"])
def test_a_character_that_nothing_can_hold_is_refused_and_never_a_fault_of_ours(city: City, asked: str) -> None:
    assert city.client("intake").get(f"{QUEUE}?{asked}").status_code in {200, 422}


def test_the_first_of_the_list_is_open_until_another_one_is_chosen(city: City) -> None:
    first, second = filed(city, reported(city)), filed(city, reported(city, body="另一件"))
    client = city.client("intake")
    assert opened(page(client, QUEUE)) == rows_of(page(client, QUEUE))[0]
    for number in (first, second):
        text = page(client, f"{QUEUE}?case={number}")
        assert opened(text) == number
        assert 'class="chosen"' in text


def test_a_twin_nearby_is_shown_with_the_way_to_merge_it(city: City) -> None:
    first, twin = reported(city), reported(city)
    text = page(city.client("intake"), f"{QUEUE}?view=reported&case={twin}")
    assert f'value="{shown(city, first).row.id}"' in text
    action = re.search(r'action="([^"]*/merge/[^"]*)"', text)
    assert action
    url = action.group(1).replace("&amp;", "&")
    answer = form(city.client("intake"), url, version=shown(city, twin).row.version, original=shown(city, first).row.id)
    assert answer.headers["Location"].startswith(QUEUE)
    assert shown(city, twin).row.state == "merged"


def test_a_matter_elsewhere_or_of_another_kind_is_no_twin(city: City) -> None:
    number = reported(city)
    reported(city, AT_OLD_BRIDGE)
    reported(city, category=MANHOLE)
    assert "可能重复" not in page(city.client("intake"), f"{QUEUE}?view=reported&case={number}")


def dispatched(city: City) -> tuple[str, Any]:
    """A case dispatched from the desk by its own form, and the answer to that."""
    number = filed(city, reported(city))
    client = city.client("intake")
    text = page(client, QUEUE)
    back = re.search(r'name="next" value="([^"]*done=dispatch[^"]*)"', text)
    assert back
    row = shown(city, number).row
    assert row.suggested
    url = reverse("cases:step", args=[number, "dispatch"])
    sent = {"version": row.version, "unit": row.suggested.id, "next": back.group(1).replace("&amp;", "&")}
    return number, form(client, url, **sent)


def test_a_dispatch_comes_back_to_the_desk_and_may_be_taken_back(city: City) -> None:
    number, answer = dispatched(city)
    assert shown(city, number).row.state == "dispatched"
    text = page(city.client("intake"), answer.headers["Location"])
    undo = re.search(r'action="([^"]*/recall/[^"]*)"', text)
    assert undo
    version = shown(city, number).row.version
    form(city.client("intake"), undo.group(1).replace("&amp;", "&"), version=version)
    assert shown(city, number).row.state == "filed"


def test_once_the_unit_accepted_nothing_is_offered_to_be_taken_back(city: City) -> None:
    number, answer = dispatched(city)
    take(city, number, handler(city, number), "accept")
    assert "/recall/" not in page(city.client("intake"), answer.headers["Location"])


def test_a_stale_form_changes_nothing(city: City) -> None:
    number = filed(city, reported(city))
    version = shown(city, number).row.version
    answer = form(
        city.client("intake"), reverse("cases:step", args=[number, "refile"]), version=version - 1, reason="x"
    )
    assert answer.status_code == 409
    assert shown(city, number).row.version == version


@pytest.mark.parametrize("step", ["plan_again", "reckon", "speak", "do_step", "add_photos", "nothing"])
def test_a_step_that_nobody_takes_on_this_page_is_not_there(city: City, step: str) -> None:
    number = filed(city, reported(city))
    version = shown(city, number).row.version
    answer = form(city.client("intake"), reverse("cases:step", args=[number, step]), version=version)
    assert answer.status_code == 404
    assert shown(city, number).row.version == version


def test_pages_follow_one_another_also_past_the_cases_without_a_due_time(city: City) -> None:
    numbers = [reported(city, body=f"第 {n} 件") for n in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lilong.area_low', '3', false), set_config('lilong.area_high', '4', false)")
        cursor.execute("UPDATE cases_case SET due_at = NULL WHERE number = ANY (%s)", [numbers[:3]])
        cursor.execute("SELECT set_config('lilong.area_low', '', false), set_config('lilong.area_high', '', false)")
    seen: list[CaseRow] = []
    wanted = CaseFilter(states=("reported",), size=2)
    for _ in range(4):
        found = cases.cases(seen_by=city.actor("intake"), at=now(), wanted=wanted)
        seen += found.rows
        if not found.after:
            break
        wanted = CaseFilter(states=("reported",), size=2, after=found.after)
    assert sorted(row.number for row in seen) == sorted(numbers)
    assert [row.due_at is None for row in seen] == [False, False, True, True, True]


def test_the_list_of_all_matters_shows_them_whatever_their_state(city: City) -> None:
    numbers = [reported(city), to_be_filed(city, reported(city)), filed(city, reported(city))]
    client = city.client("shift")
    assert set(rows_of(page(client, ALL))) == set(numbers)
    assert rows_of(page(client, f"{ALL}?view=verified")) == [numbers[1]]
    assert rows_of(page(client, f"{ALL}?view=late")) == []
    assert set(rows_of(page(client, f"{ALL}?view=every"))) == set(numbers)
    assert set(rows_of(page(city.client("city_command"), f"{ALL}?area={STREET}"))) == set(numbers)


def lines_of(client: Client, query: str = "") -> list[dict[str, str]]:
    """The exported list, as a spreadsheet would read it."""
    answer: Any = client.get(f"/desk/cases/export.csv{query}")
    assert answer.status_code == 200
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_is_the_same_list_without_what_anybody_wrote(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lilong.apps.cases.views.staff.sheet.PAGE", 2)
    numbers = [reported(city, body="王阿姨家门口，电话 13812340417") for _ in range(5)]
    filed(city, numbers[0])
    lines = lines_of(city.client("intake"), "?view=reported")
    assert {line["编号"] for line in lines} == set(numbers[1:])
    assert not any("王阿姨" in cell or "13812340417" in cell for line in lines for cell in line.values())
    assert {line["类别代码"] for line in lines} == {str(LAMP)}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("路灯", "路灯"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_of_the_export_is_taken_for_a_formula(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_what_a_resident_wrote_is_shown_as_text(city: City) -> None:
    body = "<script>alert(1)</script>"
    number = reported(city, body=body)
    text = page(city.client("intake"), f"{QUEUE}?view=reported&case={number}")
    assert body not in text
    assert escape(body) in text


def test_a_late_matter_stands_under_late(city: City) -> None:
    number = filed(city, reported(city))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lilong.area_low', '3', false), set_config('lilong.area_high', '4', false)")
        cursor.execute("UPDATE cases_case SET due_at = %s", [now() - timedelta(hours=1)])
        cursor.execute("SELECT set_config('lilong.area_low', '', false), set_config('lilong.area_high', '', false)")
    text = page(city.client("intake"), f"{QUEUE}?view=late")
    assert rows_of(text) == [number]
    assert counted(text)["超时"] == "1"
