"""Requests and updates for the city itself: translated into its words and handed to its cases."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import PhotoGiven, Report, Source
from lilong.apps.people.terms import Guest
from lilong.apps.places.terms import Where
from lilong.gateways.open311.models import SentRequest, SentUpdate
from lilong.gateways.open311.rules.faults import already_exists, not_found
from lilong.gateways.open311.rules.moments import written
from lilong.gateways.open311.rules.repeats import kept_id, request_key, update_key
from lilong.gateways.open311.terms import (
    Acknowledgement,
    Caller,
    ClientCard,
    Detail,
    Picture,
    Sender,
    Service,
    ServiceKind,
    Submission,
    UpdateSubmission,
)
from lilong.identity.phones import normalised_phone
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt

REPORT_DUTY = "cases.case.report"
FOLLOW_DUTY = "cases.case.follow"
_TOKEN_BYTES = 18
_IGNORED = Label("没有采用的属性：{codes}。", "Attributes not used: {codes}.")
_NO_PHONE = Label("没有能用的电话号码，联系方式未保存。", "Without a usable phone number no contact details were kept.")
_DUE = Label("预计 {due} 前办结。", "Expected to be done by {due}.")


def send_request(
    *, caller: Caller, client: ClientCard, service: Service, sent: tuple[Submission, tuple[Picture, ...]], header: str
) -> Acknowledgement:
    """Report a case. A repeat of the client's own id, or of its Idempotency-Key, gets the same answer and no new case.

    Raises whatever the city refuses, and the refusal of an Idempotency-Key that comes back with another content.
    """
    submission, pictures = sent
    known = _known(client, submission.external_id)
    if known is None:
        receipt = cases.report_case(
            by=caller.actor(REPORT_DUTY),
            key=request_key(client.uid, submission, pictures, header, caller.at),
            report=_report(caller, service, submission, pictures),
        )
        known = _kept(client, service, submission.external_id, receipt, caller.at)
        notice = _notice(caller, submission, receipt)
    else:
        notice = _notice(caller, submission, None)
    return Acknowledgement(
        service_request_id=known.number if known.kind == ServiceKind.REALTIME else "",
        token=known.token or "",
        service_notice=notice,
        account_id=submission.account_id,
    )


def send_update(*, caller: Caller, client: ClientCard, update: UpdateSubmission) -> str:
    """Add what a client says to a case it sent, or to a published one, and return our id of the update.

    It is an added fact: the client's status is told, no state changes by it. Raises 404 for a request that the client
    may not know of, 400 for an update_id it has sent before, and the city's refusal when nothing may be added any more.
    """
    if SentUpdate.objects.filter(client_id=client.number, update_id=update.update_id).exists():
        raise already_exists("update_id")
    subject = _subject(caller, client, update.service_request_id)
    receipt = cases.add_facts(
        by=caller.actor(FOLLOW_DUTY),
        key=update_key(client.uid, update.update_id, caller.at),
        case=subject,
        facts=_facts(update),
    )
    kept, _ = SentUpdate.objects.get_or_create(
        client_id=client.number,
        update_id=update.update_id,
        defaults={
            "subject": subject,
            "kept_id": kept_id(update.service_request_id, receipt.version),
            "at": caller.at,
        },
    )
    return kept.kept_id


def release_token(subject: UUID, at: datetime) -> None:
    """Let the token of this case, if it has one, answer with the id. Done twice, the first time counts."""
    SentRequest.objects.filter(subject=subject, token__isnull=False, released_at__isnull=True).update(released_at=at)


def _known(client: ClientCard, external_id: str) -> SentRequest | None:
    if not external_id:
        return None
    return SentRequest.objects.filter(client_id=client.number, external_id=external_id).first()


def _kept(client: ClientCard, service: Service, external_id: str, receipt: Receipt, at: datetime) -> SentRequest:
    """The row of this request; the one that an earlier or simultaneous sending of the same made, if there is one."""
    row, _ = SentRequest.objects.get_or_create(
        subject=receipt.subject,
        defaults={
            "client_id": client.number,
            "number": receipt.details["number"],
            "kind": service.kind.value,
            "external_id": external_id or None,
            "token": secrets.token_urlsafe(_TOKEN_BYTES) if service.kind is ServiceKind.BATCH else None,
            "at": at,
        },
    )
    return row


def _report(caller: Caller, service: Service, submission: Submission, pictures: tuple[Picture, ...]) -> Report:
    return Report(
        category=service.code,
        title=submission.title,
        body=_body(service, submission),
        place=Where(submission.lat, submission.long, submission.datum, submission.address, submission.address_id),
        city=caller.jurisdiction.city,
        source=Source.OPEN311,
        anonymous=submission.sender is None,
        private=submission.is_private,
        contact=_contact(submission.sender),
        photos=tuple(PhotoGiven(picture.name, picture.content) for picture in pictures),
        answers={code: ", ".join(values) for code, values in submission.answers.items()},
    )


def _contact(sender: Sender | None) -> Guest | None:
    """Somebody to call back. Without a readable number nobody can be reached and nothing is kept, no name either."""
    if sender is None or not _is_phone(sender.phone):
        return None
    return Guest(sender.phone, f"{sender.last_name} {sender.first_name}".strip())


def _is_phone(text: str) -> bool:
    try:
        normalised_phone(text)
    except Refused:
        return False
    return True


def _body(service: Service, submission: Submission) -> str:
    """The description, then the answers and links as lines: whoever handles the case reads them all in one place."""
    labels = {attribute.code: attribute.description for attribute in service.attributes}
    names = {(attribute.code, value.key): value.name for attribute in service.attributes for value in attribute.values}
    lines = [
        f"{labels[code]}：{'、'.join(names.get((code, value), value) for value in values)}"
        for code, values in submission.answers.items()
    ]
    return "\n".join(filter(None, (submission.description, *lines, *submission.media_urls)))


def _facts(update: UpdateSubmission) -> str:
    status = () if update.detail is Detail.UNCHANGED else (f"（对方状态 their status：{update.detail}）",)
    told = f"（对方时间 their time：{written(update.updated)}）"
    return "\n".join((update.description, *status, told, *update.media_urls))


def _notice(caller: Caller, submission: Submission, receipt: Receipt | None) -> str:
    due = receipt.details.get("due") if receipt else None
    said = [_DUE.filled(due=written(datetime.fromisoformat(due)))] if due else []
    said += [_NO_PHONE] if submission.sender and not _is_phone(submission.sender.phone) else []
    said += [_IGNORED.filled(codes=", ".join(submission.ignored))] if submission.ignored else []
    return " ".join(label.in_language(caller.language) for label in said)


def _subject(caller: Caller, client: ClientCard, number: str) -> UUID:
    own = SentRequest.objects.filter(client_id=client.number, number=number).first()
    if own is not None:
        return own.subject
    found = cases.published_case(seen_by=caller.actor(), number=number)
    if found is None:
        raise not_found("service_request_id")
    return found.id
