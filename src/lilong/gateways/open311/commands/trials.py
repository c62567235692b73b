"""Requests and updates sent to the test endpoint: checked like real ones, kept for a week, acted upon by nobody."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from lilong.gateways.open311.models import TrialRequest, TrialUpdate
from lilong.gateways.open311.queries.trials import kept_id
from lilong.gateways.open311.rules.faults import already_exists, key_reused, not_found
from lilong.gateways.open311.rules.repeats import request_key
from lilong.gateways.open311.rules.trials import KEPT
from lilong.gateways.open311.terms import (
    Acknowledgement,
    Caller,
    ClientCard,
    Picture,
    Service,
    ServiceKind,
    Submission,
    UpdateSubmission,
)
from lilong.kernel.words import Label

_NOTICE = Label("测试接口：没有人会处理，一周后清除。", "Test endpoint: nobody acts on this; it is swept after a week.")
_TOKEN_BYTES = 18


def send_request(
    *, caller: Caller, client: ClientCard, service: Service, sent: tuple[Submission, tuple[Picture, ...]], header: str
) -> Acknowledgement:
    """Keep a test request; a repeat gets the same answer and leaves no second one.

    Raises the 400 of an idempotency key that comes back with another content.
    """
    submission, pictures = sent
    key = request_key(client.uid, submission, pictures, header, caller.at)
    row, _ = TrialRequest.objects.get_or_create(
        client_id=client.number,
        key=key.id,
        defaults=_columns(service, submission) | {"digest": key.digest.hex(), "at": caller.at},
    )
    if row.digest != key.digest.hex():
        raise key_reused()
    return Acknowledgement(
        service_request_id=str(row) if row.kind == ServiceKind.REALTIME else "",
        token=row.token or "",
        service_notice=_NOTICE.in_language(caller.language),
        account_id=submission.account_id,
    )


def send_update(*, caller: Caller, client: ClientCard, update: UpdateSubmission) -> str:
    """Keep a test update and return our id of it. Raises 404 for an unknown request and 400 for a known update_id."""
    rows = TrialRequest.objects.filter(client__jurisdiction=caller.jurisdiction.id, at__gt=caller.at - KEPT)
    number = update.service_request_id.removeprefix("T")
    row = rows.filter(pk=int(number)).first() if number.isascii() and number.isdigit() and len(number) < 18 else None
    if row is None or str(row) != update.service_request_id:
        raise not_found("service_request_id")
    kept, is_new = TrialUpdate.objects.get_or_create(
        client_id=client.number,
        update_id=update.update_id,
        defaults={
            "request": row,
            "detail": update.detail.value,
            "description": update.description,
            "media_url": update.media_urls[0] if update.media_urls else "",
            "at": caller.at,
        },
    )
    if not is_new:
        raise already_exists("update_id")
    return kept_id(kept)


def sweep_trials(at: datetime) -> int:
    """Delete what is older than a week from the test endpoint; returns how many requests went."""
    with transaction.atomic():
        old = TrialRequest.objects.filter(at__lte=at - KEPT)
        TrialUpdate.objects.filter(request__in=old).delete()
        return old.delete()[0]


def _columns(service: Service, submission: Submission) -> dict[str, object]:
    labels = {attribute.code: attribute.description for attribute in service.attributes}
    return {
        "service_code": service.code,
        "service_name": service.name,
        "kind": service.kind.value,
        "description": submission.description,
        "latitude": submission.lat,
        "longitude": submission.long,
        "address": submission.address,
        "address_id": submission.address_id,
        "media_url": submission.media_urls[0] if submission.media_urls else "",
        "is_private": submission.is_private,
        "answers": [[code, labels[code], ", ".join(values)] for code, values in submission.answers.items()],
        "external_id": submission.external_id,
        "token": secrets.token_urlsafe(_TOKEN_BYTES) if service.kind is ServiceKind.BATCH else None,
    }
