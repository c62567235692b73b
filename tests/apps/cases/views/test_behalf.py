"""Reporting for somebody else: at the door, the counter, the telephone."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lilong.apps.cases import public as cases
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading
from tests.apps.cases.views.parts import shown
from tests.city import ADDRESS, AT_RIVER_BEND, LAMP, NEW_BRIDGE, OUTSIDE, City

URL = "/desk/report/"
SAID: dict[str, Any] = {"source": "worker", "body": "弄口路灯不亮", "category": str(LAMP), "address": ADDRESS}


def number_in(location: str) -> str:
    """The number that the answer leads to."""
    found = re.search(r"(\d{16})", location)
    assert found
    return found.group(1)


def entries(city: City) -> int:
    """How much the journal of the city holds."""
    with reading(city.actor("city_command")):
        return JournalEntry.objects.count()


def test_what_was_told_becomes_a_case_and_a_receipt_to_hand_over(city: City) -> None:
    client = city.client("grid")
    answer = client.post(URL, {**SAID, "key": str(uuid4()), "name": "王阿姨", "phone": "138 1234 0417"})
    assert answer.status_code == 302
    number = number_in(answer.headers["Location"])
    receipt = client.get(answer.headers["Location"])
    text = receipt.content.decode()
    assert receipt.status_code == 200
    assert number in text
    assert cases.follow_secret(number) in text
    view = shown(city, number)
    assert (view.row.source, view.row.area.digits) == ("worker", f"{NEW_BRIDGE}01")
    # Whoever reports for somebody has seen it: nobody looks a second time.
    assert view.row.state == "verified"
    assert view.journal[0].by.zh == "新桥居委会 · 居委网格岗"
    assert "王阿姨" not in text


def test_the_telephone_lies_in_the_vault_and_may_be_asked_for(city: City) -> None:
    answer = city.client("grid").post(URL, {**SAID, "key": str(uuid4()), "phone": "13812340417"})
    number = number_in(answer.headers["Location"])
    text = city.client("intake").get(f"/desk/cases/{number}/").content.decode()
    assert "13812340417" not in text
    assert "留了联系方式" in text


def test_one_form_sent_twice_makes_one_case(city: City) -> None:
    client, sent = city.client("grid"), {**SAID, "key": str(uuid4())}
    first, second = client.post(URL, sent), client.post(URL, sent)
    assert first.headers["Location"] == second.headers["Location"]
    with reading(city.actor("city_command")):
        assert JournalEntry.objects.filter(step="cases.case.report").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"body": ""}, "请写一句是什么事"),
        ({"address": ""}, "还没有"),
        ({"address": "火星路"}, "火星路"),
        ({"category": "a:b:c"}, "没有"),
        ({"source": "open311"}, "请从所列"),
        ({"name": "王阿姨"}, "请留电话"),
        ({"phone": "12"}, "电话"),
        ({"latitude": OUTSIDE.latitude, "longitude": OUTSIDE.longitude}, "不在本市"),
        ({"body": "，，", "category": ""}, "没看出"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_form_and_nothing_is_written(
    city: City, wrong: dict[str, Any], said: str
) -> None:
    before = entries(city)
    answer = city.client("grid").post(URL, {**SAID, **wrong, "key": str(uuid4())})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert entries(city) == before


def test_a_disguised_upload_is_refused(city: City) -> None:
    before = entries(city)
    file = SimpleUploadedFile("lamp.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    answer = city.client("grid").post(URL, {**SAID, "key": str(uuid4()), "photos": file})
    assert answer.status_code == 422
    assert "不是能打开的照片" in answer.content.decode()
    assert entries(city) == before


def test_a_post_reports_for_its_own_area_only(city: City) -> None:
    before = entries(city)
    place = {"address": "", "latitude": AT_RIVER_BEND.latitude, "longitude": AT_RIVER_BEND.longitude}
    answer = city.client("grid").post(URL, {**SAID, **place, "key": str(uuid4())})
    assert answer.status_code == 403
    assert "上报" in answer.content.decode()
    assert entries(city) == before


def test_the_hotline_reports_for_the_whole_city(city: City) -> None:
    place = {"address": "", "latitude": AT_RIVER_BEND.latitude, "longitude": AT_RIVER_BEND.longitude}
    answer = city.client("hotline").post(URL, {**SAID, **place, "source": "hotline", "key": str(uuid4())})
    number = number_in(answer.headers["Location"])
    assert shown(city, number, "hotline").row.state == "reported"


def test_a_receipt_is_not_handed_out_for_a_guessed_code(city: City) -> None:
    answer = city.client("grid").post(URL, {**SAID, "key": str(uuid4())})
    number = number_in(answer.headers["Location"])
    assert city.client("grid").get(f"/desk/report/{number}/aaaaaaaaaaaa/").status_code == 404


def test_a_post_without_the_duty_is_told_which_one(city: City) -> None:
    answer = city.client("power").get(URL)
    assert answer.status_code == 403
    assert "上报" in answer.content.decode()


def test_the_categories_offered_include_those_residents_do_not_see(city: City) -> None:
    text = city.client("grid").get(URL).content.decode()
    assert "gbt30428.2:2013:C0131" in text
