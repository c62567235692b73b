"""The forms of a version: steps, facts, tables, heads and scope. Each saves the whole file anew; nobody sees it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.forms import ChoiceField, Form, RadioSelect
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from lilong.apps.work.forms.drafting import FactForm, HeadsForm, ScopeForm, spoken_choices
from lilong.apps.work.forms.steps import StepForm
from lilong.apps.work.lifecycle import WRITE
from lilong.apps.work.rules import editing
from lilong.apps.work.rules.editing import Place
from lilong.apps.work.rules.editing.facts import uses_of
from lilong.apps.work.terms import Fact, Scenario, Step, VersionCard
from lilong.apps.work.views.scenarios.offers import area_types, offer_for
from lilong.apps.work.views.scenarios.sheet import (
    back_to,
    card_of,
    frame_of,
    framed_results,
    may_edit,
    page,
    refused_by_form,
    save,
)
from lilong.identity.access import staff_page
from lilong.identity.requests import Request
from lilong.identity.wording import spoken
from lilong.kernel.refusals import Refusal, Refused, absent
from lilong.kernel.words import Label

_REMOVE = "remove"


@staff_page()
def step(request: Request, version: UUID, step: str) -> HttpResponse:
    """One step: its form beside the drawing, or what it says for whoever may not change it."""
    card = card_of(request, version)
    old = next((one for one in card.scenario.steps if one.name == step), None)
    if old is None:
        raise absent(Label("这一步", "step"))
    if not may_edit(request, card):
        return page(request, card, more={"chosen": step, "shown": old})
    removes = request.method == "POST" and _REMOVE in request.POST
    form = _step_form(card, old, None if removes else request.POST or None)
    more = {
        "chosen": step,
        "form": form,
        "panel": "scenarios/forms/step.html",
        "old": old,
        "number": _number(card, step),
    }
    if request.method != "POST":
        return page(request, card, more=more)
    if removes:
        return _saved(request, card, lambda: editing.remove_step(card.scenario, step), None, more)
    return _saved(request, card, lambda: editing.put_step(card.scenario, form.step(), _known(card)), form, more)


@staff_page(WRITE)
def new_step(request: Request, version: UUID, after: str) -> HttpResponse:
    """One more step after another."""
    card = card_of(request, version)
    before = next((one for one in card.scenario.steps if one.name == after), None)
    if before is None:
        raise absent(Label("这一步", "step"))
    form = _step_form(card, None, request.POST or None)
    form.fields["place"] = _place_field()
    more = {"chosen": after, "form": form, "panel": "scenarios/forms/step.html", "before": before}
    if request.method != "POST":
        return page(request, card, more=more)

    def added() -> Scenario:
        return editing.add_step(card.scenario, after, form.step(), Place(form.cleaned_data["place"]), _known(card))

    return _saved(request, card, added, form, more)


@staff_page(WRITE)
def facts(request: Request, version: UUID) -> HttpResponse:
    """What has to be known: the list, and a form for one more."""
    card = card_of(request, version)
    return _fact(request, card, None)


@staff_page(WRITE)
def fact(request: Request, version: UUID, fact: str) -> HttpResponse:
    """One thing that has to be known."""
    card = card_of(request, version)
    old = card.scenario.fact(fact)
    if old is None:
        raise absent(Label("这一项", "question"))
    return _fact(request, card, old)


@staff_page(WRITE)
def heads(request: Request, version: UUID) -> HttpResponse:
    """Title and purpose."""
    card = card_of(request, version)
    form = HeadsForm.of(card.scenario, request.POST or None)
    more = {
        "form": form,
        "panel": "scenarios/forms/plain.html",
        "panel_title": Label("名称和说明", "Title and purpose"),
    }
    if request.method != "POST":
        return page(request, card, more=more)
    return _saved(request, card, lambda: editing.set_heads(card.scenario, *form.labels()), form, more)


@staff_page(WRITE)
def scope(request: Request, version: UUID) -> HttpResponse:
    """For which matters, in which areas, measured by what, on which clauses."""
    card = card_of(request, version)
    form = ScopeForm(card.scenario, area_types(), request.POST or None)
    more = {
        "form": form,
        "panel": "scenarios/forms/plain.html",
        "panel_title": Label(
            "管哪些事、用在哪里、看什么数、依据什么", "For which matters, where, measured by what, on what basis"
        ),
    }
    if request.method != "POST":
        return page(request, card, more=more)

    def scoped() -> Scenario:
        found = editing.set_scope(card.scenario, form.categories, form.area_types)
        measured = editing.set_measures(found, form.measures)
        return editing.set_basis(measured, form.cleaned_data["basis"], measured.within)

    return _saved(request, card, scoped, form, more)


def _fact(request: Request, card: VersionCard, old: Fact | None) -> HttpResponse:
    removes = request.method == "POST" and old is not None and _REMOVE in request.POST
    form = FactForm(card.scenario, old, None if removes else request.POST or None)
    more = {
        "form": form,
        "panel": "scenarios/forms/fact.html",
        "old": old,
        "uses": uses_of(card.scenario, old.name) if old else (),
    }
    if request.method != "POST":
        return page(request, card, more=more)
    if removes and old is not None:
        return _saved(request, card, lambda: editing.remove_fact(card.scenario, old.name), None, more)
    return _saved(request, card, lambda: editing.put_fact(card.scenario, form.fact(), form.asked_of()), form, more)


def _step_form(card: VersionCard, old: Step | None, sent: QueryDict | None) -> StepForm:
    frame = frame_of(card.scenario)
    return StepForm(card.scenario, old, offer_for(frame), sent, framed_results(frame))


def _saved(
    request: Request, card: VersionCard, change: Callable[[], Scenario], form: Form | None, more: dict[str, object]
) -> HttpResponse:
    """The page of the version after the change, or the form again with what stands in the way."""
    if not may_edit(request, card):
        return redirect("scenarios:version", card.id)
    refusals: tuple[Refusal, ...] = ()
    if form is None or form.is_valid():
        try:
            changed = change()
            if form is None or not form.errors:
                save(request, card, changed)
                return back_to(card, "edit")
        except Refused as refused:
            if not refused_by_form(refused):
                raise
            refusals = refused.refusals
    return page(request, card, more={**more, "refusals": refusals}, status=422)


def _place_field() -> ChoiceField:
    return ChoiceField(
        label=spoken(Label("放在哪里", "Where it goes")),
        choices=spoken_choices([(place.value, place.label) for place in Place]),
        widget=RadioSelect,
        initial=Place.IN_LINE.value,
    )


def _known(card: VersionCard) -> tuple[Fact, ...]:
    frame = frame_of(card.scenario)
    return frame.facts if frame else ()


def _number(card: VersionCard, name: str) -> int:
    return next(number for number, step in enumerate(card.scenario.steps, 1) if step.name == name)
