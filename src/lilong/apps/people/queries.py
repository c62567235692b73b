"""Questions about people: who an account is, what is kept, who looked."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from lilong.apps.organisations import public as organisations
from lilong.apps.people.models import Person, vault
from lilong.apps.people.terms import PURPOSES, ContactKept, ContactKind, ReadPage, ReadSeen
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because
from lilong.kernel.words import Label
from lilong.ledger.scope import reading

PAGE: Final = 20


def persons_of_account(account: int) -> tuple[UUID, ...]:
    """The person an account belongs to, then the guests that turned out to be them; empty for staff. One query."""
    own = Person.objects.filter(Q(account=account) | Q(joined_to__account=account))
    return tuple(own.order_by(F("account").asc(nulls_last=True), "created_at").values_list("id", flat=True))


def contact_kinds(*, seen_by: Actor, person: UUID) -> frozenset[ContactKind]:
    """By which means a person can be reached; not the data themselves."""
    with reading(seen_by):
        return vault.kinds_of(person)


def my_contacts(*, seen_by: Actor) -> tuple[ContactKept, ...]:
    """What is kept of the resident who asks: the kinds, since when and for what, not the data themselves."""
    rows = _rows(seen_by, "SELECT kind, since, purpose, proven FROM vault.contact ORDER BY kind, since", [])
    return tuple(
        ContactKept(ContactKind(kind), since, PURPOSES[purpose], proven) for kind, since, purpose, proven in rows
    )


def my_reads(*, seen_by: Actor, before: str = "", count: int = PAGE) -> ReadPage:
    """Who looked at the data of the resident who asks, latest first, after the place ``before`` names.

    An unreadable ``before`` starts at the latest.
    """
    at, number = _place(before)
    statement = """SELECT id, at, post, unit, kinds, purpose, because, matter, own FROM vault.read
                   WHERE %s::timestamptz IS NULL OR (at, id) < (%s::timestamptz, %s::uuid)
                   ORDER BY at DESC, id DESC LIMIT %s"""
    rows = _rows(seen_by, statement, [at, at, number, count + 1])
    shown = tuple(_seen(row) for row in rows[:count])
    return ReadPage(shown, f"{shown[-1].at.isoformat()}~{shown[-1].id}" if len(rows) > count else None)


def reads_since(*, seen_by: Actor, since: datetime) -> tuple[int, int]:
    """How often others looked at the data of the resident who asks since ``since``, and in how many posts."""
    statement = "SELECT count(*), count(DISTINCT (post, unit)) FROM vault.read WHERE at >= %s AND NOT own"
    ((reads, posts),) = _rows(seen_by, statement, [since])
    return reads, posts


def reads_for_export(seen_by: Actor) -> list[dict[str, Any]]:
    """Every read of the resident's data, for their copy."""
    page = my_reads(seen_by=seen_by, count=10_000)
    return [
        {
            "at": read.at.isoformat(),
            "post": read.post.as_json(),
            "unit": read.unit.as_json() if read.unit else None,
            "kinds": [kind.value for kind in read.kinds],
            "purpose": read.purpose.label.as_json(),
            "because": read.because.as_json(),
            "matter": str(read.matter),
            "own": read.own,
        }
        for read in page.reads
    ]


def _rows(seen_by: Actor, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    if seen_by.person is None:
        return []
    with reading(seen_by), connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _place(before: str) -> tuple[datetime | None, UUID | None]:
    at, _, number = before.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(number)) if moment.tzinfo else (None, None)
    except ValueError:
        return None, None


def _seen(row: tuple[Any, ...]) -> ReadSeen:
    number, at, post, unit, kinds, purpose, because, matter, own = row
    card = organisations.unit(unit) if unit is not None else None
    return ReadSeen(
        number,
        at,
        Label.from_json(_json(post)),
        card.name if card else None,
        tuple(ContactKind(kind) for kind in kinds),
        PURPOSES[purpose],
        Because.from_json(_json(because)),
        matter,
        own,
    )


def _json(value: Any) -> Any:
    """Django hands jsonb from raw cursors over as text."""
    return json.loads(value) if isinstance(value, str) else value
