"""Following a matter without signing in: the number says which, the secret that one may."""

from __future__ import annotations

import base64
from uuid import UUID

from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac

from lilong.apps.cases.terms import Follow
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger.rooms import resident_duties

_SECRET_CHARACTERS = 12
# Two groups of base32: more than the characters need.
_SECRET_BYTES = 10


def follow_secret(number: str) -> str:
    """The secret that goes with a receipt number: 60 bits, derived from the instance's key, stored nowhere."""
    digest = salted_hmac("lilong.cases.follow", number, algorithm="sha256").digest()
    return base64.b32encode(digest[:_SECRET_BYTES]).decode()[:_SECRET_CHARACTERS].lower()


def follower(follow: Follow, actor: Actor) -> tuple[Actor, UUID]:
    """``actor`` (a resident, signed in or not) widened by the one matter the receipt proves, and that matter's id.

    Raises :class:`~lilong.kernel.refusals.Refused` (absent) for a wrong number and a wrong secret alike.
    """
    found = _by_number(follow.number)
    secret = "".join(follow.secret.lower().split())
    proved = constant_time_compare(secret, follow_secret(follow.number))
    if not (found and proved):
        raise absent(Label("这个回执", "receipt"))
    case, *others = found
    kind = ActorKind.RESIDENT if actor.person else ActorKind.ANONYMOUS
    widened = Actor(
        kind,
        Label("居民", "the resident"),
        duties=resident_duties(),
        account=actor.account if kind is ActorKind.RESIDENT else None,
        person=actor.person,
        subjects=actor.subjects | {case, *others},
    )
    return widened, case


def subjects_of(person: UUID) -> frozenset[UUID]:
    """The matters a signed-in resident reported, and those they were merged into."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_of_reporter(%s)", [person])
        return frozenset(case for (case,) in cursor.fetchall() if case)


def _by_number(number: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, original FROM cases_by_number(%s)", [number])
        row = cursor.fetchone()
    return [case for case in row or () if case]
