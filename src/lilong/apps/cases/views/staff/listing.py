"""What a list of cases may be narrowed to: its tabs, its filters, and the addresses that carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse

from lilong.apps.cases.forms import Choices
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.terms import CaseFilter, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.places import public as places
from lilong.identity.requests import Request
from lilong.identity.wording import in_page_language, page_language, spoken
from lilong.kernel.areas import AreaCode
from lilong.kernel.clocks import Light
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

OPEN = tuple(name for name in CASE.states if CASE.clock_runs(name))
_KEPT = ("view", "text", "source", "area", "category", "exact")
_EVERY = Label("全部", "all")
_TEXT_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class View:
    """One tab: the states it shows and the counts that stand beside its name (none: they are not counted)."""

    name: str
    label: Label
    states: tuple[str, ...]
    counted: tuple[str, ...] = ()
    light: str = ""
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as the page shows it."""

    label: Label
    count: int | None
    url: str
    current: bool


def _of_state(name: str) -> View:
    return View(name, CASE.states[name].label, (name,), (name,))


_LATE = View("late", Label("超时", "overdue"), OPEN, ("late",), light=Light.RED.value)
_CLOSED = View("closed", CASE.states["closed"].label, ("closed",))
QUEUE_VIEWS = (
    View("todo", Label("待我办", "to do"), ("verified", "filed"), ("verified", "filed")),
    _of_state("filed"),
    _of_state("verified"),
    View("returned", Label("退回重派", "returned"), ("filed",), ("returned",), returned=True),
    _of_state("reported"),
    View("moving", Label("在单位手里", "with units"), ("dispatched", "handling"), ("dispatched", "handling")),
    _of_state("handed_in"),
    _LATE,
    _CLOSED,
)
ALL_VIEWS = (
    View("open", Label("在办", "open"), OPEN, OPEN),
    *(_of_state(name) for name in OPEN),
    _LATE,
    _CLOSED,
    View("ended", Label("已了结", "ended"), ("archived", "declined", "merged")),
    View("every", _EVERY, ()),
)


class FilterForm(forms.Form):
    """The filters of a list, sent by GET so that an address holds them."""

    text = forms.CharField(
        required=False,
        max_length=_TEXT_CHARACTERS_MAX,
        label=spoken(Label("找", "Search")),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    source = forms.ChoiceField(
        required=False,
        label=spoken(Label("来源", "From")),
        choices=[("", spoken(_EVERY)), *((source.value, spoken(source.label)) for source in Source)],
    )
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    exact = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, areas: Choices, categories: Sequence[tuple[Label, Choices]]) -> None:
        super().__init__(data)
        nothing = ("", spoken(_EVERY))
        self.fields["area"] = forms.ChoiceField(
            required=False,
            label=spoken(Label("区域", "Area")),
            choices=[nothing, *_spoken(areas)],
        )
        self.fields["category"] = forms.ChoiceField(
            required=False,
            label=spoken(Label("类别", "Category")),
            choices=[nothing, *((in_page_language(group), _spoken(cards)) for group, cards in categories)],
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """One list as its address asks for it. What the address asks for and nobody offers is left out and said."""

    route: str
    views: tuple[View, ...]
    view: View
    form: FilterForm
    wanted: CaseFilter
    refusals: tuple[Refusal, ...]
    kept: Mapping[str, str]

    def address(self, **more: str) -> str:
        """This list's address, with something more (or, for a view, something else) in it."""
        return address_of(self.route, {**self.kept, **more})

    def tabs(self, counts: Mapping[str, int]) -> list[Tab]:
        """The tabs with their counts; a tab keeps the filters."""
        return [
            Tab(
                view.label,
                sum(counts.get(name, 0) for name in view.counted) if view.counted else None,
                self.address(view=view.name),
                view is self.view,
            )
            for view in self.views
        ]


def listing_of(request: Request, route: str, views: tuple[View, ...]) -> Listing:
    """The list that the address of ``request`` asks for, below the area of the post."""
    view = next((found for found in views if found.name == request.GET.get("view")), views[0])
    form = FilterForm(request.GET, _areas(request), _categories(request))
    form.is_valid()
    said = {name: str(form.cleaned_data.get(name, "")) for name in _KEPT} | {"view": view.name}
    wanted = CaseFilter(
        states=view.states,
        area=AreaCode(said["area"]) if said["area"] else None,
        exact=bool(said["exact"]),
        category=said["category"],
        source=said["source"],
        text=said["text"],
        light=view.light,
        returned=view.returned,
        after=request.GET.get("after", ""),
    )
    refusals = tuple(_unknown(form, name) for name in form.errors if name in form.fields)
    return Listing(route, views, view, form, wanted, refusals, said)


def address_of(route: str, query: Mapping[str, str]) -> str:
    """The address of ``route`` with what is not empty in ``query``."""
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse(route)}?{said}" if said else reverse(route)


def _areas(request: Request) -> Choices:
    """The areas one level below the post's own, and the one asked for when it lies deeper inside."""
    own = request.actor.area
    offered = {area.code.digits: area.name for area in places.children_of(own)}
    asked = request.GET.get("area", "")
    if asked.isascii() and asked.isdigit() and len(asked) <= 20 and own.contains(AreaCode(asked)):
        deeper = places.area(AreaCode(asked))
        offered |= {asked: deeper.name} if deeper else {}
    return [(code, Label(name, name)) for code, name in offered.items()]


def _categories(request: Request) -> list[tuple[Label, Choices]]:
    groups: dict[str, tuple[Label, list[tuple[str, Label]]]] = {}
    for card in organisations.categories(area=request.actor.area, at=request.at):
        groups.setdefault(card.group_code, (card.group, []))[1].append((str(card.key), card.name))
    return [groups[code] for code in sorted(groups)]


def _unknown(form: FilterForm, name: str) -> Refusal:
    label = Label(str(form.fields[name].label), str(form.fields[name].label))
    return Refusal(
        "cases.filter_unknown",
        Label("“{label}”没有这个选项，没有按它筛选。", "“{label}” has no such choice; it was left out.").filled(
            label=label
        ),
        Label("请从所列的里面选一个。", "Choose one of those listed."),
        name,
    )


def _spoken(choices: Choices) -> list[tuple[str, str]]:
    """At once, not lazily: the form is made for this page and no other."""
    language = page_language()
    return [(value, label.in_language(language)) for value, label in choices]
