"""Tokens for programs: a program acts in one post of one account, with at most the duties its token names."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from lilong.identity.accounts import change_account
from lilong.identity.models import Account, ApiToken
from lilong.identity.terms import ADMINISTER, KIND
from lilong.kernel.actors import Actor
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties

_PREFIX: Final = "lilong_"
# 256 random bits: a plain digest of them cannot be guessed back, so no slow hash is needed.
_TOKEN_BYTES: Final = 32
_TOKEN: Final = Label("令牌", "token")


@dataclass(frozen=True, slots=True)
class TokenWanted:
    """What a token is to be good for."""

    account: int
    post: int
    name: str
    duties: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenHeld:
    """What a token proves: whose program asks, in which post, with which duties at most."""

    id: UUID
    account: int
    post: int
    name: str
    duties: frozenset[str]


def create_token(*, by: Actor, key: CommandKey, wanted: TokenWanted) -> tuple[Receipt, str]:
    """Issue a token. The second value is the token itself, shown this once and empty on a replay of ``key``.

    Raises :class:`~lilong.kernel.refusals.Refused`: denied, absent (no such account), invalid (unknown duties, an end
    that is past, no name).
    """
    _refuse_unfit(wanted, key.at)
    raw, number = f"{_PREFIX}{secrets.token_urlsafe(_TOKEN_BYTES)}", new_id(key.at)

    def write(row: Account) -> Outcome:
        ApiToken.objects.create(
            id=number,
            account=row,
            post=wanted.post,
            name=wanted.name.strip(),
            duties=sorted(wanted.duties),
            digest=token_digest(raw),
            created_at=key.at,
            expires_at=wanted.expires_at,
        )
        data = {"token": str(number), "post": wanted.post, "duties": sorted(wanted.duties)}
        return Outcome(data=data, details={"token": str(number)})

    receipt = change_account(by=by, key=key, deed=_CREATE, account=wanted.account, change=write)
    return receipt, "" if receipt.replayed else raw


def revoke_token(*, by: Actor, key: CommandKey, token: UUID) -> Receipt:
    """Take a token back; it is refused from the next request on."""
    account = ApiToken.objects.values_list("account", flat=True).filter(id=token).first()
    if account is None:
        raise absent(_TOKEN)

    def write(_: Account) -> Outcome:
        ApiToken.objects.filter(id=token, revoked_at=None).update(revoked_at=key.at)
        return Outcome(data={"token": str(token)})

    return change_account(by=by, key=key, deed=_REVOKE, account=account, change=write)


def token_account(raw: str, at: datetime) -> TokenHeld | None:
    """What the token ``raw`` proves at ``at``; None when it is unknown, ended, taken back or its account stopped."""
    good = ApiToken.objects.filter(expires_at__gt=at, revoked_at=None, account__is_active=True)
    row = good.filter(digest=token_digest(raw)).first()
    if row is None:
        return None
    return TokenHeld(row.id, row.account_id, row.post, row.name, frozenset(row.duties))


def token_digest(raw: str) -> bytes:
    """What is kept of a token."""
    return sha256(raw.encode()).digest()


def token_unknown() -> Refused:
    """The refusal of a token that proves nothing; it does not say why."""
    refusal = Refusal(
        "token_unknown",
        Label("令牌无效。", "The token is not valid."),
        Label(
            "请核对令牌；到期或收回后请管理员再发一个。", "Check it; when it ended or was revoked, ask for a new one."
        ),
        reference="staff",
    )
    return Refused(RefusalKind.NOT_SIGNED_IN, (refusal,))


def _refuse_unfit(wanted: TokenWanted, at: datetime) -> None:
    if not wanted.name.strip():
        raise invalid(
            "token_unnamed",
            Label("令牌没有名字。", "The token has no name."),
            Label("请写上是哪个程序用的。", "Say which program uses it."),
            "name",
        )
    if unknown := sorted(wanted.duties - all_duties().keys()):
        raise invalid(
            "duty_unknown",
            Label(f"没有这些职责：{'、'.join(unknown)}。", f"No such duties: {', '.join(unknown)}."),
            Label("请从职责表里选。", "Choose from the list of duties."),
            "duties",
        )
    if wanted.expires_at <= at:
        raise invalid(
            "token_ended",
            Label("到期时间已经过去。", "The end lies in the past."),
            Label("请填一个将来的时间。", "Give a time to come."),
            "expires_at",
        )


_CREATE = Deed("create_token", Label("发令牌", "issue a token"), ADMINISTER, "identity.token_created", KIND)
_REVOKE = Deed("revoke_token", Label("收回令牌", "revoke a token"), ADMINISTER, "identity.token_revoked", KIND)
