"""Reporting on somebody's behalf, and the receipt one hands over."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.cases import commands, queries
from lilong.apps.cases.forms import OnBehalfForm, photos_given
from lilong.apps.cases.terms import Follow, Report, Source
from lilong.apps.cases.views.following import place_of, progress_url
from lilong.apps.cases.views.offers import category_groups, city_of, guessed_category, map_context
from lilong.apps.people.terms import Guest
from lilong.apps.places.terms import Where
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.ledger.receipts import Receipt


@staff_page("cases.case.report")
def report_for(request: Request) -> HttpResponse:
    """Write down what somebody tells at the door, the counter or the telephone; a receipt to hand over follows."""
    city = city_of(request.actor)
    form = OnBehalfForm(
        request.POST or None,
        request.FILES or None,
        groups=category_groups(city, request, public_only=False),
        initial={"source": Source.WORKER},
    )
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            number = str(_reported(request, form, city).details["number"])
            return redirect("cases:receipt_for", number, queries.follow_secret(number))
        except Refused as refused:
            if refused.kind not in (RefusalKind.INVALID, RefusalKind.TOO_LARGE):
                raise
            refusals = refused.refusals
    context = {"form": form, "refusals": refusals, **map_context(city)}
    return render(request, "cases/staff/report_for.html", context, status=422 if request.method == "POST" else 200)


@staff_page("cases.case.report")
def receipt_for(request: Request, number: str, secret: str) -> HttpResponse:
    """The receipt to print and hand over. The code in the address proves that it was just given out."""
    by, _ = queries.follower(Follow(number, secret), request.actor)
    view = queries.case_view(seen_by=by, at=request.at, number=number)
    context = {
        "view": view,
        "place": place_of(view.row),
        "secret": secret,
        "follow_url": request.build_absolute_uri(progress_url(number, secret)),
        "another_url": reverse("cases:report_for"),
    }
    return render(request, "cases/staff/receipt_for.html", context)


def _reported(request: Request, form: OnBehalfForm, city: AreaCode) -> Receipt:
    said = form.cleaned_data
    report = Report(
        category=said["category"] or guessed_category(said["body"], city, request),
        body=said["body"],
        place=Where(said["latitude"], said["longitude"], address=said["address"].strip()),
        city=city,
        source=Source(said["source"]),
        anonymous=said["anonymous"],
        private=said["private"],
        contact=Guest(said["phone"], said["name"]) if said["phone"] else None,
        photos=photos_given(said["photos"]),
    )
    return commands.report_case(by=request.actor, key=command_key(request), report=report)
