"""The administration of accounts and tokens: by duty, through commands, nothing deleted, secrets shown once."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.test import RequestFactory

from lilong.identity.desk import CommandAdmin
from lilong.identity.models import Account, ApiToken
from lilong.identity.passwords import account_by_password
from lilong.identity.second_factor import has_second_factor
from lilong.identity.terms import ADMINISTER
from lilong.identity.tokens import token_account
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from tests.identity.parts import ADDRESS, ADMINISTRATOR, NOON, PASSWORD, later
from tests.identity.test_second_factor import enrol

IDLE = Actor(ActorKind.STAFF, Label("岗", "post"), account=2, post=2)
NEW = "another lane of doors"


def page_of(model: type[Model]) -> Any:
    """The administration page of a model."""
    found = admin.site.get_model_admin(model)
    assert isinstance(found, CommandAdmin)
    return found


def request_of(by: Actor, fields: dict[str, Any] | None = None) -> Any:
    """A request of this actor, with a form when there are fields."""
    factory = RequestFactory()
    request: Any = factory.get("/") if fields is None else factory.post("/", {"key": str(uuid4()), **fields})
    request.at, request.actor, request.session = NOON, by, {}
    request.user, _ = Account.objects.get_or_create(username="boss", is_staff=True, is_superuser=True)
    request._messages = FallbackStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def save(model: type[Model], existing: Model | None = None, /, **fields: Any) -> Any:
    """Send the form of a new or an existing row."""
    return page_of(model).changeform_view(request_of(ADMINISTRATOR, fields), str(existing.pk) if existing else None)


def drawn(answer: HttpResponse) -> str:
    """The page as text."""
    rendered: Any = answer
    return str(rendered.render().content, "utf-8")


def chosen(account: Account) -> QuerySet[Account]:
    """One row, chosen in the list."""
    return Account.objects.filter(pk=account.pk)


def steps() -> list[str]:
    """The journal, step by step."""
    rows = JournalEntry.objects.using("owner").order_by("id").values_list("step", flat=True)
    return [step.removeprefix("identity.account.") for step in rows]


def test_an_account_is_made_and_given_a_new_password(committed_db: None) -> None:
    assert save(Account, username="grid", display_name="网格员", password=PASSWORD).status_code == 302
    account = account_by_password(name="grid", password=PASSWORD, address=ADDRESS, at=NOON)
    assert save(Account, account, password=NEW).status_code == 302
    assert account_by_password(name="grid", password=NEW, address=ADDRESS, at=NOON).username == "grid"
    assert steps() == ["open", "reset_password"]


@pytest.mark.parametrize(("name", "password"), [("officer", PASSWORD), ("grid", "short")])
def test_what_the_command_refuses_stands_in_the_form(officer: Account, name: str, password: str) -> None:
    answer = save(Account, username=name, display_name="", password=password)
    assert answer.status_code == 200
    assert answer.context_data["adminform"].form.errors
    assert Account.objects.exclude(username="boss").count() == 1
    assert steps() == []


def test_a_password_is_never_shown(officer: Account) -> None:
    page = drawn(page_of(Account).changeform_view(request_of(ADMINISTRATOR), str(officer.pk)))
    assert officer.password not in page
    assert "pbkdf2" not in page


def test_chosen_accounts_are_stopped_resumed_and_helped(officer: Account) -> None:
    enrol(officer)
    for attempt in range(5):
        with pytest.raises(Refused):
            account_by_password(name="officer", password=str(attempt), address=ADDRESS, at=NOON)
    page = page_of(Account)
    page.stop(request_of(ADMINISTRATOR), chosen(officer))
    assert not Account.objects.get(pk=officer.pk).is_active
    page.resume(request_of(ADMINISTRATOR), chosen(officer))
    page.reset(request_of(ADMINISTRATOR), chosen(officer))
    assert not has_second_factor(officer.pk)
    page.forgive(request_of(ADMINISTRATOR), chosen(officer))
    assert account_by_password(name="officer", password=PASSWORD, address=ADDRESS, at=NOON) == officer
    assert steps()[2:] == ["stop", "resume", "reset_second_factor"]


def test_chosen_accounts_are_let_into_these_pages_and_out_again(officer: Account) -> None:
    page = page_of(Account)
    for action, inside in ((page.admit, True), (page.dismiss, False)):
        action(request_of(IDLE), chosen(officer))
        assert Account.objects.get(pk=officer.pk).is_staff is not inside
        action(request_of(ADMINISTRATOR), chosen(officer))
        assert Account.objects.get(pk=officer.pk).is_staff is inside
    assert steps() == ["admit", "admit"]


def test_an_action_without_the_duty_is_told_and_changes_nothing(officer: Account) -> None:
    request = request_of(IDLE)
    page_of(Account).stop(request, chosen(officer))
    assert Account.objects.get(pk=officer.pk).is_active
    assert "stop an account" in str(list(request._messages)) or "停用账号" in "".join(map(str, request._messages))


def test_a_token_is_issued_shown_once_and_taken_back(officer: Account) -> None:
    until = later(days=30)
    fields = {
        "name": "hotline bridge",
        "account": officer.pk,
        "post": 7,
        "duties": [ADMINISTER],
        "expires_at_0": f"{until:%Y-%m-%d}",
        "expires_at_1": f"{until:%H:%M:%S}",
    }
    request = request_of(ADMINISTRATOR, fields)
    assert page_of(ApiToken).changeform_view(request).status_code == 302
    (raw,) = re.findall(r"lilong_[\w-]+", " ".join(map(str, request._messages)))
    assert token_account(raw, NOON) is not None
    row = ApiToken.objects.get()
    page = page_of(ApiToken)
    assert raw not in drawn(page.changelist_view(request_of(ADMINISTRATOR)))
    assert raw not in drawn(page.changeform_view(request_of(ADMINISTRATOR), str(row.pk)))
    page.revoke(request_of(ADMINISTRATOR), ApiToken.objects.all())
    assert token_account(raw, NOON) is None


@pytest.mark.parametrize("model", [Account, ApiToken])
def test_pages_open_by_duty_and_nobody_deletes(officer: Account, model: type[Model]) -> None:
    page = page_of(model)
    for actor, may in ((ADMINISTRATOR, True), (IDLE, False)):
        request = request_of(actor)
        assert page.has_module_permission(request) is may
        assert page.has_view_permission(request) is may
        assert page.has_add_permission(request) is may
        assert page.has_delete_permission(request) is False
    with pytest.raises(PermissionDenied):
        page.changeform_view(request_of(IDLE, {"username": "x"}))


@pytest.mark.parametrize("model", [Account, ApiToken])
def test_every_list_and_form_can_be_drawn(officer: Account, model: type[Model]) -> None:
    page = page_of(model)
    assert drawn(page.changelist_view(request_of(ADMINISTRATOR)))
    assert 'name="key"' in drawn(page.changeform_view(request_of(ADMINISTRATOR)))
