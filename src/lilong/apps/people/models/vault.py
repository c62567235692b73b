"""The way into the vault: sealing on this side of the database, and its functions on the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.utils import Error

from lilong.apps.people.terms import PERSON, Contact, ContactKind
from lilong.identity.sealing import Keyring, SealBroken, Sealed
from lilong.kernel.ids import new_salt, salted_digest
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label

_NOBODY = "LL404"
_OVER = "LL410"
_INDEX_NUMBER = 0
_OWNER = "owner"
_UNDER_OLDER_KEYS = """
    SELECT person, kind, sealed, key_number FROM vault.contact WHERE key_number <> %s
    ORDER BY person, kind LIMIT %s FOR UPDATE SKIP LOCKED
"""
_UNDER_THE_NEWEST = "UPDATE vault.contact SET sealed = %s, key_number = %s WHERE person = %s AND kind = %s"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One datum sealed for the vault, and the digest of it that the journal may keep."""

    kind: ContactKind
    mark: str
    content: Mapping[str, Any]


@cache
def keyring() -> Keyring:
    """The keys in ``LILONG_HOME/keys/vault``."""
    return Keyring(settings.LILONG_HOME.keys / "vault")


def parcel(person: UUID, contact: Contact, purpose: str, *, proven: bool = False) -> Parcel:
    """Seal one datum of one person."""
    sealed, salt = keyring().seal(contact.text, _tie(person, contact.kind)), new_salt()
    _refuse_strange_key(sealed.key)
    mark = salted_digest(salt, contact.text).hex()
    content = {
        "kind": contact.kind.value,
        "sealed": sealed.content.hex(),
        "key_number": sealed.key,
        "phone_digest": phone_digest(contact.text).hex() if contact.kind is ContactKind.PHONE else None,
        "salt": salt.hex(),
        "mark": mark,
        "purpose": purpose,
        "proven": proven,
    }
    return Parcel(contact.kind, mark, content)


def phone_digest(phone: str) -> bytes:
    """The blind index of a telephone number in its one written form."""
    _refuse_strange_key(_INDEX_NUMBER)
    return keyring().digest("phone", phone)


def claim(person: UUID) -> None:
    """Hold the person's journal for this transaction. Raises absent."""
    _call("SELECT vault.claim(%s)", [person])


def keep(person: UUID, parcels: Iterable[Parcel], at: datetime) -> None:
    """Keep or replace data of one person. Raises absent."""
    for each in parcels:
        _call("SELECT vault.keep(%s, %s, %s)", [person, json.dumps(each.content), at])


def welcome(person: UUID, parcels: Iterable[Parcel], at: datetime, actor: str, data: Mapping[str, Any]) -> None:
    """Make a guest with what they left, and journal it; nothing happens when the guest is there already."""
    contents = json.dumps([each.content for each in parcels])
    _call("SELECT vault.welcome(%s, %s, %s, %s, %s)", [person, contents, at, actor, json.dumps(data)])


def forget(person: UUID, kinds: Iterable[ContactKind]) -> dict[str, list[str]]:
    """Erase data of one person and of the guests that turned out to be them; returns the digests of what was there.

    Raises absent.
    """
    rows = _call("SELECT kind, mark FROM vault.forget(%s, %s)", [person, sorted(kinds)])
    marks: dict[str, list[str]] = {}
    for kind, mark in rows:
        marks.setdefault(kind, []).append(bytes(mark).hex())
    return marks


def ask(read: Mapping[str, Any]) -> None:
    """Write down a read before it happens. Raises absent."""
    _call("SELECT vault.ask(%s)", [json.dumps(read)])


def opened(read: UUID, actor: str) -> tuple[Contact, ...]:
    """The data of a read that is committed and journalled. Raises not now when the read is over."""
    rows = _call("SELECT person, kind, sealed, key_number FROM vault.open(%s, %s)", [read, actor])
    return tuple(
        Contact(ContactKind(kind), keyring().open(Sealed(number, bytes(sealed)), _tie(person, ContactKind(kind))))
        for person, kind, sealed, number in sorted(rows, key=lambda row: list(ContactKind).index(ContactKind(row[1])))
    )


def kinds_of(person: UUID) -> frozenset[ContactKind]:
    """Which kinds are kept of a person."""
    return frozenset(ContactKind(kind) for (kind,) in _call("SELECT vault.kinds(%s)", [person]))


def signs_in_by_phone(person: UUID) -> bool:
    """Whether this person signs in by the telephone that is kept."""
    ((answer,),) = _call("SELECT vault.signs_in(%s)", [person])
    return bool(answer)


def who_has(phone: str) -> tuple[UUID | None, tuple[UUID, ...]]:
    """The person whose number a code proved this to be, and the guests who left it."""
    rows = _call("SELECT person, proven FROM vault.who_has(%s)", [phone_digest(phone)])
    proven = next((person for person, is_proven in rows if is_proven), None)
    return proven, tuple(person for person, is_proven in rows if not is_proven)


def outlived(before: datetime) -> dict[UUID, tuple[ContactKind, ...]]:
    """The guests whose data were left before ``before``, with the kinds."""
    rows = _call("SELECT person, kinds FROM vault.outlived(%s)", [before])
    return {person: tuple(ContactKind(kind) for kind in kinds) for person, kinds in rows}


def forget_reads(before: datetime) -> int:
    """Delete the reads that are older than the law asks for; returns how many. The journal keeps its entries."""
    with connections[_OWNER].cursor() as cursor:
        cursor.execute("DELETE FROM vault.read WHERE at < %s", [before])
        return int(cursor.rowcount)


def rotate() -> int:
    """Make a new key and seal with it from now on; returns its number. :func:`reseal` then brings the rest under it."""
    number = keyring().rotate()
    _refuse_strange_key(number)
    return number


def reseal(limit: int = 500) -> int:
    """Bring up to ``limit`` data under the newest key; returns how many. Nobody sees them, so no read is noted.

    Runs as the owner of the tables. Raises :class:`~lilong.identity.sealing.SealBroken` when a key is missing; what was
    resealed before stays.
    """
    newest = keyring().current
    with transaction.atomic(using=_OWNER), connections[_OWNER].cursor() as cursor:
        cursor.execute(_UNDER_OLDER_KEYS, [newest, limit])
        rows = cursor.fetchall()
        for person, kind, sealed, number in rows:
            tie = _tie(person, ContactKind(kind))
            anew = keyring().seal(keyring().open(Sealed(number, bytes(sealed)), tie), tie)
            cursor.execute(_UNDER_THE_NEWEST, [anew.content, anew.key, person, kind])
    return len(rows)


@cache
def _refuse_strange_key(number: int) -> None:
    """Stop before sealing under a key that is not the one the database knows by this number."""
    mark = keyring().digest("fingerprint") if number == _INDEX_NUMBER else keyring().fingerprint(number)
    ((known,),) = _call("SELECT vault.knows_key(%s, %s)", [number, mark])
    if not known:
        raise SealBroken(f"{keyring().directory} holds other keys than this database was sealed with: restore them")


def _tie(person: UUID, kind: ContactKind) -> str:
    return f"{person}:{kind.value}"


def _call(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with _refusing(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn the vault's own refusals into ours."""
    try:
        yield
    except Error as error:
        state = getattr(error.__cause__, "sqlstate", "")
        if state == _NOBODY:
            raise absent(PERSON) from None
        if state == _OVER:
            raise _read_over() from None
        raise


def _read_over() -> Refused:
    refusal = Refusal(
        "people.read_over",
        Label("这次查看已经过期。", "This look has ended."),
        Label("还需要就再查看一次，会另记一笔。", "Look again if you still need it; that is noted apart."),
    )
    return Refused(RefusalKind.NOT_NOW, (refusal,))
