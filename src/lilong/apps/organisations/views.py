"""The catalogue keeper's page: what nobody is responsible for, and saying how it was mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.organisations import public
from lilong.apps.organisations.commands import resolve_missing
from lilong.apps.organisations.forms import NoteForm
from lilong.apps.organisations.queries.missing import missing_page
from lilong.apps.organisations.terms import MissingCard
from lilong.apps.places import public as places
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.identity.statuses import STATUS
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

_KEEPER = "organisations.catalogue.keep"


@dataclass(frozen=True, slots=True)
class Owed:
    """One gap as the page shows it, with its form."""

    item: MissingCard
    category: Label
    place: str
    office: Label | None
    form: NoteForm
    url: str


@staff_page(_KEEPER)
def missing(request: Request) -> HttpResponse:
    """The gaps in the post's area, the most often met first."""
    return _page(request)


@staff_page(_KEEPER)
def resolve(request: Request, item: UUID) -> HttpResponse:
    """Take a gap off the list; what stands in the way comes back under its form."""
    if request.method != "POST":
        return redirect("organisations:missing")
    form = _form(item, request)
    if not form.is_valid():
        return _page(request, form, item)
    try:
        resolve_missing(by=request.actor, key=command_key(request), missing=item, note=form.cleaned_data["note"])
    except Refused as refused:
        if refused.kind is not RefusalKind.INVALID:
            raise
        return _page(request, form, item, refused.refusals)
    return redirect(reverse("organisations:missing") + "?done=1")


def _page(
    request: Request, sent: NoteForm | None = None, at_fault: UUID | None = None, refusals: Sequence[Refusal] = ()
) -> HttpResponse:
    page = missing_page(seen_by=request.actor, after=request.GET.get("after", ""))
    rows = [_owed(request, item, sent if item.id == at_fault else None) for item in page.items]
    context = {
        "page": page,
        "rows": rows,
        "sent": sent,
        "refusals": refusals,
        "done": "done" in request.GET,
        "more_url": f"{reverse('organisations:missing')}?after={page.after}" if page.after else "",
    }
    return render(request, "organisations/missing.html", context, status=STATUS[RefusalKind.INVALID] if sent else 200)


def _owed(request: Request, item: MissingCard, sent: NoteForm | None) -> Owed:
    category = public.category(item.category, area=item.area, at=request.at)
    function = public.function(item.function) if item.function else None
    code = item.category.code
    return Owed(
        item,
        category.name if category else Label(code, code),
        " ".join(_inside_the_city(item.area)) or item.area.official,
        function.name if function else None,
        sent or NoteForm(auto_id=f"{item.id}_%s"),
        reverse("organisations:resolve", args=[item.id]),
    )


def _inside_the_city(area: AreaCode) -> tuple[str, ...]:
    path = places.path_of(area)
    return path[1:] or path


def _form(item: UUID, request: Request) -> NoteForm:
    return NoteForm(request.POST, auto_id=f"{item}_%s")
