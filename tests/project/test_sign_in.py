"""How staff come in and leave, page by page."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lilong.identity.models import Account, RecoveryCode, SignIn
from lilong.identity.second_factor import has_second_factor, one_time_code
from lilong.project import clock
from tests.project.addresses import ADMINISTER, open_site
from tests.project.seats import PASSWORD, resident_account, seat, signed_in

SIGN_IN, SECOND, POST, PASSWORD_PAGE, AUTHENTICATOR = (
    f"/staff/{page}" for page in ("", "second-factor/", "post/", "password/", "authenticator/")
)
NEW = "another lane of doors"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    """The test's own addresses behind the middleware."""
    open_site(settings)


@pytest.fixture
def officer(committed_db: None) -> Account:
    """A member of staff with one post."""
    account = Account.objects.create_user("officer", PASSWORD)
    seat(account, "310101002", "a.b.c", title="dispatcher")
    return account


def give(client: Client, password: str = PASSWORD, **more: str) -> Any:
    """Send name and password."""
    return client.post(SIGN_IN, {"username": "officer", "password": password, **more})


def who(client: Client) -> str:
    """Kind and name of the actor."""
    found = client.get("/who/").json()
    return f"{found['kind']} {found['name'].partition(' · ')[2] or found['name']}"


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def enrol(client: Client) -> tuple[str, list[str]]:
    """Set the second factor up as a person does; returns the secret and the recovery codes."""
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", text_of(client.get(AUTHENTICATOR)))[0]
    answer = client.post(AUTHENTICATOR, {"code": shown(secret), "key": str(uuid4())})
    return secret, re.findall(r"<code>([0-9A-Z]{10})</code>", text_of(answer))


def shown(secret: str, steps: int = 0) -> str:
    """What the authenticator shows, some steps from now."""
    return one_time_code(b32decode(secret), int(datetime.now(UTC).timestamp()) // 30 + steps)


def test_name_and_password_lead_into_the_only_post(client: Client, officer: Account) -> None:
    assert client.get(SIGN_IN).status_code == 200
    answer = give(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/inbox/")
    assert who(client) == "staff dispatcher"
    assert list(SignIn.objects.values_list("account", "method")) == [(officer.pk, "one_factor")]


def test_one_is_led_where_one_wanted_to_go_and_never_to_a_stranger(client: Client, officer: Account) -> None:
    assert 'name="next" value="/desk/?a=1"' in text_of(client.get(f"{SIGN_IN}?next=/desk/%3Fa%3D1"))
    assert give(client, next="/desk/?a=1").headers["Location"] == "/desk/?a=1"
    for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"):
        assert give(client, next=evil).headers["Location"] == "/inbox/"


@pytest.mark.parametrize(("name", "password"), [("officer", "wrong"), ("nobody", PASSWORD), ("officer", "")])
def test_whoever_is_wrong_stays_outside(client: Client, officer: Account, name: str, password: str) -> None:
    answer = client.post(SIGN_IN, {"username": name, "password": password})
    assert answer.status_code == 422
    assert who(client).startswith("anonymous")
    assert "sessionid" not in client.cookies
    assert not SignIn.objects.exists()


def test_a_password_never_comes_back_in_the_page(client: Client, officer: Account) -> None:
    assert "wrong-secret" not in text_of(give(client, "wrong-secret"))


def test_guessing_is_slowed_with_words_and_header(client: Client, officer: Account) -> None:
    for _ in range(5):
        assert give(client, "wrong").status_code == 422
    answer = give(client)
    assert answer.status_code == 429
    assert "30 秒" in text_of(answer)
    assert who(client).startswith("anonymous")


def test_signing_in_makes_a_new_session(client: Client, officer: Account) -> None:
    session = client.session
    session["planted"] = "by a stranger"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key or ""
    give(client)
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert "planted" not in client.session


def test_of_several_posts_one_is_chosen_and_changed(client: Client, officer: Account) -> None:
    other = seat(officer, "310104003", "d.e.f", title="checker")
    assert give(client, next="/desk/").headers["Location"] == f"{POST}?next=%2Fdesk%2F"
    assert who(client).startswith("anonymous")
    page = text_of(client.get(f"{POST}?next=/desk/"))
    assert "dispatcher岗" in page
    assert "checker的单位" in page
    answer = client.post(POST, {"post": other.pk, "next": "/desk/"})
    assert answer.headers["Location"] == "/desk/"
    assert who(client) == "staff checker"


def test_a_post_of_somebody_else_cannot_be_chosen(client: Client, officer: Account) -> None:
    foreign = seat(Account.objects.create_user("other"), "310104003", ADMINISTER, title="foreign")
    give(client)
    for wrong in (str(foreign.pk), "", "x", "-1"):
        assert client.post(POST, {"post": wrong}).status_code == 422
    assert who(client) == "staff dispatcher"


def test_an_account_without_post_is_told_so(client: Client, committed_db: None) -> None:
    Account.objects.create_user("officer", PASSWORD)
    assert give(client).headers["Location"] == POST
    assert "没有岗位" in text_of(client.get(POST))
    assert client.post(POST, {"post": "1"}).status_code == 422


def test_leaving_ends_the_session_and_takes_a_post(client: Client, officer: Account) -> None:
    give(client)
    key = client.session.session_key
    assert client.get("/sign-out/").status_code == 405
    assert who(client) == "staff dispatcher"
    assert client.post("/sign-out/").headers["Location"] == "/start/"
    assert who(client).startswith("anonymous")
    assert not Session.objects.filter(session_key=key).exists()


def test_pages_of_the_account_need_somebody(client: Client, committed_db: None) -> None:
    for page in (POST, PASSWORD_PAGE, AUTHENTICATOR):
        assert client.get(page).headers["Location"].startswith(SIGN_IN)


def test_residents_have_no_password_and_no_authenticator(committed_db: None) -> None:
    client = signed_in(resident_account())
    for page in (PASSWORD_PAGE, AUTHENTICATOR):
        assert client.get(page).headers["Location"].startswith(SIGN_IN)
        assert client.post(page, {"code": "1", "key": str(uuid4())}).status_code == 303


def test_the_administration_has_no_sign_in_of_its_own(client: Client, officer: Account, settings: Settings) -> None:
    settings.ROOT_URLCONF = "lilong.project.urls"
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign_in:staff"))
    assert 'name="next" value="/admin/"' in text_of(answer)
    sent = {"username": "officer", "password": PASSWORD}
    assert client.post("/admin/login/", sent).status_code == 302
    assert not SignIn.objects.exists()
    assert client.get("/admin/password_change/").headers["Location"] == reverse("sign_in:password")


# --- second factor -----------------------------------------------------------------------------------------------


def test_set_up_once_it_is_asked_for_at_the_next_sign_in(client: Client, officer: Account) -> None:
    give(client)
    secret, codes = enrol(client)
    assert len(codes) == 10
    assert has_second_factor(officer.pk)
    client.post("/sign-out/")
    assert give(client, next="/desk/").headers["Location"] == f"{SECOND}?next=%2Fdesk%2F"
    assert who(client).startswith("anonymous")
    assert client.get(f"{SECOND}?next=/desk/").status_code == 200
    assert client.post(SECOND, {"code": "000000"}).status_code == 422
    assert who(client).startswith("anonymous")
    answer = client.post(SECOND, {"code": shown(secret, 1), "next": "/desk/"})
    assert answer.headers["Location"] == "/desk/"
    assert who(client) == "staff dispatcher"
    assert list(SignIn.objects.order_by("id").values_list("method", flat=True)) == [
        "one_factor",
        "two_factors",
    ]


def test_a_recovery_code_lets_in_once(client: Client, officer: Account) -> None:
    give(client)
    _, codes = enrol(client)
    for expected in (302, 422):
        client.post("/sign-out/")
        give(client)
        assert client.post(SECOND, {"code": codes[0].lower()}).status_code == expected
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1


def test_the_password_is_good_for_the_second_step_for_five_minutes(
    client: Client, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(client)
    _, codes = enrol(client)
    client.post("/sign-out/")
    give(client)
    later = datetime.now(UTC) + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.post(SECOND, {"code": codes[0]})
    assert answer.headers["Location"] == SIGN_IN
    assert who(client).startswith("anonymous")


def test_the_second_step_cannot_be_reached_without_the_first(client: Client, officer: Account) -> None:
    assert client.get(SECOND).headers["Location"] == SIGN_IN
    assert client.post(SECOND, {"code": "000000"}).headers["Location"] == SIGN_IN


def test_an_account_stopped_in_between_does_not_get_in(client: Client, officer: Account) -> None:
    give(client)
    _, codes = enrol(client)
    client.post("/sign-out/")
    give(client)
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.post(SECOND, {"code": codes[0]}).headers["Location"] == SIGN_IN


def test_the_page_shows_a_code_to_scan_and_the_same_one_again(client: Client, officer: Account) -> None:
    give(client)
    first, second = (text_of(client.get(AUTHENTICATOR)) for _ in range(2))
    found = [re.findall(r"<code>([A-Z2-7]{32})</code>", page) for page in (first, second)]
    assert found[0] == found[1] != []
    assert "<svg" in first


def test_a_wrong_code_switches_nothing_on(client: Client, officer: Account) -> None:
    give(client)
    client.get(AUTHENTICATOR)
    assert client.post(AUTHENTICATOR, {"code": "000000", "key": str(uuid4())}).status_code == 422
    assert not has_second_factor(officer.pk)


def test_switching_off_takes_a_code(client: Client, officer: Account) -> None:
    give(client)
    _, codes = enrol(client)
    assert client.post(AUTHENTICATOR, {"code": "000000", "key": str(uuid4())}).status_code == 422
    assert has_second_factor(officer.pk)
    assert client.post(AUTHENTICATOR, {"code": codes[3], "key": str(uuid4())}).headers["Location"] == AUTHENTICATOR
    assert not has_second_factor(officer.pk)


def test_a_post_that_must_have_it_leads_to_the_set_up_and_then_has_its_duty(
    client: Client, committed_db: None, settings: Settings
) -> None:
    settings.LILONG_REQUIRE_SECOND_FACTOR = True
    seat(Account.objects.create_user("officer", PASSWORD), "310101002", ADMINISTER, title="administrator")
    assert give(client).headers["Location"] == AUTHENTICATOR
    assert client.get("/administrators/").status_code == 403
    enrol(client)
    assert client.get("/administrators/").status_code == 200


# --- password ----------------------------------------------------------------------------------------------------


def change(client: Client, old: str = PASSWORD, new: str = NEW) -> Any:
    """Change the password on its page."""
    return client.post(PASSWORD_PAGE, {"old": old, "new": new, "key": str(uuid4())})


def test_changing_the_password_keeps_this_session_and_ends_the_others(client: Client, officer: Account) -> None:
    give(client)
    other = Client()
    give(other)
    assert client.get(PASSWORD_PAGE).status_code == 200
    assert change(client).headers["Location"] == POST
    assert who(client) == "staff dispatcher"
    assert who(other).startswith("anonymous")
    assert give(Client(), NEW).status_code == 302


@pytest.mark.parametrize(("old", "new"), [("wrong", NEW), (PASSWORD, "short"), ("", NEW), (PASSWORD, "")])
def test_a_wrong_old_or_weak_new_password_changes_nothing(client: Client, officer: Account, old: str, new: str) -> None:
    give(client)
    assert change(client, old, new).status_code == 422
    assert Account.objects.get(pk=officer.pk).check_password(PASSWORD)


@pytest.mark.parametrize("page", [SIGN_IN, POST, PASSWORD_PAGE, AUTHENTICATOR])
def test_every_page_speaks_both_languages_and_is_not_kept_anywhere(client: Client, officer: Account, page: str) -> None:
    give(client)
    for language, chinese in (("zh-CN", True), ("en", False)):
        answer = client.get(page, headers={"accept-language": language})
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        heading = re.findall(r"<h1>(.*?)</h1>", text_of(answer))[0]
        assert bool(re.search("[\u4e00-\u9fff]", heading)) is chinese


@pytest.mark.parametrize("page", [SIGN_IN, POST, PASSWORD_PAGE, AUTHENTICATOR, "/sign-out/"])
def test_no_form_is_taken_from_a_strangers_page(officer: Account, page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.post(page, {"post": "1"}).status_code == 403
