"""Signing in by name and password, and slowing down whoever guesses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from lilong.identity.attempts import forgive_name
from lilong.identity.models import Account, Attempts
from lilong.identity.passwords import account_by_password, guards_of
from lilong.identity.upkeep import forget
from lilong.kernel.refusals import RefusalKind, Refused
from tests.identity.parts import ADDRESS, NOON, PASSWORD, later

pytestmark = pytest.mark.usefixtures("officer")


def attempt(password: str, at: datetime = NOON, name: str = "officer", address: str = ADDRESS) -> str:
    """The name that signed in, or the code of the refusal."""
    try:
        return account_by_password(name=name, password=password, address=address, at=at).username
    except Refused as refused:
        return refused.refusals[0].code


def seconds_to_wait(at: datetime, address: str = ADDRESS) -> int:
    """How long the next try has to wait, as the refusal says."""
    with pytest.raises(Refused) as refused:
        account_by_password(name="officer", password=PASSWORD, address=address, at=at)
    assert refused.value.kind is RefusalKind.LIMITED
    return int(refused.value.refusals[0].reference.removeprefix("seconds:"))


def test_name_and_password_prove_the_account() -> None:
    assert attempt(PASSWORD) == "officer"


def test_unknown_name_wrong_password_and_stopped_account_look_the_same(officer: Account) -> None:
    Account.objects.create_user("resident")
    officer.is_active = False
    officer.save()
    refusals = []
    for name, password in (("officer", PASSWORD), ("officer", "wrong"), ("nobody", PASSWORD), ("resident", "")):
        with pytest.raises(Refused) as refused:
            account_by_password(name=name, password=password, address=ADDRESS, at=NOON)
        refusals.append((refused.value.kind, refused.value.refusals))
    assert len(set(refusals)) == 1
    assert refusals[0][0] is RefusalKind.INVALID


def test_pauses_double_after_five_tries_and_the_right_password_waits_too() -> None:
    at, waits = NOON, []
    for _ in range(4):
        assert attempt("wrong", at) == "sign_in_wrong"
    for _ in range(6):
        assert attempt("wrong", at) == "sign_in_wrong"
        waits.append(seconds_to_wait(at))
        at += timedelta(seconds=waits[-1])
    assert waits == [30, 60, 120, 240, 480, 960]
    assert attempt(PASSWORD, at) == "officer"


def test_ten_wrong_tries_take_half_an_hour_at_least() -> None:
    at, tries = NOON, 0
    while tries < 11:
        if attempt("wrong", at) == "sign_in_wrong":
            tries += 1
        else:
            at += timedelta(seconds=1)
    assert at - NOON >= timedelta(minutes=31)


def test_success_forgives_what_was_mistyped() -> None:
    for _ in range(4):
        attempt("wrong")
    assert attempt(PASSWORD) == "officer"
    assert [attempt("wrong") for _ in range(4)] == ["sign_in_wrong"] * 4
    assert attempt(PASSWORD) == "officer"


def test_a_day_forgives_too() -> None:
    for _ in range(5):
        attempt("wrong")
    assert attempt(PASSWORD, later(seconds=29)) == "too_often"
    assert [attempt("wrong", later(hours=25)) for _ in range(4)] == ["sign_in_wrong"] * 4
    assert attempt(PASSWORD, later(hours=25)) == "officer"


def test_a_guesser_elsewhere_does_not_lock_the_officer_out() -> None:
    for _ in range(5):
        attempt("wrong", address="203.0.113.9")
    assert seconds_to_wait(NOON, address="203.0.113.9") == 30
    assert attempt(PASSWORD) == "officer"


def test_guessers_in_many_places_are_slowed_by_the_name() -> None:
    for place in range(30):
        assert attempt("wrong", address=f"203.0.113.{place}") == "sign_in_wrong"
    assert attempt("wrong", address="203.0.113.99") == "too_often"


def test_one_place_with_many_names_is_slowed_by_the_address() -> None:
    for number in range(200):
        assert attempt("wrong", name=f"name{number}") == "sign_in_wrong"
    assert attempt("wrong", name="one more") == "too_often"
    assert attempt(PASSWORD, address="203.0.113.9") == "officer"


def test_a_burst_of_parallel_tries_gains_nothing() -> None:
    def once(_: int) -> str:
        try:
            return attempt("wrong")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(once, range(16)))
    assert outcomes.count("sign_in_wrong") == 5
    assert outcomes.count("too_often") == 11


def test_an_administrator_lifts_a_pause() -> None:
    for _ in range(5):
        attempt("wrong")
    assert attempt(PASSWORD) == "too_often"
    assert forgive_name("another") == 0
    assert attempt(PASSWORD) == "too_often"
    assert forgive_name("officer") == 2
    assert attempt(PASSWORD) == "officer"


def test_neither_name_nor_address_stands_in_the_table() -> None:
    attempt("wrong", name="my-secret-typed-as-name")
    rows = b"".join(bytes(digest) for digest in Attempts.objects.values_list("digest", flat=True))
    assert b"secret" not in rows
    assert ADDRESS.encode() not in rows
    assert all(len(bytes(digest)) == 32 for digest in Attempts.objects.values_list("digest", flat=True))


def test_tries_are_forgotten_after_a_day_and_a_lasting_pause_is_not() -> None:
    for _ in range(5):
        attempt("wrong")
    Attempts.objects.filter(digest=guards_of("officer", ADDRESS)[0].digest).update(locked_until=later(hours=30))
    assert forget(later(hours=25))["identity_attempts"] == 2
    assert Attempts.objects.count() == 1
