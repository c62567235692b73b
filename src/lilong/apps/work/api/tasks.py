"""Work for programs: the inbox of one's unit, what it finished, the answer to a task brought before it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from lilong.apps.work.api.shapes import HandedIn
from lilong.apps.work.commands import tasks as commands
from lilong.apps.work.commands.handing import hand_in
from lilong.apps.work.queries import tasks as queries
from lilong.apps.work.terms import Handed, InboxPage, TaskCard
from lilong.calendars.queries import working_time
from lilong.identity.access import staff
from lilong.identity.answers import REFUSED, BecauseOut, LabelOut, LimitOut, ReadingOut, ReceiptOut
from lilong.identity.requests import Request, command_key
from lilong.ledger.receipts import Receipt

router = Router(tags=["work"])


class CardOut(Schema):
    """The matter a task belongs to; ``url`` is its page."""

    title: str
    place: str
    origin: LabelOut
    number: str
    url: str


class TaskCardOut(Schema):
    """One task of the unit: what is to be handed in, within what limit, because of what."""

    id: UUID
    subject: UUID
    label: LabelOut
    role: str
    accepted: bool
    hand_in: LabelOut
    reading: ReadingOut
    limit: LimitOut
    because: list[BecauseOut]
    card: CardOut

    @staticmethod
    def resolve_limit(task: Any) -> dict[str, Any]:
        """The limit with its words."""
        return {"amount": task.limit.amount, "kind": task.limit.kind.value, "label": task.limit.label}


class InboxOut(Schema):
    """One page of tasks; ``after`` asks for the next one, empty on the last."""

    tasks: list[TaskCardOut]
    total: int
    after: str


class AnswerIn(Schema):
    """What was done about a late task."""

    answer: str = Field(min_length=1, max_length=4000)


@router.get("/inbox", auth=staff(), response={200: InboxOut, **REFUSED})
def inbox(request: HttpRequest, after: str = "") -> InboxPage:
    """The open tasks of one's unit, most urgent first."""
    return _page(request, after, done=False)


@router.get("/done", auth=staff(), response={200: InboxOut, **REFUSED})
def finished(request: HttpRequest, after: str = "") -> InboxPage:
    """The ended tasks of one's unit, latest first."""
    return _page(request, after, done=True)


@router.get("/tasks/{task}", auth=staff(), response={200: TaskCardOut, **REFUSED})
def one_task(request: HttpRequest, task: UUID) -> TaskCard:
    """One task of one's unit."""
    asked = cast("Request", request)
    return queries.task(seen_by=asked.actor, task_id=task, at=asked.at, time=working_time(asked.at))


@router.post("/tasks/{task}/hand_in", auth=staff("work.task.do"), response={200: ReceiptOut, **REFUSED})
def hand_in_task(request: HttpRequest, task: UUID, given: HandedIn) -> Receipt:
    """交结果 Hand in one's part of a step that no stage of its matter stands for."""
    asked = cast("Request", request)
    card = queries.task(seen_by=asked.actor, task_id=task, at=asked.at, time=working_time(asked.at))
    return hand_in(
        by=asked.actor,
        key=command_key(asked),
        kind=card.kind,
        subject=card.subject,
        task_key=card.key,
        handed=Handed(given.result, given.note, given.answers),
    )


@router.post("/tasks/{task}/answer", auth=staff("work.task.supervise"), response={200: ReceiptOut, **REFUSED})
def answer_supervision(request: HttpRequest, task: UUID, given: AnswerIn) -> Receipt:
    """督办答复 Answer a task that was brought before one's unit because it is late."""
    asked = cast("Request", request)
    return commands.answer_supervision(by=asked.actor, key=command_key(asked), task=task, answer=given.answer)


def _page(request: HttpRequest, after: str, *, done: bool) -> InboxPage:
    asked = cast("Request", request)
    return queries.inbox(seen_by=asked.actor, at=asked.at, time=working_time(asked.at), after=after, done=done)
