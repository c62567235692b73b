"""The protocol and the city: what is sent becomes a case, what is public of a case comes back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from PIL import Image

from lilong.apps.cases import public as cases
from lilong.apps.cases.models import Case, CaseNote, CasePhoto, CaseText
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CityArea
from lilong.apps.places import public as places
from lilong.apps.places.terms import AreaFile, BoundaryFile
from lilong.gateways.open311.commands.upkeep import open_jurisdiction
from lilong.gateways.open311.models import SentRequest, SentUpdate
from lilong.gateways.open311.terms import Datatype, JurisdictionCard, Posting, Question, ServiceKind
from lilong.kernel.actors import Actor, ActorKind, machine
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from lilong.ledger.outbox import drain, forget_receipts
from lilong.ledger.rooms import all_duties
from lilong.ledger.scope import reading
from tests.gateways.open311.conftest import MANAGER, SHANGHAI, START, Now, Open311, issue, jurisdiction, key_at

BOSTON = AreaCode("99")
AREAS = (
    CityArea(SHANGHAI, Level.CITY, Label("上海市", "Shanghai"), "city"),
    CityArea(AreaCode("310101"), Level.DISTRICT, Label("黄浦区", "Huangpu"), "district"),
    CityArea(AreaCode("310101002"), Level.STREET, Label("南京东路街道", "East Nanjing Road"), "subdistrict"),
    CityArea(AreaCode("310101002001"), Level.COMMUNITY, Label("云南中路居委会", "Yunnan Road"), "residents_committee"),
)
COVER, LAMP = "gbt30428.2:2013:C0101", "gbt30428.2:2013:C0102"
HERE = {"service_code": COVER, "lat": "31.2304", "long": "121.4737", "description": "弄口井盖松动"}


# --- a city --------------------------------------------------------------------------------------------------------


TABLE = """code,level,name,parent_code,type
310000000000,1,上海市,,municipality
310101000000,2,黄浦区,310000000000,district
310101002000,3,南京东路街道,310101000000,subdistrict
310101002001,4,云南中路居委会,310101002000,residents_committee
"""
SQUARE = [[[121.0, 31.0], [122.0, 31.0], [122.0, 31.6], [121.0, 31.6], [121.0, 31.0]]]


def draw(staff: Actor, code: AreaCode, name: str) -> None:
    """The areas of a city and the boundary of its one community."""
    table = TABLE.replace("\n31", f"\n{code}").replace(",31", f",{code}").replace("上海市", name)
    file = AreaFile(code, table.encode(), "areas.csv", "统计用区划代码", "2023-06-30")
    made = places.import_areas(by=staff, key=key_at(START), file=file, apply=True)
    assert made.applied, made.refusals
    feature = {
        "type": "Feature",
        "properties": {"name": "云南中路居委会"},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    boundary = BoundaryFile(code, content, "b.geojson", Level.COMMUNITY, "name")
    drawn = places.import_boundaries(by=staff, key=key_at(START), file=boundary)
    assert drawn.applied, drawn.refusals


@dataclass
class City:
    """The city's side: its staff moves cases on."""

    now: Now
    staff: Actor

    def case(self, number: str) -> Case:
        """The row behind a number."""
        with reading(self.staff):
            return Case.objects.get(number=number)

    def text(self, number: str) -> CaseText:
        """What was written."""
        with reading(self.staff):
            return CaseText.objects.get(case__number=number)

    def count(self) -> int:
        """How many cases there are."""
        with reading(self.staff):
            return Case.objects.count()

    def entries(self) -> int:
        """How many acts the journal holds."""
        with reading(self.staff):
            return JournalEntry.objects.count()

    def step(self, name: str, number: str, **inputs: Any) -> None:
        """Take one step of a case, a minute later; news is carried at once."""
        self.now.pass_(minutes=1)
        command = getattr(cases, f"{name}_case")
        command(by=self.staff, key=key_at(self.now.at), case=self.case(number).id, **inputs)
        drain(self.now.at)

    def file(self, number: str) -> None:
        """Verify and file."""
        self.step("verify", number, finding="confirmed")
        row = self.case(number)
        (standard, *_) = organisations.standards_of(organisations_key(row.category), area=row.area_code, at=self.now.at)
        self.step("file", number, standard=standard.id)

    def finish(self, number: str, resolution: str = "solved") -> None:
        """The rest of an ordinary life."""
        self.file(number)
        unit = organisations.units_within(AreaCode("310101002"))[0]
        self.step("dispatch", number, unit=unit.id)
        self.staff = Actor(ActorKind.STAFF, self.staff.name, duties=self.staff.duties, account=1, post=1, unit=unit.id)
        self.step("accept", number)
        self.step("hand_in", number, resolution=resolution, result="已换新，问李师傅13812345678")
        self.step("close", number, condition=self.case(number).standard)


def organisations_key(text: str) -> Any:
    """A category's key from its text."""
    return type(organisations.categories(area=SHANGHAI, at=START)[0].key).parse(text)


@pytest.fixture
def city(served: JurisdictionCard, now: Now) -> Iterator[City]:
    """One community with its units, staffed, under the shipped catalogue."""
    organisations.forget()
    places.forget()
    staff = machine(Label("值班员", "duty officer"), frozenset(all_duties()))
    draw(staff, SHANGHAI, "上海市")
    draw(staff, BOSTON, "波士顿")
    staffing = organisations.staffing_in(organisations.SHIPPED_SHEETS, leading_duty="work.task.supervise")
    organisations.establish_city(by=staff, key=key_at(START), city=SHANGHAI, areas=AREAS, staffing=staffing)
    sheets = organisations.sheets_in(organisations.SHIPPED_SHEETS)
    for area in (SHANGHAI, BOSTON):
        made = organisations.load_catalogue(by=staff, key=key_at(START), area=area, name="2026-09", sheets=sheets)
        organisations.publish_catalogue(
            by=staff, key=key_at(START), catalogue=made.details["catalogue"], valid_from=START - timedelta(days=400)
        )
    yield City(now, staff)
    organisations.forget()
    places.forget()


@pytest.fixture
def app(city: City) -> Open311:
    """A program that may report and add."""
    return Open311(key=issue("app", may_update=True))


def report(app: Open311, key: str = "", **fields: str) -> str:
    headers = {"Idempotency-Key": key} if key else {}
    number = app.sent("requests.json", {**HERE, **fields}, headers)[0]["service_request_id"]
    assert isinstance(number, str)
    return number


def numbers(app: Open311, **asked: str) -> list[str]:
    return [found["service_request_id"] for found in app.get("requests.json", **asked)]


# --- reporting -----------------------------------------------------------------------------------------------------


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
        response = Client().get(photo["media_url"])  # by anybody, without signing in
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


# --- retries -------------------------------------------------------------------------------------------------------


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


# --- tokens --------------------------------------------------------------------------------------------------------


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


# --- following -----------------------------------------------------------------------------------------------------


def test_a_whole_life_seen_from_outside(app: Open311, city: City) -> None:
    number = report(app)
    city.finish(number)
    (found,) = app.get(f"requests/{number}.json", extensions="true")
    assert found["status"] == "closed"
    assert found["updated_datetime"] == "2026-11-05T04:06:00Z"
    assert found["agency_responsible"]
    assert found["expected_datetime"] is not None
    assert found["extended_attributes"]["detailed_status"] == "fixed"
    assert [note["type"] for note in found["notes"]] == ["reported", "closed"]
    updates = app.get("servicerequestupdates.json")
    assert [(each["status"], each["external_status_code"]) for each in updates] == [
        ("open", "reported"),
        ("investigating", "verified"),
        ("planned", "filed"),
        ("action_scheduled", "dispatched"),
        ("in_progress", "handling"),
        ("in_progress", "handed_in"),
        ("fixed", "closed"),
    ]
    assert updates[5]["description"] == "已换新，问李师傅***"
    assert len({each["update_id"] for each in updates}) == 7
    app.get("servicerequestupdates.xml")
    app.get("requests.xml")


def test_what_was_explained_is_closed_but_not_fixed(app: Open311, city: City) -> None:
    number = report(app)
    city.finish(number, "explained")
    (found,) = app.get(f"requests/{number}.json", extensions="true", locale="en")
    assert found["status"] == "closed"
    assert found["status_notes"].startswith("Explained, checked and closed.")
    assert found["extended_attributes"]["detailed_status"] == "no_further_action"
    assert app.get("servicerequestupdates.json")[-1]["status"] == "no_further_action"


def test_pages_are_full_whatever_is_hidden_between(app: Open311, city: City, now: Now) -> None:
    made = []
    for _ in range(4):
        report(app, non_public="1", lat="31.2310", long="121.4745")
        report(app, lat="31.2312", long="121.4749")  # in the box around the circle, not in the circle
        made.append(report(app))
        now.pass_(minutes=1)
    circle = {"lat": "31.2304", "long": "121.4737", "radius": "130", "page_size": "2"}
    assert numbers(app, **circle, page="1") == made[:1:-1]
    assert numbers(app, **circle, page="2") == made[1::-1]
    pages = [app.get("servicerequestupdates.json", page=page, page_size="5") for page in ("1", "2", "3")]
    assert [len(page) for page in pages] == [5, 3, 0]


def test_a_jurisdiction_may_leave_the_expected_date_out(app: Open311, city: City) -> None:
    number = report(app)
    city.file(number)
    assert app.get(f"requests/{number}.json")[0]["expected_datetime"] is not None
    assert b"<expected_datetime>" in app.get(f"requests/{number}.xml")
    open_jurisdiction(by=MANAGER, key=key_at(START), jurisdiction=jurisdiction(gives_expected=False))
    assert app.get(f"requests/{number}.json")[0]["expected_datetime"] is None
    assert b"expected_datetime" not in app.get(f"requests/{number}.xml")


def test_filters_pages_and_order(app: Open311, city: City, now: Now) -> None:
    old = report(app)
    now.pass_(minutes=30)
    new = report(app, lat="31.3", long="121.6")
    city.file(old)
    assert numbers(app) == [new, old]
    assert numbers(app, status="planned") == [old]
    assert numbers(app, status="closed") == []
    assert numbers(app, status="cancelled") == []
    assert numbers(app, service_code="nobody") == []
    assert numbers(app, service_code=f"{COVER},nobody") == [new, old]
    assert numbers(app, service_request_id=f"{old},{new},x", status="closed", start_date="rubbish") == [new, old]
    assert numbers(app, service_request_id=old) == [old]
    assert numbers(app, start_date="2026-11-05T04:10:00Z") == [new]
    assert numbers(app, end_date="2026-11-05T04:10:00Z") == [old]
    assert numbers(app, updated_after="2026-11-05T04:31:00Z") == [old]
    assert numbers(app, bbox="121.5,31.2,121.7,31.4") == [new]
    assert numbers(app, lat="31.2304", long="121.4747", radius="100") == [old]
    assert numbers(app, lat="31.2304", long="121.4749", radius="100") == []
    assert numbers(app, page="2", page_size="1") == [old]
    assert numbers(app, page="3", page_size="1") == []


def test_a_second_jurisdiction_is_apart(app: Open311, city: City, post: Callable[[Posting], None]) -> None:
    number = report(app)
    post(Posting("sh.example.cn", LAMP, ServiceKind.BATCH))
    token = app.sent("requests.json", {**HERE, "service_code": LAMP, "non_public": "1"})[0]["token"]
    open_jurisdiction(
        by=MANAGER, key=key_at(START), jurisdiction=jurisdiction("bos.example.org", BOSTON, language="en")
    )
    other = Open311(key=issue("bos", "bos.example.org", may_update=True))
    (made,) = other.sent("requests.json", {**HERE, "jurisdiction_id": "bos.example.org"})
    assert app.get(f"tokens/{token}.json", jurisdiction_id="sh.example.cn") == [{"token": token}]
    app.refused(f"tokens/{token}.json", 404, jurisdiction_id="bos.example.org")
    assert numbers(app, jurisdiction_id="sh.example.cn") == [number]
    assert numbers(app, jurisdiction_id="bos.example.org") == [made["service_request_id"]]
    app.refused(f"requests/{number}.json", 404, jurisdiction_id="bos.example.org")
    (found,) = app.get(f"requests/{made['service_request_id']}.json", jurisdiction_id="bos.example.org")
    assert found["status_notes"] == "Received; waiting to be verified."
    told = other.not_sent(
        "servicerequestupdates.json", 404, {**update_of(number, "1"), "jurisdiction_id": "bos.example.org"}
    )
    assert "service_request_id" in told


# --- updates -------------------------------------------------------------------------------------------------------


def update_of(number: str, update_id: str, **changes: str) -> dict[str, str]:
    return {
        "service_request_id": number,
        "update_id": update_id,
        "status": "FIXED",
        "updated_datetime": "2026-11-05T04:00:05+00:00",
        "description": "邻居说已经好了",
        **changes,
    }


def notes(city: City) -> list[str]:
    with reading(city.staff):
        return list(CaseNote.objects.values_list("text", flat=True))


def test_an_update_adds_facts_and_moves_no_state(app: Open311, city: City) -> None:
    number = report(app)
    (kept,) = app.sent("servicerequestupdates.json", update_of(number, "55", media_url="https://x.cn/1.jpg"))
    assert city.case(number).state == "reported"
    (text,) = notes(city)
    assert text.splitlines()[0] == "邻居说已经好了"
    assert "fixed" in text
    assert "https://x.cn/1.jpg" in text
    assert kept["update_id"] == f"{number}-2"
    assert kept["update_id"] in {each["update_id"] for each in app.get("servicerequestupdates.json")}


def test_an_update_id_counts_once_for_each_client(app: Open311, city: City) -> None:
    number = report(app)
    app.sent("servicerequestupdates.json", update_of(number, "55"))
    assert "update_id already exists" in app.not_sent("servicerequestupdates.json", 400, update_of(number, "55"))
    Open311(key=issue("other", may_update=True)).sent("servicerequestupdates.json", update_of(number, "55"))
    assert len(notes(city)) == 2


def test_after_a_crash_before_the_update_id_was_kept_the_command_is_replayed(app: Open311, city: City) -> None:
    number = report(app)
    first = app.sent("servicerequestupdates.json", update_of(number, "55"))
    SentUpdate.objects.all().delete()
    assert app.sent("servicerequestupdates.json", update_of(number, "55")) == first
    assert len(notes(city)) == 1


def test_an_update_of_an_ended_case_is_refused_and_changes_nothing(app: Open311, city: City) -> None:
    number = report(app)
    city.step("decline", number, reason="不是井盖")
    before, entries = notes(city), city.entries()
    app.not_sent("servicerequestupdates.json", 400, update_of(number, "55"))
    assert (notes(city), city.entries(), SentUpdate.objects.count()) == (before, entries, 0)


def test_a_client_may_add_to_its_own_private_case_and_to_no_others(app: Open311, city: City) -> None:
    number = report(app, non_public="1")
    app.sent("servicerequestupdates.json", update_of(number, "1"))
    other = Open311(key=issue("other", may_update=True))
    other.not_sent("servicerequestupdates.json", 404, update_of(number, "1"))
    assert len(notes(city)) == 1


def test_a_clients_own_id_is_shown_to_that_client_alone(app: Open311, city: City) -> None:
    report(app, **{"attribute[fixmystreet_id]": "991"})
    other = issue("other")
    assert app.get("servicerequestupdates.json", api_key=app.key)[0]["fixmystreet_id"] == "991"
    assert "fixmystreet_id" not in app.get("servicerequestupdates.json", api_key=other)[0]
    assert "fixmystreet_id" not in app.get("servicerequestupdates.json")[0]


def test_updates_of_the_last_two_hours(app: Open311, city: City, now: Now) -> None:
    report(app)
    now.pass_(hours=3)
    new = report(app)
    window = {"start_date": (now.at - timedelta(hours=2)).isoformat(), "end_date": now.at.isoformat()}
    assert [each["service_request_id"] for each in app.get("servicerequestupdates.json", **window)] == [new]


def test_the_changeset_moves_with_the_catalogue(app: Open311, city: City, now: Now) -> None:
    drain(now.at)
    now.pass_(days=2)
    shipped = organisations.sheets_in(organisations.SHIPPED_SHEETS)
    sheets = {name: text.replace("2026-09,", "2026-11,") for name, text in shipped.items()}
    organisations.load_catalogue(by=city.staff, key=key_at(now.at), area=SHANGHAI, name="2026-11", sheets=sheets)
    drain(now.at)
    assert app.get("discovery.json")["changeset"] == "2026-11-07T04:00:00Z"
