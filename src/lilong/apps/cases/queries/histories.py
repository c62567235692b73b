"""Past cases as rehearsal and comparison ask for them: what really happened, piece by piece, nothing anybody wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from lilong.apps.cases.rules import FRAME, first_state
from lilong.apps.cases.terms import Source
from lilong.apps.work import public as work
from lilong.apps.work.terms import ANY, DONE, TAKEN_BACK, HistoryFilter, PastMatter, PastPiece, Role
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.ledger.scope import reading

_PORTION = 2_000
_HANDLE, _CHECK, _ASK_AGAIN = "handle", "check", "ask_again"
_ACTS = frozenset(act.name for act in FRAME.acts)
_UNVERIFIED = first_state(is_verified=False)
# How a resolution answers whether the matter was solved.
_SOLVED = {"solved": True, "explained": False}
_QUESTION = """
    SELECT c.id, c.area, c.category, c.scenario, c.facts, c.progress -> 'done', c.opened_at, c.closed_at, c.due_at,
           c.lead_unit, c.source, c.resolution, c.asked_again, first.state,
           t.steps, t.acts, t.units, t.roles, t.states, t.began, t.ended, t.moves, t.results
    FROM (SELECT * FROM cases_case
          WHERE area >= %(low)s AND area < %(high)s AND opened_at >= %(since)s AND opened_at < %(until)s
            AND (%(all)s OR split_part(category, ':', 3) = ANY (%(codes)s)
                 OR EXISTS (SELECT FROM unnest(%(prefixes)s::text[]) AS p(prefix)
                            WHERE starts_with(split_part(category, ':', 3), p.prefix)))
          ORDER BY opened_at, id LIMIT %(most)s) AS c
    LEFT JOIN LATERAL (SELECT data ->> 'state' AS state FROM ledger_journal WHERE subject = c.id AND seq = 1) AS first
              ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(step ORDER BY started_at, id) AS steps, array_agg(act ORDER BY started_at, id) AS acts,
               array_agg(unit ORDER BY started_at, id) AS units, array_agg(role ORDER BY started_at, id) AS roles,
               array_agg(state ORDER BY started_at, id) AS states,
               array_agg(started_at ORDER BY started_at, id) AS began,
               array_agg(ended_at ORDER BY started_at, id) AS ended,
               array_agg(move ORDER BY started_at, id) AS moves, array_agg(result ORDER BY started_at, id) AS results
        FROM work_task
        LEFT JOIN LATERAL (SELECT split_part(step, '.', 3) AS move, data ->> 'result' AS result FROM ledger_journal
                           WHERE subject = work_task.subject AND at = work_task.ended_at ORDER BY seq LIMIT 1) AS why
                  ON true
        WHERE work_task.subject = c.id AND role <> %(supervisor)s) AS t ON true
    ORDER BY c.opened_at, c.id
"""


class _Row(NamedTuple):
    id: UUID
    area: str
    category: str
    scenario: str
    facts: str
    done: str | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    lead_unit: int | None
    source: str
    resolution: str
    asked_again: int
    first_state: str | None
    steps: list[str] | None
    acts: list[str] | None
    units: list[int] | None
    roles: list[str] | None
    states: list[str] | None
    began: list[datetime] | None
    ended: list[datetime | None] | None
    moves: list[str | None] | None
    results: list[str | None] | None


def histories(*, seen_by: Actor, wanted: HistoryFilter) -> Iterator[PastMatter]:
    """The past cases that ``wanted`` asks for within the actor's area, the earliest first.

    One statement, read in portions while they are taken; the transaction stays open until the last one was. A case
    brought in from another register tells one piece, its handling, and leaves the other acts untold. The time for which
    a closed case lay until it was asked for again is in no piece. The posture of the time is not kept: all count as
    normal.
    """
    with reading(seen_by), connection.chunked_cursor() as cursor:
        cursor.execute(_QUESTION, _asked(seen_by, wanted))
        while rows := cursor.fetchmany(_PORTION):
            for row in rows:
                yield _matter(_Row(*row))


def _asked(seen_by: Actor, wanted: HistoryFilter) -> Mapping[str, Any]:
    """The scope of the policy again in words: an index answers it, a policy alone does not."""
    patterns = [pattern.rpartition(":")[2] for pattern in wanted.categories]
    return {
        "low": max(seen_by.area.low, wanted.area.low),
        "high": min(seen_by.area.high, wanted.area.high),
        "since": wanted.since,
        "until": wanted.until,
        "all": not patterns,
        "codes": [pattern for pattern in patterns if not pattern.endswith(ANY)],
        "prefixes": [pattern.removesuffix(ANY) for pattern in patterns if pattern.endswith(ANY)],
        "most": wanted.most,
        "supervisor": Role.SUPERVISOR.value,
    }


def _matter(row: _Row) -> PastMatter:
    pieces = tuple(_pieces(row))
    untold = _ACTS - {piece.step for piece in pieces} if row.source == Source.IMPORT else frozenset[str]()
    return PastMatter(
        id=row.id,
        area=AreaCode(row.area),
        category=row.category,
        facts={**work.known_facts(json.loads(row.facts)), "verifies": row.first_state == _UNVERIFIED},
        began_at=row.opened_at,
        ended_at=row.closed_at,
        due_at=row.due_at,
        pieces=pieces,
        untold=untold,
        scenario=row.scenario,
        solved=_SOLVED.get(row.resolution),
    )


def _pieces(row: _Row) -> Iterator[PastPiece]:
    """Every task as a piece; of a case brought in without any, the one piece its register tells."""
    if row.steps is None:
        if row.source == Source.IMPORT and row.lead_unit:
            yield PastPiece(_HANDLE, row.lead_unit, row.opened_at, row.closed_at, DONE if row.closed_at else "")
        return
    asked_again, done = row.asked_again, json.loads(row.done or "{}")
    for step, act, state, move, result, rest in _tasks(row):
        unit, role, began, ended = rest
        told = _result(state, move, result, done.get(step))
        if act == _CHECK and state == "done" and asked_again:
            asked_again, told = asked_again - 1, _ASK_AGAIN
        yield PastPiece(act or step, unit, began, ended, told, Role(role), state == "returned" or told == _ASK_AGAIN)


def _tasks(row: _Row) -> Iterator[tuple[Any, ...]]:
    columns = (row.steps, row.acts, row.states, row.moves, row.results, row.units, row.roles, row.began, row.ended)
    for step, act, state, move, result, *rest in zip(*(column or () for column in columns), strict=True):
        yield step, act, state, move, result, rest


def _result(state: str, move: str | None, result: str | None, last: str | None) -> str:
    """How a task ended, in the words of its scenario: what the act says, else how its step stands now, else done."""
    if state == "done":
        return result or last or DONE
    if state == "returned":
        return result or move or DONE
    return TAKEN_BACK if state == "withdrawn" else ""
