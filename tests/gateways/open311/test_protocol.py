"""The protocol over HTTP, whoever stands behind it: formats, errors, jurisdictions, keys, services, discovery."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from lilong.gateways.open311.commands.upkeep import open_jurisdiction, post_service, withdraw_client
from lilong.gateways.open311.models import ApiClient, TrialRequest
from lilong.gateways.open311.queries import catalogue as catalogue_queries
from lilong.gateways.open311.terms import Datatype, JurisdictionCard, Posting, Question, ServiceKind
from lilong.gateways.open311.urls import urlpatterns
from lilong.identity.access import PUBLIC, access_of
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label
from tests.gateways.open311.client import (
    COVER,
    INTERNAL,
    LAMP,
    MANAGER,
    PRIVATE,
    START,
    Now,
    Open311,
    issue,
    jurisdiction,
    key_at,
)
from tests.gateways.open311.schema import texts

HERE = {"lat": "31.2304", "long": "121.4737", "description": "弄口路灯不亮"}
POLE = Question(
    "pole", Datatype.STRING, required=True, text=Label("杆号", "pole number"), hint=Label("灯杆上的号", "on the pole")
)
WHICH = Question(
    "which",
    Datatype.MULTI,
    required=False,
    text=Label("哪几盏", "which"),
    choices=(("a", Label("左", "left")), ("b", Label("右", "right"))),
)


# --- discovery and services ----------------------------------------------------------------------------------------


def test_discovery_in_both_formats(trial: Open311) -> None:
    anybody = Open311()
    found = anybody.get("discovery.json")
    assert found["contact"] == "12345"
    assert found["key_service"] == "https://sh.example.cn/keys"
    assert found["changeset"] == "2026-11-05T04:00:00Z"
    assert [(e["type"], e["url"]) for e in found["endpoints"]] == [
        ("production", "http://testserver/open311/v2"),
        ("test", "http://testserver/open311/v2/test"),
    ]
    assert texts(anybody.get("discovery.xml"), "endpoints/endpoint/url") == [e["url"] for e in found["endpoints"]]
    assert trial.get("discovery.json") == found


def test_the_project_serves_the_gateway_at_its_address() -> None:
    found = resolve("/open311/v2/requests.json", urlconf="lilong.project.urls")
    assert (found.view_name, found.kwargs) == ("open311:requests", {"ending": "json"})


def test_every_view_is_declared_public() -> None:
    assert {pattern.callback for pattern in urlpatterns if access_of(pattern.callback) != PUBLIC} == set()


def test_every_advertised_endpoint_answers(trial: Open311) -> None:
    for endpoint in Open311().get("discovery.json")["endpoints"]:
        path = endpoint["url"].removeprefix("http://testserver") + "/services.json"
        assert Client().get(path).status_code == 200


def test_the_changeset_moves_with_the_services(trial: Open311, now: Now) -> None:
    now.pass_(days=1)
    post_service(by=MANAGER, key=key_at(now.at), posting=Posting("sh.example.cn", LAMP, ServiceKind.BATCH))
    assert Open311().get("discovery.json")["changeset"] == "2026-11-06T04:00:00Z"


def test_services_are_the_public_categories_only(trial: Open311) -> None:
    found = Open311().get("services.json")
    assert [service["service_code"] for service in found] == [COVER, LAMP]
    assert found[1] == {
        "service_code": LAMP,
        "service_name": "路灯坏了",
        "description": "路灯",
        "metadata": False,
        "type": "realtime",
        "keywords": "路灯, 不亮",
        "group": "公用设施",
    }
    assert texts(Open311().get("services.xml"), "service/service_code") == [COVER, LAMP]


def test_names_come_in_the_language_asked_for(trial: Open311) -> None:
    assert Open311().get("services.json", locale="en")[1]["service_name"] == "lamp out"


def test_a_posting_sets_kind_questions_and_listing(trial: Open311, post: Callable[[Posting], None]) -> None:
    post(Posting("sh.example.cn", LAMP, ServiceKind.BATCH, questions=(POLE, WHICH)))
    post(Posting("sh.example.cn", COVER, is_listed=False))
    (lamp,) = Open311().get("services.json")
    assert (lamp["type"], lamp["metadata"]) == ("batch", True)
    found = Open311().get(f"services/{LAMP}.json")
    assert found["service_code"] == LAMP
    assert [(a["code"], a["order"], a["required"], a["datatype"]) for a in found["attributes"]] == [
        ("pole", 1, True, "string"),
        ("which", 2, False, "multivaluelist"),
    ]
    assert found["attributes"][0]["datatype_description"] == "灯杆上的号"
    assert found["attributes"][1]["values"] == [{"key": "a", "name": "左"}, {"key": "b", "name": "右"}]
    Open311().get(f"services/{LAMP}.xml")
    assert "service_code" in Open311().refused(f"services/{COVER}.json", 404)


def test_a_posting_replaces_the_one_before(trial: Open311, post: Callable[[Posting], None]) -> None:
    post(Posting("sh.example.cn", LAMP, questions=(POLE, WHICH)))
    post(Posting("sh.example.cn", LAMP, questions=(WHICH,)))
    assert [a["code"] for a in Open311().get(f"services/{LAMP}.json")["attributes"]] == ["which"]


def test_the_definition_of_a_service_without_questions_is_an_empty_list(trial: Open311) -> None:
    assert Open311().get(f"services/{LAMP}.json") == {"service_code": LAMP, "attributes": []}


@pytest.mark.parametrize("code", [PRIVATE, INTERNAL, "cityops:2026:C9999", "x", "a%00b", "%E8%B7%AF", "1'--"])
def test_private_internal_and_unknown_services_look_the_same(trial: Open311, code: str) -> None:
    unknown = Open311().refused("services/nobody.json", 404)
    assert Open311().refused(f"services/{code}.json", 404) == unknown


def test_a_missing_name_in_the_address_is_a_400(trial: Open311) -> None:
    assert "service_code was not provided" in Open311().refused("services/.json", 400)
    assert "token was not provided" in Open311().refused("tokens/.xml", 400)
    assert "service_request_id was not provided" in Open311().refused("requests/.json", 400)


# --- jurisdictions -------------------------------------------------------------------------------------------------


def test_one_jurisdiction_need_not_be_named_and_an_empty_name_is_none(trial: Open311) -> None:
    everything = Open311().get("services.json")
    assert Open311().get("services.json", jurisdiction_id="sh.example.cn") == everything
    assert Open311().get("services.json", jurisdiction_id="") == everything
    assert "jurisdiction_id" in Open311().refused("services.json", 404, jurisdiction_id="elsewhere")


PLACES = ["discovery", "services", f"services/{LAMP}", "requests", "requests/1", "tokens/1", "servicerequestupdates"]


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("ending", ["xml", "json"])
def test_of_several_jurisdictions_one_has_to_be_named_everywhere(trial: Open311, path: str, ending: str) -> None:
    open_jurisdiction(by=MANAGER, key=key_at(START), jurisdiction=jurisdiction("bos.example.org", AreaCode("99")))
    assert "jurisdiction_id was not provided" in trial.refused(f"{path}.{ending}", 400)
    assert "jurisdiction_id was not found" in trial.refused(f"{path}.{ending}", 404, jurisdiction_id="elsewhere")


def test_a_key_is_good_for_its_own_jurisdiction_only(trial: Open311) -> None:
    open_jurisdiction(by=MANAGER, key=key_at(START), jurisdiction=jurisdiction("bos.example.org", AreaCode("99")))
    other = Open311(trial.base, issue("other", "bos.example.org", is_test=True))
    data = {"service_code": LAMP, **HERE}
    assert other.sent("requests.json", {**data, "jurisdiction_id": "bos.example.org"})[0]["service_request_id"]
    assert "api_key" in other.not_sent("requests.json", 403, {**data, "jurisdiction_id": "sh.example.cn"})
    assert trial.get("requests.json", jurisdiction_id="sh.example.cn") == []
    assert len(trial.get("requests.json", jurisdiction_id="bos.example.org")) == 1


def test_the_jurisdiction_may_stand_in_the_query_of_a_post(trial: Open311) -> None:
    open_jurisdiction(by=MANAGER, key=key_at(START), jurisdiction=jurisdiction("bos.example.org", AreaCode("99")))
    assert trial.sent("requests.json?jurisdiction_id=sh.example.cn", {"service_code": LAMP, **HERE})


def test_an_instance_that_serves_nobody_says_404(committed_db: None, now: Now) -> None:
    assert "jurisdiction_id" in Open311().refused("discovery.json", 404)


# --- keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["requests.json", "requests.xml", "servicerequestupdates.json"])
def test_without_a_key_or_with_a_wrong_one_nothing_is_taken(trial: Open311, path: str) -> None:
    data = {"service_code": LAMP, **HERE}
    assert "api_key was not provided" in Open311(trial.base).not_sent(path, 403, data)
    assert "api_key" in Open311(trial.base, "wrong").not_sent(path, 403, data)
    assert not TrialRequest.objects.exists()


def test_the_key_comes_before_everything_else_that_is_wrong(trial: Open311) -> None:
    assert "api_key" in Open311(trial.base).not_sent("requests.json", 403, {"lat": "x"})


def test_a_withdrawn_key_is_a_wrong_one(trial: Open311) -> None:
    withdraw_client(by=MANAGER, key=key_at(START), client=ApiClient.objects.get(name="tester").uid)
    trial.not_sent("requests.json", 403, {"service_code": LAMP, **HERE})
    assert not TrialRequest.objects.exists()


def test_rights_are_looked_at(trial: Open311) -> None:
    reader = Open311(trial.base, issue("reader", may_create=False, is_test=True))
    reader.not_sent("requests.json", 403, {"service_code": LAMP, **HERE})
    reader.not_sent("servicerequestupdates.json", 403, {"service_request_id": "T1"})
    assert not TrialRequest.objects.exists()


def test_a_test_key_does_not_open_the_city_nor_a_citys_key_the_test_endpoint(trial: Open311) -> None:
    data = {"service_code": LAMP, **HERE}
    Open311(key=trial.key).not_sent("requests.json", 403, data)
    Open311(trial.base, issue("real")).not_sent("requests.json", 403, data)
    assert not TrialRequest.objects.exists()


def test_keys_are_kept_as_digests_only(trial: Open311) -> None:
    row = ApiClient.objects.get(name="tester")
    assert trial.key not in str(row.__dict__)
    assert len(row.key_digest) == 64


# --- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"{place}.{ending}" for place in PLACES for ending in ("xml", "json")])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_a_wrong_method_is_a_405_in_format_with_the_right_ones(trial: Open311, path: str, method: str) -> None:
    response = trial.call(method, path)
    assert response.status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} <= set(response["Allow"].split(", "))
    assert ("POST" in response["Allow"]) is (path.split(".", maxsplit=1)[0] in {"requests", "servicerequestupdates"})


def test_posting_where_one_can_only_read_is_a_405(trial: Open311) -> None:
    assert trial.post("services.json").status_code == 405


@pytest.mark.parametrize(
    ("path", "format_of"),
    [
        ("", "xml"),
        ("nothing", "xml"),
        ("services", "xml"),
        ("services.rss", "xml"),
        ("services.html", "xml"),
        ("x/y/z.json", "json"),
        ("services.xml/", "xml"),
        ("requests.JSON", "xml"),
        ("discovery", "xml"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_the_protocol_does_not_have(trial: Open311, path: str, format_of: str, method: str) -> None:
    response = Client().generic(method, f"/open311/v2/{path}")
    assert response.status_code == 404
    assert format_of in response["Content-Type"]
    assert b"404" in response.content


@pytest.mark.parametrize("path", [f"{place}.{ending}" for place in PLACES[:4] for ending in ("xml", "json")])
def test_head_is_get_without_its_body(trial: Open311, path: str) -> None:
    head, get = trial.call("HEAD", path), trial.call("GET", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == get["Content-Length"] == str(len(get.content))
    assert head["Content-Type"] == get["Content-Type"]


def test_options_names_the_methods(trial: Open311) -> None:
    response = Client().options("/open311/v2/requests.json")
    assert (response.status_code, response["Allow"]) == (200, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize("ending", ["xml", "json"])
def test_a_body_in_another_form_is_a_415(trial: Open311, ending: str) -> None:
    response = trial.call("POST", f"requests.{ending}", b'{"a": 1}', content_type="application/json")
    assert response.status_code == 415


def test_a_body_that_is_too_large_is_a_413(trial: Open311) -> None:
    form = "application/x-www-form-urlencoded"
    assert trial.call("POST", "requests.json", b"a=" + b"b" * 2_000_000, content_type=form).status_code == 413
    claimed = trial.call("POST", "requests.xml", b"a=b", content_type=form, CONTENT_LENGTH=str(10**9))
    assert claimed.status_code == 413
    assert trial.call("POST", "requests.xml", b"a=b", content_type=form, CONTENT_LENGTH="many").status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a=%ff", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"&".join(b"a=1" for _ in range(501)), "application/x-www-form-urlencoded"),
        (b"not multipart", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1", "multipart/form-data; boundary=" + "y" * 300),
    ],
)
@pytest.mark.parametrize("ending", ["xml", "json"])
def test_a_broken_body_is_a_400(trial: Open311, body: bytes, kind: str, ending: str) -> None:
    assert trial.call("POST", f"requests.{ending}", body, content_type=kind).status_code in {400, 403}
    assert not TrialRequest.objects.exists()


def test_a_strange_charset_of_a_multipart_form_changes_nothing(trial: Open311) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="api_key"\r\n\r\nnone\r\n--x--\r\n'
    response = trial.call("POST", "requests.json", body, content_type="multipart/form-data; boundary=x; charset=hex")
    assert response.status_code == 403


def test_too_many_files_are_a_400(trial: Open311) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(7)]
    assert "6 files" in trial.not_sent("requests.json", 400, {"service_code": LAMP, **HERE, "media": files})


def test_a_broken_query_is_a_400(trial: Open311) -> None:
    assert Client().get("/open311/v2/services.json?locale=%ff").status_code == 400


@pytest.mark.parametrize("ending", ["xml", "json"])
def test_a_fault_of_ours_is_a_500_in_format_that_tells_nothing(
    trial: Open311, ending: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(caller: object) -> tuple[()]:
        raise LookupError("the secret inner workings")

    monkeypatch.setattr(catalogue_queries, "services", broken)
    with caplog.at_level(logging.ERROR):
        response = Client(raise_request_exception=False).get(f"/open311/v2/services.{ending}")
    assert response.status_code == 500
    assert ending in response["Content-Type"]
    assert b"secret" not in response.content
    assert "secret inner workings" in caplog.text


@pytest.mark.parametrize(("kind", "status"), [(RefusalKind.LIMITED, 429), (RefusalKind.TOO_LARGE, 413)])
@pytest.mark.parametrize("ending", ["xml", "json"])
def test_a_refusal_of_the_city_keeps_the_format(
    trial: Open311, ending: str, kind: RefusalKind, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = Refusal("limited", Label("慢一点。", "Slower."), Label("稍后。", "Later."), reference="seconds:17")

    def refused(caller: object) -> tuple[()]:
        raise Refused(kind, (refusal,))

    monkeypatch.setattr(catalogue_queries, "services", refused)
    response = trial.call("GET", f"services.{ending}")
    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("17" if status == 429 else None)


def test_a_query_in_raw_utf8_is_read(trial: Open311) -> None:
    path = "/open311/v2/services.json"
    for query in ("locale=英文", "locale=英文".encode().decode("latin-1")):
        assert Client().generic("GET", path, QUERY_STRING=query).status_code == 200


def test_everything_wrong_with_a_request_is_told_at_once(trial: Open311) -> None:
    told = trial.not_sent("requests.json", 400, {"lat": "x", "description": "字" * 4001})
    for name in ("service_code was not provided", "lat is not valid", "description is not valid"):
        assert name in told


def test_an_unknown_service_is_a_404_even_among_other_errors(trial: Open311) -> None:
    told = trial.not_sent("requests.json", 404, {"service_code": PRIVATE, "lat": "x"})
    assert "service_code was not found" in told
    assert "lat is not valid" in told


def test_in_xml_the_errors_have_the_specified_shape(trial: Open311) -> None:
    body = trial.post("requests.xml", {"service_code": "x", **HERE}).content
    assert texts(body, "error/code") == ["404"]


def test_no_csrf_token_is_needed_and_no_cookie_is_set(trial: Open311) -> None:
    strict = Open311(trial.base, trial.key, Client(enforce_csrf_checks=True, raise_request_exception=False))
    assert strict.sent("requests.json", {"service_code": LAMP, **HERE})


def test_json_without_a_wrapper_and_lists_of_one(trial: Open311) -> None:
    (made,) = trial.sent("requests.json", {"service_code": LAMP, **HERE})
    number = made["service_request_id"]
    found = trial.get(f"requests/{number}.json")
    assert isinstance(found, list)
    assert found == trial.get("requests.json")
    assert isinstance(found[0]["lat"], float)
    assert found[0]["service_request_id"] == number
    assert json.dumps(found).count("null") == 7


def test_a_long_idempotency_key_is_refused(trial: Open311) -> None:
    trial.not_sent("requests.json", 400, {"service_code": LAMP, **HERE}, {"Idempotency-Key": "x" * 201})


def test_a_window_longer_than_90_days_is_a_400(trial: Open311, served: JurisdictionCard) -> None:
    start = (START - timedelta(days=91)).isoformat()
    assert "90" in trial.refused("requests.json", 400, start_date=start)
    assert "90" in trial.refused("servicerequestupdates.json", 400, start_date=start)
