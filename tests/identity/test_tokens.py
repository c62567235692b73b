"""Tokens for programs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lilong.identity.accounts import resume_account, stop_account
from lilong.identity.models import Account, ApiToken
from lilong.identity.terms import ADMINISTER
from lilong.identity.tokens import TokenWanted, create_token, revoke_token, token_account
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.models import JournalEntry
from tests.identity.parts import ADMINISTRATOR, NOON, key, later


def wanted(officer: Account) -> TokenWanted:
    """A token for a month, in post 7, that may administer accounts."""
    return TokenWanted(officer.pk, 7, "hotline bridge", frozenset({ADMINISTER}), later(days=30))


def test_a_token_proves_account_post_and_duties(officer: Account) -> None:
    receipt, raw = create_token(by=ADMINISTRATOR, key=key(), wanted=wanted(officer))
    held = token_account(raw, NOON)
    assert held is not None
    assert (held.account, held.post, held.name, held.duties) == (
        officer.pk,
        7,
        "hotline bridge",
        frozenset({ADMINISTER}),
    )
    assert str(held.id) == receipt.details["token"]


def test_the_token_itself_is_kept_nowhere(officer: Account) -> None:
    _, raw = create_token(by=ADMINISTRATOR, key=key(), wanted=wanted(officer))
    kept = repr(ApiToken.objects.values_list().get()) + repr(list(JournalEntry.objects.using("owner").values_list()))
    assert raw not in kept
    assert raw.removeprefix("lilong_") not in kept


def test_a_repeat_issues_no_second_token_and_shows_nothing(officer: Account) -> None:
    again = key()
    first, _ = create_token(by=ADMINISTRATOR, key=again, wanted=wanted(officer))
    second, raw = create_token(by=ADMINISTRATOR, key=again, wanted=wanted(officer))
    assert (raw, second.details) == ("", first.details)
    assert ApiToken.objects.count() == 1


def test_a_token_ends_is_taken_back_and_falls_with_its_account(officer: Account) -> None:
    receipt, raw = create_token(by=ADMINISTRATOR, key=key(), wanted=wanted(officer))
    assert token_account(raw, later(days=30)) is None
    stop_account(by=ADMINISTRATOR, key=key(), account=officer.pk)
    assert token_account(raw, NOON) is None
    resume_account(by=ADMINISTRATOR, key=key(), account=officer.pk)
    assert token_account(raw, NOON) is not None
    token = ApiToken.objects.get().id
    revoke_token(by=ADMINISTRATOR, key=key(), token=token)
    assert token_account(raw, NOON) is None
    steps = list(JournalEntry.objects.using("owner").order_by("seq").values_list("step", flat=True))
    assert steps[0] == "identity.account.create_token"
    assert steps[-1] == "identity.account.revoke_token"
    assert receipt.version == 1


def test_unknown_tokens_prove_nothing(officer: Account) -> None:
    create_token(by=ADMINISTRATOR, key=key(), wanted=wanted(officer))
    assert token_account("", NOON) is None
    assert token_account("lilong_guess", NOON) is None


def test_without_the_duty_no_token_is_issued(officer: Account) -> None:
    without = replace(ADMINISTRATOR, duties=frozenset({"other"}))
    with pytest.raises(Refused) as refused:
        create_token(by=without, key=key(), wanted=wanted(officer))
    assert refused.value.kind is RefusalKind.DENIED
    assert refused.value.refusals[0].reference == ADMINISTER
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"duties": frozenset({"no.such.duty"})}, "duties"),
        ({"expires_at": NOON}, "expires_at"),
    ],
)
def test_an_unfit_token_is_refused_naming_the_field(officer: Account, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        create_token(by=ADMINISTRATOR, key=key(), wanted=replace(wanted(officer), **change))
    assert [refusal.field for refusal in refused.value.refusals] == [field]
    assert not ApiToken.objects.exists()


def test_an_unknown_account_is_absent(officer: Account) -> None:
    with pytest.raises(Refused) as refused:
        create_token(by=ADMINISTRATOR, key=key(), wanted=replace(wanted(officer), account=officer.pk + 1))
    assert refused.value.kind is RefusalKind.ABSENT


def test_the_same_key_with_another_body_is_refused(officer: Account) -> None:
    first = key()
    create_token(by=ADMINISTRATOR, key=first, wanted=wanted(officer))
    other = CommandKey(first.id, first.at, b"another body")
    with pytest.raises(Refused) as refused:
        create_token(by=replace(ADMINISTRATOR, area=AreaCode("")), key=other, wanted=wanted(officer))
    assert refused.value.kind is RefusalKind.KEY_REUSED
    assert ApiToken.objects.count() == 1
