"""My data: who looked, what is kept, a copy, putting right, erasing (个人信息保护法 2021-08-20 art. 44 to 47)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lilong.apps.people import commands, queries
from lilong.apps.people.forms import ContactForm, WithdrawForm
from lilong.apps.people.terms import Contact, ContactKind, ReadSeen
from lilong.apps.people.views.arriving import MASKED_PHONE_IN_SESSION
from lilong.identity.access import resident_page
from lilong.identity.requests import Request, command_key
from lilong.identity.statuses import STATUS
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because
from lilong.kernel.refusals import Refused, absent
from lilong.kernel.words import Label

_RECENT: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Look:
    """One read in the words of the page."""

    at: datetime
    by: Label
    unit: Label | None
    what: Label
    purpose: Label
    because: tuple[Because, ...]


@never_cache
@resident_page
@require_GET
def who_looked(request: Request) -> HttpResponse:
    """Every look at the data of the resident who asks, latest first, a page at a time."""
    by = request.actor
    page = queries.my_reads(seen_by=by, before=request.GET.get("before", ""))
    recent, posts = queries.reads_since(seen_by=by, since=request.at - _RECENT)
    more = f"{reverse('people:who_looked')}?{urlencode({'before': page.next_before})}" if page.next_before else ""
    context = {
        "looks": [_look(read) for read in page.reads],
        "recent": recent,
        "posts": posts,
        "more_url": more,
        "export_url": reverse("people:my_data"),
        "masked_phone": request.session.get(MASKED_PHONE_IN_SESSION, ""),
    }
    return render(request, "people/who_looked.html", context)


@never_cache
@resident_page
@require_GET
def my_data(request: Request) -> HttpResponse:
    """What is kept of the resident who asks, and what they may do about it; the data themselves on request."""
    return _my_data(request)


@never_cache
@resident_page
@require_POST
def show_my_data(request: Request) -> HttpResponse:
    """The same page with the data themselves; the look is noted."""
    return _my_data(request, commands.read_own(by=request.actor, key=command_key(request)))


@never_cache
@resident_page
@require_POST
def export_my_data(request: Request) -> HttpResponse:
    """Everything kept of the resident who asks, as one file."""
    copy = commands.export_my_data(by=request.actor, key=command_key(request))
    name = f"lilong-{request.at:%Y-%m-%d}.json"
    return JsonResponse(
        copy,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@never_cache
@resident_page
def correct_my_data(request: Request) -> HttpResponse:
    """Put right or add what one may change by oneself."""
    form, refused = ContactForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            commands.correct_contact(
                by=request.actor, key=command_key(request), person=_person(request.actor), contacts=form.contacts()
            )
            return redirect("people:my_data")
        except Refused as caught:
            refused = caught
    return _form(request, "people/correct.html", form, refused)


@never_cache
@resident_page
def withdraw_my_data(request: Request) -> HttpResponse:
    """Erase kinds of data. Without the telephone there is no signing in again, so the session ends with it."""
    form, refused = WithdrawForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        kinds = form.cleaned_data["kinds"]
        try:
            commands.withdraw_contact(
                by=request.actor, key=command_key(request), person=_person(request.actor), kinds=kinds
            )
        except Refused as caught:
            refused = caught
        else:
            if ContactKind.PHONE not in kinds:
                return redirect("people:my_data")
            logout(request)
            return redirect("home")
    return _form(request, "people/withdraw.html", form, refused)


def _my_data(request: Request, contacts: tuple[Contact, ...] = ()) -> HttpResponse:
    texts = {contact.kind: contact.text for contact in contacts}
    kept = queries.my_contacts(seen_by=request.actor)
    context = {
        "kept": [{"kept": each, "text": texts.get(each.kind, "")} for each in kept],
        "shown": bool(contacts),
    }
    return render(request, "people/my_data.html", context)


def _form(request: Request, template: str, form: ContactForm | WithdrawForm, refused: Refused | None) -> HttpResponse:
    unfit = 422 if form.is_bound and not form.is_valid() else 200
    context = {"form": form, "refusals": refused.refusals if refused else ()}
    return render(request, template, context, status=STATUS[refused.kind] if refused else unfit)


def _look(read: ReadSeen) -> Look:
    by = Label("您自己", "yourself") if read.own else read.post
    what = Label("、".join(k.label.zh for k in read.kinds), ", ".join(k.label.en for k in read.kinds))
    return Look(read.at, by, read.unit, what, read.purpose.label, (read.because,))


def _person(by: Actor) -> UUID:
    if by.person is None:
        raise absent(Label("居民", "resident"))
    return by.person
