"""Reporting in three screens: what, where, check. The receipt follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.cases import commands, queries
from lilong.apps.cases.forms import CheckForm, Choices, Questions, WhatForm, WhereForm, photos_given
from lilong.apps.cases.terms import Report, Source
from lilong.apps.cases.views.drafts import Draft, draft_of, drop_draft, keep_draft, photos_of, with_photos
from lilong.apps.cases.views.offers import category_groups, guessed_category, map_context, questions_for, the_city
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryCard, CategoryKey, Routed, Stage
from lilong.apps.people.terms import Guest
from lilong.apps.places import public as places
from lilong.apps.places.terms import Located, Where
from lilong.apps.work.terms import Asked
from lilong.calendars.queries import working_time
from lilong.identity.access import public_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode
from lilong.kernel.clocks import due_at
from lilong.kernel.refusals import Refusal, Refused
from lilong.kernel.words import Label

_SPOTS_MAX = 6


@public_page
def report_what(request: Request) -> HttpResponse:
    """First screen: what happened, in one's own words; the category follows from them or is chosen."""
    draft, city = draft_of(request), the_city()
    groups = category_groups(city, request)
    form = WhatForm(
        request.POST or None,
        request.FILES or None,
        groups=groups,
        initial={"body": draft.body, "category": draft.category},
    )
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            category = form.cleaned_data["category"] or guessed_category(form.cleaned_data["body"], city, request)
            said = replace(draft, body=form.cleaned_data["body"], category=category)
            keep_draft(request, with_photos(said, photos_given(form.cleaned_data["photos"])))
            return redirect("cases:report_where")
        except Refused as refused:
            refusals = refused.refusals
    return render(request, "cases/resident/report_what.html", {"form": form, "refusals": refusals})


@public_page
def report_where(request: Request) -> HttpResponse:
    """Second screen: where it is, by words, by a place that matched, or by position; never needs the map."""
    draft, city = draft_of(request), the_city()
    if not draft.body:
        return redirect("cases:report")
    given = request.POST.get("address", draft.address)
    spots = _spots(given, city) if request.method == "POST" or given else ()
    form = WhereForm(request.POST or None, spots=spots, initial=_where_initial(draft))
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        placed = replace(
            draft,
            address=form.cleaned_data["address"].strip(),
            address_id=form.cleaned_data.get("spot", ""),
            latitude=form.cleaned_data["latitude"],
            longitude=form.cleaned_data["longitude"],
        )
        try:
            places.locate(_where(placed), city=city)
            keep_draft(request, placed)
            return redirect("cases:report_check")
        except Refused as refused:
            refusals = refused.refusals
    return render(
        request,
        "cases/resident/report_where.html",
        {"form": form, "refusals": refusals, **map_context(city)},
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The draft as the third screen shows it."""

    body: str
    address: str
    place: Label | None
    photos: int
    category: CategoryCard
    danger: Label | None = None


@public_page
def report_check(request: Request) -> HttpResponse:
    """Third screen: who will get it and because of what; sending it answers with a receipt."""
    draft, city = _draft_sent(request), the_city()
    if not (draft.body and draft.is_placed):
        return redirect("cases:report_where" if draft.body else "cases:report")
    located = places.locate(_where(draft), city=city)
    category = _category(draft.category, located, request)
    form = CheckForm(request.POST or None)
    asked = Questions(questions_for(category.key, located.area, request, Asked.RESIDENT), request.POST or None)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid() and asked.is_valid():
        try:
            return _sent(request, draft, form, asked)
        except Refused as refused:
            refusals = refused.refusals
    routing = organisations.route_stage(category.key, area=located.area, stage=Stage.HANDLE, at=request.at)
    shown = _Shown(draft.body, draft.address or located.words.zh, located.words, len(draft.photos), category)
    limit = routing.limit if isinstance(routing, Routed) else None
    context = {
        "draft": shown,
        "routing": routing,
        "due": due_at(request.at, limit, working_time(request.at)).at if limit else None,
        "form": form,
        "asked": asked,
        "refusals": refusals,
    }
    return render(request, "cases/resident/report_check.html", context)


def _sent(request: Request, draft: Draft, form: CheckForm, asked: Questions) -> HttpResponse:
    key, said = command_key(request), form.cleaned_data
    report = Report(
        category=draft.category,
        body=draft.body,
        place=_where(draft),
        city=the_city(),
        source=Source.RESIDENT_WEB,
        anonymous=said["anonymous"],
        private=said["private"],
        reporter=request.actor.person,
        contact=Guest(said["phone"]) if said["phone"] else None,
        photos=(*photos_of(draft), *photos_given(request.FILES.getlist("photos"))),
        answers=asked.answers(),
    )
    receipt = commands.report_case(by=request.actor, key=key, report=report)
    drop_draft(request)
    number = str(receipt.details["number"])
    return redirect(reverse("cases:receipt", args=[number, queries.follow_secret(number)]))


def _draft_sent(request: Request) -> Draft:
    """The kept draft, or a whole report sent at once (how a phone sends what it wrote without a network)."""
    if request.method != "POST" or not request.POST.get("body"):
        return draft_of(request)
    form = WhereForm(request.POST)
    position = form.cleaned_data if form.is_valid() else {}
    body = request.POST["body"]
    return Draft(
        body=body,
        category=request.POST.get("category") or guessed_category(body, the_city(), request),
        address=str(position.get("address", "")),
        latitude=position.get("latitude"),
        longitude=position.get("longitude"),
    )


def _where(draft: Draft) -> Where:
    return Where(draft.latitude, draft.longitude, address=draft.address, address_id=draft.address_id)


def _where_initial(draft: Draft) -> dict[str, object]:
    return {
        "address": draft.address,
        "spot": draft.address_id,
        "latitude": draft.latitude,
        "longitude": draft.longitude,
    }


def _spots(address: str, city: AreaCode) -> Choices:
    """Places that the words match: buildings to choose from, so that nobody needs a map."""
    found = places.search_places(address, within=city) if address.strip() else ()
    return [(place.building, place.words) for place in found if place.building][:_SPOTS_MAX]


def _category(text: str, located: Located, request: Request) -> CategoryCard:
    card = organisations.category(CategoryKey.parse(text), area=located.area, at=request.at)
    if card is None:
        raise LookupError(f"the draft holds the category {text}, which its own form does not offer")
    return card
