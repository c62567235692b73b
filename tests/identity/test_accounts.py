"""What is done to accounts, and its journal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model

from lilong.identity.accounts import (
    change_own_password,
    note_sign_in,
    open_account,
    resume_account,
    set_password,
    stop_account,
)
from lilong.identity.models import Account, SignIn
from lilong.identity.terms import Method
from lilong.identity.upkeep import forget
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.models import JournalEntry
from tests.identity.parts import ADMINISTRATOR, NOON, PASSWORD, key, later, signed_in

NEW = "another lane of doors"


def journal() -> list[str]:
    """Every step of the journal in order."""
    return list(JournalEntry.objects.using("owner").order_by("id").values_list("step", flat=True))


def test_an_account_is_opened_once_for_one_key(committed_db: None) -> None:
    again = key()
    first = open_account(by=ADMINISTRATOR, key=again, username="grid", password=PASSWORD, display_name="网格员")
    second = open_account(by=ADMINISTRATOR, key=again, username="grid", password=PASSWORD, display_name="网格员")
    account = Account.objects.get(username="grid")
    assert first.details == second.details == {"account": account.pk}
    assert account.check_password(PASSWORD)
    assert account.subject == first.subject
    assert journal() == ["identity.account.open"]


@pytest.mark.parametrize(("name", "password", "field"), [("officer", PASSWORD, "username"), ("new", "short", "new")])
def test_a_taken_name_and_a_weak_password_open_nothing(officer: Account, name: str, password: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        open_account(by=ADMINISTRATOR, key=key(), username=name, password=password)
    assert (refused.value.kind, refused.value.refusals[0].field) == (RefusalKind.INVALID, field)
    assert Account.objects.count() == 1
    assert journal() == []


def test_stopping_and_resuming_need_the_duty(officer: Account) -> None:
    without = replace(ADMINISTRATOR, duties=frozenset())
    for command in (stop_account, resume_account):
        with pytest.raises(Refused) as refused:
            command(by=without, key=key(), account=officer.pk)
        assert refused.value.kind is RefusalKind.DENIED
    assert Account.objects.get(pk=officer.pk).is_active
    assert journal() == []
    stop_account(by=ADMINISTRATOR, key=key(), account=officer.pk)
    assert not Account.objects.get(pk=officer.pk).is_active
    resume_account(by=ADMINISTRATOR, key=key(), account=officer.pk)
    assert Account.objects.get(pk=officer.pk).is_active


def test_a_password_is_set_by_the_administrator_and_changed_by_its_owner(officer: Account) -> None:
    set_password(by=ADMINISTRATOR, key=key(), account=officer.pk, password=NEW)
    assert Account.objects.get(pk=officer.pk).check_password(NEW)
    change_own_password(by=signed_in(officer.pk), key=key(), old=NEW, new=PASSWORD)
    assert Account.objects.get(pk=officer.pk).check_password(PASSWORD)
    assert journal() == ["identity.account.reset_password", "identity.account.change_password"]


@pytest.mark.parametrize(("old", "new", "field"), [("wrong", NEW, "old"), (PASSWORD, "123", "new")])
def test_a_wrong_old_or_a_weak_new_password_changes_nothing(officer: Account, old: str, new: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        change_own_password(by=signed_in(officer.pk), key=key(), old=old, new=new)
    assert refused.value.refusals[0].field == field
    assert Account.objects.get(pk=officer.pk).check_password(PASSWORD)
    assert journal() == []


def test_why_a_password_is_weak_is_said_in_both_languages(officer: Account) -> None:
    with pytest.raises(Refused) as refused:
        change_own_password(by=signed_in(officer.pk), key=key(), old=PASSWORD, new="123")
    text = refused.value.refusals[0].text
    assert "密码" in text.zh
    assert "password" in text.en
    assert "密码" not in text.en


def test_an_account_can_only_change_itself_without_a_duty(officer: Account) -> None:
    other = Account.objects.create_user("other", PASSWORD)
    change_own_password(by=signed_in(other.pk), key=key(), old=PASSWORD, new=NEW)
    assert Account.objects.get(pk=officer.pk).check_password(PASSWORD)
    with pytest.raises(Refused):
        set_password(by=signed_in(other.pk), key=key(), account=officer.pk, password=NEW)
    assert Account.objects.get(pk=officer.pk).check_password(PASSWORD)


def test_sign_ins_are_kept_half_a_year_and_no_online_time_is(officer: Account) -> None:
    note_sign_in(officer.pk, Method.ONE_FACTOR, NOON)
    assert forget(later(days=184))["identity_sign_in"] == 0
    assert forget(later(days=185))["identity_sign_in"] == 1
    assert not SignIn.objects.exists()
    assert "last_login" not in {field.name for field in get_user_model()._meta.get_fields()}
