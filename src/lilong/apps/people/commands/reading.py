"""Reading what is kept of a person: written down and journalled first, committed, and only then opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lilong.apps.organisations import public as organisations
from lilong.apps.people.models import vault
from lilong.apps.people.rules import purpose_for
from lilong.apps.people.terms import (
    ALL_KINDS,
    KIND,
    OWN,
    PERSON,
    READ,
    WITHOUT_POST,
    Contact,
    ContactKind,
    Purpose,
)
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.because import Because, Ground
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import absent, denied
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.models import JournalEntry
from lilong.ledger.rooms import exporters

_READ_LABEL: Final = Label("查看联系方式", "look at a contact")
_MATTER: Final = Label("这件事", "matter")
_OWN_PURPOSE: Final = "subject_access"


def read_contact(
    *,
    by: Actor,
    key: CommandKey,
    person: UUID,
    kinds: Collection[ContactKind],
    purpose: str,
    because_of: UUID,
) -> tuple[Contact, ...]:
    """Read data of a person for a declared purpose, because of a matter in the reader's own scope.

    The read stands in the person's journal, and on the page where they see who looked, before this returns. Kinds that
    are not kept are missing from the answer. Repeating ``key`` within ten minutes reads again under the same entry.
    Raises :class:`~lilong.kernel.refusals.Refused`: denied (no duty, or beyond the purpose), invalid (unknown
    purpose), absent (person; a matter outside the scope), not now (the read is over).
    """
    if by.kind in WITHOUT_POST or not by.holds(READ, by.area):
        raise denied(READ, _READ_LABEL)
    declared = purpose_for(purpose, kinds, own=False)
    return _read(by, key, person, _Wanted(declared, frozenset(kinds), because_of, READ))


def read_own(*, by: Actor, key: CommandKey) -> tuple[Contact, ...]:
    """Everything kept of the resident who asks (个人信息保护法 2021-08-20 art. 45); one's own looks are noted too."""
    person = _self(by)
    declared = purpose_for(_OWN_PURPOSE, ALL_KINDS, own=True)
    return _read(by, key, person, _Wanted(declared, ALL_KINDS, person, OWN))


def export_my_data(*, by: Actor, key: CommandKey) -> dict[str, Any]:
    """A copy of everything kept of the resident who asks, room by room, as plain JSON values.

    The data are under ``contacts``, every read under ``reads``, the rest under the heading each app gave it.
    """
    contacts = read_own(by=by, key=key)
    copy: dict[str, Any] = {
        "person": str(by.person),
        "made_at": key.at.isoformat(),
        "contacts": {contact.kind.value: contact.text for contact in contacts},
    }
    return copy | {name: export(by) for name, export in exporters().items()}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be read, because of which matter, and which duty it takes."""

    purpose: Purpose
    kinds: frozenset[ContactKind]
    matter: UUID
    duty: str

    def note(self, by: Actor, key: CommandKey, person: UUID) -> Mapping[str, Any]:
        """The read as the vault writes it down."""
        return {
            "id": str(key.id),
            "person": str(person),
            "kinds": sorted(self.kinds),
            "purpose": self.purpose.code,
            "matter": str(self.matter),
            "actor": by.mark,
            "post": _title(by).as_json(),
            "unit": by.unit,
            "because": self.purpose.basis.as_json(),
            "at": key.at.isoformat(),
        }


def _title(by: Actor) -> Label:
    """The post's own title: its unit stands beside it on the page."""
    post = organisations.post(by.post) if by.post is not None and by.kind is ActorKind.STAFF else None
    return post.title if post else by.name


def _read(by: Actor, key: CommandKey, person: UUID, wanted: _Wanted) -> tuple[Contact, ...]:
    def write() -> Outcome:
        if wanted.duty == READ:
            _refuse_strange_matter(wanted.matter, person)
        vault.ask(wanted.note(by, key, person))
        data = {
            "read": str(key.id),
            "kinds": sorted(wanted.kinds),
            "purpose": wanted.purpose.code,
            "matter": str(wanted.matter),
        }
        because = Because(Ground.DATA, wanted.purpose.label, f"subject:{wanted.matter}")
        return Outcome((wanted.purpose.basis, because), data, {"purpose": wanted.purpose.code})

    deed = Deed("read_contact", _READ_LABEL, wanted.duty, "people.contact_read", KIND)
    amend(by=by, key=key, deed=deed, area=by.area, subject=person, change=write)
    return vault.opened(key.id, by.mark)


def _refuse_strange_matter(matter: UUID, person: UUID) -> None:
    """A matter that the reader's own scope does not show is no reason to look."""
    if matter == person or not JournalEntry.objects.filter(subject=matter).exists():
        raise absent(_MATTER)


def _self(by: Actor) -> UUID:
    if by.person is None:
        raise absent(PERSON)
    return by.person
