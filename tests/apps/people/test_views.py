"""The pages of people: signing in by telephone, and one's own data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from lilong.apps.people.commands import read_contact
from lilong.apps.people.models import Person
from lilong.apps.people.terms import ContactKind
from lilong.identity.models import Account, PhoneCode, SignIn
from lilong.kernel.actors import Actor
from lilong.kernel.words import Label
from lilong.project import clock
from tests.apps.people.parts import CALLER, CANARY, PHONE, arrive, key, matter, owner_rows, steps_of
from tests.identity.parts import Inbox
from tests.project.seats import seat, signed_in

pytestmark = pytest.mark.usefixtures("site")
TYPED = "138 1234 0417"


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def ask(client: Client, phone: str = TYPED, **more: str) -> Any:
    """Send the number."""
    return client.post("/sign-in/", {"phone": phone, **more})


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    fields = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def enter(client: Client, address: str, code: str) -> Any:
    """Open the page that asks for the code and answer it."""
    return client.post(address.partition("?")[0], {**hidden(text_of(client.get(address))), "code": code})


def sign_in(client: Client, inbox: Inbox, phone: str = TYPED, **more: str) -> Any:
    """The whole way in."""
    return enter(client, ask(client, phone, **more).headers["Location"], inbox.code)


def who(client: Client) -> dict[str, Any]:
    """The actor as the request sees it."""
    found: dict[str, Any] = client.get("/who/").json()
    return found


# --- coming in ---------------------------------------------------------------------------------------------------


def test_a_number_and_its_code_lead_in(client: Client, inbox: Inbox) -> None:
    assert client.get("/sign-in/").status_code == 200
    address = ask(client).headers["Location"]
    assert re.fullmatch(r"/sign-in/code/\?c=[0-9a-f-]{36}", address)
    page = text_of(client.get(address))
    assert "138****0417" in page
    answer = enter(client, address, inbox.code)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/")
    assert who(client)["kind"] == "resident"
    assert list(SignIn.objects.values_list("method", flat=True)) == ["phone_code"]


def test_the_answer_is_the_same_for_a_known_and_an_unknown_number(inbox: Inbox) -> None:
    arrive()
    answers = []
    for phone in (TYPED, "139 0000 1111"):
        client = Client()
        answer = ask(client, phone)
        page = text_of(client.get(answer.headers["Location"]))
        for own in (*hidden(page).values(), "138****0417", "139****1111", CANARY):
            page = page.replace(own, "") if own else page
        answers.append((answer.status_code, re.sub(r"value=\"[^\"]*\"|\?c=[0-9a-f-]+|c%3D[0-9a-f-]+", "", page)))
    assert answers[0] == answers[1]


def test_one_comes_out_where_one_wanted_to_go_and_never_at_a_stranger(inbox: Inbox) -> None:
    assert sign_in(Client(), inbox, next="/mine/").headers["Location"] == "/mine/"
    assert sign_in(Client(), inbox, "13900001111", next="https://evil.example/").headers["Location"] == "/me/"


@pytest.mark.parametrize(("phone", "status"), [("", 422), ("12345", 422), ("021-63212345", 422)])
def test_what_is_no_mobile_number_is_put_right_on_the_page(
    client: Client, inbox: Inbox, phone: str, status: int
) -> None:
    assert ask(client, phone).status_code == status
    assert inbox.sent == []
    assert not PhoneCode.objects.exists()


def test_asking_too_often_says_when_to_try_again(client: Client, inbox: Inbox) -> None:
    ask(client)
    answer = ask(client)
    assert answer.status_code == 429
    assert "秒后再试" in text_of(answer)
    assert len(inbox.sent) == 1


def test_a_wrong_code_is_told_and_the_right_one_still_works(client: Client, inbox: Inbox) -> None:
    address = ask(client).headers["Location"]
    answer = enter(client, address, inbox.wrong)
    assert answer.status_code == 422
    assert "还可以试 4 次" in text_of(answer)
    assert who(client)["kind"] == "anonymous"
    assert enter(client, address, inbox.code).status_code == 302


def test_a_challenge_that_ended_leads_back_to_the_start(
    client: Client, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ask(client).headers["Location"]
    later = datetime.now(UTC) + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(address).headers["Location"] == "/sign-in/"
    for broken in ("/sign-in/code/", "/sign-in/code/?c=x", f"/sign-in/code/?c={uuid4()}"):
        assert client.get(broken).headers["Location"] == "/sign-in/"
    answer = client.post("/sign-in/code/", {"challenge": address[-36:], "key": str(uuid4()), "code": inbox.code})
    assert answer.status_code == 422
    assert who(client)["kind"] == "anonymous"


def test_a_stopped_account_is_told_and_stays_outside(client: Client, inbox: Inbox) -> None:
    account = arrive().account or 0
    Account.objects.filter(pk=account).update(is_active=False)
    answer = sign_in(client, inbox)
    assert answer.status_code == 403
    assert who(client)["kind"] == "anonymous"


def test_the_number_stands_in_no_session_and_no_page_after(client: Client, inbox: Inbox) -> None:
    sign_in(client, inbox)
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert CANARY not in json.dumps(sessions)
    assert CANARY not in text_of(client.get("/me/")) + text_of(client.get("/me/data/"))
    assert "138****0417" in text_of(client.get("/me/"))


def test_leaving_ends_it(client: Client, inbox: Inbox) -> None:
    sign_in(client, inbox)
    client.post("/sign-out/")
    assert who(client)["kind"] == "anonymous"
    assert client.get("/me/").headers["Location"] == "/sign-in/?next=%2Fme%2F"


# --- my data -----------------------------------------------------------------------------------------------------


@pytest.fixture
def resident(inbox: Inbox) -> Client:
    """A browser of somebody who signed in."""
    client = Client()
    sign_in(client, inbox)
    return client


def look(by: Actor = CALLER) -> None:
    """A post looks at the resident's telephone."""
    person = Person.objects.get(account__isnull=False).id
    read_contact(
        by=by,
        key=key(datetime.now(UTC)),
        person=person,
        kinds={ContactKind.PHONE},
        purpose="callback",
        because_of=matter(by),
    )


def test_who_looked_shows_post_purpose_law_and_no_private_name(resident: Client) -> None:
    assert "还没有人看过" in text_of(resident.get("/me/"))
    look()
    page = text_of(resident.get("/me/"))
    assert all(word in page for word in ("回访岗", "电话", "回访", "个人信息保护法", "因为"))
    english = text_of(resident.get("/me/", headers={"accept-language": "en"}))
    assert all(word in english for word in ("callback post", "telephone", "Personal Information Protection Law"))


def test_a_look_shows_the_posts_title_beside_its_unit(resident: Client) -> None:
    post = seat(Account.objects.create_user("caller"), CALLER.area.digits, title="回访")
    look(replace(CALLER, post=post.pk, unit=post.unit_id, name=Label("单位 · 岗位", "unit · post")))
    page = text_of(resident.get("/me/"))
    assert re.search(r"<h3>回访岗<span class=\"quiet\"> · 回访的单位</span></h3>", page)
    assert "单位 · 岗位" not in page


def test_a_long_list_goes_on_to_the_next_page(resident: Client) -> None:
    for _ in range(21):
        look()
    first = text_of(resident.get("/me/"))
    assert first.count('class="look"') == 20
    (more,) = re.findall(r'href="(/me/\?before=[^"]+)"', first)
    second = text_of(resident.get(more.replace("&amp;", "&")))
    assert second.count('class="look"') == 1
    assert "before=" not in re.sub(r"next=[^\"]*", "", second)
    assert resident.get("/me/?before=rubbish").status_code == 200


def test_what_is_kept_is_listed_and_shown_on_request_which_is_noted(resident: Client) -> None:
    assert "138" not in text_of(resident.get("/me/data/"))
    assert PHONE in text_of(resident.post("/me/data/show/", {"key": str(uuid4())}))
    assert "您自己" in text_of(resident.get("/me/"))
    assert resident.get("/me/data/show/").status_code == 405


def test_the_copy_is_a_file_with_everything(resident: Client) -> None:
    look()
    answer = resident.post("/me/data/export/", {"key": str(uuid4())})
    assert answer.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r'attachment; filename="lilong-[\d-]{10}\.json"', answer.headers["Content-Disposition"])
    assert "no-store" in answer.headers["Cache-Control"]
    copy = answer.json()
    assert copy["contacts"] == {"phone": PHONE}
    assert len(copy["reads"]) == 2
    assert resident.get("/me/data/export/").status_code == 405


def test_putting_right_keeps_what_was_filled_in(resident: Client) -> None:
    assert resident.get("/me/data/correct/").status_code == 200
    sent = {"name": "王阿姨", "email": "", "address": "永和里 3 号", "key": str(uuid4())}
    assert resident.post("/me/data/correct/", sent).headers["Location"] == "/me/data/"
    shown = text_of(resident.post("/me/data/show/", {"key": str(uuid4())}))
    assert "王阿姨" in shown
    assert "永和里 3 号" in shown


@pytest.mark.parametrize("sent", [{}, {"email": "x"}, {"name": "王" * 400}])
def test_what_cannot_be_kept_is_put_right_on_the_page(resident: Client, sent: dict[str, str]) -> None:
    assert resident.post("/me/data/correct/", {**sent, "key": str(uuid4())}).status_code == 422
    assert owner_rows("SELECT count(*) FROM vault.contact") == [(1,)]


def test_erasing_the_telephone_signs_out(resident: Client) -> None:
    resident.post("/me/data/correct/", {"name": "王阿姨", "key": str(uuid4())})
    assert resident.get("/me/data/withdraw/").status_code == 200
    assert resident.post("/me/data/withdraw/", {"key": str(uuid4())}).status_code == 422
    answer = resident.post("/me/data/withdraw/", {"kinds": ["name"], "key": str(uuid4())})
    assert answer.headers["Location"] == "/me/data/"
    assert who(resident)["kind"] == "resident"
    answer = resident.post("/me/data/withdraw/", {"kinds": ["phone"], "key": str(uuid4())})
    assert answer.headers["Location"] == "/start/"
    assert who(resident)["kind"] == "anonymous"
    assert owner_rows("SELECT count(*) FROM vault.contact") == [(0,)]


def test_a_new_number_is_proven_before_it_counts(
    resident: Client, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resident.get("/me/phone/").status_code == 200
    address = resident.post("/me/phone/", {"phone": "139 0000 1111"}).headers["Location"]
    assert enter(resident, address, inbox.wrong).status_code == 422
    assert enter(resident, address, inbox.code).headers["Location"] == "/me/data/"
    assert "139****1111" in text_of(resident.get("/me/"))
    person = who(resident)["person"]
    later = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    other = Client()
    sign_in(other, inbox, "13900001111")
    assert who(other)["person"] == person


def test_a_number_that_signs_somebody_else_in_is_not_taken(resident: Client, inbox: Inbox) -> None:
    arrive("13900001111")
    address = resident.post("/me/phone/", {"phone": "139 0000 1111"}).headers["Location"]
    assert enter(resident, address, inbox.code).status_code == 409


def test_a_double_click_has_one_effect(resident: Client) -> None:
    sent = {"name": "王阿姨", "key": str(uuid4())}
    for _ in range(2):
        assert resident.post("/me/data/correct/", sent).status_code == 302
    person = Person.objects.get().id
    assert steps_of(person).count("correct_contact") == 1


@pytest.mark.parametrize(
    "address", ["/me/", "/me/data/", "/me/data/correct/", "/me/data/withdraw/", "/me/phone/", "/me/phone/code/"]
)
def test_every_page_of_ones_own_needs_a_resident(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"].startswith("/sign-in/?next=")
    staff = signed_in(Account.objects.create_user("officer"))
    assert staff.get(address).headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("address", ["/sign-in/", "/me/data/withdraw/", "/me/data/show/", "/me/data/export/"])
def test_no_form_is_taken_from_a_strangers_page(resident: Client, address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = resident.cookies
    assert strict.post(address, {"key": str(uuid4()), "kinds": ["phone"], "phone": TYPED}).status_code == 403
    assert owner_rows("SELECT count(*) FROM vault.contact") == [(1,)]


@pytest.mark.parametrize("address", ["/sign-in/", "/me/", "/me/data/", "/me/data/correct/", "/me/data/withdraw/"])
def test_pages_speak_both_languages_and_are_not_kept_anywhere(resident: Client, address: str) -> None:
    for language, chinese in (("zh-CN", True), ("en", False)):
        answer = resident.get(address, headers={"accept-language": language})
        assert "no-store" in answer.headers["Cache-Control"]
        heading = re.findall(r"<h1>(.*?)</h1>", text_of(answer))[0]
        assert bool(re.search("[\u4e00-\u9fff]", heading)) is chinese
