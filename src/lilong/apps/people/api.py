"""One's own data for programs: what is kept, who looked, a copy, putting right, erasing. For signed-in residents."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from lilong.apps.people import commands, queries
from lilong.apps.people.terms import PERSON, ContactKind, ReadSeen
from lilong.identity.access import RESIDENT
from lilong.identity.answers import REFUSED, BecauseOut, LabelOut, ReceiptOut
from lilong.identity.requests import Request, command_key
from lilong.kernel.refusals import absent
from lilong.ledger.receipts import Receipt

router = Router(tags=["people"])


class KeptOut(Schema):
    """That a kind of data is kept: since when, for what, whether a code proved it. Not the datum."""

    kind: str
    label: LabelOut
    since: datetime
    purpose: LabelOut
    proven: bool


class ReadOut(Schema):
    """One look at one's data: the post and unit, when, at what, for what, because of which matter."""

    id: UUID
    at: datetime
    post: LabelOut
    unit: LabelOut | None
    kinds: list[str]
    purpose: LabelOut
    because: BecauseOut
    matter: UUID
    own: bool


class ReadsOut(Schema):
    """One page of looks, latest first; ``before`` asks for the next one, empty on the last."""

    reads: list[ReadOut]
    before: str


class ContactOut(Schema):
    """One datum in clear."""

    kind: str
    text: str


class ContactsIn(Schema):
    """What is to stand there from now on."""

    contacts: dict[ContactKind, str] = Field(min_length=1)


class KindsIn(Schema):
    """What is to be erased."""

    kinds: list[ContactKind] = Field(min_length=1)


@router.get("/me/contacts", auth=RESIDENT, response={200: list[KeptOut], **REFUSED})
def my_contacts(request: HttpRequest) -> list[dict[str, Any]]:
    """What is kept of the resident who asks; the data themselves by ``show``."""
    return [
        {
            "kind": kept.kind.value,
            "label": kept.kind.label,
            "since": kept.since,
            "purpose": kept.purpose.label,
            "proven": kept.proven,
        }
        for kept in queries.my_contacts(seen_by=cast("Request", request).actor)
    ]


@router.get("/me/reads", auth=RESIDENT, response={200: ReadsOut, **REFUSED})
def my_reads(request: HttpRequest, before: str = "") -> dict[str, Any]:
    """Who looked at the data of the resident who asks, when and what for."""
    page = queries.my_reads(seen_by=cast("Request", request).actor, before=before)
    return {"reads": [_read(read) for read in page.reads], "before": page.next_before or ""}


@router.post("/me/show", auth=RESIDENT, response={200: list[ContactOut], **REFUSED})
def show_my_data(request: HttpRequest) -> list[dict[str, str]]:
    """The data themselves; the look is noted."""
    asked = cast("Request", request)
    found = commands.read_own(by=asked.actor, key=command_key(asked))
    return [{"kind": contact.kind.value, "text": contact.text} for contact in found]


@router.post("/me/export", auth=RESIDENT, response={200: dict[str, Any], **REFUSED})
def export_my_data(request: HttpRequest) -> dict[str, Any]:
    """A copy of everything kept of the resident who asks (个人信息保护法 2021-08-20 art. 45)."""
    asked = cast("Request", request)
    return commands.export_my_data(by=asked.actor, key=command_key(asked))


@router.post("/me/correct", auth=RESIDENT, response={200: ReceiptOut, **REFUSED})
def correct_my_data(request: HttpRequest, given: ContactsIn) -> Receipt:
    """Put right or add what one may change by oneself (个人信息保护法 2021-08-20 art. 46)."""
    asked = cast("Request", request)
    person = _person(asked)
    return commands.correct_contact(by=asked.actor, key=command_key(asked), person=person, contacts=given.contacts)


@router.post("/me/withdraw", auth=RESIDENT, response={200: ReceiptOut, **REFUSED})
def withdraw_my_data(request: HttpRequest, given: KindsIn) -> Receipt:
    """Erase kinds of data at once (个人信息保护法 2021-08-20 art. 47)."""
    asked = cast("Request", request)
    return commands.withdraw_contact(by=asked.actor, key=command_key(asked), person=_person(asked), kinds=given.kinds)


def _person(request: Request) -> UUID:
    if request.actor.person is None:
        raise absent(PERSON)
    return request.actor.person


def _read(read: ReadSeen) -> dict[str, Any]:
    names = ("id", "at", "post", "unit", "because", "matter", "own")
    return {name: getattr(read, name) for name in names} | {
        "kinds": [kind.value for kind in read.kinds],
        "purpose": read.purpose.label,
    }
