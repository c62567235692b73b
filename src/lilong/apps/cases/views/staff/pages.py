"""The page of one case, for a phone or a desk, and the one address to which every step is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from lilong.apps.cases import commands, queries
from lilong.apps.cases.forms import StepForm, photos_given
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.rules import LOOK_DUTIES
from lilong.apps.cases.terms import CaseView
from lilong.apps.cases.views.staff.acts import acts_for, step_form
from lilong.apps.cases.views.staff.contact import PurposeForm, look_for, looked_up
from lilong.apps.organisations import public as organisations
from lilong.apps.people.terms import READ
from lilong.apps.work.terms import TaskTerm
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind, Refused, absent
from lilong.kernel.words import Label
from lilong.ledger import history
from lilong.ledger.receipts import Receipt

_DESK_DUTIES = frozenset({"cases.case.file", "cases.case.dispatch", "cases.case.callback", "dashboards.view"})
_INBOX = Label("收件箱", "Inbox")
_QUEUE = Label("派单队列", "Dispatch queue")
_ANONYMOUS = Label("匿名", "anonymous")
_SOMEBODY = Label("居民，留了联系方式", "a resident who can be reached")
_NOBODY = Label("没有留联系方式", "no contact left")


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One line of the clocks table."""

    task: TaskTerm
    unit: Label


@staff_page(*LOOK_DUTIES)
def case(request: Request, number: str) -> HttpResponse:
    """One case: what it is, its clocks and journal, what this post may do."""
    view = queries.case_view(seen_by=request.actor, at=request.at, number=number)
    notice = CASE.steps[request.GET["done"]].label if request.GET.get("done") in CASE.steps else None
    return _page(request, view, {"notice": done_words(notice) if notice else None})


@staff_page(*LOOK_DUTIES)
def step(request: Request, number: str, step: str) -> HttpResponse:
    """Take a step; what stands in the way comes back under its form."""
    if step not in commands.TAKEN_BY_NAME:
        raise absent(Label("这一步", "step"))
    if request.method != "POST":
        return redirect("cases:case", number)
    view = queries.case_view(seen_by=request.actor, at=request.at, number=number)
    form = step_form(view, CASE.steps[step], request)
    if not form.is_valid():
        return _page(request, view, {}, {step: request.POST})
    try:
        _take(request, view, form)
    except Refused as refused:
        if refused.kind not in (RefusalKind.INVALID, RefusalKind.TOO_LARGE):
            raise
        return _page(request, view, {"refusals": refused.refusals}, {step: request.POST})
    return redirect(_next(request, number, step))


@staff_page(READ)
def contact(request: Request, number: str) -> HttpResponse:
    """Look at how the reporter can be reached, for a purpose; shown once, on this answer only."""
    view = queries.case_view(seen_by=request.actor, at=request.at, number=number)
    form = PurposeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, view, {"contact_act": look_for(request, view, form)})
    return _page(request, view, {"contacts": looked_up(request, view, form), "contact_act": None})


def _take(request: Request, view: CaseView, form: StepForm) -> Receipt:
    key, inputs = command_key(request), form.inputs()
    inputs.pop("photos", None)
    photos = photos_given(request.FILES.getlist("photos"))
    if photos:
        before = CommandKey(queries.second_key(key.id), key.at, key.digest)
        kind = "after" if form.step.name == "hand_in" else "near"
        commands.add_photos(by=request.actor, key=before, case=view.row.id, photos=photos, kind=kind)
        key = CommandKey(key.id, key.at, key.digest, None if key.version is None else key.version + 1)
    return commands.take_step(by=request.actor, key=key, case=view.row.id, step=form.step.name, inputs=inputs)


def _page(
    request: Request, view: CaseView, more: dict[str, Any], bound: dict[str, QueryDict] | None = None
) -> HttpResponse:
    mine = next((t for t in view.tasks if t.ended_at is None and t.unit == request.actor.unit), None)
    is_desk = not _DESK_DUTIES.isdisjoint(request.actor.duties)
    context = {
        "view": view,
        "mine": mine,
        "acts": acts_for(request, view, bound),
        "reporter": _reporter(view),
        "contacts": (),
        "contact_act": look_for(request, view),
        "boundaries": f"{reverse('api:boundaries')}?within={view.row.area.digits[:9]}",
        "clocks": [ClockLine(task, _unit_name(task.unit)) for task in view.tasks] if is_desk else [],
        "back_url": reverse("cases:queue" if is_desk else "work:inbox"),
        "back_label": _QUEUE if is_desk else _INBOX,
        "verified": history.is_whole(view.row.id, request.actor) if "verify" in request.GET else None,
        **more,
    }
    status = 422 if bound else 200
    return render(request, f"cases/staff/{'case' if is_desk else 'task'}.html", context, status=status)


def _reporter(view: CaseView) -> Label:
    if view.anonymous:
        return _ANONYMOUS
    return _SOMEBODY if view.has_reporter else _NOBODY


def _unit_name(number: int) -> Label:
    unit = organisations.unit(number)
    return unit.name if unit else Label(f"单位 {number}", f"unit {number}")


def _next(request: Request, number: str, step: str) -> str:
    """Back to where the form stood: the list it was opened from, or the case."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return f"{reverse('cases:case', args=[number])}?done={step}"


def done_words(label: Label) -> Label:
    """What a page says after the step called ``label`` was taken."""
    return Label("“{step}”办好了。", "“{step}” is done.").filled(step=label)
