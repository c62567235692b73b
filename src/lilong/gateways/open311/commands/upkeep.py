"""Who is served and who may send: jurisdictions, postings and keys. Each verb is journalled."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from lilong.gateways.open311.models import ApiClient, Jurisdiction, ServicePosting, ServiceQuestion
from lilong.gateways.open311.queries.offices import key_digest
from lilong.gateways.open311.terms import JurisdictionCard, NewClient, Posting
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt

JURISDICTION_DUTY = "open311.jurisdiction.manage"
CLIENT_DUTY = "open311.client.manage"
# RFC 9562 §5.5: names below this UUID are jurisdiction ids.
_JURISDICTIONS = UUID("5d0f6d7c-3b52-4f0e-9f0e-2f6f3a1c9c11")
_KEY_BYTES = 32

_OPEN = Deed(
    "open",
    Label("开通辖区", "open a jurisdiction"),
    JURISDICTION_DUTY,
    "open311.jurisdiction_opened",
    "open311.jurisdiction",
)
_POST = Deed(
    "post", Label("设置服务", "post a service"), JURISDICTION_DUTY, "open311.posting_changed", "open311.jurisdiction"
)
_CREATE = Deed("create", Label("发放密钥", "issue a key"), CLIENT_DUTY, "open311.client_created", "open311.client")
_WITHDRAW = Deed(
    "withdraw", Label("收回密钥", "withdraw a key"), CLIENT_DUTY, "open311.client_withdrawn", "open311.client"
)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new client and its key. ``key`` is empty on a repeat: it is shown once and kept nowhere."""

    client: UUID
    key: str
    receipt: Receipt


def open_jurisdiction(*, by: Actor, key: CommandKey, jurisdiction: JurisdictionCard) -> Receipt:
    """Serve a jurisdiction, or change how it is served; ``changed`` of the card is set to the time of the command."""

    def change() -> Outcome:
        Jurisdiction.objects.update_or_create(
            id=jurisdiction.id,
            defaults={
                "name_zh": jurisdiction.name.zh,
                "name_en": jurisdiction.name.en,
                "city": jurisdiction.city.digits,
                "contact": jurisdiction.contact,
                "key_service": jurisdiction.key_service,
                "language": jurisdiction.language,
                "gives_expected": jurisdiction.gives_expected,
                "changed_at": key.at,
            },
        )
        return Outcome(data={"jurisdiction": jurisdiction.id})

    subject = _subject(jurisdiction.id)
    return amend(by=by, key=key, deed=_OPEN, area=jurisdiction.city, subject=subject, change=change)


def post_service(*, by: Actor, key: CommandKey, posting: Posting) -> Receipt:
    """Say how a jurisdiction offers one category; replaces what was said before. Raises absent for the jurisdiction."""

    def change() -> Outcome:
        # The update locks the row, so that two postings append to one journal chain one after the other.
        Jurisdiction.objects.filter(pk=posting.jurisdiction).update(changed_at=key.at)
        row, _ = ServicePosting.objects.update_or_create(
            jurisdiction_id=posting.jurisdiction,
            category=posting.category,
            defaults={"kind": posting.kind.value, "is_listed": posting.is_listed},
        )
        ServiceQuestion.objects.filter(posting=row).delete()
        ServiceQuestion.objects.bulk_create(_questions(row, posting))
        data = {"category": posting.category, "kind": posting.kind.value, "listed": posting.is_listed}
        return Outcome(data={**data, "questions": [question.code for question in posting.questions]})

    area, subject = _city_of(posting.jurisdiction), _subject(posting.jurisdiction)
    return amend(by=by, key=key, deed=_POST, area=area, subject=subject, change=change)


def create_client(*, by: Actor, key: CommandKey, wanted: NewClient) -> IssuedKey:
    """Issue a key to a program. Raises absent for the jurisdiction, denied without ``open311.client.manage`` there."""
    secret, client = secrets.token_urlsafe(_KEY_BYTES), uuid5(key.id, "client")

    def change() -> Outcome:
        ApiClient.objects.create(
            uid=client,
            name=wanted.name,
            jurisdiction_id=wanted.jurisdiction,
            key_digest=key_digest(secret),
            may_create=wanted.may_create,
            may_update=wanted.may_update,
            is_test=wanted.is_test,
            created_at=key.at,
        )
        rights = {"create": wanted.may_create, "update": wanted.may_update, "test": wanted.is_test}
        return Outcome(data={"name": wanted.name, "jurisdiction": wanted.jurisdiction, "rights": rights})

    area = _city_of(wanted.jurisdiction)
    receipt = amend(by=by, key=key, deed=_CREATE, area=area, subject=client, change=change)
    return IssuedKey(client, "" if receipt.replayed else secret, receipt)


def withdraw_client(*, by: Actor, key: CommandKey, client: UUID) -> Receipt:
    """Let a key be of no use from now on. Raises absent for an unknown client."""

    def change() -> Outcome:
        row = ApiClient.objects.select_for_update(no_key=True).get(uid=client)
        row.is_active = False
        row.save(update_fields=["is_active"])
        return Outcome(data={"name": row.name})

    row = ApiClient.objects.filter(uid=client).first()
    if row is None:
        raise absent(Label("密钥", "client"))
    area = _city_of(row.jurisdiction_id)
    return amend(by=by, key=key, deed=_WITHDRAW, area=area, subject=client, change=change)


def renew_changeset(area: AreaCode, at: datetime) -> None:
    """Tell in discovery that the services of every jurisdiction in ``area``, or around it, may have changed at ``at``.

    News may come late or twice: a changeset never moves back.
    """
    for row in Jurisdiction.objects.filter(changed_at__lt=at):
        city = AreaCode(row.city)
        if area.contains(city) or city.contains(area):
            Jurisdiction.objects.filter(pk=row.pk, changed_at__lt=at).update(changed_at=at)


def _city_of(jurisdiction: str) -> AreaCode:
    row = Jurisdiction.objects.filter(pk=jurisdiction).first()
    if row is None:
        raise absent(Label("辖区", "jurisdiction"))
    return AreaCode(row.city)


def _subject(jurisdiction: str) -> UUID:
    return uuid5(_JURISDICTIONS, jurisdiction)


def _questions(row: ServicePosting, posting: Posting) -> list[ServiceQuestion]:
    return [
        ServiceQuestion(
            posting=row,
            code=question.code,
            order=order,
            datatype=question.datatype.value,
            required=question.required,
            text_zh=question.text.zh,
            text_en=question.text.en,
            hint_zh=question.hint.zh if question.hint else "",
            hint_en=question.hint.en if question.hint else "",
            choices=[[choice, label.zh, label.en] for choice, label in question.choices],
        )
        for order, question in enumerate(posting.questions, start=1)
    ]
