"""The API as a whole: a valid description, every refusal a problem, tokens, and no fault of ours whatever is sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, Phase, given, settings
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lilong.identity.tokens import TokenWanted, create_token
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading
from lilong.project.api import api
from lilong.project.wsgi import application
from tests.apps.cases.views.parts import now, reported, shown
from tests.city import AT_NEW_BRIDGE, AT_RIVER_BEND, LAMP, City, envelope

CASES = "/api/v1/cases"
OPERATIONS = sorted(
    (path, method.upper())
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for method in methods
)


@cache
def description() -> dict[str, Any]:
    """The description as a program gets it."""
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    return document


@cache
def schema() -> BaseSchema:
    """The description as schemathesis reads it."""
    found: BaseSchema = schemathesis.openapi.from_dict(description())
    found.app = application
    return found


def every_shape(kind: type[Schema] = Schema) -> Iterator[type[Schema]]:
    """Every shape that anything declares."""
    for shape in kind.__subclasses__():
        yield shape
        yield from every_shape(shape)


def references(part: object) -> Iterator[str]:
    """Every ``$ref`` in a part of the description."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def entries(city: City) -> int:
    """How much the journal of the city holds."""
    with reading(city.actor("city_command")):
        return JournalEntry.objects.count()


def token(city: City, seat: str, *duties: str, days: int = 30) -> str:
    """A token for a program in that seat."""
    by = replace(city.actor("administrator"), duties=frozenset({"identity.account.administer"}))
    actor = city.actor(seat)
    assert actor.post
    wanted = TokenWanted(
        city.accounts[seat], actor.post, "试验程序", frozenset(duties) or actor.duties, now() + timedelta(days=days)
    )
    return create_token(by=by, key=envelope(at=now()), wanted=wanted)[1]


class TestTheDescription:
    """What a program reads before it sends anything."""

    def test_is_served_as_it_is_made(self, city: City) -> None:
        answer = city.client().get("/api/v1/openapi.json")
        assert answer.json() == description()

    def test_is_valid_openapi_3_1(self) -> None:
        assert description()["openapi"] == "3.1.0"
        schema().validate()

    def test_holds_valid_json_schema_and_every_reference_leads_somewhere(self) -> None:
        shapes = description()["components"]["schemas"]
        for shape in shapes.values():
            jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **shape})
        wanted = set(references(description()))
        assert wanted
        assert {each.rpartition("/")[2] for each in wanted} <= set(shapes)

    def test_has_one_shape_for_one_name(self) -> None:
        ours = [kind for kind in every_shape() if kind.__module__.startswith("lilong.")]
        assert len(ours) > 30
        assert [name for name, times in Counter(kind.__name__ for kind in ours).items() if times > 1] == []

    def test_names_every_operation_once_and_says_who_may_ask_how(self) -> None:
        operations = [op for methods in description()["paths"].values() for op in methods.values()]
        assert len({op["operationId"] for op in operations}) == len(operations)
        assert all(op["summary"] and op["security"] for op in operations)
        assert set(description()["components"]["securitySchemes"]) == {"token", "session"}

    @pytest.mark.parametrize(("path", "method"), OPERATIONS)
    def test_says_of_each_operation_how_it_refuses_and_what_a_command_carries(self, path: str, method: str) -> None:
        operation = description()["paths"][path][method.lower()]
        refusals = {status: r for status, r in operation["responses"].items() if int(status) >= 400}
        assert {"401", "403", "404", "409", "422"} <= set(refusals)
        assert all(set(r["content"]) == {"application/problem+json"} for r in refusals.values())
        headers = {p["name"]: p["required"] for p in operation["parameters"] if p["in"] == "header"}
        assert headers == ({"Idempotency-Key": True, "If-Match": False} if method == "POST" else {})


class TestRefusals:
    """Each is RFC 9457 and says what to mend."""

    @pytest.mark.parametrize(
        ("body", "status", "field"),
        [
            (b"", 422, "body"),
            (b"{", 422, "body"),
            (b"[]", 422, "body"),
            (b"\xff\xfe", 422, "body"),
            (b'{"category": 7}', 422, "category"),
            (b'{"category": "a", "moon": 1}', 422, "body"),
            (b'{"category": "a:b:c", "body": "x", "latitude": 31.205, "longitude": 121.405}', 422, "category"),
            (b'{"category": "%s", "body": "x"}' % str(LAMP).encode(), 422, "address"),
            (b'{"category": "%s", "body": "x", "latitude": 0.0, "longitude": 0.0}' % str(LAMP).encode(), 422, "lat"),
            (
                b'{"category": "%s", "body": "", "latitude": 31.205, "longitude": 121.405}' % str(LAMP).encode(),
                422,
                "body",
            ),
            (b"[" * 200_000, 422, "body"),
        ],
    )
    def test_of_a_report_name_the_field_and_write_nothing(
        self, city: City, body: bytes, status: int, field: str
    ) -> None:
        before = entries(city)
        answer = city.client().generic(
            "POST", CASES, body, content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
        )
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert field in {refusal["field"].rpartition(".")[2] for refusal in answer.json()["refusals"]}
        assert entries(city) == before

    def test_of_a_body_that_is_too_large_is_413(self, city: City) -> None:
        body = json.dumps({"category": str(LAMP), "body": "长" * 1_000_000})
        answer = city.client().generic("POST", CASES, body, content_type="application/json")
        assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")

    def test_of_a_character_that_no_text_can_hold_is_422(self, city: City) -> None:
        answer = sent(city, "", CASES, REPORT | {"body": "a\x00b"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")

    def test_of_a_missing_key_says_which_header(self, city: City) -> None:
        answer = city.client().generic("POST", CASES, json.dumps(REPORT), content_type="application/json")
        assert answer.json()["refusals"][0]["code"] == "key_missing"

    def test_of_a_stale_version_tells_what_changed(self, city: City) -> None:
        number = reported(city)
        sent(city, "grid", f"{CASES}/{number}/verify", {"finding": "confirmed"})
        answer = sent(city, "intake", f"{CASES}/{number}/reverify", {"reason": "再看看"}, version="1")
        assert answer.status_code == 409
        assert [change["step"] for change in answer.json()["changes"]] == ["cases.case.verify"]
        assert shown(city, number).row.state == "verified"

    def test_of_an_unreadable_path_or_query_is_422(self, city: City) -> None:
        client = city.client("intake")
        assert client.get("/api/v1/work/tasks/nothing").json()["refusals"][0]["field"] == "task"
        assert client.get(f"{CASES}?size=many").json()["refusals"][0]["field"] == "size"

    def test_speak_the_language_of_the_client_and_carry_both(self, city: City) -> None:
        answer = city.client().get(CASES, headers={"Accept-Language": "en"}).json()
        assert answer["title"] == "Please sign in"
        assert set(answer["refusals"][0]["text"]) == {"zh", "en"}


REPORT: dict[str, Any] = {
    "category": str(LAMP),
    "body": "弄口路灯不亮",
    "latitude": AT_NEW_BRIDGE.latitude,
    "longitude": AT_NEW_BRIDGE.longitude,
}


def sent(city: City, seat: str, url: str, body: dict[str, Any], version: str = "", **headers: str) -> Any:
    """A command sent as that seat, with a key of its own."""
    envelope = {"Idempotency-Key": str(uuid4()), **({"If-Match": version} if version else {}), **headers}
    return city.client(seat).generic("POST", url, json.dumps(body), content_type="application/json", headers=envelope)


class TestOneMatter:
    """A program can do all that the pages do."""

    def test_goes_from_report_to_closed(self, city: City) -> None:
        made = sent(city, "", CASES, REPORT)
        assert made.status_code == 201
        details = json.loads(made.content)["details"]
        url = f"{CASES}/{details['number']}"
        sent(city, "grid", f"{url}/verify", {"finding": "confirmed"})
        standard = city.client("intake").get(url).json()["standards"][0]["id"]
        sent(city, "intake", f"{url}/file", {"standard": standard})
        row = city.client("intake").get(url).json()["row"]
        sent(city, "intake", f"{url}/dispatch", {"unit": row["suggested"]["id"]}, version=str(row["version"]))
        sent(city, "power", f"{url}/accept", {})
        sent(city, "power", f"{url}/hand_in", {"resolution": "solved", "result": "换了灯泡"})
        checked = sent(city, "grid", f"{url}/close", {"condition": standard})
        assert checked.status_code == 200, checked.content.decode()
        seen = city.client().get(f"{url}?secret={details['secret']}").json()
        assert (seen["row"]["state"], seen["resolution"]["en"]) == ("closed", "actually solved")
        rated = sent(city, "", f"{url}/rate?secret={details['secret']}", {"solved": "yes", "satisfaction": "satisfied"})
        assert rated.status_code == 200
        steps = [
            entry["step"].removeprefix("cases.case.") for entry in city.client("intake").get(url).json()["journal"]
        ]
        assert steps == ["report", "verify", "file", "dispatch", "accept", "hand_in", "close", "rate"]

    def test_answers_a_repeated_key_with_the_same_receipt(self, city: City) -> None:
        same = {"Idempotency-Key": str(uuid4())}
        first, second = (json.loads(sent(city, "", CASES, REPORT, **same).content) for _ in range(2))
        assert (first["replayed"], second["replayed"]) == (False, True)
        assert first["details"] == second["details"]
        assert sent(city, "", CASES, REPORT | {"body": "另一件"}, **same).json()["refusals"][0]["code"] == "key_reused"

    def test_takes_pictures_only_if_they_are(self, city: City) -> None:
        number = reported(city)
        before = entries(city)
        answer = city.client("grid").post(
            f"{CASES}/{number}/photos",
            {"photos": SimpleUploadedFile("lamp.jpg", b"GIF89a<script>", content_type="image/jpeg")},
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code == 422
        assert entries(city) == before

    def test_counts_what_is_open_below(self, city: City) -> None:
        reported(city)
        reported(city, AT_RIVER_BEND)
        found = city.client("district_command").get(f"{CASES}/counts").json()
        assert {each["name"]: each["open"] for each in found} == {"南塘街道": 1, "北塘镇": 1, "某开发区": 0}

    def test_shows_its_twins(self, city: City) -> None:
        first, second, third = reported(city), reported(city), reported(city)
        found = city.client("intake").get(f"{CASES}/{third}/near").json()
        assert {row["number"] for row in found} == {first, second}


class TestTokens:
    """A program acts in one post, with no more than its token names."""

    def test_a_program_does_what_its_post_may(self, city: City) -> None:
        number = reported(city)
        bearer = {"Authorization": f"Bearer {token(city, 'grid')}"}
        client = city.client()
        assert client.get(f"{CASES}/{number}", headers=bearer).status_code == 200
        done = sent(city, "", f"{CASES}/{number}/verify", {"finding": "confirmed"}, **bearer)
        assert done.status_code == 200
        assert shown(city, number).journal[-1].by.zh == "试验程序"

    def test_no_more_than_the_token_names(self, city: City) -> None:
        number = reported(city)
        bearer = {"Authorization": f"Bearer {token(city, 'grid', 'cases.case.view')}"}
        refused = sent(city, "", f"{CASES}/{number}/verify", {"finding": "confirmed"}, **bearer)
        assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/problem+json")
        assert json.loads(refused.content)["refusals"][0]["reference"] == "cases.case.verify"
        assert shown(city, number).row.state == "reported"

    @pytest.mark.parametrize("raw", ["lilong_nothing", "", "x" * 5000])
    def test_an_unknown_token_is_refused_everywhere(self, city: City, raw: str) -> None:
        answer = city.client().get(f"{CASES}/1", headers={"Authorization": f"Bearer {raw}"})
        assert answer.status_code == (401 if raw else 404)
        if raw:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FUZZED = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def proof_of(city: City, path: str) -> dict[str, str]:
    """What shows who asks: a token of the street's desk, or a resident's session with its CSRF token."""
    if "/people/" not in path:
        return {"Authorization": f"Bearer {token(city, 'intake')}"}
    session, csrf = city.client("resident").cookies["sessionid"].value, "a" * 32
    return {"Cookie": f"sessionid={session}; csrftoken={csrf}", "X-CSRFToken": csrf}


def asked_wrongly(path: str, method: str) -> bool:
    """Whether an operation takes anything that could be wrong."""
    operation = description()["paths"][path][method.lower()]
    return "requestBody" in operation or any(given["in"] != "path" for given in operation["parameters"])


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [(*each, GenerationMode.POSITIVE) for each in OPERATIONS]
    + [(*each, GenerationMode.NEGATIVE) for each in OPERATIONS if asked_wrongly(*each)],
)
def test_whatever_is_sent_the_answer_is_one_the_description_names(
    city: City, path: str, method: str, mode: GenerationMode
) -> None:
    number, proof = reported(city), proof_of(city, path)
    operation = schema()[path][method]

    @FUZZED
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        if "number" in (case.path_parameters or {}):
            case.path_parameters["number"] = number
        answer = case.call(headers=proof)
        assert answer.status_code < 500
        assert str(answer.status_code) in operation.definition.raw["responses"]
        case.validate_response(answer, checks=CHECKS)

    ask()
