"""How a person comes to be known here: by signing in, at a counter, or as the guest who left a telephone."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import IntegrityError

from lilong.apps.people.commands.keeping import KEPT_EVENT, clean_contacts, keep_now
from lilong.apps.people.models import Person, vault
from lilong.apps.people.terms import (
    KIND,
    OWN,
    PURPOSES,
    REGISTER,
    Contact,
    ContactKind,
    Guest,
)
from lilong.identity.models import Account
from lilong.identity.phones import normalised_mobile
from lilong.kernel.actors import Actor, machine
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt

_DOORKEEPER: Final = machine(Label("登录", "sign-in"), frozenset({REGISTER}))
_SIGN_IN: Final = "sign_in"
_ABOUT_A_MATTER: Final = "contact_first"


def arrive_by_phone(*, key: CommandKey, phone: str) -> int:
    """The account of whoever just proved ``phone`` by a code: theirs from before, or a new one.

    Guests who left this number turn out to be this person, and what they reported becomes theirs to see. Two arrivals
    at the same moment get the same account. Raises :class:`~lilong.kernel.refusals.Refused` (denied) when the account
    was stopped.
    """
    number = normalised_mobile(phone)
    known, _ = vault.who_has(number)
    person = known or _registered_by_phone(key, number)
    account = Account.objects.get(pk=Person.objects.values_list("account").get(id=person)[0])
    if not account.is_active:
        raise Refused(RefusalKind.DENIED, (_STOPPED,))
    _join_guests(key, person, number)
    return account.pk


def register_person(
    *, by: Actor, key: CommandKey, contacts: Mapping[ContactKind, str], purpose: str = _ABOUT_A_MATTER
) -> Receipt:
    """Make somebody known who stands at a counter or calls; the receipt's subject is the person.

    When they sign in one day with the telephone they gave, they find here what was done for them.
    Raises :class:`~lilong.kernel.refusals.Refused`: denied, invalid (naming each kind).
    """
    person, clean = _number_from(key, "person"), clean_contacts(contacts)

    def write() -> Outcome:
        Person.objects.create(id=person, created_at=key.at)
        return keep_now(person, clean, purpose, key.at)

    return amend(by=by, key=key, deed=_REGISTER, area=by.area, subject=person, change=write)


def register_guest(*, by: Actor, key: CommandKey, guest: Guest) -> UUID:
    """The number of a guest who leaves a telephone with a report; one for one ``key``, however often it comes.

    Inside the transaction of the report when one is open, else in its own. Raises
    :class:`~lilong.kernel.refusals.Refused` (invalid) naming phone or name.
    """
    wanted = {ContactKind.PHONE: guest.phone, **({ContactKind.NAME: guest.name} if guest.name.strip() else {})}
    person, clean = _number_from(key, "guest"), clean_contacts(wanted)
    parcels = [vault.parcel(person, contact, _ABOUT_A_MATTER) for contact in clean]
    data = {
        "kept": {each.kind.value: each.mark for each in parcels},
        "purpose": _ABOUT_A_MATTER,
        "state": "",
        "by": by.name.as_json(),
        "because": [PURPOSES[_ABOUT_A_MATTER].basis.as_json()],
    }
    vault.welcome(person, parcels, key.at, by.mark, data)
    return person


def change_phone(*, by: Actor, key: CommandKey, phone: str) -> Receipt:
    """Sign in by another telephone from now on; ``phone`` was just proven by a code.

    Raises :class:`~lilong.kernel.refusals.Refused`: absent (nobody signed in), not now (the number is the sign-in of
    another person).
    """
    if by.person is None:
        raise absent(Label("居民", "resident"))
    person, number = by.person, normalised_mobile(phone)

    def write() -> Outcome:
        return keep_now(person, [Contact(ContactKind.PHONE, number)], _SIGN_IN, key.at, proven=True)

    try:
        return amend(by=by, key=key, deed=_CHANGE_PHONE, area=by.area, subject=person, change=write)
    except IntegrityError as error:
        raise Refused(RefusalKind.NOT_NOW, (_TAKEN,)) from error


def _registered_by_phone(key: CommandKey, number: str) -> UUID:
    person = _number_from(key, "person")

    def write() -> Outcome:
        account = Account.objects.create_user(f"r-{person.hex}")
        Person.objects.create(id=person, account=account, created_at=key.at)
        return keep_now(person, [Contact(ContactKind.PHONE, number)], _SIGN_IN, key.at, proven=True)

    try:
        amend(by=_DOORKEEPER, key=key, deed=_REGISTER, area=_DOORKEEPER.area, subject=person, change=write)
    except IntegrityError:
        # Another arrival with this number was first: the unique index on proven numbers says so.
        person_first, _ = vault.who_has(number)
        if person_first is None:
            raise
        return person_first
    return person


def _join_guests(key: CommandKey, person: UUID, number: str) -> None:
    _, guests = vault.who_has(number)
    open_guests = Person.objects.filter(id__in=guests, account=None, joined_to=None)
    if not open_guests.exists():
        return

    def write() -> Outcome:
        vault.claim(person)
        joined = sorted(str(guest.id) for guest in open_guests.select_for_update())
        open_guests.update(joined_to=person)
        return Outcome((PURPOSES[_SIGN_IN].basis,), {"guests": joined}, {"guests": joined})

    own_key = CommandKey(new_id(key.at), key.at, key.digest)
    amend(by=_DOORKEEPER, key=own_key, deed=_JOIN, area=_DOORKEEPER.area, subject=person, change=write)


def _number_from(key: CommandKey, what: str) -> UUID:
    """A number that a repeat of the key makes again."""
    return UUID(bytes=sha256(key.id.bytes + what.encode()).digest()[:16], version=4)


_REGISTER: Final = Deed(
    "register_person", Label("登记居民", "register a person"), REGISTER, "people.person_registered", KIND
)
_JOIN: Final = Deed(
    "join_guests", Label("并入此前留的电话", "join earlier guests"), REGISTER, "people.guests_joined", KIND
)
_CHANGE_PHONE: Final = Deed("change_phone", Label("换登录号码", "change the sign-in number"), OWN, KEPT_EVENT, KIND)
_STOPPED: Final = Refusal(
    "people.account_stopped",
    Label("这个账号已停用。", "This account was stopped."),
    Label("请打 12345 或到居委会问明原因。", "Call 12345 or ask at the residents' committee why."),
)
_TAKEN: Final = Refusal(
    "people.phone_taken",
    Label("这个号码已用来登录另一份数据。", "Another person's data are signed in to by this number."),
    Label("请退出后用这个号码登录，或换一个号码。", "Sign out and sign in with it, or choose another."),
    "phone",
)
