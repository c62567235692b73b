"""The only two writers of state.

:func:`act` takes a step of a life-cycle; :func:`amend` writes what has none (a unit, a catalogue version, a new
subject). Both are one durable transaction that opens the actor's scope, replays a known idempotency key, locks the
subject, decides, writes, journals, adds to the outbox and keeps the receipt. Refused means that nothing was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import Error

from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because
from lilong.kernel.keys import CommandKey
from lilong.kernel.lifecycle import Facts, Lifecycle, Taken
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent, denied
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry, Living
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import take_scope

Row = TypeVar("Row", bound=Living)
_KEY_REUSED = "LL422"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a writer hands back: why, what the journal keeps, what the news carries, what the caller gets to know.

    Nothing that may have to be erased belongs in ``data`` or ``news``: a salted digest of it does.
    """

    because: tuple[Because, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    news: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target(Generic[Row]):
    """The subject of an act: which row, under which life-cycle, and which facts its guards may ask for."""

    lifecycle: Lifecycle
    model: type[Row]
    id: UUID
    what: Label
    facts: Callable[[Row], Facts] = lambda _: {}


@dataclass(frozen=True, slots=True)
class Turn(Generic[Row]):
    """What a writer gets: the locked row already moved to its new state, the step taken, the command's envelope."""

    row: Row
    taken: Taken
    by: Actor
    key: CommandKey


@dataclass(frozen=True, slots=True)
class Deed:
    """A documented write outside any life-cycle: what it is called, the duty it asks for, the event it announces."""

    name: str
    label: Label
    duty: str
    event: str
    kind: str


def act(
    *, by: Actor, key: CommandKey, target: Target[Row], step: str, inputs: Facts, change: Callable[[Turn[Row]], Outcome]
) -> Receipt:
    """Take ``step`` on ``target`` once.

    Raises :class:`~lilong.kernel.refusals.Refused`: absent (unknown or out of scope), stale (with what changed since
    the version in ``key``), not now, denied (naming the duty), invalid (each input or guard), key reused.
    """
    with _command(by, key, f"{target.lifecycle.name}.{step}:{target.id}") as command:
        if command.replayed:
            return command.replayed
        row = _locked(target)
        refuse_stale(row.id, row.version, key)
        taken = _decided(by, target, step, row, inputs)
        row.state, row.version = taken.target, row.version + 1
        outcome = change(Turn(row, taken, by, key))
        row.save(force_update=True)
        entry = Entry(row.id, target.lifecycle.name, row.area, f"{target.lifecycle.name}.{step}", taken.target)
        return command.finish(entry, taken.step.event, outcome)


def amend(
    *, by: Actor, key: CommandKey, deed: Deed, area: AreaCode, subject: UUID, change: Callable[[], Outcome]
) -> Receipt:
    """Do ``deed`` once on ``subject`` in ``area``; ``change`` writes and locks what it needs inside the transaction.

    Raises :class:`~lilong.kernel.refusals.Refused` (denied, key reused, and whatever ``change`` refuses).
    """
    with _command(by, key, f"{deed.kind}.{deed.name}:{subject}") as command:
        if command.replayed:
            return command.replayed
        if not by.holds(deed.duty, area):
            raise denied(deed.duty, deed.label)
        outcome = change()
        entry = Entry(subject, deed.kind, area.digits, f"{deed.kind}.{deed.name}", "")
        return command.finish(entry, deed.event, outcome)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one journal entry stands."""

    subject: UUID
    kind: str
    area: str
    step: str
    state: str


@dataclass
class _Command:
    by: Actor
    key: CommandKey
    replayed: Receipt | None = None

    def finish(self, entry: Entry, event: str, outcome: Outcome) -> Receipt:
        """Journal, announce and keep the receipt, in one round trip."""
        data = {
            **outcome.data,
            "state": entry.state,
            "by": self.by.name.as_json(),
            "because": [because.as_json() for because in outcome.because],
        }
        with connection.cursor() as cursor:
            cursor.execute(
                """WITH entry AS (SELECT ledger_append(%(subject)s, %(kind)s, %(area)s, %(at)s, %(actor)s, %(step)s,
                                                       %(data)s) AS seq),
                        news AS (INSERT INTO ledger_outbox (topic, subject, version, payload, at)
                                 SELECT %(topic)s, %(subject)s, seq, %(news)s, %(at)s FROM entry),
                        kept AS (SELECT seq, jsonb_build_object('subject', %(subject)s::uuid, 'version', seq,
                                        'state', %(state)s::text, 'details', %(details)s::jsonb) AS receipt FROM entry)
                   SELECT seq, ledger_keep(%(key)s, receipt) FROM kept""",
                {
                    "subject": entry.subject,
                    "kind": entry.kind,
                    "area": entry.area,
                    "at": self.key.at,
                    "actor": self.by.mark,
                    "step": entry.step,
                    "data": json.dumps(data),
                    "topic": event,
                    "news": json.dumps({**outcome.news, "area": entry.area}),
                    "state": entry.state,
                    "details": json.dumps(dict(outcome.details)),
                    "key": self.key.id,
                },
            )
            (seq,) = cursor.fetchone()[:1]
        return Receipt(entry.subject, seq, entry.state, outcome.details)


@contextmanager
def _command(by: Actor, key: CommandKey, name: str) -> Iterator[_Command]:
    with transaction.atomic(durable=True):
        take_scope(by)
        yield _Command(by, key, replayed(key, name, by))


def replayed(key: CommandKey, name: str, by: Actor) -> Receipt | None:
    """The receipt of an earlier call with this key, or None after taking the key for this transaction.

    A concurrent call with the same key waits for the first to finish. Raises the refusal of a reused key.
    """
    digest = command_digest(key, name, by)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_replay(%s, %s, %s)", [key.id, digest, key.at])
            (kept,) = cursor.fetchone()
    except Error as error:
        raise reused_key(error) from error
    return Receipt.from_json(json.loads(kept), replayed=True) if kept else None


def command_digest(key: CommandKey, name: str, by: Actor) -> bytes:
    """What a key stands for: the command, its subject, the actor and the body."""
    return hashlib.sha256(b"\0".join((name.encode(), by.mark.encode(), key.digest))).digest()


def reused_key(error: Exception) -> Exception:
    """The refusal for SQLSTATE LL422; any other database error comes back unchanged."""
    if getattr(error.__cause__, "sqlstate", "") != _KEY_REUSED:
        return error
    refusal = Refusal(
        "key_reused",
        Label("这个提交编号已用于另一份内容。", "This submission key was already used for something else."),
        Label("请重新打开页面再提交一次。", "Open the page again and submit once more."),
        "key",
    )
    return Refused(RefusalKind.KEY_REUSED, (refusal,))


def _locked(target: Target[Row]) -> Row:
    row = target.model.objects.select_for_update(no_key=True).filter(pk=target.id).first()
    if row is None:
        raise absent(target.what)
    return row


def _decided(by: Actor, target: Target[Row], step: str, row: Row, inputs: Facts) -> Taken:
    facts = {**target.facts(row), **inputs}
    decision = target.lifecycle.decide(row.state, step, by, row.area_code, facts)
    if isinstance(decision, Refused):
        raise decision
    return decision


def refuse_stale(subject: UUID, version: int, key: CommandKey) -> None:
    """Refuse a command whose sender saw another version of the subject than ``version``, with what changed since.

    ``act`` asks this itself; a ``change`` of ``amend`` asks it after locking a subject that has a version.
    """
    if key.version is None or key.version == version:
        return
    since = JournalEntry.objects.filter(subject=subject, seq__gt=key.version).order_by("seq")
    changes = tuple({"seq": e.seq, "at": e.at.isoformat(), "step": e.step, "by": e.data["by"]} for e in since)
    refusal = Refusal(
        "stale_version",
        Label("您打开之后，这件事又有了变化。", "This matter has changed since you opened it."),
        Label("请看下面的变化，再决定是否继续。", "Look at the changes below, then decide again."),
        "version",
    )
    raise Refused(RefusalKind.STALE, (refusal,), changes)
