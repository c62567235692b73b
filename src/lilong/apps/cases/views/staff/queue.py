"""The dispatcher's queue, the list of all cases, and the same list as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from lilong.apps.cases import queries
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.rules import LOOK_DUTIES
from lilong.apps.cases.terms import CaseView, Desk
from lilong.apps.cases.views.staff.acts import Act, desk_acts, suggestion_for
from lilong.apps.cases.views.staff.listing import ALL_VIEWS, QUEUE_VIEWS, Listing, listing_of
from lilong.apps.cases.views.staff.pages import done_words
from lilong.apps.cases.views.staff.sheet import lines
from lilong.identity.access import staff_page
from lilong.identity.requests import Request
from lilong.kernel.words import Label

DESK = ("cases.case.dispatch", "cases.case.file", "cases.case.merge", "cases.case.callback")
_HOW = Label(
    "选一件，看建议的单位和理由，按 D 派出；单位接收前可以撤回。",
    "Open one, see the suggested unit and why, press D; it can be taken back until the unit accepts.",
)
_LOOK_ROUND = Label("本岗位区域里的全部事项；点开看详情。", "Every matter in your post’s area; open one for more.")


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just done and may be taken back."""

    text: Label
    url: str
    version: int


@staff_page(*DESK)
def queue(request: Request) -> HttpResponse:
    """What waits for the desk: filter, open one, dispatch it, take it back."""
    listing = listing_of(request, "cases:queue", QUEUE_VIEWS)
    heading = Label("派单队列：{todo} 件待办，{late} 件超时", "Dispatch queue: {todo} to do, {late} overdue")
    return _page(request, listing, heading, _HOW)


@staff_page(*LOOK_DUTIES)
def all_cases(request: Request) -> HttpResponse:
    """Every case of the post's area."""
    listing = listing_of(request, "cases:all", ALL_VIEWS)
    heading = Label("全部事项：在办 {open} 件，{late} 件超时", "All matters: {open} open, {late} overdue")
    return _page(request, listing, heading, _LOOK_ROUND)


@staff_page(*LOOK_DUTIES)
def export(request: Request) -> StreamingHttpResponse:
    """The list of the same filter as CSV. It leaves out what people wrote: title, words, address."""
    views = tuple({view.name: view for view in (*QUEUE_VIEWS, *ALL_VIEWS)}.values())
    listing = listing_of(request, "cases:export", views)
    response = StreamingHttpResponse(lines(request, listing.wanted), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="lilong-{request.at:%Y%m%d-%H%M}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(request: Request, listing: Listing, heading: Label, lede: Label) -> HttpResponse:
    by_hand = request.GET.get("case", "")
    desk = queries.desk(
        seen_by=request.actor,
        at=request.at,
        wanted=listing.wanted,
        chosen=by_hand,
        done=request.GET.get("number", "") if request.GET.get("done") else "",
    )
    counts = desk.counts
    context = {
        "heading": heading.filled(
            todo=counts["verified"] + counts["filed"],
            late=counts["late"],
            open=sum(counts[state] for state in ALL_VIEWS[0].states),
        ),
        "lede": lede,
        "tabs": listing.tabs(counts),
        "filters": listing.form,
        "page": desk.page,
        "newer_url": listing.address() if listing.wanted.after else "",
        "older_url": listing.address(after=desk.page.after) if desk.page.after else "",
        "export_url": f"{reverse('cases:export')}?{urlencode(listing.kept)}",
        "by_hand": bool(by_hand and desk.opened and desk.opened.row.number == by_hand),
        "undo": _undo(request, listing, desk),
        "notice": _notice(request, desk),
        "boundaries": f"{reverse('api:boundaries')}?within={request.actor.area}",
        "refusals": listing.refusals,
        **_opened(request, listing, desk.opened),
    }
    request.menu_counts = {"cases:queue": counts["verified"] + counts["filed"]}
    return render(request, "cases/staff/queue.html", context)


def _opened(request: Request, listing: Listing, view: CaseView | None) -> dict[str, Any]:
    """The panel beside the list; its forms come back to the list they were opened from."""
    if view is None:
        return {"view": None, "acts": (), "suggestion": None, "merge_url": ""}
    merges = any(step.name == "merge" for step in view.steps)
    return {
        "view": view,
        "acts": [_returning(act, listing, view) for act in desk_acts(request, view)],
        "suggestion": suggestion_for(view, request),
        "merge_url": _step_address(listing, view.row.number, "merge") if merges else "",
    }


def _returning(act: Act, listing: Listing, view: CaseView) -> Act:
    address = listing.address(done=act.step.name, number=view.row.number)
    act.form.fields["next"] = forms.CharField(required=False, initial=address, widget=forms.HiddenInput)
    return act


def _undo(request: Request, listing: Listing, desk: Desk) -> Undo | None:
    """The dispatch just made, while its unit has not accepted it."""
    done = desk.done
    if request.GET.get("done") != "dispatch" or done is None or done.row.lead is None:
        return None
    if not any(step.name == "recall" for step in done.steps):
        return None
    text = Label("已派给{unit}：{title}", "Dispatched to {unit}: {title}").filled(
        unit=done.row.lead.name, title=done.row.title
    )
    return Undo(text, _step_address(listing, done.row.number, "recall"), done.row.version)


def _notice(request: Request, desk: Desk) -> Label | None:
    """What was just done; a dispatch says so in the offer to take it back."""
    step = CASE.steps.get(request.GET.get("done", ""))
    if step is None or desk.done is None or step.name == "dispatch":
        return None
    return Label("{number} {done}", "{number}: {done}").filled(number=desk.done.row.number, done=done_words(step.label))


def _step_address(listing: Listing, number: str, step: str) -> str:
    """Where a form without fields of its own sends ``step``, and comes back from to the list."""
    after = urlencode({"next": listing.address(done=step, number=number)})
    return f"{reverse('cases:step', args=[number, step])}?{after}"
