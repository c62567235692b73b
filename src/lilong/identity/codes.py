"""Signing in by a code sent to the phone.

The answer is the same whether or not the number is known here. A code is six digits, lives five minutes and bears five
tries; a number gets one a minute and five an hour. A network address gets many more, because a whole community may
stand behind one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from lilong.identity.attempts import too_often
from lilong.identity.keys import keyring
from lilong.identity.models import PhoneCode
from lilong.identity.phones import masked_phone, normalised_mobile
from lilong.identity.sealing import Sealed
from lilong.identity.senders import CodeNotSent, code_sender
from lilong.kernel.ids import new_id
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, invalid
from lilong.kernel.words import Label

CODE_DIGITS: Final = 6
CODE_LIVES: Final = timedelta(minutes=5)
TRIES_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``count`` codes in any ``span``."""

    count: int
    span: timedelta


PER_PHONE: Final = (Pace(1, timedelta(minutes=1)), Pace(5, timedelta(hours=1)))
PER_ADDRESS: Final = (Pace(30, timedelta(minutes=10)), Pace(120, timedelta(hours=1)))
_USE = """
    UPDATE identity_phone_code
    SET tries = tries + 1,
        used_at = CASE WHEN code_digest = %(digest)s THEN %(at)s::timestamptz END,
        phone_sealed = CASE WHEN code_digest = %(digest)s THEN NULL ELSE phone_sealed END
    FROM (SELECT phone_sealed AS sealed FROM identity_phone_code WHERE id = %(id)s) AS before
    WHERE id = %(id)s AND used_at IS NULL AND tries < %(most)s AND expires_at > %(at)s
    RETURNING used_at IS NOT NULL, tries, sealed, phone_key
"""


def request_code(*, phone: str, address: str, at: datetime) -> UUID:
    """Send a code to ``phone``; returns the number of the challenge it answers.

    ``address`` is the network address that asks. Raises :class:`~lilong.kernel.refusals.Refused`: invalid (no mobile
    number), limited (with the seconds to wait), not now (the gateway did not take it).
    """
    number = normalised_mobile(phone)
    challenge, code = new_id(at), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    phone_digest = keyring().digest("phone", number)
    address_digest = keyring().digest("address", address)
    with transaction.atomic(durable=True):
        _wait_for_turn(phone_digest, address_digest)
        _refuse_haste("phone_digest", phone_digest, PER_PHONE, at)
        _refuse_haste("address_digest", address_digest, PER_ADDRESS, at)
        sealed = keyring().seal(number, str(challenge))
        PhoneCode.objects.create(
            id=challenge,
            phone_digest=phone_digest,
            phone_sealed=sealed.content,
            phone_key=sealed.key,
            address_digest=address_digest,
            code_digest=_code_digest(challenge, code),
            sent_at=at,
            expires_at=at + CODE_LIVES,
        )
    try:
        code_sender().send(number, code)
    except CodeNotSent as error:
        raise _not_sent() from error
    return challenge


def masked_phone_of(challenge: UUID, at: datetime) -> str:
    """The number the code went to, masked, for the page that asks for it; empty once the challenge has ended."""
    row = PhoneCode.objects.filter(id=challenge, used_at=None, expires_at__gt=at).first()
    if row is None:
        return ""
    return masked_phone(keyring().open(Sealed(row.phone_key, bytes(row.phone_sealed or b"")), str(challenge)))


def use_code(*, challenge: UUID, code: str, at: datetime) -> str:
    """The phone number, proven by the right code, once.

    Raises :class:`~lilong.kernel.refusals.Refused` (invalid): wrong, with the tries left; or ended (used, too old, too
    many tries, unknown). Every call counts as a try, also two at the same moment.
    """
    typed = "".join(code.split())
    values: dict[str, Any] = {"digest": _code_digest(challenge, typed), "at": at, "id": challenge, "most": TRIES_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_USE, values)
        row = cursor.fetchone()
    if row is None:
        raise _ended()
    right, tries, sealed, key = row
    if not right:
        raise _wrong(TRIES_MAX - tries) if tries < TRIES_MAX else _ended()
    return keyring().open(Sealed(key, bytes(sealed)), str(challenge))


def _wait_for_turn(*digests: bytes) -> None:
    """One request at a time for one phone and for one address, so that two cannot both be the first."""
    turns = sorted(int.from_bytes(digest[:8], signed=True) for digest in digests)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(turn) FROM unnest(%s::bigint[]) AS turn", [turns])


def _refuse_haste(column: str, digest: bytes, paces: tuple[Pace, ...], at: datetime) -> None:
    for pace in paces:
        since = PhoneCode.objects.filter(**{column: digest}, sent_at__gt=at - pace.span).order_by("-sent_at")
        times = list(since.values_list("sent_at", flat=True)[: pace.count])
        if len(times) == pace.count:
            raise too_often(times[-1] + pace.span - at)


def _code_digest(challenge: UUID, code: str) -> bytes:
    return keyring().digest("code", str(challenge), code)


def _wrong(left: int) -> Refused:
    return invalid(
        "code_wrong",
        Label("验证码不对。", "That is not the code."),
        Label(f"请核对短信，还可以试 {left} 次。", f"Check the message; {left} more tries."),
        "code",
    )


def _ended() -> Refused:
    return invalid(
        "code_ended",
        Label("这个验证码已经失效。", "This code no longer counts."),
        Label("请重新获取一个。", "Ask for a new one."),
        "code",
    )


def _not_sent() -> Refused:
    refusal = Refusal(
        "code_not_sent",
        Label("短信没有发出去。", "The message could not be sent."),
        Label("请一分钟后再试，或打 12345 由人核实。", "Try again in a minute, or call 12345."),
        "phone",
    )
    return Refused(RefusalKind.NOT_NOW, (refusal,))
