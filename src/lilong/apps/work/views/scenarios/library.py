"""The library: what is written and in force around here, and a new scenario from a template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.work import public as work
from lilong.apps.work.forms.deciding import FileForm
from lilong.apps.work.forms.drafting import TemplateForm, bilingual, spoken_choices
from lilong.apps.work.lifecycle import SCENARIO, WRITE
from lilong.apps.work.queries import library as shelves
from lilong.apps.work.queries.frames import frames
from lilong.apps.work.queries.library import versions_of
from lilong.apps.work.queries.templates import shipped, templates, text_of
from lilong.apps.work.rules.editing.refusing import free_name
from lilong.apps.work.rules.files import json_schema, read_scenario, write_scenario
from lilong.apps.work.terms import LibraryFilter, LibraryRow, Scenario
from lilong.apps.work.views.scenarios.offers import area_words, areas_within
from lilong.apps.work.views.scenarios.sheet import card_of, refused_by_form
from lilong.identity.access import public_page, staff_page
from lilong.identity.requests import Request, command_key
from lilong.identity.wording import spoken
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import Refusal, Refused
from lilong.kernel.words import Label

_ALL = ("", Label("都看", "all"))
_USED = Label("{n} 个地方在用", "in force in {n} places")
_SAVED = Label("办结天数的中位数少了 {n} 天", "the median is {n} days shorter")
_LONGER = Label("办结天数的中位数多了 {n} 天", "the median is {n} days longer")


class LibraryForm(forms.Form):
    """The filters of the library."""

    text = forms.CharField(
        required=False,
        max_length=80,
        label=spoken(Label("找", "Search")),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    category = forms.CharField(required=False, max_length=40, label=spoken(Label("类别代码", "Category code")))
    kind = forms.ChoiceField(required=False, label=spoken(Label("哪种事", "Kind of matter")))
    state = forms.ChoiceField(required=False, label=spoken(Label("状态", "State")))
    area = forms.ChoiceField(required=False, label=spoken(Label("哪里写的", "Written for")))

    def __init__(self, request: Request) -> None:
        super().__init__(request.GET or None)
        kinds = [(kind, frame.label) for kind, frame in sorted(frames().items())]
        states = [(state.name, state.label) for state in SCENARIO.states.values()]
        areas = areas_within(request.actor, Level.STREET)
        choices = {"kind": kinds, "state": states, "area": areas}
        for name, offered in choices.items():
            self.fields[name] = forms.ChoiceField(
                required=False, label=self.fields[name].label, choices=spoken_choices((_ALL, *offered))
            )

    def wanted(self, after: str) -> LibraryFilter:
        """What is asked for; a filter that cannot be read asks for everything."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        area = said.get("area", "")
        return LibraryFilter(
            text=said.get("text", ""),
            category=said.get("category", ""),
            kind=said.get("kind", ""),
            state=said.get("state", ""),
            area=AreaCode(area) if area else None,
            after=after,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the library with its words."""

    row: LibraryRow
    area: Label
    use: tuple[Label, ...]


@staff_page()
def library(request: Request) -> HttpResponse:
    """Every scenario that this post may see, the latest version of each."""
    form = LibraryForm(request)
    found = shelves.library(seen_by=request.actor, wanted=form.wanted(request.GET.get("after", "")))
    rest = {name: value for name, value in request.GET.items() if name != "after" and value}
    context = {
        "page": found,
        "rows": [_listed(row) for row in found.rows],
        "filters": form,
        "filtered": bool(rest),
        "may_write": WRITE in request.actor.duties,
        "more_url": f"?{urlencode({**rest, 'after': found.after})}" if found.after else "",
    }
    return render(request, "scenarios/library.html", context)


@staff_page(WRITE)
def new(request: Request) -> HttpResponse:
    """A scenario of one's own from a template: choose it, name it, begin to change it."""
    offered = templates(seen_by=request.actor)
    form = TemplateForm(
        [(one.key, one.label) for one in offered], request.POST or None, request.GET.get("template", "")
    )
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            return _begin(request, said["template"], bilingual(said["title"], said["title_en"]))
        except Refused as refused:
            if not refused_by_form(refused):
                raise
            refusals = refused.refusals
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "refusals": refusals, "file_form": FileForm()}
    return render(request, "scenarios/new.html", context, status=status)


@staff_page(WRITE)
def copy(request: Request, version: UUID) -> HttpResponse:
    """A draft of one's own from a version: the next version where it is one's own area's, else one to adapt."""
    card = card_of(request, version)
    if request.method != "POST":
        return redirect("scenarios:version", version)
    own = card.area == request.actor.area
    text = card.text if own else write_scenario(_renamed(request, card.scenario, card.scenario.title), frames())
    receipt = work.write_scenario_version(
        by=request.actor,
        key=command_key(request),
        text=text,
        area=request.actor.area,
        origin=card.scenario.reference,
    )
    return redirect(f"{reverse('scenarios:version', args=[receipt.subject])}?done=copy")


@public_page
def schema(_: Request) -> HttpResponse:
    """The shape of a scenario file, for editors and programs."""
    return JsonResponse(json_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _begin(request: Request, key: str, title: Label) -> HttpResponse:
    known = frames()
    template = read_scenario(text_of(key, seen_by=request.actor), known)
    own = _renamed(request, template, title)
    receipt = work.write_scenario_version(
        by=request.actor,
        key=command_key(request),
        text=write_scenario(own, known),
        area=request.actor.area,
        origin=template.reference,
    )
    return redirect(f"{reverse('scenarios:version', args=[receipt.subject])}?done=new")


def _renamed(request: Request, scenario: Scenario, title: Label) -> Scenario:
    """One's own: named by its English title where that gives a name nobody has, else after what it came from."""
    area = request.actor.area.digits or "all"
    wanted = (free_name(title, (), "scenario").replace("_", "-"), f"{scenario.name}-{area}")
    taken = [name for name in wanted if versions_of(seen_by=request.actor, name=name) or name in shipped()]
    name = next(
        (name for name in wanted if name not in taken and name != "scenario1"), f"{wanted[1][:30]}-{_short(request)}"
    )
    return replace(scenario, name=name[:40].rstrip("-"), title=title, version=1)


def _short(request: Request) -> str:
    """A few characters that are this submission's own, and the same when it is sent again."""
    return command_key(request).id.hex[-6:]


def _listed(row: LibraryRow) -> Listed:
    use = []
    if row.areas_using:
        use.append(_USED.filled(n=row.areas_using))
    saved = row.median_days_saved
    if saved:
        use.append((_SAVED if saved > 0 else _LONGER).filled(n=f"{abs(saved):g}"))
    return Listed(row, area_words(row.area), tuple(use))
