"""Reporting on somebody's behalf, and the receipt one hands over."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.cases import commands, queries
from lilong.apps.cases.forms import OnBehalfForm, Questions, photos_given
from lilong.apps.cases.terms import Follow, Report, Source
from lilong.apps.cases.views.following import place_of, progress_url
from lilong.apps.cases.views.offers import category_groups, city_of, guessed_category, map_context, questions_for
from lilong.apps.organisations.terms import CategoryKey
from lilong.apps.people.terms import Guest
from lilong.apps.places import public as places
from lilong.apps.places.terms import Where
from lilong.apps.work.terms import Asked
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode
from lilong.kernel.lifecycle import Need
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
    asked = Questions()
    if request.method == "POST" and form.is_valid():
        try:
            report = _report(request, form, city)
            needs = _questions(request, report) if {"ask", "asked"} & request.POST.keys() else ()
            asked = Questions(needs, request.POST if "asked" in request.POST else None)
            # Sent without a network it comes as it was written: only who presses “ask” is shown the questions first.
            if "ask" not in request.POST and (not asked.is_bound or asked.is_valid()):
                number = str(_reported(request, report, asked).details["number"])
                return redirect("cases:receipt_for", number, queries.follow_secret(number))
        except Refused as refused:
            if refused.kind not in (RefusalKind.INVALID, RefusalKind.TOO_LARGE):
                raise
            refusals = refused.refusals
    context = {"form": form, "asked": asked, "refusals": refusals, **map_context(city)}
    is_refused = request.method == "POST" and bool(form.errors or refusals)
    return render(request, "cases/staff/report_for.html", context, status=422 if is_refused else 200)


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


def _report(request: Request, form: OnBehalfForm, city: AreaCode) -> Report:
    said = form.cleaned_data
    return Report(
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


def _questions(request: Request, report: Report) -> tuple[Need, ...]:
    """What the scenario of this matter still asks; the page shows it before the report is sent."""
    located = places.locate(report.place, city=report.city)
    whom = Asked.COUNTER if report.source is Source.HOTLINE else Asked.WORKER
    return questions_for(CategoryKey.parse(report.category), located.area, request, whom)


def _reported(request: Request, report: Report, asked: Questions) -> Receipt:
    answers = asked.answers() if asked.is_bound else {}
    return commands.report_case(by=request.actor, key=command_key(request), report=replace(report, answers=answers))
