"""The door of people. What is kept of a person comes out only through :func:`read_contact`, which journals it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from lilong.apps.people import commands, queries
from lilong.apps.people.models import vault
from lilong.apps.people.terms import READS_KEPT_DAYS, Contact, ContactKind, Guest
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.ledger.receipts import Receipt


def persons_of_account(account: int) -> tuple[UUID, ...]:
    """The person an account belongs to, then the guests that turned out to be them; empty for staff. One query."""
    return queries.persons_of_account(account)


def contact_kinds(*, seen_by: Actor, person: UUID) -> frozenset[ContactKind]:
    """By which means a person can be reached; not the data themselves."""
    return queries.contact_kinds(seen_by=seen_by, person=person)


def register_guest(*, by: Actor, key: CommandKey, guest: Guest) -> UUID:
    """The number of a guest who leaves a telephone with a report; see the command."""
    return commands.register_guest(by=by, key=key, guest=guest)


def register_person(*, by: Actor, key: CommandKey, contacts: Mapping[ContactKind, str]) -> Receipt:
    """Make somebody known who stands at a counter or calls; the receipt's subject is the person."""
    return commands.register_person(by=by, key=key, contacts=contacts)


def read_contact(
    *, by: Actor, key: CommandKey, person: UUID, kinds: Collection[ContactKind], purpose: str, because_of: UUID
) -> tuple[Contact, ...]:
    """Read data of a person for a declared purpose, because of a matter; journalled and shown to the person."""
    return commands.read_contact(by=by, key=key, person=person, kinds=kinds, purpose=purpose, because_of=because_of)


def forget_outlived(at: datetime) -> int:
    """Erase what guests left, and the reads, longer than the retention says; returns how many of both."""
    reads = vault.forget_reads(at - timedelta(days=READS_KEPT_DAYS))
    return commands.forget_outlived_guests(at=at) + reads


def rotate_vault_key() -> int:
    """Make a new key for the vault and bring everything under it; returns how many data were sealed anew.

    May be run again after an interruption. The old key files may be destroyed once backups made under them have ended.
    """
    vault.rotate()
    resealed = 0
    while batch := vault.reseal():
        resealed += batch
    return resealed


def withdraw_contact(*, by: Actor, key: CommandKey, person: UUID, kinds: Collection[ContactKind]) -> Receipt:
    """Erase kinds of data, when their purpose has ended."""
    return commands.withdraw_contact(by=by, key=key, person=person, kinds=kinds)
