"""Keeping, correcting and erasing what is kept of a person. The journal has salted digests, never the data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lilong.apps.people.models import vault
from lilong.apps.people.rules import cleaned
from lilong.apps.people.terms import (
    GUEST_CONTACT_DAYS,
    KEEP,
    KIND,
    OWN,
    PERSON,
    PURPOSES,
    WITHOUT_POST,
    Contact,
    ContactKind,
)
from lilong.identity.phones import normalised_phone
from lilong.kernel.actors import Actor, machine
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt

KEPT_EVENT: Final = "people.contact_kept"
WITHDRAWN_EVENT: Final = "people.contact_withdrawn"


def keep_contact(
    *, by: Actor, key: CommandKey, person: UUID, contacts: Mapping[ContactKind, str], purpose: str = "contact_first"
) -> Receipt:
    """Keep data of a person in the vault; a kind that is there already is replaced.

    Residents keep their own; staff needs the duty. Raises :class:`~lilong.kernel.refusals.Refused`: denied, absent,
    invalid (naming the kind).
    """
    return _write(by, key, person, _deed("keep_contact", _KEEP_LABEL, by), contacts, purpose)


def correct_contact(
    *, by: Actor, key: CommandKey, person: UUID, contacts: Mapping[ContactKind, str], purpose: str = "contact_first"
) -> Receipt:
    """Put right what is kept (个人信息保护法 2021-08-20 art. 46).

    A number by which somebody signs in is not corrected here: a new one is proven by a code first
    (:func:`~lilong.apps.people.commands.arriving.change_phone`).
    """
    return _write(by, key, person, _deed("correct_contact", _CORRECT_LABEL, by), contacts, purpose)


def withdraw_contact(*, by: Actor, key: CommandKey, person: UUID, kinds: Collection[ContactKind]) -> Receipt:
    """Erase kinds of data at once (个人信息保护法 2021-08-20 art. 15 and 47); matters under way go on.

    The receipt's details list what was ``erased``; asking for what is not there is no error. Without the telephone
    nobody can sign in to this person again.
    """

    def write() -> Outcome:
        marks = vault.forget(person, kinds)
        return Outcome((_RIGHT_TO_ERASE,), {"erased": marks}, {"kinds": sorted(marks)}, {"erased": sorted(marks)})

    deed = replace(_deed("withdraw_contact", _WITHDRAW_LABEL, by), event=WITHDRAWN_EVENT)
    return amend(by=_of_self(by, person), key=key, deed=deed, area=by.area, subject=person, change=write)


def forget_outlived_guests(*, at: datetime) -> int:
    """Erase what guests left longer than the retention says; returns how many guests. The machine journals each."""
    keeper = machine(_RETENTION, frozenset({KEEP}))
    outlived = vault.outlived(at - timedelta(days=GUEST_CONTACT_DAYS))
    for person, kinds in outlived.items():
        key = CommandKey(new_id(at), at, body_digest(b""))
        withdraw_contact(by=keeper, key=key, person=person, kinds=kinds)
    return len(outlived)


def clean_contact(kind: ContactKind, text: str) -> Contact:
    """One datum in its one written form. Raises :class:`~lilong.kernel.refusals.Refused` (invalid)."""
    contact = cleaned(kind, text)
    return Contact(kind, normalised_phone(contact.text)) if kind is ContactKind.PHONE else contact


def clean_contacts(contacts: Mapping[ContactKind, str]) -> tuple[Contact, ...]:
    """Every datum in its written form, with all refusals at once."""
    clean: list[Contact] = []
    refusals: list[Refusal] = []
    for kind, text in contacts.items():
        try:
            clean.append(clean_contact(kind, text))
        except Refused as refused:
            refusals += refused.refusals
    if refusals or not clean:
        raise Refused(RefusalKind.INVALID, tuple(refusals) or (_NOTHING,))
    return tuple(clean)


def keep_now(person: UUID, contacts: Iterable[Contact], purpose: str, at: datetime, *, proven: bool = False) -> Outcome:
    """Seal and keep inside an open command, and say what its journal may keep."""
    parcels = [vault.parcel(person, contact, purpose, proven=proven) for contact in contacts]
    vault.keep(person, parcels, at)
    marks = {each.kind.value: each.mark for each in parcels}
    basis = PURPOSES[purpose].basis
    return Outcome((basis,), {"kept": marks, "purpose": purpose}, {"kinds": sorted(marks)}, {"kinds": sorted(marks)})


def _write(
    by: Actor, key: CommandKey, person: UUID, deed: Deed, contacts: Mapping[ContactKind, str], purpose: str
) -> Receipt:
    clean = clean_contacts(contacts)
    if purpose not in PURPOSES:
        raise absent(Label("用途", "purpose"))

    def write() -> Outcome:
        if ContactKind.PHONE in contacts:
            _refuse_sign_in_phone(person)
        return keep_now(person, clean, purpose, key.at)

    return amend(by=_of_self(by, person), key=key, deed=deed, area=by.area, subject=person, change=write)


def _of_self(by: Actor, person: UUID) -> Actor:
    """A resident acts on their own number alone: whoever else they name is nobody to them."""
    if by.kind in WITHOUT_POST and person != by.person:
        raise absent(PERSON)
    return by


def _deed(name: str, label: Label, by: Actor) -> Deed:
    return Deed(name, label, OWN if by.kind in WITHOUT_POST else KEEP, KEPT_EVENT, KIND)


def _refuse_sign_in_phone(person: UUID) -> None:
    if not vault.signs_in_by_phone(person):
        return
    refusal = Refusal(
        "people.phone_signs_in",
        Label("这个号码用来登录。", "This number is used to sign in."),
        Label("换号码请先用新号码收一次验证码。", "To change it, prove the new one by a code first."),
        ContactKind.PHONE.value,
    )
    raise Refused(RefusalKind.NOT_NOW, (refusal,))


_KEEP_LABEL: Final = Label("登记联系方式", "keep a contact")
_CORRECT_LABEL: Final = Label("更正联系方式", "correct a contact")
_WITHDRAW_LABEL: Final = Label("删除联系方式", "erase a contact")
_RETENTION: Final = Label("到期删除", "retention")
_NOTHING: Final = Refusal(
    "people.contact_missing",
    Label("没有填任何一项。", "Nothing is filled in."),
    Label("请至少填一项。", "Fill in at least one."),
)
_RIGHT_TO_ERASE: Final = Because(
    Ground.CLAUSE,
    Label(
        "《个人信息保护法》第十五条、第四十七条：撤回同意或目的已实现，应当删除。",
        "Personal Information Protection Law art. 15 and 47: erased when consent is withdrawn or the purpose is met.",
    ),
    "law:个人信息保护法@2021-08-20#47",
)
