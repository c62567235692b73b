"""Undertakings: begin one by a scenario in force here, the list of them, one matter with its lane."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.organisations import public as organisations
from lilong.apps.work import public as work
from lilong.apps.work.forms import BeginForm
from lilong.apps.work.forms.deciding import WordsForm
from lilong.apps.work.forms.drafting import spoken_choices
from lilong.apps.work.lifecycle import UNDERTAKING
from lilong.apps.work.queries import undertakings as queries
from lilong.apps.work.queries.offices import who_words
from lilong.apps.work.queries.shelf import ready, scenarios_in_force
from lilong.apps.work.queries.stories import story
from lilong.apps.work.rules.answers import words_of
from lilong.apps.work.terms import (
    Fact,
    Scenario,
    TaskTerm,
    UndertakingDraft,
    UndertakingFilter,
    UndertakingView,
    entry_of,
    step_of,
)
from lilong.apps.work.views.scenarios.offers import area_words, areas_within
from lilong.calendars.queries import working_time
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.identity.wording import spoken
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because
from lilong.kernel.clocks import Limit, Reading
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label

LOOK = ("work.task.do", "work.undertaking.begin", "work.scenario.publish", "dashboards.view")
BEGIN = "work.undertaking.begin"
_ALL = ("", Label("都看", "all"))
_DONE = {
    "begin": Label("开始了，第一步已经派下去。", "It has begun; the first step is with its unit."),
    "cancel": Label("取消了，没办完的都撤回了。", "Cancelled; what was open is taken back."),
    "move": Label("改用新的一版接着办。", "It goes on by the newer version."),
}


class UndertakingsForm(forms.Form):
    """The filters of the list."""

    text = forms.CharField(
        required=False,
        max_length=80,
        label=spoken(Label("找", "Search")),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    scenario = forms.CharField(required=False, max_length=60, label=spoken(Label("按哪个场景", "Scenario")))
    state = forms.ChoiceField(
        required=False,
        label=spoken(Label("状态", "State")),
        choices=spoken_choices((_ALL, *((s.name, s.label) for s in UNDERTAKING.states.values()))),
    )

    def wanted(self, after: str) -> UndertakingFilter:
        """What is asked for; a filter that cannot be read asks for everything."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        name = said.get("scenario", "").partition("@")[0]
        return UndertakingFilter(text=said.get("text", ""), scenario=name, state=said.get("state", ""), after=after)


@dataclass(frozen=True, slots=True)
class Door:
    """One step in the lane of a matter, as the lane tag draws it."""

    label: Label
    stands: str
    at: object = None
    who: Label | None = None
    said: str = ""
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One line of the clocks: which step, who, how long."""

    label: Label
    unit: Label
    role: Label
    reading: Reading
    limit: Limit
    ended: object


@staff_page(*LOOK)
def undertakings(request: Request) -> HttpResponse:
    """The undertakings of this area, the latest begun first."""
    form = UndertakingsForm(request.GET or None)
    found = queries.undertakings(seen_by=request.actor, wanted=form.wanted(request.GET.get("after", "")))
    rest = {name: value for name, value in request.GET.items() if name != "after" and value}
    context = {
        "page": found,
        "rows": [(row, area_words(row.area), ready(row.scenario).scenario.title) for row in found.rows],
        "filters": form,
        "filtered": bool(rest),
        "may_begin": BEGIN in request.actor.duties,
        "more_url": f"?{urlencode({**rest, 'after': found.after})}" if found.after else "",
    }
    return render(request, "undertakings/list.html", context)


@staff_page(BEGIN)
def choose(request: Request) -> HttpResponse:
    """Which scenario in force here is to be begun."""
    here = scenarios_in_force(UNDERTAKING.name, request.actor.area)
    return render(request, "undertakings/choose.html", {"scenarios": [one.scenario for one in here]})


@staff_page(BEGIN)
def begin(request: Request, scenario: str) -> HttpResponse:
    """Begin one, at the counter or by telephone just the same: its name, where, and the questions of the start."""
    chosen = _in_force(request, scenario)
    form = BeginForm(
        _start_facts(chosen),
        request.POST or None,
        areas=areas_within(request.actor),
        initial={"the-area": request.actor.area.digits},
    )
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        draft = UndertakingDraft(
            chosen.name, AreaCode(form.said("area")), form.said("title"), form.said("about"), form.given()
        )
        try:
            receipt = work.begin_undertaking(by=request.actor, key=command_key(request), draft=draft)
            return redirect(f"{reverse('undertakings:undertaking', args=[receipt.subject])}?done=begin")
        except Refused as refused:
            refusals = _under(refused)
    context = {"form": form, "scenario": chosen, "refusals": refusals}
    return render(request, "undertakings/begin.html", context, status=422 if request.method == "POST" else 200)


@staff_page(*LOOK)
def undertaking(request: Request, undertaking: UUID) -> HttpResponse:
    """One matter: where it stands, who has it and because of what; cancel it, move it to a newer version."""
    return _page(request, _view(request, undertaking))


@staff_page("work.undertaking.cancel", "work.scenario.publish")
def change(request: Request, undertaking: UUID, step: str) -> HttpResponse:
    """Cancel the matter, or move it to another version."""
    if step not in ("cancel", "move"):
        raise absent(Label("这一步", "step"))
    view = _view(request, undertaking)
    if request.method != "POST":
        return redirect("undertakings:undertaking", undertaking)
    form = WordsForm(UNDERTAKING.steps[step], request.POST)
    refusals: tuple[Refusal, ...] = ()
    if form.is_valid():
        key, said = command_key(request), form.cleaned_data
        try:
            if step == "cancel":
                work.cancel_undertaking(by=request.actor, key=key, undertaking=undertaking, reason=said["reason"])
            else:
                work.move_undertaking(by=request.actor, key=key, undertaking=undertaking, to=said["to"].strip())
            return redirect(f"{reverse('undertakings:undertaking', args=[undertaking])}?done={step}")
        except Refused as refused:
            if refused.kind is not RefusalKind.NOT_NOW:
                refusals = _under(refused)
            refusals = refused.refusals
    return _page(request, view, {f"{step}_form": form, "refusals": refusals}, 422)


def _view(request: Request, undertaking: UUID) -> UndertakingView:
    return queries.undertaking(
        seen_by=request.actor, undertaking=undertaking, at=request.at, time=working_time(request.at)
    )


def _page(
    request: Request, view: UndertakingView, more: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    scenario = ready(view.row.scenario).scenario
    open_steps = {step.name for step in UNDERTAKING.open_steps(view.row.state, request.actor, view.row.area)}
    mine = [task for task in view.tasks if task.ended_at is None and task.unit == request.actor.unit]
    newer = _newer(request, scenario) if "move" in open_steps else None
    context = {
        "view": view,
        "scenario": scenario,
        "area": area_words(view.row.area),
        "doors": doors_of(view, scenario),
        "clocks": [_clock(task) for task in view.tasks],
        "mine": mine,
        "facts": [(fact.label, words_of(fact, view.facts[fact.name])) for fact in _known(view, scenario)],
        "waiting": [scenario.step(step_of(key)).title for key in view.row.waiting],
        "story": story(seen_by=request.actor, subject=view.row.id),
        "cancel_form": WordsForm(UNDERTAKING.steps["cancel"]) if "cancel" in open_steps else None,
        "move_form": WordsForm(UNDERTAKING.steps["move"], {"to": newer}) if newer else None,
        "notice": _DONE.get(request.GET.get("done", "")),
        **(more or {}),
    }
    return render(request, "undertakings/matter.html", context, status=status)


def doors_of(view: UndertakingView, scenario: Scenario) -> list[Door]:
    """The steps of the matter as a lane: done or left out, open, and not yet reached."""
    open_tasks = [task for task in view.tasks if task.ended_at is None]
    found = []
    for step in scenario.steps:
        here = [task for task in open_tasks if step_of(task.step) == step.name]
        ended = [task for task in view.tasks if task.ended_at and step_of(task.step) == step.name]
        if here:
            who = [unit_name(task.unit) for task in here]
            names = Label("、".join(name.zh for name in who), ", ".join(name.en for name in who))
            found.append(Door(step.title, "here", None, names, because=here[0].because))
        elif step.name in view.progress.done or (ended and step.name in view.progress.entries):
            result = view.progress.done.get(step.name, "")
            outcome = step.result(result)
            said = Label("不用办", "not needed") if result == "skipped" else outcome.label if outcome else step.title
            title = Label("{step}：{said}", "{step}: {said}").filled(step=step.title, said=said)
            last = ended[-1] if ended else None
            found.append(Door(title, "behind", last.ended_at if last else None, unit_name(last.unit) if last else None))
        else:
            found.append(Door(step.title, "ahead", None, who_words(step.who)))
    return found


def unit_name(number: int) -> Label:
    """A unit by its name."""
    unit = organisations.unit(number)
    return unit.name if unit else Label(f"单位 {number}", f"unit {number}")


def _clock(task: TaskTerm) -> ClockLine:
    entry = entry_of(task.step)
    label = Label("{step}（{entry}）", "{step} ({entry})").filled(step=task.label, entry=entry) if entry else task.label
    return ClockLine(label, unit_name(task.unit), task.role.label, task.reading, task.limit, task.ended_at)


def _known(view: UndertakingView, scenario: Scenario) -> list[Fact]:
    return [fact for fact in scenario.facts if fact.name in view.facts]


def _start_facts(scenario: Scenario) -> list[Fact]:
    return [fact for fact in scenario.facts if fact.name in scenario.start]


def _in_force(request: Request, name: str) -> Scenario:
    here = scenarios_in_force(UNDERTAKING.name, request.actor.area)
    found = next((one.scenario for one in here if one.scenario.name == name), None)
    if found is None:
        raise absent(Label("这里施行的这个场景", "scenario in force here"))
    return found


def _newer(request: Request, scenario: Scenario) -> str:
    here = scenarios_in_force(UNDERTAKING.name, request.actor.area)
    found = next((one.scenario for one in here if one.scenario.name == scenario.name), None)
    return found.reference if found and found.version > scenario.version else ""


def _under(refused: Refused) -> tuple[Refusal, ...]:
    if refused.kind not in (RefusalKind.INVALID, RefusalKind.TOO_LARGE):
        raise refused
    return refused.refusals
