"""What is public of a case comes back, and clients add to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from lilong.apps.cases.models import CaseNote
from lilong.apps.organisations import public as organisations
from lilong.gateways.open311.commands.upkeep import open_jurisdiction
from lilong.gateways.open311.models import SentUpdate
from lilong.gateways.open311.terms import Posting, ServiceKind
from lilong.ledger.outbox import drain
from lilong.ledger.scope import reading
from tests.gateways.open311.city import (
    BOSTON,
    COVER,
    HERE,
    LAMP,
    City,
    numbers,
    report,
    update_of,
)
from tests.gateways.open311.client import MANAGER, SHANGHAI, START, Now, Open311, issue, jurisdiction, key_at


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
