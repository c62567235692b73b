"""The second factor: time-based codes from an authenticator (RFC 6238) and recovery codes on paper."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from django.db import transaction

from lilong.identity.accounts import change_account, change_own
from lilong.identity.attempts import Guarded, count_try, forgive
from lilong.identity.keys import keyring
from lilong.identity.models import Account, RecoveryCode, SecondFactor
from lilong.identity.sealing import Sealed
from lilong.identity.terms import ADMINISTER, KIND, SECURE_OWN
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome
from lilong.ledger.receipts import Receipt

ISSUER: Final = "Lilong"
RECOVERY_CODES: Final = 10
# RFC 4226 §4 R6: a secret of at least 128 bits, 160 recommended. HMAC-SHA-1, six digits and thirty seconds are the
# one choice that every authenticator understands; the collisions known of SHA-1 do not weaken its HMAC.
_SECRET_BYTES: Final = 20
_DIGITS: Final = 6
_STEP_SECONDS: Final = 30
# RFC 6238 §5.2: one step of drift to either side.
_DRIFT_STEPS: Final = (-1, 0, 1)
_FREE_TRIES: Final = 5
_LONGEST_PAUSE: Final = timedelta(hours=1)
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_NEXT_OR_RECOVERY = Label(
    "等验证器换出下一个再填，也可以用一个备用码。", "Wait for the next one, or use a recovery code."
)
# While it is being set up there are no recovery codes.
_NEXT = Label("等验证器换出下一个再填；手机的时间要准。", "Wait for the next one; the phone’s clock must be right.")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the enrolment page shows: the secret to type and the address for its QR code."""

    secret: str
    uri: str


def begin_enrolment(*, by: Actor, key: CommandKey) -> Enrolment:
    """A secret that waits to be confirmed; the one that waited before is shown again.

    Raises :class:`~lilong.kernel.refusals.Refused` (not now) when the account has a second factor already.
    """
    account = Account.objects.get(pk=by.account or 0)
    if not SecondFactor.objects.filter(account=account).exists():
        change_own(by=by, key=key, deed=_BEGIN, change=lambda row: _waiting(row, key))
    factor = SecondFactor.objects.get(account=account)
    if factor.confirmed_at:
        raise _enrolled_already()
    secret = _secret_of(factor)
    return Enrolment(_text(secret), provisioning_uri(secret, account.username))


def confirm_enrolment(*, by: Actor, key: CommandKey, code: str) -> tuple[Receipt, tuple[str, ...]]:
    """Switch the waiting secret on with a code made from it. The second value is the recovery codes, shown this once
    and empty on a replay.

    Raises :class:`~lilong.kernel.refusals.Refused`: invalid (wrong code), not now (nothing waits), limited.
    """
    count_try(_guarded(by.account or 0), key.at)
    codes = tuple("".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES))

    def write(row: Account) -> Outcome:
        waiting = SecondFactor.objects.filter(account=row, confirmed_at=None).first()
        if waiting is None:
            raise _enrolled_already()
        step = _matching_step(_secret_of(waiting), code, key.at, after=0)
        if step is None:
            raise _wrong(_NEXT)
        waiting.confirmed_at, waiting.last_step = key.at, step
        waiting.save(update_fields=["confirmed_at", "last_step"])
        RecoveryCode.objects.bulk_create(RecoveryCode(account=row, digest=_recovery_digest(row.pk, c)) for c in codes)
        return Outcome()

    receipt = change_own(by=by, key=key, deed=_CONFIRM, change=write)
    forgive(_guarded(by.account or 0))
    return receipt, () if receipt.replayed else codes


def remove_own_second_factor(*, by: Actor, key: CommandKey, code: str) -> Receipt:
    """Switch one's second factor off; it takes a valid code or recovery code."""
    check_second_factor(account=by.account or 0, code=code, at=key.at)
    return change_own(by=by, key=key, deed=_REMOVE_OWN, change=_removed)


def reset_second_factor(*, by: Actor, key: CommandKey, account: int) -> Receipt:
    """Take away the second factor of somebody who lost it; the post that administers accounts does so."""
    return change_account(by=by, key=key, deed=_RESET, account=account, change=_removed)


def has_second_factor(account: int) -> bool:
    """Whether signing in to this account takes a second factor."""
    return SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists()


def check_second_factor(*, account: int, code: str, at: datetime) -> None:
    """Accept a code of the authenticator or a recovery code, each once.

    Raises :class:`~lilong.kernel.refusals.Refused`: limited (with the seconds to wait), invalid (wrong, or used).
    """
    count_try(_guarded(account), at)
    with transaction.atomic(durable=True):
        factor = SecondFactor.objects.select_for_update().filter(account=account, confirmed_at__isnull=False).first()
        accepted = factor is not None and (_accept_step(factor, code, at) or _accept_recovery(account, code, at))
    if not accepted:
        raise _wrong()
    forgive(_guarded(account))


def _accept_step(factor: SecondFactor, code: str, at: datetime) -> bool:
    step = _matching_step(_secret_of(factor), code, at, after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    factor.save(update_fields=["last_step"])
    return True


def _accept_recovery(account: int, code: str, at: datetime) -> bool:
    digest = _recovery_digest(account, "".join(code.split()).upper())
    return RecoveryCode.objects.filter(account=account, digest=digest, used_at=None).update(used_at=at) == 1


def _matching_step(secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """The time step whose code this is, not before or at ``after`` (RFC 6238 §5.2: a code is accepted once)."""
    typed, now = "".join(code.split()), int(at.timestamp()) // _STEP_SECONDS
    matching = [now + drift for drift in _DRIFT_STEPS if _equal(one_time_code(secret, now + drift), typed)]
    return max((step for step in matching if step > after), default=None)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def one_time_code(secret: bytes, step: int) -> str:
    """The code of one time step: HOTP (RFC 4226 §5.3) over the step's number (RFC 6238 §4.2)."""
    mac = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def provisioning_uri(secret: bytes, name: str) -> str:
    """The address that an authenticator reads from the QR code."""
    query = {"secret": _text(secret), "issuer": ISSUER, "digits": _DIGITS, "period": _STEP_SECONDS}
    return f"otpauth://totp/{quote(ISSUER)}:{quote(name)}?{urlencode(query)}"


def _secret_of(factor: SecondFactor) -> bytes:
    from_seal = keyring().open(Sealed(factor.secret_key, bytes(factor.secret_sealed)), _tie(factor.account_id))
    return bytes.fromhex(from_seal)


def _waiting(row: Account, key: CommandKey) -> Outcome:
    sealed = keyring().seal(secrets.token_bytes(_SECRET_BYTES).hex(), _tie(row.pk))
    SecondFactor.objects.get_or_create(
        account=row, defaults={"secret_sealed": sealed.content, "secret_key": sealed.key, "begun_at": key.at}
    )
    return Outcome()


def _removed(row: Account) -> Outcome:
    SecondFactor.objects.filter(account=row).delete()
    RecoveryCode.objects.filter(account=row).delete()
    return Outcome()


def _recovery_digest(account: int, code: str) -> bytes:
    return keyring().digest("recovery", str(account), code)


def _guarded(account: int) -> Guarded:
    return Guarded("second factor", str(account), _FREE_TRIES, _LONGEST_PAUSE)


def _tie(account: int) -> str:
    return f"second factor {account}"


def _text(secret: bytes) -> str:
    return b32encode(secret).decode()


def _wrong(remedy: Label = _NEXT_OR_RECOVERY) -> Refused:
    wrong = Label("验证码不对，或已经用过。", "The code is wrong or was used before.")
    return invalid("second_code_wrong", wrong, remedy, "code")


def _enrolled_already() -> Refused:
    refusal = Refusal(
        "second_factor_settled",
        Label("这个账号现在没有等待确认的第二道验证。", "No second factor waits to be confirmed on this account."),
        Label("要换验证器，请先停用现在的。", "To change the authenticator, switch the present one off first."),
    )
    return Refused(RefusalKind.NOT_NOW, (refusal,))


_BEGIN = Deed(
    "begin_second_factor",
    Label("开始设第二道验证", "begin a second factor"),
    SECURE_OWN,
    "identity.second_factor_begun",
    KIND,
)
_CONFIRM = Deed(
    "confirm_second_factor",
    Label("启用第二道验证", "switch a second factor on"),
    SECURE_OWN,
    "identity.second_factor_on",
    KIND,
)
_REMOVE_OWN = Deed(
    "remove_second_factor",
    Label("停用第二道验证", "switch a second factor off"),
    SECURE_OWN,
    "identity.second_factor_off",
    KIND,
)
_RESET = Deed(
    "reset_second_factor",
    Label("重置第二道验证", "reset a second factor"),
    ADMINISTER,
    "identity.second_factor_off",
    KIND,
)
