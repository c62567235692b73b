"""The second factor, against the vectors of its standard and another implementation of it."""

from __future__ import annotations

from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.twofactor.hotp import HOTPHashTypes
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lilong.identity import second_factor
from lilong.identity.models import Account, RecoveryCode, SecondFactor
from lilong.identity.second_factor import (
    begin_enrolment,
    check_second_factor,
    confirm_enrolment,
    has_second_factor,
    one_time_code,
    remove_own_second_factor,
    reset_second_factor,
)
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.models import JournalEntry
from tests.identity.parts import ADMINISTRATOR, NOON, Meeting, key, later, signed_in


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238 appendix B, the last six of its eight digits."""
    assert one_time_code(b"12345678901234567890", seconds // 30) == code


@given(st.binary(min_size=20, max_size=20), st.integers(0, 2**33))
def test_another_implementation_agrees(secret: bytes, seconds: int) -> None:
    other = TOTP(secret, 6, get_args(HOTPHashTypes)[0](), 30).generate(seconds).decode()
    assert one_time_code(secret, seconds // 30) == other


def code_of(secret: str, at: datetime = NOON) -> str:
    """What an authenticator with this secret shows."""
    return one_time_code(b32decode(secret), int(at.timestamp()) // 30)


def enrol(officer: Account) -> tuple[str, tuple[str, ...]]:
    """Switch the second factor on; returns the secret and the recovery codes."""
    by = signed_in(officer.pk)
    secret = begin_enrolment(by=by, key=key()).secret
    _, codes = confirm_enrolment(by=by, key=key(), code=code_of(secret))
    return secret, codes


def refusal_of(account: Account, code: str, **span: float) -> str:
    """The code of the refusal, or nothing when the second factor was accepted."""
    try:
        check_second_factor(account=account.pk, code=code, at=later(**span))
    except Refused as refused:
        return refused.refusals[0].code
    return ""


def test_enrolling_shows_a_secret_and_a_code_switches_it_on(officer: Account) -> None:
    by = signed_in(officer.pk)
    shown = begin_enrolment(by=by, key=key())
    assert not has_second_factor(officer.pk)
    address = urlsplit(shown.uri)
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Lilong:officer")
    assert parse_qs(address.query)["secret"] == [shown.secret]
    receipt, codes = confirm_enrolment(by=by, key=key(), code=code_of(shown.secret))
    assert has_second_factor(officer.pk)
    assert len(set(codes)) == 10
    steps = list(JournalEntry.objects.using("owner").filter(subject=officer.subject).values_list("step", flat=True))
    assert steps == ["identity.account.begin_second_factor", "identity.account.confirm_second_factor"]
    assert receipt.subject == officer.subject


def test_opening_the_enrolment_page_again_shows_the_same_secret(officer: Account) -> None:
    by = signed_in(officer.pk)
    assert begin_enrolment(by=by, key=key()) == begin_enrolment(by=by, key=key())


def test_a_wrong_code_switches_nothing_on(officer: Account) -> None:
    begin_enrolment(by=signed_in(officer.pk), key=key())
    with pytest.raises(Refused) as refused:
        confirm_enrolment(by=signed_in(officer.pk), key=key(), code="000000")
    assert refused.value.kind is RefusalKind.INVALID
    assert not has_second_factor(officer.pk)
    assert not RecoveryCode.objects.exists()


def test_enrolling_twice_is_refused(officer: Account) -> None:
    secret, _ = enrol(officer)
    for attempt in (
        lambda: begin_enrolment(by=signed_in(officer.pk), key=key()),
        lambda: confirm_enrolment(by=signed_in(officer.pk), key=key(), code=code_of(secret)),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.kind is RefusalKind.NOT_NOW


def test_a_repeat_of_the_confirmation_shows_no_codes_again(officer: Account) -> None:
    by, again = signed_in(officer.pk), key()
    secret = begin_enrolment(by=by, key=key()).secret
    first, codes = confirm_enrolment(by=by, key=again, code=code_of(secret))
    second, none = confirm_enrolment(by=by, key=again, code=code_of(secret))
    assert (len(codes), none, second.version) == (10, (), first.version)
    assert RecoveryCode.objects.count() == 10


def test_a_code_counts_once_and_one_step_of_drift_is_borne(officer: Account) -> None:
    secret, _ = enrol(officer)
    assert refusal_of(officer, code_of(secret)) == "second_code_wrong"
    assert refusal_of(officer, code_of(secret, later(seconds=30))) == ""
    assert refusal_of(officer, code_of(secret, later(seconds=30)), seconds=30) == "second_code_wrong"
    assert refusal_of(officer, code_of(secret, later(minutes=5)), minutes=5, seconds=29) == ""
    assert refusal_of(officer, code_of(secret, later(minutes=10)), minutes=11) == "second_code_wrong"
    assert refusal_of(officer, code_of(secret, later(minutes=22)), minutes=20) == "second_code_wrong"


def test_a_recovery_code_counts_once(officer: Account) -> None:
    _, codes = enrol(officer)
    assert refusal_of(officer, f"{codes[0][:5]} {codes[0][5:].lower()}") == ""
    assert refusal_of(officer, codes[0]) == "second_code_wrong"
    assert refusal_of(officer, codes[1]) == ""


def test_a_recovery_code_is_good_for_its_own_account_only(officer: Account) -> None:
    _, codes = enrol(officer)
    other = Account.objects.create_user("other")
    enrol(other)
    assert refusal_of(other, codes[0]) == "second_code_wrong"


def test_an_account_without_second_factor_accepts_no_code(officer: Account) -> None:
    secret = begin_enrolment(by=signed_in(officer.pk), key=key()).secret
    assert refusal_of(officer, code_of(secret)) == "second_code_wrong"


def test_guessing_is_slowed(officer: Account) -> None:
    enrol(officer)
    outcomes = [refusal_of(officer, "000000") for _ in range(6)]
    assert outcomes == ["second_code_wrong"] * 5 + ["too_often"]


def test_one_code_used_by_many_at_once_lets_one_in(officer: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = enrol(officer)
    meeting, match = Meeting(), second_factor._matching_step

    def matched(*given: Any, **more: Any) -> int | None:
        step = match(*given, **more)
        meeting.wait()
        return step

    monkeypatch.setattr(second_factor, "_matching_step", matched)
    shown = code_of(secret, later(seconds=30))

    def once(_: int) -> str:
        try:
            return refusal_of(officer, shown)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(once, range(4))).count("") == 1


def test_switching_off_takes_a_code(officer: Account) -> None:
    _, codes = enrol(officer)
    with pytest.raises(Refused):
        remove_own_second_factor(by=signed_in(officer.pk), key=key(), code="000000")
    assert has_second_factor(officer.pk)
    remove_own_second_factor(by=signed_in(officer.pk), key=key(), code=codes[0])
    assert not has_second_factor(officer.pk)
    assert not RecoveryCode.objects.exists()


def test_an_administrator_resets_it_and_nobody_else(officer: Account) -> None:
    enrol(officer)
    with pytest.raises(Refused) as refused:
        reset_second_factor(by=signed_in(officer.pk), key=key(), account=officer.pk)
    assert refused.value.kind is RefusalKind.DENIED
    assert refused.value.refusals[0].reference == "identity.account.administer"
    assert has_second_factor(officer.pk)
    reset_second_factor(by=ADMINISTRATOR, key=key(), account=officer.pk)
    assert not has_second_factor(officer.pk)


def test_the_secret_stands_nowhere_in_clear(officer: Account) -> None:
    secret, codes = enrol(officer)
    kept = repr(SecondFactor.objects.values_list().get()) + repr(list(RecoveryCode.objects.values_list()))
    kept += repr(list(JournalEntry.objects.using("owner").values_list()))
    assert secret not in kept
    assert b32decode(secret).hex() not in kept
    assert not any(code in kept for code in codes)


def test_time_steps_have_no_year_limit() -> None:
    far = datetime(2100, 1, 1, tzinfo=UTC)
    assert len(one_time_code(b"1" * 20, int(far.timestamp()) // 30)) == 6
