"""The test endpoint: a whole life of a request in a minute, and nothing left of it after a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lilong.gateways.open311.jobs import sweep
from lilong.gateways.open311.models import TrialRequest, TrialUpdate
from lilong.gateways.open311.terms import Datatype, Posting, Question, ServiceKind
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from tests.gateways.open311.client import COVER, LAMP, START, Now, Open311, issue

HERE = {"service_code": LAMP, "lat": "31.2304", "long": "121.4737", "description": "弄口路灯不亮"}
POLE = Question("pole", Datatype.STRING, required=True, text=Label("杆号", "pole number"))


def report(trial: Open311, key: str = "", **fields: str) -> str:
    headers = {"Idempotency-Key": key} if key else {}
    number = trial.sent("requests.json", {**HERE, **fields}, headers)[0]["service_request_id"]
    assert isinstance(number, str)
    return number


def numbers(trial: Open311, **asked: str) -> list[str]:
    return [found["service_request_id"] for found in trial.get("requests.json", **asked)]


def test_a_request_comes_back_as_it_was_sent(trial: Open311) -> None:
    (made,) = trial.sent(
        "requests.json",
        {**HERE, "address_string": "人民大道200号", "media_url": "https://x.cn/1.jpg", "account_id": "77"},
    )
    assert made["account_id"] == "77"
    assert "测试接口" in made["service_notice"]
    (found,) = trial.get(f"requests/{made['service_request_id']}.json")
    assert found == {
        "service_request_id": made["service_request_id"],
        "status": "open",
        "status_notes": "已收到，等待核实。",
        "service_name": "路灯坏了",
        "service_code": LAMP,
        "description": "弄口路灯不亮",
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": "2026-11-05T04:00:00Z",
        "updated_datetime": "2026-11-05T04:00:00Z",
        "expected_datetime": None,
        "address": "人民大道200号",
        "address_id": None,
        "zipcode": None,
        "lat": 31.2304,
        "long": 121.4737,
        "media_url": "https://x.cn/1.jpg",
    }
    trial.get(f"requests/{made['service_request_id']}.xml")


def test_nothing_of_the_test_endpoint_reaches_the_city(trial: Open311) -> None:
    before = JournalEntry.objects.count()
    number = report(trial)
    assert JournalEntry.objects.count() == before
    assert "service_request_id" in Open311().refused(f"requests/{number}.json", 404)


def test_its_life_takes_a_minute(trial: Open311, now: Now) -> None:
    number = report(trial)
    seen = []
    for _ in range(7):
        seen += trial.get(f"requests/{number}.json", locale="en")
        now.pass_(seconds=10)
    assert [found["status"] for found in seen] == ["open"] * 6 + ["closed"]
    assert seen[1]["status_notes"] == "Filed; waiting to be dispatched."
    found = seen[-1]
    assert (found["updated_datetime"], found["requested_datetime"]) == ("2026-11-05T04:01:00Z", "2026-11-05T04:00:00Z")


def test_no_contact_detail_is_kept_or_sent(trial: Open311) -> None:
    number = report(
        trial,
        email="li@x.cn",
        phone="13812345678",
        first_name="Wei",
        last_name="Li",
        description="请打13912345678，或写信到a@b.cn",
    )
    (found,) = trial.get(f"requests/{number}.json", extensions="true")
    assert found["description"] == "请打***，或写信到***"
    row = str(TrialRequest.objects.values())
    assert not any(word in row for word in ("li@x.cn", "13812345678", "Wei"))


def test_a_batch_service_gives_a_token_first_and_the_id_later(
    trial: Open311, now: Now, post: Callable[[Posting], None]
) -> None:
    post(Posting("sh.example.cn", LAMP, ServiceKind.BATCH))
    (made,) = trial.sent("requests.json", HERE)
    assert "service_request_id" not in made
    path = f"tokens/{made['token']}.json"
    assert trial.get(path) == [{"token": made["token"]}]
    trial.get(path.replace("json", "xml"))
    now.pass_(seconds=10)
    (answer,) = trial.get(path)
    assert answer["token"] == made["token"]
    assert trial.get(f"requests/{answer['service_request_id']}.json")
    assert "token" in trial.refused("tokens/nobody.json", 404)
    assert "token" in trial.refused("tokens/nobody.xml", 404)


def test_a_blackbox_service_gives_neither(trial: Open311, post: Callable[[Posting], None]) -> None:
    post(Posting("sh.example.cn", LAMP, ServiceKind.BLACKBOX))
    (made,) = trial.sent("requests.json", HERE)
    assert set(made) == {"service_notice", "account_id"}
    assert TrialRequest.objects.count() == 1


def test_attributes_are_asked_for_kept_and_shown(trial: Open311, post: Callable[[Posting], None]) -> None:
    post(Posting("sh.example.cn", LAMP, questions=(POLE,)))
    assert "attribute[pole] was not provided" in trial.not_sent("requests.json", 400, HERE)
    assert not TrialRequest.objects.exists()
    number = report(trial, **{"attribute[pole]": "L-7"})
    (found,) = trial.get(f"requests/{number}.json", extensions="true")
    assert found["attributes"] == [{"code": "pole", "label": "杆号", "value": "L-7"}]
    assert found["extended_attributes"]["detailed_status"] == "open"
    assert [note["type"] for note in found["notes"]] == ["reported"]
    assert "attributes" not in trial.get(f"requests/{number}.json")[0]


def test_private_requests_are_never_listed_and_404_directly(trial: Open311) -> None:
    number = report(trial, non_public="1")
    assert numbers(trial) == []
    assert numbers(trial, service_request_id=number) == []
    assert trial.refused(f"requests/{number}.json", 404) == trial.refused("requests/T999999.json", 404)
    assert trial.get("servicerequestupdates.json") == []


def test_latest_first_and_pages(trial: Open311, now: Now) -> None:
    made = []
    for _ in range(5):
        made.append(report(trial))
        now.pass_(seconds=1)
    newest_first = made[::-1]
    assert numbers(trial) == newest_first
    assert numbers(trial, page="1", page_size="2") == newest_first[:2]
    assert numbers(trial, page="0", page_size="2") == newest_first[:2]
    assert numbers(trial, page="3", page_size="2") == newest_first[4:]
    assert numbers(trial, page="4", page_size="2") == []  # past the end: nothing, not the last page again
    assert numbers(trial, page="999999999999999999") == []


def test_requests_of_one_instant_are_ordered_by_id(trial: Open311) -> None:
    made = [report(trial) for _ in range(3)]
    assert numbers(trial) == made[::-1]


def test_filters(trial: Open311, now: Now) -> None:
    old = report(trial, service_code=COVER)
    now.pass_(minutes=30)
    new = report(trial, lat="31.3", long="121.6")
    assert numbers(trial, service_code=COVER) == [old]
    assert numbers(trial, service_code=f"{COVER},{LAMP}") == [new, old]
    assert numbers(trial, service_code="nobody") == []
    assert numbers(trial, status="closed") == [old]
    assert numbers(trial, status="OPEN") == [new]
    assert numbers(trial, status="cancelled") == []
    assert numbers(trial, status="fixed,open") == [new, old]
    assert numbers(trial, start_date="2026-11-05T04:10:00Z") == [new]
    assert numbers(trial, end_date="2026-11-05T04:10:00Z") == [old]
    assert numbers(trial, start_date="2026-11-05T12:10:00 08:00") == [new]
    assert numbers(trial, start_date="2026-11-05", end_date="2026-11-05") == [new, old]
    assert numbers(trial, updated_after="2026-11-05T04:10:00Z") == [new]
    assert numbers(trial, updated_before="2026-11-05T04:10:00Z") == [old]
    assert numbers(trial, bbox="121.5,31.2,121.7,31.4") == [new]
    assert numbers(trial, lat="31.2304", long="121.4737", radius="100") == [old]
    assert numbers(trial, lat="31.2304", long="121.4747", radius="100") == [old]  # some 95 m away
    assert numbers(trial, lat="31.2304", long="121.4749", radius="100") == []  # some 114 m away
    assert numbers(trial, service_request_id=f"{old},nobody", status="open", start_date="rubbish") == [old]


def test_a_resent_request_has_one_effect(trial: Open311) -> None:
    first = report(trial, **{"attribute[fixmystreet_id]": "991"})
    again = report(trial, **{"attribute[fixmystreet_id]": "991", "description": "改过的话"})
    assert first == again
    other = Open311(trial.base, issue("other", is_test=True))
    assert report(other, **{"attribute[fixmystreet_id]": "991"}) != first
    assert TrialRequest.objects.count() == 2


def test_an_idempotency_key_has_one_effect_and_one_content(trial: Open311) -> None:
    header = {"Idempotency-Key": "k-1"}
    assert report(trial, "k-1") == report(trial, "k-1")
    assert "Idempotency-Key" in trial.not_sent("requests.json", 400, {**HERE, "description": "另一件"}, header)
    assert report(trial, "k-2") != report(trial)
    assert TrialRequest.objects.count() == 3


def test_multipart_media_in_every_spelling(trial: Open311) -> None:
    def picture() -> SimpleUploadedFile:
        return SimpleUploadedFile("a.jpg", b"\xff\xd8 not looked at here", "image/jpeg")

    made = trial.sent(
        "requests.json", {**HERE, "media": [picture(), picture()], "photo1": picture(), "file_x": picture()}
    )
    assert made[0]["service_request_id"]


def update_of(number: str, update_id: str, **changes: str) -> dict[str, str]:
    return {
        "service_request_id": number,
        "update_id": update_id,
        "status": "IN_PROGRESS",
        "updated_datetime": "2026-11-05T04:00:05Z",
        "description": "已联系施工队 13812345678",
        **changes,
    }


def test_updates_come_back_masked_with_our_id(trial: Open311, now: Now) -> None:
    number = report(trial)
    now.pass_(seconds=5)
    (kept,) = trial.sent("servicerequestupdates.json", update_of(number, "55"))
    (found,) = trial.get("servicerequestupdates.json")
    assert found == {
        "update_id": kept["update_id"],
        "service_request_id": number,
        "status": "in_progress",
        "updated_datetime": "2026-11-05T04:00:05Z",
        "description": "已联系施工队 ***",
        "media_url": None,
        "external_status_code": None,
    }
    trial.get("servicerequestupdates.xml")


def test_an_update_id_counts_once_for_each_client(trial: Open311) -> None:
    number = report(trial)
    trial.sent("servicerequestupdates.json", update_of(number, "55"))
    assert "update_id already exists" in trial.not_sent("servicerequestupdates.json", 400, update_of(number, "55"))
    other = Open311(trial.base, issue("other", may_update=True, is_test=True))
    other.sent("servicerequestupdates.json", update_of(number, "55"))
    assert TrialUpdate.objects.count() == 2


@pytest.mark.parametrize("number", ["T999999", "1", "T", "", "T1x", "t1", "T" + "9" * 30, "T１"])
def test_an_update_of_an_unknown_request_is_refused(trial: Open311, number: str) -> None:
    report(trial)
    status = 404 if number else 400
    assert "service_request_id" in trial.not_sent("servicerequestupdates.json", status, update_of(number, "55"))
    assert not TrialUpdate.objects.exists()


def test_the_steps_of_a_life_are_updates_in_their_window(trial: Open311, now: Now) -> None:
    number = report(trial, **{"attribute[fixmystreet_id]": "991"})
    now.pass_(minutes=2)
    found = trial.get("servicerequestupdates.json")
    assert [(each["status"], each["external_status_code"], each["updated_datetime"]) for each in found] == [
        ("planned", "filed", "2026-11-05T04:00:10Z"),
        ("in_progress", "handling", "2026-11-05T04:00:20Z"),
        ("fixed", "closed", "2026-11-05T04:01:00Z"),
    ]
    assert {each["service_request_id"] for each in found} == {number}
    window = {"start_date": "2026-11-05T04:00:15Z", "end_date": "2026-11-05T04:00:30Z"}
    assert [each["status"] for each in trial.get("servicerequestupdates.json", **window)] == ["in_progress"]
    assert [each["status"] for each in trial.get("servicerequestupdates.json", page="2", page_size="2")] == ["fixed"]


def test_a_clients_own_id_is_shown_to_that_client_alone(trial: Open311, now: Now) -> None:
    report(trial, **{"attribute[fixmystreet_id]": "991"})
    now.pass_(seconds=15)
    own = trial.get("servicerequestupdates.json", api_key=trial.key)
    assert own[0]["fixmystreet_id"] == "991"
    assert "fixmystreet_id" not in trial.get("servicerequestupdates.json")[0]
    other = issue("other", is_test=True)
    assert "fixmystreet_id" not in trial.get("servicerequestupdates.json", api_key=other)[0]
    assert "api_key" in trial.refused("servicerequestupdates.json", 403, api_key="wrong")


def test_after_a_week_nothing_is_left(trial: Open311, now: Now) -> None:
    old = report(trial)
    trial.sent("servicerequestupdates.json", update_of(old, "1"))
    now.pass_(days=6)
    young = report(trial)
    now.pass_(days=1)
    trial.refused(f"requests/{old}.json", 404)  # gone from sight before it is swept
    assert sweep(now.at) == 1
    assert [str(row) for row in TrialRequest.objects.all()] == [young]
    assert not TrialUpdate.objects.exists()
    assert sweep(START + timedelta(days=7)) == 0
