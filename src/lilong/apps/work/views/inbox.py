"""The inbox of a post's unit, what the unit finished, and the answer to a task that was brought before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime

from lilong.apps.work.commands import tasks as commands
from lilong.apps.work.forms import AnswerForm
from lilong.apps.work.lifecycle import TASK
from lilong.apps.work.queries import tasks as queries
from lilong.apps.work.terms import InboxPage, Role, TaskCard
from lilong.calendars.queries import working_time
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label

_OVERDUE = Label("已超时", "Overdue")
_TODAY = Label("今天到期", "Due today")
_LATER = Label("以后", "Later")
_NOTICES = {
    "answer": Label("督办答复已记下。", "Your answer is kept."),
    "hand_in": Label("交好了，接着的一步已经派下去。", "Handed in; what follows is with its unit."),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks under one heading."""

    label: Label
    tasks: tuple[TaskCard, ...]


@staff_page()
def inbox(request: Request) -> HttpResponse:
    """What the unit has in hand, most urgent first."""
    page = queries.inbox(
        seen_by=request.actor,
        at=request.at,
        time=working_time(request.at),
        after=request.GET.get("after", ""),
    )
    page = replace(page, tasks=tuple(_addressed(task) for task in page.tasks))
    context = {
        "page": page,
        "groups": groups_of(page.tasks, request.at),
        "first": page.tasks[0] if page.tasks else None,
        "more_url": _more("work:inbox", page),
        "notice": _NOTICES.get(request.GET.get("done", "")),
    }
    request.menu_counts = {"work:inbox": page.total}
    return render(request, "work/inbox.html", context)


@staff_page()
def done(request: Request) -> HttpResponse:
    """What the unit finished, latest first."""
    page = queries.inbox(
        seen_by=request.actor,
        at=request.at,
        time=working_time(request.at),
        after=request.GET.get("after", ""),
        done=True,
    )
    return render(request, "work/done.html", {"page": page, "more_url": _more("work:done", page)})


@staff_page("work.task.supervise")
def supervision(request: Request, task: UUID) -> HttpResponse:
    """One task that is late and was brought before this unit: look at it, and say what was done about it."""
    card = queries.task(seen_by=request.actor, task_id=task, at=request.at, time=working_time(request.at))
    if card.role is not Role.SUPERVISOR:
        raise absent(Label("督办", "supervision"))
    form = AnswerForm(request.POST or None)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            commands.answer_supervision(
                by=request.actor, key=command_key(request), task=task, answer=form.cleaned_data["answer"].strip()
            )
            return redirect(f"{reverse('work:inbox')}?done=answer")
        except Refused as refused:
            if refused.kind is not RefusalKind.INVALID:
                raise
            refusals = refused.refusals
    context = {"task": card, "form": form, "step": TASK.steps["answer"], "refusals": refusals}
    return render(request, "work/supervision.html", context, status=422 if request.method == "POST" else 200)


def groups_of(tasks: Iterable[TaskCard], at: datetime) -> tuple[Group, ...]:
    """The tasks that are late, those due before midnight of the wall clock, and the rest; empty groups left out."""
    found: dict[Label, list[TaskCard]] = {_OVERDUE: [], _TODAY: [], _LATER: []}
    today = localtime(at).date()
    for task in tasks:
        due = task.reading.due
        label = _OVERDUE if due < at else _TODAY if localtime(due).date() == today else _LATER
        found[label].append(task)
    return tuple(Group(label, tuple(group)) for label, group in found.items() if group)


def _more(route: str, page: InboxPage) -> str:
    """The address of the next page; empty on the last."""
    return f"{reverse(route)}?{urlencode({'after': page.after})}" if page.after else ""


def _addressed(task: TaskCard) -> TaskCard:
    """A supervision and a step that no stage stands for open a page of their own; any other the page of its matter."""
    if task.role is not Role.SUPERVISOR and task.act:
        return task
    route = "work:supervision" if task.role is Role.SUPERVISOR else "work:task"
    return replace(task, card=replace(task.card, url=reverse(route, args=[task.id])))
