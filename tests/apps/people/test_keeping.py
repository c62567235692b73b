"""Keeping, correcting, erasing; and that no datum is ever found where it must not be."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from lilong.apps.people.commands import (
    arrive_by_phone,
    correct_contact,
    forget_outlived_guests,
    keep_contact,
    read_contact,
    read_own,
    register_guest,
    withdraw_contact,
)
from lilong.apps.people.models import vault
from lilong.apps.people.public import rotate_vault_key
from lilong.apps.people.queries import contact_kinds, my_contacts
from lilong.apps.people.rules import cleaned, purpose_for
from lilong.apps.people.terms import KEEP, OWN, PURPOSES, ContactKind, Guest
from lilong.identity.codes import request_code, use_code
from lilong.identity.senders import code_sender
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.receipts import Receipt
from tests.apps.people.parts import (
    CALLER,
    CANARY,
    NOON,
    PASSER_BY,
    PHONE,
    arrive,
    everything,
    key,
    later,
    matter,
    owner_rows,
    steps_of,
)

EMAIL = {ContactKind.EMAIL: "wang@example.cn"}


def person_of(actor: Actor) -> UUID:
    """The number of a resident."""
    assert actor.person is not None
    return actor.person


# --- rules, without a database -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (ContactKind.NAME, " \t ", "people.contact_missing"),
        (ContactKind.NAME, "王" * 121, "people.contact_too_long"),
        (ContactKind.ADDRESS, "弄" * 301, "people.contact_too_long"),
        (ContactKind.EMAIL, "wang", "people.email_unreadable"),
        (ContactKind.EMAIL, "wang@host", "people.email_unreadable"),
    ],
)
def test_an_unfit_datum_is_refused_naming_its_kind(kind: ContactKind, typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        cleaned(kind, typed)
    assert [(r.code, r.field) for r in refused.value.refusals] == [(code, kind.value)]


@given(st.text(max_size=120))
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    try:
        once = cleaned(ContactKind.NAME, typed)
    except Refused:
        return
    assert cleaned(ContactKind.NAME, once.text) == once


@pytest.mark.parametrize("code", PURPOSES)
def test_every_purpose_has_basis_and_retention_and_covers_exactly_its_kinds(code: str) -> None:
    purpose = PURPOSES[code]
    assert purpose.basis.reference.startswith("law:个人信息保护法@2021-08-20#")
    assert purpose.retention.zh
    assert purpose_for(code, purpose.kinds, own=purpose.own) == purpose
    for kind in ContactKind:
        if kind not in purpose.kinds:
            with pytest.raises(Refused):
                purpose_for(code, {kind}, own=purpose.own)
    with pytest.raises(Refused):
        purpose_for(code, purpose.kinds, own=not purpose.own)


# --- keeping and correcting --------------------------------------------------------------------------------------


def test_residents_keep_and_correct_their_own(committed_db: None) -> None:
    actor = arrive()
    keep_contact(by=actor, key=key(), person=person_of(actor), contacts=EMAIL)
    correct_contact(by=actor, key=key(), person=person_of(actor), contacts={ContactKind.EMAIL: " li@example.cn "})
    assert {c.text for c in read_own(by=actor, key=key())} == {PHONE, "li@example.cn"}
    assert steps_of(person_of(actor)) == ["register_person", "keep_contact", "correct_contact", "read_contact"]


def test_staff_keeps_for_somebody_with_the_duty(committed_db: None) -> None:
    person = person_of(arrive())
    receipt = keep_contact(by=CALLER, key=key(), person=person, contacts=EMAIL)
    assert receipt.details == {"kinds": ["email"]}
    assert contact_kinds(seen_by=CALLER, person=person) == {ContactKind.PHONE, ContactKind.EMAIL}


COMMANDS: dict[str, Callable[[Actor, CommandKey, UUID], Receipt]] = {
    "keep": lambda by, key, person: keep_contact(by=by, key=key, person=person, contacts=EMAIL),
    "correct": lambda by, key, person: correct_contact(by=by, key=key, person=person, contacts=EMAIL),
    "withdraw": lambda by, key, person: withdraw_contact(by=by, key=key, person=person, kinds={ContactKind.PHONE}),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_without_the_duty_nothing_is_written(committed_db: None, name: str) -> None:
    actor = arrive()
    before = everything()
    for by, duty in ((replace(CALLER, duties=frozenset()), KEEP), (replace(actor, duties=frozenset()), OWN)):
        with pytest.raises(Refused) as refused:
            COMMANDS[name](by, key(), person_of(actor))
        assert refused.value.kind is RefusalKind.DENIED
        assert refused.value.refusals[0].reference == duty
    assert everything() == before


@pytest.mark.parametrize("name", COMMANDS)
def test_residents_touch_nobody_else(committed_db: None, name: str) -> None:
    one, other = arrive(), arrive("13900001111")
    before = everything()
    for by in (one, PASSER_BY):
        with pytest.raises(Refused) as refused:
            COMMANDS[name](by, key(), person_of(other))
        assert refused.value.kind is RefusalKind.ABSENT
    assert everything() == before


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_person_is_absent(committed_db: None, name: str) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        COMMANDS[name](CALLER, key(), UUID(int=7))
    assert refused.value.kind is RefusalKind.ABSENT
    assert everything() == before


@pytest.mark.parametrize("name", COMMANDS)
def test_a_repeat_of_the_key_has_one_effect(committed_db: None, name: str) -> None:
    actor, again = arrive(), key()
    first = COMMANDS[name](actor, again, person_of(actor)) if name != "keep" else None
    first = first or COMMANDS[name](actor, again, person_of(actor))
    before = everything()
    second = COMMANDS[name](actor, again, person_of(actor))
    assert (second.version, second.details, second.replayed) == (first.version, first.details, True)
    assert everything() == before


@pytest.mark.parametrize(
    ("contacts", "purpose", "kind"),
    [
        ({}, "contact_first", RefusalKind.INVALID),
        ({ContactKind.EMAIL: "x"}, "contact_first", RefusalKind.INVALID),
        (EMAIL, "curiosity", RefusalKind.ABSENT),
        ({ContactKind.PHONE: "13900001111"}, "contact_first", RefusalKind.NOT_NOW),
    ],
)
def test_what_may_not_be_kept_is_refused_whole(
    committed_db: None, contacts: dict[ContactKind, str], purpose: str, kind: RefusalKind
) -> None:
    actor = arrive()
    before = everything()
    with pytest.raises(Refused) as refused:
        correct_contact(by=actor, key=key(), person=person_of(actor), contacts=contacts, purpose=purpose)
    assert refused.value.kind is kind
    assert everything() == before


# --- erasing -----------------------------------------------------------------------------------------------------


def test_erasing_leaves_the_digest_in_the_journal_and_nothing_to_guess_it_by(committed_db: None) -> None:
    actor = arrive()
    keep_contact(by=actor, key=key(), person=person_of(actor), contacts=EMAIL)
    salts = owner_rows("SELECT salt FROM vault.contact WHERE kind = 'email'")
    receipt = withdraw_contact(by=actor, key=key(), person=person_of(actor), kinds={ContactKind.EMAIL})
    assert receipt.details == {"erased": ["email"]}
    assert [kept.kind for kept in my_contacts(seen_by=actor)] == [ContactKind.PHONE]
    kept, erased = owner_rows(
        "SELECT data->'kept'->>'email', data->'erased'->'email'->>0 FROM ledger_journal WHERE subject = %s AND seq > 1"
        " ORDER BY seq",
        [person_of(actor)],
    )
    assert kept[0] == erased[1]
    everything_kept = dump()
    assert bytes(salts[0][0]).hex() not in everything_kept


def test_erasing_what_is_not_there_is_no_error(committed_db: None) -> None:
    actor = arrive()
    receipt = withdraw_contact(by=actor, key=key(), person=person_of(actor), kinds={ContactKind.ADDRESS})
    assert receipt.details == {"erased": []}


def test_erasing_reaches_what_one_left_as_a_guest(committed_db: None) -> None:
    guest = register_guest(by=PASSER_BY, key=key(), guest=Guest(PHONE, "王阿姨"))
    actor = arrive()
    withdraw_contact(by=actor, key=key(), person=person_of(actor), kinds=set(ContactKind))
    assert owner_rows("SELECT count(*) FROM vault.contact") == [(0,)]
    assert contact_kinds(seen_by=CALLER, person=guest) == frozenset()


def test_without_the_telephone_the_next_arrival_is_somebody_new(committed_db: None) -> None:
    actor = arrive()
    withdraw_contact(by=actor, key=key(), person=person_of(actor), kinds={ContactKind.PHONE})
    assert arrive().person != actor.person


def test_guests_are_forgotten_after_a_year_and_residents_are_not(committed_db: None) -> None:
    guest = register_guest(by=PASSER_BY, key=key(), guest=Guest("13900001111"))
    resident = arrive()
    assert forget_outlived_guests(at=later(days=366)) == 0
    assert forget_outlived_guests(at=later(days=367)) == 1
    assert steps_of(guest) == ["register_guest", "withdraw_contact"]
    assert [kept.kind for kept in my_contacts(seen_by=resident)] == [ContactKind.PHONE]
    assert forget_outlived_guests(at=later(days=367)) == 0


# --- the canary --------------------------------------------------------------------------------------------------


def dump() -> str:
    """Every row of every table, binary columns in hexadecimal, as a backup in SQL has them."""
    tables = owner_rows(
        """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind = 'r' AND n.nspname IN ('public', 'vault')"""
    )
    rows = sql.SQL("SELECT t::text FROM {} t")
    lines = [
        f"{schema}.{table} {row}"
        for schema, table in tables
        for (row,) in owner_rows(rows.format(sql.Identifier(schema, table)))
    ]
    return "\n".join(lines)


def test_a_planted_number_is_found_in_no_dump_log_or_journal(
    committed_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    """By every way a telephone comes in: by code, as a guest, by correction; then read, and refused."""
    caplog.set_level(logging.DEBUG)
    code_sender.cache_clear()
    challenge = request_code(phone=PHONE, address="198.51.100.7", at=NOON)
    with pytest.raises(Refused):
        request_code(phone=PHONE, address="198.51.100.7", at=NOON)
    with pytest.raises(Refused):
        use_code(challenge=challenge, code="nothing", at=NOON)
    account = arrive_by_phone(key=key(), phone=PHONE)
    guest = register_guest(by=PASSER_BY, key=key(), guest=Guest(PHONE, "王阿姨"))
    read_contact(by=CALLER, key=key(), person=guest, kinds={ContactKind.PHONE}, purpose="callback", because_of=matter())
    correct_contact(by=CALLER, key=key(), person=guest, contacts={ContactKind.PHONE: PHONE})
    with pytest.raises(Refused):
        correct_contact(by=CALLER, key=key(), person=guest, contacts={ContactKind.PHONE: f"{PHONE}0000"})
    assert account
    text = dump()
    assert "vault.contact" in text
    logged = caplog.text
    for needle in needles():
        assert needle not in text
        assert needle not in logged


def needles() -> list[str]:
    """The planted number as text, hexadecimal and base64 would show it."""
    return [CANARY, "王阿姨", CANARY.encode().hex(), CANARY[-8:], "MTM4MTIzNDA0MTc"]


def test_a_new_key_takes_everything_over_and_the_old_one_may_go(committed_db: None) -> None:
    vault._refuse_strange_key.cache_clear()
    actor, other = arrive(), arrive("13900001111")
    old = vault.keyring().current
    assert rotate_vault_key() == 2
    assert owner_rows("SELECT DISTINCT key_number FROM vault.contact") == [(old + 1,)]
    path = vault.keyring().directory / f"{old:04}.key"
    kept = path.read_bytes()
    path.unlink()
    try:
        assert {c.text for by in (actor, other) for c in read_own(by=by, key=key())} == {PHONE, "+8613900001111"}
    finally:
        path.write_bytes(kept)
    keep_contact(by=actor, key=key(), person=person_of(actor), contacts=EMAIL)
    assert owner_rows("SELECT DISTINCT key_number FROM vault.contact") == [(old + 1,)]
    assert vault.reseal() == 0


def test_a_datum_does_not_show_when_it_is_printed() -> None:
    shown: list[Any] = [Guest(PHONE, "王阿姨"), cleaned(ContactKind.NAME, "王阿姨")]
    assert not [needle for needle in needles() for each in shown if needle in repr(each) + str(each)]


def test_the_vault_is_sealed_under_keys_outside_the_database(committed_db: None) -> None:
    vault._refuse_strange_key.cache_clear()
    arrive()
    assert {"0001.key", "index.key"} <= {path.name for path in vault.keyring().directory.iterdir()}
    text = dump()
    for path in vault.keyring().directory.iterdir():
        assert path.read_bytes().hex() not in text
