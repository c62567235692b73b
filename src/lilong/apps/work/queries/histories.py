"""Past undertakings as rehearsal and comparison ask for them: what really happened, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from lilong.apps.work.rules.answers import known_facts
from lilong.apps.work.terms import DONE, TAKEN_BACK, HistoryFilter, PastMatter, PastPiece, Role
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.ledger.scope import reading

_PORTION = 2_000
_QUESTION = """
    SELECT u.id, u.area, u.scenario, u.facts, u.progress -> 'done', u.begun_at, u.ended_at, u.due_at, t.tasks
    FROM (SELECT * FROM work_undertaking
          WHERE area >= %(low)s AND area < %(high)s AND begun_at >= %(since)s AND begun_at < %(until)s
            AND (cardinality(%(names)s::text[]) = 0 OR split_part(scenario, '@', 1) = ANY (%(names)s))
          ORDER BY begun_at, id LIMIT %(most)s) AS u
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(step, unit, role, state, started_at, ended_at, why.result)
                         ORDER BY started_at, id) AS tasks
        FROM work_task
        LEFT JOIN LATERAL (SELECT data ->> 'result' AS result FROM ledger_journal
                           WHERE subject = work_task.subject AND at = work_task.ended_at ORDER BY seq LIMIT 1) AS why
                  ON true
        WHERE work_task.subject = u.id AND role <> %(supervisor)s) AS t ON true
    ORDER BY u.begun_at, u.id
"""


class _Row(NamedTuple):
    id: UUID
    area: str
    scenario: str
    facts: str
    done: str | None
    begun_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    tasks: str | None


def undertaking_histories(*, seen_by: Actor, wanted: HistoryFilter) -> Iterator[PastMatter]:
    """The past undertakings that ``wanted`` asks for within the actor's area, the earliest first.

    One statement, read in portions while they are taken; the transaction stays open until the last one was. They have
    no category: patterns of it are not asked, the name of the scenario is.
    """
    asked: dict[str, Any] = {
        "low": max(seen_by.area.low, wanted.area.low),
        "high": min(seen_by.area.high, wanted.area.high),
        "since": wanted.since,
        "until": wanted.until,
        "most": wanted.most,
        "names": list(wanted.names),
        "supervisor": Role.SUPERVISOR.value,
    }
    with reading(seen_by), connection.chunked_cursor() as cursor:
        cursor.execute(_QUESTION, asked)
        while rows := cursor.fetchmany(_PORTION):
            for row in rows:
                yield _matter(_Row(*row))


def _matter(row: _Row) -> PastMatter:
    done = json.loads(row.done or "{}")
    return PastMatter(
        id=row.id,
        area=AreaCode(row.area),
        category="",
        facts=known_facts(json.loads(row.facts)),
        began_at=row.begun_at,
        ended_at=row.ended_at,
        due_at=row.due_at,
        pieces=tuple(_piece(task, done) for task in json.loads(row.tasks or "[]")),
        scenario=row.scenario,
    )


def _piece(task: list[Any], done: dict[str, str]) -> PastPiece:
    step, unit, role, state, began, ended, result = task
    told = {"done": result or done.get(step) or DONE, "returned": result or DONE, "withdrawn": TAKEN_BACK}
    opened_at, ended_at = datetime.fromisoformat(began), datetime.fromisoformat(ended) if ended else None
    return PastPiece(step, unit, opened_at, ended_at, told.get(state, ""), Role(role), state == "returned")
