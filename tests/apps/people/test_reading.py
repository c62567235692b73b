"""Reading what is kept: for a purpose, because of a matter, and never without its entry in the journal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import Error, connection, connections, transaction

from lilong.apps.people.commands import (
    export_my_data,
    keep_contact,
    read_contact,
    read_own,
    register_guest,
    withdraw_contact,
)
from lilong.apps.people.models import vault
from lilong.apps.people.public import forget_outlived
from lilong.apps.people.queries import my_contacts, my_reads, reads_since
from lilong.apps.people.terms import PURPOSES, READ, Contact, ContactKind, Guest
from lilong.identity.sealing import SealBroken
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import take_scope
from tests.apps.people.parts import (
    CALLER,
    NOON,
    PASSER_BY,
    PHONE,
    STRANGER,
    arrive,
    everything,
    key,
    later,
    matter,
    owner_rows,
    steps_of,
)

pytestmark = pytest.mark.usefixtures("committed_db")
ONLY_PHONE = frozenset({ContactKind.PHONE})


def read(person: UUID, **changes: Any) -> tuple[Contact, ...]:
    """Read as the callback post would, with changes."""
    asked: dict[str, Any] = {
        "by": CALLER,
        "key": key(),
        "person": person,
        "kinds": ONLY_PHONE,
        "purpose": "callback",
        "because_of": None,
    }
    asked |= changes
    asked["because_of"] = asked["because_of"] or matter()
    return read_contact(**asked)


def person_of(actor: Actor) -> UUID:
    """The number of a resident."""
    assert actor.person is not None
    return actor.person


def test_a_read_answers_and_stands_in_the_journal_and_on_the_persons_page() -> None:
    actor, about = arrive(), matter()
    assert read(person_of(actor), because_of=about, key=key(later(minutes=3))) == (Contact(ContactKind.PHONE, PHONE),)
    assert steps_of(person_of(actor)) == ["register_person", "read_contact"]
    (seen,) = my_reads(seen_by=actor).reads
    assert (seen.post, seen.kinds, seen.purpose, seen.matter, seen.at, seen.own) == (
        CALLER.name,
        (ContactKind.PHONE,),
        PURPOSES["callback"],
        about,
        later(minutes=3),
        False,
    )
    assert seen.because.reference == "law:个人信息保护法@2021-08-20#13.1.3"


def test_the_journal_names_purpose_kinds_and_matter_and_no_number() -> None:
    actor, about = arrive(), matter()
    read(person_of(actor), because_of=about)
    entry = JournalEntry.objects.using("owner").get(subject=person_of(actor), seq=2)
    assert {name: entry.data[name] for name in ("purpose", "kinds", "matter")} == {
        "purpose": "callback",
        "kinds": ["phone"],
        "matter": str(about),
    }
    assert entry.data["because"][0]["reference"].startswith("law:个人信息保护法")
    assert PHONE[3:] not in str(entry.data)


DENIALS: dict[str, tuple[dict[str, Any], RefusalKind, str]] = {
    "no duty": ({"by": replace(CALLER, duties=frozenset())}, RefusalKind.DENIED, "missing_duty"),
    "unknown purpose": ({"purpose": "curiosity"}, RefusalKind.INVALID, "people.purpose_unknown"),
    "no kinds": ({"kinds": frozenset()}, RefusalKind.INVALID, "people.kinds_missing"),
    "beyond the purpose": (
        {"kinds": frozenset({ContactKind.ADDRESS})},
        RefusalKind.DENIED,
        "people.beyond_purpose",
    ),
    "the person's own purpose": ({"purpose": "subject_access"}, RefusalKind.DENIED, "people.beyond_purpose"),
    "nobody": ({"person": UUID(int=1)}, RefusalKind.ABSENT, "absent"),
    "a resident": ({"by": PASSER_BY}, RefusalKind.DENIED, "missing_duty"),
    "no such matter": ({"because_of": UUID(int=2)}, RefusalKind.ABSENT, "absent"),
}


@pytest.mark.parametrize("why", DENIALS)
def test_a_denied_read_says_why_and_writes_nothing(why: str) -> None:
    change, kind, code = DENIALS[why]
    actor, about = arrive(), matter()
    before = everything()
    with pytest.raises(Refused) as refused:
        read(**{"person": person_of(actor), "because_of": about, **change})
    assert (refused.value.kind, refused.value.refusals[0].code) == (kind, code)
    assert everything() == before
    assert my_reads(seen_by=actor).reads == ()


def test_the_missing_duty_is_named() -> None:
    actor = arrive()
    with pytest.raises(Refused) as refused:
        read(person_of(actor), by=replace(CALLER, duties=frozenset({"test.matter.open"})))
    assert refused.value.refusals[0].reference == READ


def test_a_matter_of_another_area_is_no_reason_to_look() -> None:
    actor, elsewhere = arrive(), matter(STRANGER)
    before = everything()
    with pytest.raises(Refused) as refused:
        read(person_of(actor), because_of=elsewhere)
    assert refused.value.kind is RefusalKind.ABSENT
    assert everything() == before
    read(person_of(actor), because_of=elsewhere, by=replace(CALLER, area=AreaCode("3101")))


def test_a_person_is_no_reason_to_look_at_that_person() -> None:
    actor = arrive()
    keep_contact(by=CALLER, key=key(), person=person_of(actor), contacts={ContactKind.NAME: "王阿姨"})
    with pytest.raises(Refused) as refused:
        read(person_of(actor), because_of=person_of(actor))
    assert refused.value.kind is RefusalKind.ABSENT


def test_a_resident_cannot_read_anybody_by_the_staffs_command() -> None:
    one, other = arrive(), arrive("13900001111")
    before = everything()
    with pytest.raises(Refused):
        read(person_of(other), by=replace(one, duties=one.duties | {READ}), because_of=person_of(one))
    assert everything() == before


def test_the_same_key_reads_again_under_one_entry() -> None:
    actor, again, about = arrive(), key(), matter()
    assert read(person_of(actor), key=again, because_of=about) == read(person_of(actor), key=again, because_of=about)
    assert len(my_reads(seen_by=actor).reads) == 1
    assert steps_of(person_of(actor)) == ["register_person", "read_contact"]


def test_the_same_key_for_another_person_is_refused() -> None:
    actor, other, again, about = arrive(), arrive("13900001111"), key(), matter()
    read(person_of(actor), key=again, because_of=about)
    with pytest.raises(Refused) as refused:
        read(person_of(other), key=again, because_of=about)
    assert refused.value.kind is RefusalKind.KEY_REUSED


def test_somebody_else_does_not_open_a_read_by_its_number() -> None:
    actor, again = arrive(), key()
    read(person_of(actor), key=again)
    with pytest.raises(Error, match="not in the journal"):
        vault.opened(again.id, STRANGER.mark)


def test_a_read_is_over_after_ten_minutes() -> None:
    actor, again, about = arrive(), key(), matter()
    read(person_of(actor), key=again, because_of=about)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE vault.read DISABLE TRIGGER kept_as_it_was")
        cursor.execute("UPDATE vault.read SET asked_at = asked_at - interval '11 minutes'")
        cursor.execute("ALTER TABLE vault.read ENABLE TRIGGER kept_as_it_was")
    with pytest.raises(Refused) as refused:
        read(person_of(actor), key=again, because_of=about)
    assert (refused.value.kind, refused.value.refusals[0].code) == (RefusalKind.NOT_NOW, "people.read_over")


# --- no way around the journal -----------------------------------------------------------------------------------


def note(person: UUID, number: UUID) -> dict[str, Any]:
    """A read as code that bypasses the command would write it."""
    return {
        "id": str(number),
        "person": str(person),
        "kinds": ["phone"],
        "purpose": "callback",
        "matter": str(number),
        "actor": "staff:21",
        "post": {"zh": "岗", "en": "post"},
        "unit": None,
        "because": PURPOSES["callback"].basis.as_json(),
        "at": NOON.isoformat(),
    }


def test_what_is_asked_and_rolled_back_was_never_opened() -> None:
    person, number = person_of(arrive()), uuid4()
    with transaction.atomic():
        take_scope(CALLER)
        vault.ask(note(person, number))
        with pytest.raises(Error, match="not in the journal"), transaction.atomic():
            vault.opened(number, "staff:21")
        transaction.set_rollback(True)
    assert owner_rows("SELECT count(*) FROM vault.read") == [(0,)]


def test_what_is_asked_and_journalled_but_not_committed_does_not_open() -> None:
    person, number = person_of(arrive()), uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        take_scope(CALLER)
        vault.ask(note(person, number))
        cursor.execute(
            "SELECT ledger_append(%s, 'people.person', %s, %s, 'staff:21', 'people.person.read_contact', %s)",
            [person, CALLER.area.digits, NOON, f'{{"read": "{number}"}}'],
        )
        with pytest.raises(Error, match="not in the journal"):
            vault.opened(number, "staff:21")
        transaction.set_rollback(True)


def test_what_is_asked_and_committed_without_the_journal_does_not_open() -> None:
    person, number = person_of(arrive()), uuid4()
    read(person)
    with transaction.atomic():
        take_scope(CALLER)
        vault.ask(note(person, number))
    with pytest.raises(Error, match="not in the journal"):
        vault.opened(number, "staff:21")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sealed FROM vault.contact",
        "SELECT * FROM vault.read",
        "UPDATE vault.contact SET proven = true",
        "DELETE FROM vault.read",
        "INSERT INTO vault.key VALUES (9, '')",
        "SELECT vault.same_person('00000000-0000-0000-0000-000000000001')",
    ],
)
@pytest.mark.parametrize("as_resident", [False, True])
def test_no_role_of_the_application_touches_the_vaults_tables(statement: str, *, as_resident: bool) -> None:
    actor = arrive()
    read(person_of(actor))

    def touch() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(Error, match="permission denied"):
        within(actor if as_resident else CALLER, touch)


def test_a_residents_transaction_reaches_nobody_else_in_the_vault() -> None:
    one, stranger = arrive(), person_of(arrive("13900001111"))
    name = vault.parcel(stranger, Contact(ContactKind.NAME, "x"), "callback")
    for call in (
        lambda: vault.ask(note(stranger, uuid4())),
        lambda: vault.forget(stranger, ONLY_PHONE),
        lambda: vault.claim(stranger),
        lambda: vault.keep(stranger, [name], NOON),
    ):
        for actor in (one, PASSER_BY):
            with pytest.raises(Error, match="not your own data"):
                within(actor, call)
    assert owner_rows("SELECT count(*) FROM vault.contact WHERE person = %s", [stranger]) == [(1,)]


def within(actor: Actor, call: Callable[[], object]) -> None:
    """Do something inside an actor's transaction."""
    with transaction.atomic():
        take_scope(actor)
        call()


def test_reads_are_never_changed_and_leave_after_three_years_only() -> None:
    read(person_of(arrive()))
    for statement in ("UPDATE vault.read SET purpose = 'visit'", "DELETE FROM vault.read", "TRUNCATE vault.read"):
        with pytest.raises(Error, match=r"three years|append-only"), connections["owner"].cursor() as cursor:
            cursor.execute(statement)
    read(person_of(arrive()), key=key(datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))
    assert forget_outlived(NOON) == 1
    assert owner_rows("SELECT count(*) FROM vault.read") == [(1,)]


# --- the person's side -------------------------------------------------------------------------------------------


def test_people_read_everything_of_themselves_and_that_is_noted_apart() -> None:
    actor = arrive()
    keep_contact(by=actor, key=key(), person=person_of(actor), contacts={ContactKind.EMAIL: "wang@example.cn"})
    assert {c.kind: c.text for c in read_own(by=actor, key=key())} == {
        ContactKind.PHONE: PHONE,
        ContactKind.EMAIL: "wang@example.cn",
    }
    (seen,) = my_reads(seen_by=actor).reads
    assert (seen.own, seen.purpose.code) == (True, "subject_access")
    assert reads_since(seen_by=actor, since=NOON) == (0, 0)


def test_nobody_signed_in_reads_nothing_of_themselves() -> None:
    with pytest.raises(Refused) as refused:
        read_own(by=PASSER_BY, key=key())
    assert refused.value.kind is RefusalKind.ABSENT
    assert not my_reads(seen_by=PASSER_BY).reads
    assert not my_contacts(seen_by=PASSER_BY)


def test_the_copy_holds_contacts_and_every_read() -> None:
    actor = arrive()
    read(person_of(actor))
    copy = export_my_data(by=actor, key=key(later(minutes=1)))
    assert copy["contacts"] == {"phone": PHONE}
    assert [(each["purpose"]["zh"], each["own"]) for each in copy["reads"]] == [("本人查阅", True), ("回访", False)]


def test_reads_come_in_pages_latest_first_and_none_twice() -> None:
    actor, about = arrive(), matter()
    for minute in range(7):
        read(person_of(actor), key=key(later(minutes=minute // 2)), because_of=about)
    shown, place = [], ""
    for _ in range(3):
        page = my_reads(seen_by=actor, before=place, count=3)
        shown += list(page.reads)
        place = page.next_before or ""
    assert place == ""
    assert len({each.id for each in shown}) == 7
    assert [each.at for each in shown] == sorted((each.at for each in shown), reverse=True)
    assert len(my_reads(seen_by=actor, before="rubbish~", count=3).reads) == 3


def test_how_many_posts_looked_is_counted() -> None:
    actor = arrive()
    read(person_of(actor))
    read(person_of(actor))
    read(person_of(actor), by=STRANGER, because_of=matter(STRANGER))
    read(person_of(actor), by=replace(CALLER, unit=9))
    assert reads_since(seen_by=actor, since=NOON) == (4, 2)
    assert reads_since(seen_by=actor, since=later(seconds=1)) == (0, 0)


def test_nobody_sees_who_looked_at_somebody_else() -> None:
    actor, other = arrive(), arrive("13900001111")
    read(person_of(actor))
    assert my_reads(seen_by=other).reads == ()
    assert [kept.kind for kept in my_contacts(seen_by=other)] == [ContactKind.PHONE]
    forged = replace(other, kind=ActorKind.ANONYMOUS, person=None)
    assert my_reads(seen_by=forged).reads == ()


def test_reading_a_guest_who_joined_finds_the_person_and_shows_on_their_page() -> None:
    guest = register_guest(by=PASSER_BY, key=key(), guest=Guest(PHONE, "王阿姨"))
    actor = arrive()
    withdraw_contact(by=CALLER, key=key(), person=guest, kinds=set())
    found = read(guest, kinds={ContactKind.PHONE, ContactKind.NAME})
    assert {contact.kind: contact.text for contact in found} == {
        ContactKind.NAME: "王阿姨",
        ContactKind.PHONE: PHONE,
    }
    assert len(my_reads(seen_by=actor).reads) == 1


def test_posts_of_two_areas_that_read_at_once_both_stand_in_one_chain() -> None:
    actor, here, there = arrive(), matter(), matter(STRANGER)
    person = person_of(actor)

    def once(number: int) -> int:
        by, about = ((CALLER, here), (STRANGER, there))[number % 2]
        try:
            return len(read(person, by=by, because_of=about))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(once, range(12))) == [1] * 12
    assert steps_of(person) == ["register_person"] + ["read_contact"] * 12
    assert len(my_reads(seen_by=actor).reads) == 12


def test_a_key_that_is_not_this_databases_own_stops_the_vault() -> None:
    vault._refuse_strange_key.cache_clear()
    arrive()
    vault._refuse_strange_key.cache_clear()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE vault.key SET mark = '\\x00'")
    before = everything()
    with pytest.raises(SealBroken, match="restore them"):
        arrive("13900001111")
    assert everything() == before
    vault._refuse_strange_key.cache_clear()


def test_a_command_envelope_with_another_body_is_refused() -> None:
    actor, first, about = arrive(), key(), matter()
    read(person_of(actor), key=first, because_of=about)
    with pytest.raises(Refused) as refused:
        read(person_of(actor), key=CommandKey(first.id, first.at, b"other"), because_of=about)
    assert refused.value.kind is RefusalKind.KEY_REUSED
