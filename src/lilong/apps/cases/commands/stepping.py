"""办一步: a step of a case's scenario that the national stages do not know, such as securing the site first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from lilong.apps.cases.commands.steps import WHAT, Words, advance, facts, keep_answers, kept_words
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.apps.work import public as work
from lilong.apps.work.terms import Handed, Happened, Role, Step, step_of
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading


def finish_step(*, by: Actor, key: CommandKey, subject: UUID, task_key: str, handed: Handed) -> Receipt:
    """Hand in one's part of a step: the lead's ends the step, a co-handler's its own task.

    Raises :class:`~lilong.kernel.refusals.Refused`: not now (another unit's, done, waits for others), invalid (a result
    or an answer the step does not know), absent for a step that a stage of the case stands for: those have verbs.
    """

    def change(turn: Turn[Case]) -> Outcome:
        turn.row.updated_at = turn.key.at
        step = _free_step(turn.row, task_key)
        data = {"step": task_key, **_moved(turn, step, task_key, handed), **_words(turn, handed)}
        news = {"category": turn.row.category, "state": turn.row.state, "step": task_key}
        return Outcome((), data, news, {"number": turn.row.number})

    inputs = {"task": task_key, "result": handed.result, "note": handed.note}
    target = Target(CASE, Case, subject, WHAT, facts)
    return act(by=_acting_in(by, subject), key=key, target=target, step="do_step", inputs=inputs, change=change)


def _acting_in(by: Actor, subject: UUID) -> Actor:
    """``by`` with the same duties in the case's area, when its unit has or had a piece of work of it."""
    with reading(by), connection.cursor() as cursor:
        cursor.execute("SELECT cases_area_of_part(%s)", [subject])
        (digits,) = cursor.fetchone()
    return replace(by, area=AreaCode(digits)) if digits and not by.area.contains(AreaCode(digits)) else by


def _moved(turn: Turn[Case], step: Step, task_key: str, handed: Handed) -> Mapping[str, Any]:
    row = turn.row
    if work.part_in(row.id, task_key, turn.by.unit) is Role.CO_HANDLER:
        work.finish_own_part(row.id, task_key, turn.by.unit, turn.key.at)
        return {"part": Role.CO_HANDLER.value}
    if step.together:
        work.refuse_alone(row.id, task_key)
    happened = Happened(task_key, handed.result)
    answers = keep_answers(row, work.ready(row.scenario), happened, handed.answers)
    return {"result": handed.result, "answers": answers, **advance(turn, happened)}


def _words(turn: Turn[Case], handed: Handed) -> Mapping[str, Any]:
    return kept_words(turn.row, Words("step", handed.note, public=False), turn)


def _free_step(row: Case, task_key: str) -> Step:
    step = work.ready(row.scenario).steps.get(step_of(task_key))
    if step is None or step.act:
        raise absent(Label("步骤", "step"))
    return step
