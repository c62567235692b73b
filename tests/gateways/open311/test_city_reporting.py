"""What is sent becomes a case, once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from PIL import Image

from lilong.apps.cases.models import CasePhoto
from lilong.apps.organisations import public as organisations
from lilong.gateways.open311.models import SentRequest
from lilong.gateways.open311.terms import Datatype, Posting, Question, ServiceKind
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from lilong.ledger.outbox import forget_receipts
from lilong.ledger.scope import reading
from tests.gateways.open311.city import (
    COVER,
    HERE,
    City,
    organisations_key,
    report,
)
from tests.gateways.open311.client import SHANGHAI, START, Now, Open311, issue


def test_a_request_becomes_a_case(app: Open311, city: City) -> None:
    number = report(app, description="弄口井盖松动。很响", address_string="人民大道200号")
    row, text = city.case(number), city.text(number)
    assert (row.category, row.source, row.state, row.area) == (COVER, "open311", "reported", "310101002001")
    assert (row.latitude, row.longitude, row.anonymous, row.private) == (31.2304, 121.4737, True, False)
    assert (text.title, text.body, text.address) == ("弄口井盖松动", "弄口井盖松动。很响", "人民大道200号")
    with reading(city.staff):
        entry = JournalEntry.objects.get(subject=row.id)
    assert entry.data["by"] == {"zh": "app", "en": "app"}


def test_the_case_comes_back(app: Open311, city: City) -> None:
    number = report(app)
    (found,) = app.get(f"requests/{number}.json")
    assert found["service_request_id"] == number
    assert (found["status"], found["status_notes"]) == ("open", "已收到，等待核实。")
    assert (found["service_code"], found["description"]) == (COVER, "弄口井盖松动")
    assert (found["lat"], found["long"]) == (31.2304, 121.4737)
    assert found["requested_datetime"] == found["updated_datetime"] == "2026-11-05T04:00:00Z"
    assert found["agency_responsible"] is None
    app.get(f"requests/{number}.xml")
    assert app.get("requests.json") == [found]


def test_without_a_description_the_service_names_the_matter(app: Open311, city: City) -> None:
    number = app.sent("requests.json", {"service_code": COVER, "address_string": "南京东路街道云南中路居委会"})[0][
        "service_request_id"
    ]
    (found,) = app.get(f"requests/{number}.json")
    assert found["description"] == found["service_name"]
    assert (found["lat"], found["long"]) == (None, None)
    app.get(f"requests/{number}.xml")


def test_a_place_outside_the_city_is_refused_and_nothing_is_kept(app: Open311, city: City) -> None:
    before = city.entries()
    assert "lat" in app.not_sent("requests.json", 400, {**HERE, "lat": "42.36", "long": "-71.06"})
    assert (city.count(), city.entries(), SentRequest.objects.count()) == (0, before, 0)


def test_coordinates_of_a_declared_datum_are_converted(app: Open311, city: City) -> None:
    (found,) = app.get(f"requests/{report(app, datum='gcj02')}.json")
    # GCJ-02 stands some 500 m to the south-east of WGS-84 in Shanghai.
    assert -0.003 < found["lat"] - 31.2304 < 0.003
    assert -0.006 < found["long"] - 121.4737 < -0.003


def test_an_address_nobody_knows_is_refused_by_its_parameter(app: Open311, city: City) -> None:
    told = app.not_sent("requests.json", 400, {"service_code": COVER, "address_string": "月亮上"})
    assert "[address_string]" in told
    assert city.count() == 0


def test_contact_details_go_to_the_vault_and_never_come_out(app: Open311, city: City) -> None:
    told = {"email": "li.wei@example.com", "phone": "13812345678", "first_name": "Wei", "last_name": "Li"}
    number = report(app, **told, description="请打13812345678或写li.wei@example.com")
    row = city.case(number)
    assert row.reporter is not None
    assert not row.anonymous
    for path in (f"requests/{number}.json", "requests.json", "servicerequestupdates.json"):
        sent = json.dumps(app.get(path, extensions="true", api_key=app.key), ensure_ascii=False)
        assert not any(word in sent for word in told.values() if word != "Li")
    assert app.get(f"requests/{number}.json")[0]["description"] == "请打***或写***"


@pytest.mark.parametrize("told", [{"phone": "111111111"}, {"email": "a@b.cn"}, {"first_name": "Wei"}])
def test_without_a_usable_phone_number_no_contact_is_kept_and_that_is_said(
    app: Open311, city: City, told: dict[str, str]
) -> None:
    (made,) = app.sent("requests.json", {**HERE, **told})
    assert "联系方式未保存" in made["service_notice"]
    assert city.case(made["service_request_id"]).reporter is None


def test_attributes_nobody_asked_for_are_named(app: Open311, city: City) -> None:
    (made,) = app.sent("requests.json", {**HERE, "attribute[northing]": "1"})
    assert "northing" in made["service_notice"]


def test_answers_and_links_are_lines_of_the_text(app: Open311, city: City, post: Callable[[Posting], None]) -> None:
    sides = (("l", Label("左侧", "left")), ("r", Label("右侧", "right")))
    question = Question("side", Datatype.MULTI, required=True, text=Label("哪一侧", "which side"), choices=sides)
    post(Posting("sh.example.cn", COVER, questions=(question,)))
    assert "attribute[side]" in app.not_sent("requests.json", 400, HERE)
    number = report(app, **{"attribute[side]": "r", "media_url": "https://x.cn/1.jpg"})
    assert city.text(number).body == "弄口井盖松动\n哪一侧：右侧\nhttps://x.cn/1.jpg"


def picture(kind: str = "JPEG", name: str = "a.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def test_pictures_are_kept_and_published(app: Open311, city: City) -> None:
    (made,) = app.sent("requests.json", {**HERE, "media": [picture(), picture("PNG", "b.png")], "photo1": picture()})
    with reading(city.staff):
        assert CasePhoto.objects.count() == 3
    (found,) = app.get(f"requests/{made['service_request_id']}.json", extensions="true")
    assert found["media_url"].startswith("http://testserver/")
    assert len(found["extended_attributes"]["photos"]) == 3
    for photo in found["extended_attributes"]["photos"]:
        with closing(Client().get(photo["media_url"])) as response:  # by anybody, without signing in
            assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")


def test_what_is_no_picture_is_refused_and_nothing_is_kept(app: Open311, city: City) -> None:
    disguised = SimpleUploadedFile("a.jpg", b"<?php echo 1;")
    assert "photo" in app.not_sent("requests.json", 400, {**HERE, "media": disguised})
    assert city.count() == 0


def test_private_requests_do_not_exist_for_this_protocol(app: Open311, city: City) -> None:
    number = report(app, non_public="1")
    assert city.case(number).private
    assert app.get("requests.json") == []
    assert app.get("requests.json", service_request_id=number) == []
    assert app.get("servicerequestupdates.json", api_key=app.key) == []
    assert app.refused(f"requests/{number}.json", 404) == app.refused("requests/1.json", 404)


def test_categories_whose_reports_are_private_are_not_offered(app: Open311, city: City) -> None:
    every = organisations.categories(area=SHANGHAI, at=START)
    private = [str(card.key) for card in every if card.private]
    offered = {service["service_code"] for service in app.get("services.json")}
    assert private
    assert len(offered) == sum(card.public and not card.private for card in every)
    assert offered.isdisjoint(private)
    app.not_sent("requests.json", 404, {**HERE, "service_code": private[0]})
    assert city.count() == 0


def test_a_resent_request_has_one_effect_even_years_later(app: Open311, city: City, now: Now) -> None:
    first = report(app, **{"attribute[fixmystreet_id]": "991"})
    now.pass_(days=1000)
    forget_receipts(now.at)
    assert report(app, **{"attribute[fixmystreet_id]": "991", "description": "改过的话"}) == first
    assert city.count() == 1


def test_after_a_crash_before_the_foreign_id_was_kept_the_command_is_replayed(app: Open311, city: City) -> None:
    first = report(app, **{"attribute[fixmystreet_id]": "991"})
    SentRequest.objects.all().delete()  # as if the process had died between the two transactions
    assert report(app, **{"attribute[fixmystreet_id]": "991"}) == first
    assert city.count() == 1
    assert SentRequest.objects.get().number == first


def test_an_idempotency_key_has_one_effect_and_one_content(app: Open311, city: City) -> None:
    first = app.sent("requests.json", HERE, {"Idempotency-Key": "k-1"})
    assert app.sent("requests.json", HERE, {"Idempotency-Key": "k-1"}) == first
    told = app.not_sent("requests.json", 400, {**HERE, "description": "另一件"}, {"Idempotency-Key": "k-1"})
    assert "already used" in told
    assert city.count() == 1


def test_two_clients_may_use_the_same_id_and_key(app: Open311, city: City) -> None:
    other = Open311(key=issue("other"))
    assert report(app, **{"attribute[fixmystreet_id]": "1"}) != report(other, **{"attribute[fixmystreet_id]": "1"})
    assert report(app, "k") != report(other, "k")
    assert city.count() == 4


def test_sendings_of_one_instant_have_one_effect(app: Open311, city: City) -> None:
    def send(_: int) -> str:
        try:
            return report(Open311(key=app.key), **{"attribute[fixmystreet_id]": "77"})
        finally:
            for alias in connections:
                connections[alias].close()

    with ThreadPoolExecutor(4) as pool:
        sent = set(pool.map(send, range(8)))
    assert len(sent) == 1
    assert (city.count(), SentRequest.objects.count()) == (1, 1)


def test_a_token_answers_with_the_id_once_the_case_is_filed(
    app: Open311, city: City, post: Callable[[Posting], None]
) -> None:
    post(Posting("sh.example.cn", COVER, ServiceKind.BATCH))
    (made,) = app.sent("requests.json", {**HERE, "attribute[fixmystreet_id]": "5"})
    assert "service_request_id" not in made
    path, number = f"tokens/{made['token']}.json", SentRequest.objects.get().number
    assert app.get(path) == [{"token": made["token"]}]
    city.step("verify", number, finding="confirmed")
    assert app.get(path) == [{"token": made["token"]}]
    row = city.case(number)
    standard = organisations.standards_of(organisations_key(row.category), area=row.area_code, at=city.now.at)[0]
    city.step("file", number, standard=standard.id)
    assert app.get(path) == [{"service_request_id": number, "token": made["token"]}]
    (again,) = app.sent("requests.json", {**HERE, "attribute[fixmystreet_id]": "5"})
    assert again["token"] == made["token"]


def test_a_declined_batch_request_gets_its_id_too(app: Open311, city: City, post: Callable[[Posting], None]) -> None:
    post(Posting("sh.example.cn", COVER, ServiceKind.BATCH))
    (made,) = app.sent("requests.json", HERE)
    number = SentRequest.objects.get().number
    city.step("decline", number, reason="不是井盖")
    assert app.get(f"tokens/{made['token']}.json")[0]["service_request_id"] == number


def test_a_blackbox_request_becomes_a_case_all_the_same(
    app: Open311, city: City, post: Callable[[Posting], None]
) -> None:
    post(Posting("sh.example.cn", COVER, ServiceKind.BLACKBOX))
    (made,) = app.sent("requests.json", HERE)
    assert not {"service_request_id", "token"} & set(made)
    assert city.count() == 1
