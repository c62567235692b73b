"""Bringing in the past: matters of another register, a batch at a time, journalled as if they had been lived here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.rules import (
    RATING_WINDOW,
    grams,
    is_overdue,
    progress_until,
    recorded_id,
    window_is_over,
)
from lilong.apps.cases.terms import RecordedBatch, RecordedCase
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, StandardCard
from lilong.apps.work import public as work
from lilong.apps.work.terms import Assignment, Situation
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import WorkingTime
from lilong.kernel.ids import new_id, new_salt
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refused, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt

RECORD = Deed(
    "record",
    Label("导入登记过的事", "bring in past matters"),
    "cases.case.record",
    "cases.case_recorded",
    "cases.batch",
)
BATCH_MAX = 10_000
_RUNNING_ACT = "handle"
_COLUMNS = {
    "id": "uuid",
    "area": "text",
    "category": "text",
    "standard": "int",
    "lead_unit": "int",
    "place": "point",
    "latitude": "float8",
    "longitude": "float8",
    "opened_at": "timestamptz",
    "due_at": "timestamptz",
    "closed_at": "timestamptz",
    "archive": "boolean",
    "progress": "jsonb",
    "title": "text",
    "body": "text",
    "address": "text",
    "salt": "bytea",
    "grams": "text[]",
    "because": "jsonb",
    "facts": "jsonb",
    "closing": "jsonb",
    "task": "jsonb",
}
_TABLE = (
    f"CREATE TEMPORARY TABLE IF NOT EXISTS cases_recording ({', '.join(f'{c} {t}' for c, t in _COLUMNS.items())}) "
    "ON COMMIT DELETE ROWS"
)
_COPY = f"COPY cases_recording ({', '.join(_COLUMNS)}) FROM STDIN"
_ARCHIVED = Because(
    Ground.CALENDAR,
    Label("结案满 {days} 天，没有再次诉求。", "Closed for {days} days and not asked again.").filled(
        days=RATING_WINDOW.days
    ),
)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same for every row of a batch."""

    register: str
    at: datetime
    time: WorkingTime
    standards: Mapping[CategoryKey, StandardCard]


def record_cases(*, by: Actor, key: CommandKey, batch: RecordedBatch) -> Receipt:
    """Bring in a batch: what is new becomes a case with its past, what was closed since is closed. Safe to repeat.

    All of it or nothing, in one transaction, with one entry and one piece of news for the batch beside the entries of
    each case. The receipt's details count ``created``, ``changed``, ``kept`` (closed there, gone on here) and
    ``differing`` (told differently now; left as it is). A closed matter whose rating window was over at ``key.at`` is
    archived; an open one is with its unit, with a task. A category without a standard row cannot be brought in.
    Raises :class:`~lilong.kernel.refusals.Refused`: denied, invalid (naming what), key reused.
    """
    _refuse_unfit(batch)
    frame = _Frame(batch.register, key.at, working_time(key.at), _standards(batch, key.at))

    def change() -> Outcome:
        counts = _write(by, key.at, _rows(batch.cases, frame))
        origin = {"register": batch.register, "rows": len(batch.cases), **counts}
        because = Because(
            Ground.DATA,
            Label("按“{register}”登记簿导入。", "As the register “{register}” has it.").filled(register=batch.register),
            f"register:{batch.register}",
        )
        return Outcome((because,), origin, origin, counts)

    return amend(by=by, key=key, deed=RECORD, area=batch.city, subject=key.id, change=change)


def _write(by: Actor, at: datetime, rows: Iterator[Sequence[object]]) -> dict[str, int]:
    archive = {"because": [_ARCHIVED.as_json()], "from": "closed"}
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy(_COPY) as copying:
            for row in rows:
                copying.write_row(row)
        cursor.execute(
            "SELECT cases_record(%s, %s, %s, %s, %s, %s)",
            [
                at,
                by.mark,
                json.dumps(by.name.as_json()),
                work.ordinary().scenario.reference,
                list(CASE.steps["record_closing"].sources),
                json.dumps(archive),
            ],
        )
        (counts,) = cursor.fetchone()
    found: dict[str, int] = json.loads(counts)
    return found


def _rows(cases: Sequence[RecordedCase], frame: _Frame) -> Iterator[Sequence[object]]:
    for case in cases:
        yield _row(case, frame)


def _row(case: RecordedCase, frame: _Frame) -> Sequence[object]:
    """One row of the temporary table, in the order of its columns."""
    id_ = recorded_id(frame.register, case.id)
    located, metres = case.located, case.located.metres
    because = (*located.because, *case.because)
    standard = frame.standards[case.category]
    is_open = case.closed_at is None
    return (
        id_,
        located.area.digits,
        str(case.category),
        standard.id,
        case.unit,
        f"({metres.x!r},{metres.y!r})" if metres else None,
        located.latitude,
        located.longitude,
        case.opened_at,
        case.due_at,
        case.closed_at,
        window_is_over(case.closed_at, frame.at),
        _progress(_RUNNING_ACT if is_open else None),
        case.title,
        case.body,
        case.address,
        new_salt(),
        _grams(case.title, case.body, case.address),
        _as_json(because),
        json.dumps(_facts(case, frame)),
        None if is_open else json.dumps(_closing(case, frame.at)),
        json.dumps(_task(id_, case, standard, frame)) if is_open else None,
    )


def _facts(case: RecordedCase, frame: _Frame) -> dict[str, Any]:
    """What the journal keeps of the register's row: its number and its channel, nothing anybody wrote."""
    return {
        "source": "import",
        "register": frame.register,
        "number": case.id,
        "channel": case.channel,
        "due": case.due_at.isoformat() if case.due_at else None,
        "flags": list(case.located.flags),
    }


def _closing(case: RecordedCase, at: datetime) -> dict[str, Any]:
    return {
        "from": "handling",
        "because": [],
        "in_time": not is_overdue(case.due_at, case.closed_at, at),
        "resolution": "",
        "unit": case.unit,
    }


def _task(subject: UUID, case: RecordedCase, standard: StandardCard, frame: _Frame) -> dict[str, Any]:
    """The task of the unit that has it, due as the register promised, else by the standard row."""
    ready, assigned = work.ordinary(), Assignment(case.unit, standard.limit, (), case.because)
    progress = progress_until(ready.scenario, _RUNNING_ACT)
    here = Situation({"verifies": True}, case.opened_at, frame.time)
    plan = work.plan(ready, progress, None, here, lambda _step, _entry: assigned)
    (row,) = work.opening_rows(plan, case.opened_at)
    if case.due_at:
        row |= {"due_at": case.due_at.isoformat(), "because": [because.as_json() for because in case.because]}
    opened = case.opened_at.isoformat()
    return {
        **row,
        "id": str(new_id(frame.at)),
        "subject": str(subject),
        "area": case.located.area.digits,
        "started_at": opened,
    }


@lru_cache(maxsize=8)
def _progress(until: str | None) -> str:
    return json.dumps(progress_until(work.ordinary().scenario, until).as_json())


@lru_cache(maxsize=20_000)
def _grams(*texts: str) -> str:
    return _array(grams(*texts))


def _array(words: Sequence[str]) -> str:
    """A text array as the server reads it; the driver takes far longer over one than over a text."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"


@lru_cache(maxsize=20_000)
def _as_json(because: tuple[Because, ...]) -> str:
    return json.dumps([each.as_json() for each in because])


def _standards(batch: RecordedBatch, at: datetime) -> dict[CategoryKey, StandardCard]:
    """The standard row of each category. Raises the refusal of a category that has none in the catalogue in force."""
    found: dict[CategoryKey, StandardCard] = {}
    for category in {case.category for case in batch.cases}:
        rows = organisations.standards_of(category, area=batch.city, at=at)
        if not rows:
            raise _refused(
                "category_without_standard",
                Label(
                    f"清单里没有 {category}，或它没有标准。",
                    f"The catalogue has no {category}, or no standard row of it.",
                ),
                Label(
                    "请先把类别和标准写进权责清单。", "Put the category and a standard row into the catalogue first."
                ),
            )
        found[category] = rows[0]
    return found


def _refuse_unfit(batch: RecordedBatch) -> None:
    remedy = Label(
        "请更正后重新导入这一批；没有写入任何内容。", "Correct it and bring the batch in again; nothing was written."
    )
    if len(batch.cases) > BATCH_MAX or not batch.register.strip():
        text = Label(
            f"一批最多 {BATCH_MAX} 件，并要写明登记簿。", f"At most {BATCH_MAX} in a batch, of a named register."
        )
        raise _refused("batch_unfit", text, remedy)
    if len({case.id for case in batch.cases}) != len(batch.cases):
        raise _refused("number_twice", Label("一批里有重复的编号。", "A number stands twice in the batch."), remedy)
    for case in batch.cases:
        if not batch.city.contains(case.located.area) or not case.id or organisations.unit(case.unit) is None:
            text = Label(
                f"{case.id} 不在本市，或单位不存在。", f"{case.id} lies outside the city, or has no such unit."
            )
            raise _refused("recorded_elsewhere", text, remedy)
        if case.closed_at and case.closed_at < case.opened_at:
            text = Label(f"{case.id} 的了结早于报来。", f"{case.id} was closed before it was opened.")
            raise _refused("closed_before_opened", text, remedy)


def _refused(code: str, text: Label, remedy: Label) -> Refused:
    return invalid(f"cases.{code}", text, remedy)
