"""What every request passes: arrival, actor, and the form of a refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from lilong.apps.people.commands import register_guest
from lilong.apps.people.terms import Guest
from lilong.identity.models import Account
from lilong.identity.statuses import STATUS
from lilong.identity.tokens import TokenWanted, create_token
from lilong.kernel.actors import ANONYMOUS
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind
from lilong.ledger.rooms import resident_duties
from lilong.project import clock
from lilong.project.middleware.actor import POST_IN_SESSION, SECOND_FACTOR_IN_SESSION
from lilong.project.middleware.refusals import TITLES
from tests.identity.parts import ADMINISTRATOR
from tests.project.addresses import ADMINISTER, SAMPLES, open_site
from tests.project.seats import LONG_AGO, PASSWORD, PHONE, hold, resident_account, seat, signed_in

HTML = {"accept": "text/html,application/xhtml+xml"}
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    """The test's own addresses behind the middleware."""
    open_site(settings)


@pytest.fixture
def officer(committed_db: None) -> Account:
    """A member of staff without a post."""
    return Account.objects.create_user("officer", PASSWORD)


def who(client: Client, address: str = "/who/", **sent: Any) -> dict[str, Any]:
    """The actor as the request sees it."""
    answer = client.get(address, **sent)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


# --- arrival -----------------------------------------------------------------------------------------------------


def test_a_request_arrives_at_one_moment_under_one_number(client: Client) -> None:
    before = datetime.now(UTC)
    answer = client.get("/arrived/", headers={"X-Request-Id": "mine"})
    at = datetime.fromisoformat(answer.json()["at"])
    assert before <= at <= datetime.now(UTC)
    assert answer.headers["X-Request-Id"] == answer.json()["number"]
    assert UUID(answer.json()["number"]).version == 7


def test_the_clock_is_read_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[int] = []

    def now() -> datetime:
        readings.append(1)
        return datetime(2026, 11, 23, tzinfo=UTC)

    monkeypatch.setattr(clock, "now", now)
    assert client.get("/arrived/").json()["at"] == "2026-11-23T00:00:00+00:00"
    assert len(readings) == 1


# --- refusals ----------------------------------------------------------------------------------------------------


def test_every_kind_has_a_status_and_a_title() -> None:
    assert set(STATUS) == set(TITLES) == set(RefusalKind)


@pytest.mark.parametrize("kind", list(RefusalKind))
def test_a_program_gets_a_problem_in_its_language(client: Client, kind: RefusalKind) -> None:
    for language, zh in (("zh-CN,zh;q=0.9", True), ("en-GB", False)):
        answer = client.get(f"/api/refuse/{kind}/", headers={"accept-language": language})
        body = json.loads(answer.content)
        assert (answer.status_code, answer.headers["Content-Type"]) == (STATUS[kind], PROBLEM)
        assert (body["status"], body["type"]) == (STATUS[kind], f"urn:lilong:refusal:{kind}")
        assert body["title"] == (TITLES[kind].zh if zh else TITLES[kind].en)
        assert {"zh", "en"} <= body["refusals"][0]["text"].keys()
        assert body["instance"] == f"urn:uuid:{answer.headers['X-Request-Id']}"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_problem_names_the_duty_and_the_changes(client: Client) -> None:
    denied = client.get("/api/refuse/denied/").json()
    assert denied["refusals"][0]["reference"] == "cases.case.file"
    assert client.get("/api/refuse/stale/").json()["changes"][0]["step"] == "cases.case.file"


def test_a_page_that_is_asked_for_json_answers_in_json(client: Client) -> None:
    assert client.get("/refuse/absent/", headers={"accept": "application/json"}).headers["Content-Type"] == PROBLEM
    assert client.get("/refuse/absent/", headers=HTML).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("kind", sorted(set(RefusalKind) - {RefusalKind.NOT_SIGNED_IN}))
def test_a_person_gets_a_page_with_what_to_do(client: Client, kind: RefusalKind) -> None:
    answer = client.get(f"/refuse/{kind}/", headers={**HTML, "accept-language": "en"})
    assert answer.status_code == STATUS[kind]
    text = answer.content.decode()
    remedy = {"denied": "administrator", "absent": "Check the number"}.get(kind, "Mend it.")
    assert remedy in text
    assert "<html" in text


def test_a_stale_page_shows_what_changed_and_leads_back(client: Client) -> None:
    headers = {**HTML, "referer": "http://testserver/desk/cases/7/?x=1"}
    text = client.post("/refuse/stale/", headers=headers).content.decode()
    assert 'href="/desk/cases/7/?x=1"' in text
    assert "11-23" in text


def test_a_strangers_page_is_not_led_back_to(client: Client) -> None:
    text = client.get("/refuse/denied/", headers={**HTML, "referer": "https://evil.example/x"}).content.decode()
    assert "evil.example" not in text


def test_how_long_to_wait_stands_in_the_header(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = replace_reference("limited", "seconds:42")
    monkeypatch.setitem(sample[0], "limited", sample[1])
    assert client.get("/api/refuse/limited/").headers["Retry-After"] == "42"


def replace_reference(kind: str, reference: str) -> tuple[dict[str, Any], Any]:
    """The samples, and one of them with another reference."""
    refused = SAMPLES[kind]
    return SAMPLES, replace(refused, refusals=(replace(refused.refusals[0], reference=reference),))


def test_what_is_no_refusal_passes_by() -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/broken/").status_code == 500


def test_a_refusal_outside_of_any_arrival_still_has_its_form(client: Client) -> None:
    assert client.get("/spelled/").status_code == 404


# --- not signed in -----------------------------------------------------------------------------------------------


def test_a_page_leads_to_the_sign_in_it_needs_and_back(client: Client, committed_db: None) -> None:
    for address, target in (("/residents/?a=1", "/sign-in/"), ("/administrators/?a=1", "/staff/")):
        answer = client.get(address, headers=HTML)
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            f"{target}?next={address.replace('/', '%2F').replace('?', '%3F').replace('=', '%3D')}",
        )


def test_after_a_post_one_is_led_back_to_the_form(client: Client) -> None:
    answer = client.post("/residents/", headers={**HTML, "referer": "http://testserver/form/"})
    assert answer.headers["Location"] == "/sign-in/?next=%2Fform%2F"
    assert client.post("/residents/", headers=HTML).headers["Location"] == "/sign-in/"


def test_a_partial_request_moves_the_whole_page(client: Client) -> None:
    answer = client.get("/residents/", headers={**HTML, "hx-request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in/?next=%2Fresidents%2F")


def test_a_program_gets_401_and_how_to_come_in(client: Client) -> None:
    answer = client.get("/api/administrators/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


# --- the actor: nobody -------------------------------------------------------------------------------------------


def queries(client: Client, address: str, **sent: Any) -> int:
    """How many statements a request takes."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, **sent).status_code == 200
    return len(seen)


def test_a_passer_by_costs_no_query_and_no_session(client: Client, committed_db: None) -> None:
    assert queries(client, "/who/") == 0
    found = who(client)
    assert (found["kind"], found["account"], found["subjects"]) == ("anonymous", None, [])
    assert frozenset(found["duties"]) == resident_duties()
    assert "Cookie" not in client.get("/api/who/").headers.get("Vary", "")


def test_nothing_is_asked_unless_somebody_wants_to_know(officer: Account) -> None:
    assert queries(signed_in(officer), "/quiet/") == 0


def test_a_stale_cookie_is_nobody(client: Client, committed_db: None) -> None:
    client.cookies["sessionid"] = "gone"
    assert who(client)["kind"] == "anonymous"


# --- the actor: staff --------------------------------------------------------------------------------------------


def test_the_only_post_is_acted_in(officer: Account) -> None:
    post = seat(officer, "310101002", "cases.case.dispatch", title="dispatcher")
    found = who(signed_in(officer))
    assert found == {
        "kind": "staff",
        "account": officer.pk,
        "person": None,
        "post": post.pk,
        "unit": post.unit_id,
        "area": "310101002",
        "duties": ["cases.case.dispatch"],
        "name": "unit of dispatcher · dispatcher",
        "subjects": [],
    }
    assert queries(signed_in(officer), "/who/") == 3


def choose(client: Client, post: int) -> None:
    """Keep a post in the session, as choosing it does."""
    session = client.session
    session[POST_IN_SESSION] = post
    session.save()


def test_of_several_posts_the_chosen_one_is_acted_in(officer: Account) -> None:
    one = seat(officer, "310101002", "a.b.c", title="one")
    two = seat(officer, "310104003", "d.e.f", title="two")
    client = signed_in(officer)
    assert (who(client)["kind"], who(client)["post"], who(client)["account"]) == ("anonymous", None, officer.pk)
    assert frozenset(who(client)["duties"]) == resident_duties()
    for post in (one, two):
        choose(client, post.pk)
        assert (who(client)["post"], who(client)["duties"]) == (post.pk, post.duties)


def test_a_post_not_held_is_not_acted_in(officer: Account) -> None:
    other = Account.objects.create_user("other")
    mine, foreign = seat(officer, "310101002", title="mine"), seat(other, "310104003", "x.y.z", title="foreign")
    seat(officer, "310101003", title="mine too")
    client = signed_in(officer)
    choose(client, foreign.pk)
    assert who(client)["post"] is None
    choose(client, mine.pk)
    assert who(client)["post"] == mine.pk


def test_a_post_that_ended_is_acted_in_no_more(officer: Account) -> None:
    past = seat(officer, "310101002", "a.b.c", until=datetime.now(UTC) - timedelta(seconds=1))
    client = signed_in(officer)
    choose(client, past.pk)
    assert who(client)["post"] is None
    hold(officer, past, since=datetime.now(UTC) - timedelta(milliseconds=500))
    assert who(client)["post"] == past.pk


def test_a_page_for_staff_sends_those_without_post_to_choose_one(officer: Account) -> None:
    seat(officer, "310101002", ADMINISTER)
    seat(officer, "310101003")
    answer = signed_in(officer).get("/administrators/", headers=HTML)
    assert answer.headers["Location"] == "/staff/post/?next=%2Fadministrators%2F"


def test_a_missing_duty_is_refused_by_name(officer: Account) -> None:
    seat(officer, "310101002", "a.b.c")
    answer = signed_in(officer).get("/api/administrators/")
    assert (answer.status_code, answer.json()["refusals"][0]["reference"]) == (403, ADMINISTER)


def test_a_stopped_account_is_nobody_at_once(officer: Account) -> None:
    seat(officer, "310101002", ADMINISTER)
    client = signed_in(officer)
    assert client.get("/administrators/").status_code == 200
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    assert who(client)["kind"] == "anonymous"
    assert client.get("/administrators/").status_code == 303


def test_a_new_password_ends_the_other_sessions(officer: Account) -> None:
    seat(officer, "310101002")
    client = signed_in(officer)
    officer.set_password("another lane of doors")
    officer.save()
    assert who(client)["kind"] == "anonymous"


def test_a_guarded_duty_is_not_lent_on_a_password_alone(officer: Account, settings: Settings) -> None:
    seat(officer, "310101002", ADMINISTER, "a.b.c")
    client = signed_in(officer)
    assert who(client)["duties"] == ["a.b.c", ADMINISTER]
    settings.LILONG_REQUIRE_SECOND_FACTOR = True
    assert who(client)["duties"] == ["a.b.c"]
    session = client.session
    session[SECOND_FACTOR_IN_SESSION] = True
    session.save()
    assert who(client)["duties"] == ["a.b.c", ADMINISTER]


# --- the actor: residents ----------------------------------------------------------------------------------------


def test_a_resident_reaches_themselves_and_their_guests(committed_db: None) -> None:
    guest = register_guest(by=ANONYMOUS, key=CommandKey(uuid4(), datetime.now(UTC), b""), guest=Guest(PHONE))
    found = who(signed_in(resident_account()))
    assert (found["kind"], found["post"], found["area"], found["name"]) == ("resident", None, "", "resident")
    assert set(found["subjects"]) == {found["person"], str(guest)}
    assert frozenset(found["duties"]) == resident_duties()


def test_a_page_for_residents_is_not_for_staff(officer: Account) -> None:
    seat(officer, "310101002")
    assert signed_in(officer).get("/residents/").headers["Location"].startswith("/sign-in/")
    assert signed_in(resident_account()).get("/residents/").status_code == 200


# --- the actor: programs -----------------------------------------------------------------------------------------


def token(officer: Account, post: int, *duties: str, **span: float) -> dict[str, Any]:
    """The header of a new token."""
    now = datetime.now(UTC)
    wanted = TokenWanted(officer.pk, post, "bridge", frozenset(duties), now + timedelta(**(span or {"days": 1})))
    _, raw = create_token(by=ADMINISTRATOR, key=CommandKey(uuid4(), LONG_AGO, b""), wanted=wanted)
    return {"headers": {"authorization": f"Bearer {raw}"}}


DISPATCH, VIEW = "identity.account.administer", "people.contact.read"


def test_a_program_acts_in_its_post_with_what_both_allow(officer: Account) -> None:
    post = seat(officer, "310101002", DISPATCH, "a.b.c")
    seat(officer, "310104003", VIEW)
    found = who(Client(), "/api/who/", **token(officer, post.pk, DISPATCH, VIEW))
    assert (found["kind"], found["post"], found["duties"], found["name"], found["area"]) == (
        "program",
        post.pk,
        [DISPATCH],
        "bridge",
        "310101002",
    )


def test_a_program_needs_no_csrf_token_and_no_session(officer: Account) -> None:
    post = seat(officer, "310101002", DISPATCH)
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/api/who/", **token(officer, post.pk, DISPATCH))
    assert (answer.status_code, answer.json()["kind"]) == (200, "program")
    assert "sessionid" not in client.cookies


def test_a_page_is_for_people_and_takes_no_token(officer: Account) -> None:
    post = seat(officer, "310101002", DISPATCH)
    assert who(Client(), **token(officer, post.pk, DISPATCH))["kind"] == "anonymous"
    assert Client().get("/administrators/", headers={**HTML, "authorization": "Bearer guess"}).status_code == 303


def refused_token(answer: Any) -> bool:
    """Whether the answer says that the token is not valid."""
    return bool(answer.status_code == 401) and json.loads(answer.content)["refusals"][0]["code"] == "token_unknown"


def test_a_token_that_proves_nothing_is_refused_and_not_taken_for_a_passer_by(officer: Account) -> None:
    post = seat(officer, "310101002", DISPATCH)
    ended = token(officer, post.pk, DISPATCH, seconds=-1)
    assert refused_token(Client().get("/api/who/", headers={"authorization": "Bearer guess"}))
    assert refused_token(Client().get("/api/who/", **ended))
    good = token(officer, post.pk, DISPATCH)
    post.active = False
    post.save(using="owner")
    assert refused_token(Client().get("/api/who/", **good))


def test_a_browsers_cookie_must_prove_a_change_at_the_api(officer: Account) -> None:
    seat(officer, "310101002", DISPATCH)
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.get("/api/who/").json()["kind"] == "staff"
    answer = client.post("/api/who/")
    assert (answer.status_code, answer.json()["refusals"][0]["code"]) == (403, "csrf_token_missing")
    client.get("/staff/")
    proof = client.cookies["csrftoken"].value
    assert client.post("/api/who/", headers={"x-csrftoken": proof}).json()["kind"] == "staff"
