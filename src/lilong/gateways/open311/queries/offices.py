"""Which jurisdiction a call is about, and which client makes it."""

from __future__ import annotations

import hashlib

from lilong.gateways.open311.models import ApiClient, Jurisdiction
from lilong.gateways.open311.rules.faults import missing, no_key, not_found, wrong_key
from lilong.gateways.open311.terms import ClientCard, JurisdictionCard
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label


def jurisdictions() -> tuple[JurisdictionCard, ...]:
    """Every jurisdiction of this instance, by id."""
    return tuple(_card(row) for row in Jurisdiction.objects.order_by("id"))


def jurisdiction_of(wanted: str) -> JurisdictionCard:
    """The jurisdiction of a call.

    ``jurisdiction_id`` may be left out (or empty) while there is only one. Raises 404 for an unknown one, also when
    the instance serves none yet, and 400 when one of several has to be named.
    """
    served = jurisdictions()
    if wanted:
        found = [card for card in served if card.id == wanted]
        if not found:
            raise not_found("jurisdiction_id")
        return found[0]
    if len(served) > 1:
        raise missing("jurisdiction_id")
    if not served:
        raise not_found("jurisdiction_id")
    return served[0]


def client_with(key: str, jurisdiction: JurisdictionCard) -> ClientCard:
    """The active client that holds ``key`` for this jurisdiction; raises 403 for anything else."""
    if not key:
        raise no_key()
    digest = key_digest(key)
    row = ApiClient.objects.filter(key_digest=digest, jurisdiction=jurisdiction.id, is_active=True).first()
    if row is None:
        raise wrong_key()
    return ClientCard(row.pk, row.uid, row.name, row.may_create, row.may_update, row.is_test)


def key_digest(key: str) -> str:
    """What is kept of a key. It has 256 random bits, so a plain digest can be neither guessed nor tabulated."""
    return hashlib.sha256(key.encode()).hexdigest()


def _card(row: Jurisdiction) -> JurisdictionCard:
    return JurisdictionCard(
        row.id,
        Label(row.name_zh, row.name_en),
        AreaCode(row.city),
        row.contact,
        row.key_service,
        row.changed_at,
        row.language,
        row.gives_expected,
    )
