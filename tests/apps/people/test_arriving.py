"""Coming to be known: by telephone code, as a guest, at a counter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, transaction

from lilong.apps.people.commands import (
    arrive_by_phone,
    change_phone,
    keep_contact,
    register_guest,
    register_person,
)
from lilong.apps.people.models import Person
from lilong.apps.people.queries import contact_kinds, persons_of_account
from lilong.apps.people.terms import REGISTER, ContactKind, Guest
from lilong.identity.models import Account
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.scope import take_scope
from tests.apps.people.parts import (
    CALLER,
    PASSER_BY,
    PHONE,
    STRANGER,
    arrive,
    everything,
    key,
    owner_rows,
    resident,
    steps_of,
)

pytestmark = pytest.mark.usefixtures("committed_db")
GUEST = Guest("138 1234 0417", "王阿姨")


def test_the_first_arrival_makes_a_person_and_the_next_finds_them() -> None:
    first = arrive_by_phone(key=key(), phone=PHONE)
    assert arrive_by_phone(key=key(), phone="138-1234-0417") == first
    (person,) = persons_of_account(first)
    assert steps_of(person) == ["register_person"]
    assert Account.objects.get(pk=first).has_usable_password() is False


def test_another_number_is_another_person() -> None:
    assert arrive().person != arrive("13900001111").person


def test_two_arrivals_at_the_same_moment_are_one_person() -> None:
    def once(_: int) -> int:
        try:
            return arrive_by_phone(key=key(), phone=PHONE)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        accounts = set(pool.map(once, range(6)))
    assert len(accounts) == 1
    assert Person.objects.count() == Account.objects.count() == 1
    assert owner_rows("SELECT count(*) FROM vault.contact") == [(1,)]


def test_a_stopped_account_does_not_get_in_and_nothing_is_made() -> None:
    account = arrive_by_phone(key=key(), phone=PHONE)
    Account.objects.filter(pk=account).update(is_active=False)
    before = everything()
    with pytest.raises(Refused) as refused:
        arrive_by_phone(key=key(), phone=PHONE)
    assert refused.value.kind is RefusalKind.DENIED
    assert everything() == before


def test_a_guest_has_no_account_and_no_sign_in() -> None:
    person = register_guest(by=PASSER_BY, key=key(), guest=GUEST)
    assert Person.objects.get(id=person).account_id is None
    assert contact_kinds(seen_by=CALLER, person=person) == {ContactKind.PHONE, ContactKind.NAME}
    assert steps_of(person) == ["register_guest"]


def test_one_key_makes_one_guest() -> None:
    again = key()
    assert register_guest(by=PASSER_BY, key=again, guest=GUEST) == register_guest(by=PASSER_BY, key=again, guest=GUEST)
    assert Person.objects.count() == 1


def test_a_guest_comes_and_goes_with_the_transaction_of_their_report() -> None:
    before = everything()
    with transaction.atomic():
        take_scope(PASSER_BY)
        register_guest(by=PASSER_BY, key=key(), guest=GUEST)
        transaction.set_rollback(True)
    assert everything() == before
    with transaction.atomic():
        take_scope(PASSER_BY)
        person = register_guest(by=PASSER_BY, key=key(), guest=GUEST)
    assert steps_of(person) == ["register_guest"]


@pytest.mark.parametrize(("guest", "field"), [(Guest("12345"), "phone"), (Guest(PHONE, "王" * 200), "name")])
def test_an_unreadable_guest_is_refused_and_not_kept(guest: Guest, field: str) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        register_guest(by=PASSER_BY, key=key(), guest=guest)
    assert [refusal.field for refusal in refused.value.refusals] == [field]
    assert everything() == before


def test_whoever_proves_the_number_finds_what_the_guests_left() -> None:
    one = register_guest(by=PASSER_BY, key=key(), guest=GUEST)
    two = register_guest(by=PASSER_BY, key=key(), guest=Guest(PHONE))
    other = register_guest(by=PASSER_BY, key=key(), guest=Guest("13900001111"))
    account = arrive_by_phone(key=key(), phone=PHONE)
    person, *guests = persons_of_account(account)
    assert set(guests) == {one, two}
    assert Person.objects.get(id=other).joined_to_id is None
    assert steps_of(person) == ["register_person", "join_guests"]


def test_a_guest_of_later_joins_at_the_next_sign_in() -> None:
    actor = arrive()
    register_guest(by=PASSER_BY, key=key(), guest=GUEST)
    assert actor.account is not None
    assert len(persons_of_account(actor.account)) == 1
    arrive()
    assert len(persons_of_account(actor.account)) == 2
    arrive()
    assert actor.person is not None
    assert steps_of(actor.person) == ["register_person", "join_guests"]


def test_leaving_somebodys_number_shows_nothing_of_them() -> None:
    """A guest is always new, even with the number of somebody known: only the code proves who has the telephone."""
    known = arrive()
    assert register_guest(by=PASSER_BY, key=key(), guest=GUEST) != known.person


def test_the_counter_registers_and_the_person_finds_it_when_they_sign_in() -> None:
    receipt = register_person(
        by=CALLER, key=key(), contacts={ContactKind.PHONE: PHONE, ContactKind.ADDRESS: "永和里 3 号 201"}
    )
    assert receipt.subject in arrive().subjects


def test_registering_needs_the_duty_and_names_every_fault() -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        register_person(by=replace(CALLER, duties=frozenset()), key=key(), contacts={ContactKind.PHONE: PHONE})
    assert refused.value.kind is RefusalKind.DENIED
    assert refused.value.refusals[0].reference == REGISTER
    faults = {ContactKind.PHONE: "1", ContactKind.EMAIL: "x", ContactKind.NAME: " "}
    with pytest.raises(Refused) as refused:
        register_person(by=CALLER, key=key(), contacts=faults)
    assert {refusal.field for refusal in refused.value.refusals} == {"phone", "email", "name"}
    assert everything() == before


def test_a_new_number_replaces_the_old_one_for_signing_in() -> None:
    actor = arrive()
    change_phone(by=actor, key=key(), phone="13900001111")
    assert arrive("13900001111").person == actor.person
    assert arrive(PHONE).person != actor.person


def test_the_sign_in_of_somebody_else_is_not_taken_over() -> None:
    actor, other = arrive(), arrive("13900001111")
    before = everything()
    with pytest.raises(Refused) as refused:
        change_phone(by=actor, key=key(), phone="13900001111")
    assert (refused.value.kind, refused.value.refusals[0].code) == (RefusalKind.NOT_NOW, "people.phone_taken")
    assert everything() == before
    assert arrive("13900001111").person == other.person


def test_posts_of_several_areas_write_one_chain() -> None:
    """A person has no area: each entry stands in the area of who wrote it, and the chain goes on across them."""
    from_here = register_person(by=CALLER, key=key(), contacts={ContactKind.NAME: "王阿姨"}).subject
    keep_contact(by=STRANGER, key=key(), person=from_here, contacts={ContactKind.PHONE: PHONE})
    areas = owner_rows("SELECT seq, area FROM ledger_journal WHERE subject = %s ORDER BY seq", [from_here])
    assert areas == [(1, CALLER.area.digits), (2, STRANGER.area.digits)]


def test_a_residents_actor_reaches_themselves_and_their_guests() -> None:
    guest = register_guest(by=PASSER_BY, key=key(), guest=GUEST)
    actor = arrive()
    assert actor.account is not None
    assert resident(actor.account).subjects == {actor.person, guest}
