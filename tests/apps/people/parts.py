"""Values of the tests of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from psycopg import sql

from lilong.apps.people.commands import arrive_by_phone
from lilong.apps.people.queries import persons_of_account
from lilong.apps.people.terms import KEEP, OWN, READ, REGISTER
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PHONE = "+8613812340417"
CANARY = "13812340417"
STREET = AreaCode("310101002")
OTHER_STREET = AreaCode("310104003")
CALLER = Actor(
    ActorKind.STAFF,
    Label("回访岗", "callback post"),
    STREET,
    frozenset({READ, KEEP, REGISTER, "test.matter.open"}),
    account=11,
    post=21,
)
STRANGER = replace(CALLER, area=OTHER_STREET, post=22)
PASSER_BY = Actor(ActorKind.ANONYMOUS, Label("居民", "resident"), duties=frozenset({OWN}))


def later(**span: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(**span)


def key(at: datetime = NOON) -> CommandKey:
    """A fresh envelope."""
    return CommandKey(uuid4(), at, body_digest(b""))


def matter(by: Actor = CALLER) -> UUID:
    """Something that stands in the journal of this actor's area."""
    deed = Deed("open", Label("开", "open"), "test.matter.open", "test.matter_opened", "test.matter")
    return amend(by=by, key=key(), deed=deed, area=by.area, subject=uuid4(), change=Outcome).subject


def arrive(phone: str = PHONE, at: datetime = NOON) -> Actor:
    """Sign in by a proven telephone; the resident as an actor."""
    account = arrive_by_phone(key=key(at), phone=phone)
    return resident(account)


def resident(account: int) -> Actor:
    """The resident of an account, as the middleware composes them."""
    persons = persons_of_account(account)
    return Actor(
        ActorKind.RESIDENT,
        Label("居民", "resident"),
        duties=frozenset({OWN}),
        account=account,
        person=persons[0],
        subjects=frozenset(persons),
    )


def owner_rows(statement: str | sql.Composed, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """What the owner of the tables sees, whatever the policies."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values or [])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def steps_of(person: UUID) -> list[str]:
    """The journal of a person, step by step."""
    statement = "SELECT step FROM ledger_journal WHERE subject = %s ORDER BY seq"
    return [step.removeprefix("people.person.") for (step,) in owner_rows(statement, [person])]


_TABLES = (
    sql.Identifier("people_person"),
    sql.Identifier("vault", "contact"),
    sql.Identifier("vault", "read"),
    sql.Identifier("ledger_journal"),
    sql.Identifier("ledger_outbox"),
    sql.Identifier("ledger_receipts"),
)
_DIGEST = sql.SQL("SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t")


def everything() -> tuple[Any, ...]:
    """How much there is of everything a command may write; equal before and after something refused."""
    return tuple(owner_rows(_DIGEST.format(table)) for table in _TABLES)
