"""Decisions about a version: submit, send back, approve by a second person, publish and widen, withdraw, discard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from lilong.apps.work import public as work
from lilong.apps.work.forms.deciding import PublishForm, WordsForm
from lilong.apps.work.lifecycle import APPROVE, PUBLISH, SCENARIO, WRITE
from lilong.apps.work.terms import Reach, VersionCard
from lilong.apps.work.views.scenarios.offers import area_types, areas_within
from lilong.apps.work.views.scenarios.sheet import back_to, card_of, page, refused_by_form
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.lifecycle import Step
from lilong.kernel.refusals import Refusal, Refused, absent
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt

_TOLD = {
    "send_back": Label("写的人会看到理由，改好再交。", "Whoever wrote it reads the reason and mends it."),
    "approve": Label("您没有写过这一版，由您来看一遍。", "You wrote none of it, so you are the one to look."),
    "publish": Label(
        "新的事从现在起按它办；已经在办的不受影响。", "New matters go by it from now on; running ones do not change."
    ),
    "withdraw": Label(
        "马上不再用于新的事；正按它办的照办到底。", "It takes no new matters from now on; running ones go on by it."
    ),
}


@staff_page(WRITE, APPROVE, PUBLISH)
def decide(request: Request, version: UUID, step: str) -> HttpResponse:
    """One decision: its form, or its effect."""
    card = card_of(request, version)
    if step not in SCENARIO.steps or step == "edit":
        raise absent(Label("这一步", "step"))
    wanted = SCENARIO.steps[step]
    form = _form(request, card, wanted)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            _TAKERS[step](request, card, form)
            return back_to(card, step)
        except Refused as refused:
            if not refused_by_form(refused):
                raise
            refusals = refused.refusals
    if request.method != "POST" and step in ("submit", "discard"):
        return redirect("scenarios:version", version)
    more: Mapping[str, object] = {"form": form, "step": wanted, "told": _TOLD.get(step), "refusals": refusals}
    return page(request, card, "scenarios/decide.html", more, 422 if request.method == "POST" else 200)


def _form(request: Request, card: VersionCard, step: Step) -> Form:
    if step.name != "publish":
        return WordsForm(step, request.POST if request.method == "POST" else None)
    fitting = [(kind, label) for kind, label in area_types() if {"*", kind} & set(card.scenario.area_types)]
    every = [("*", Label("各类区域", "every type of area"))] if "*" in card.scenario.area_types else []
    areas = areas_within(request.actor, Level.STREET)
    return PublishForm(areas, (*fitting, *every), request.POST or None, {"area": card.area.digits})


def _submit(request: Request, card: VersionCard, _: Form) -> Receipt:
    return work.submit_scenario_version(by=request.actor, key=command_key(request), version=card.id)


def _send_back(request: Request, card: VersionCard, form: Form) -> Receipt:
    return work.send_back_scenario_version(
        by=request.actor, key=command_key(request), version=card.id, reason=form.cleaned_data["reason"]
    )


def _approve(request: Request, card: VersionCard, form: Form) -> Receipt:
    return work.approve_scenario_version(
        by=request.actor, key=command_key(request), version=card.id, note=form.cleaned_data["note"]
    )


def _publish(request: Request, card: VersionCard, form: Form) -> Receipt:
    said = form.cleaned_data
    types = ("*",) if "*" in said["area_types"] else tuple(said["area_types"])
    return work.publish_scenario_version(
        by=request.actor,
        key=command_key(request),
        version=card.id,
        reach=Reach(AreaCode(said["area"]), types, said["share"]),
        evidence=said["evidence"],
    )


def _withdraw(request: Request, card: VersionCard, form: Form) -> Receipt:
    return work.withdraw_scenario_version(
        by=request.actor,
        key=command_key(request),
        version=card.id,
        reason=form.cleaned_data["reason"],
    )


def _discard(request: Request, card: VersionCard, _: Form) -> Receipt:
    return work.discard_scenario_version(by=request.actor, key=command_key(request), version=card.id)


_TAKERS: Mapping[str, Callable[[Request, VersionCard, Form], Receipt]] = {
    "submit": _submit,
    "send_back": _send_back,
    "approve": _approve,
    "publish": _publish,
    "withdraw": _withdraw,
    "discard": _discard,
}
