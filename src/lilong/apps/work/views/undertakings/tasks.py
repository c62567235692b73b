"""The page of one task that no stage stands for: what is asked is drawn from its scenario, for lead and co-handler."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.work.commands.handing import hand_in
from lilong.apps.work.forms import HandInForm
from lilong.apps.work.queries import tasks as queries
from lilong.apps.work.queries.shelf import ready
from lilong.apps.work.terms import PLAIN, Fact, Handed, Role, Scenario, Step, TaskCard, entry_of, step_of
from lilong.apps.work.views.scenarios.offers import area_words, areas_within, office_words
from lilong.calendars.queries import working_time
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label


@staff_page("work.task.do")
def task(request: Request, task: UUID) -> HttpResponse:
    """One task: who it is for and by when, what has to be handed in, and the form for it."""
    card = queries.task(seen_by=request.actor, task_id=task, at=request.at, time=working_time(request.at))
    if card.act or card.role is Role.SUPERVISOR:
        return redirect(card.card.url or reverse("work:inbox"))
    scenario, step = _step(card)
    form = _form(request, card, scenario, step)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            _hand_in(request, card, form)
            return redirect(f"{reverse('work:inbox')}?done=hand_in")
        except Refused as refused:
            if refused.kind not in (RefusalKind.INVALID, RefusalKind.TOO_LARGE):
                raise
            refusals = refused.refusals
    context = {
        "task": card,
        "step": step,
        "scenario": scenario,
        "form": form,
        "asked": [form[fact.name] for fact in form.facts],
        "own": [bound for bound in form.visible_fields() if bound.name.startswith("the-")],
        "entry": _entry_words(scenario, step, entry_of(card.key)),
        "co": [office_words(office) for office in step.co],
        "is_co": card.role is Role.CO_HANDLER,
        "refusals": refusals,
    }
    return render(request, "undertakings/task.html", context, status=422 if request.method == "POST" else 200)


def _step(card: TaskCard) -> tuple[Scenario, Step]:
    try:
        scenario = ready(card.card.scenario).scenario
        return scenario, scenario.step(step_of(card.key))
    except LookupError:
        raise absent(Label("这一步的场景", "scenario of this step")) from None


def _form(request: Request, card: TaskCard, scenario: Scenario, step: Step) -> HandInForm:
    """A co-handler says its part is done, with a note; the lead answers the questions and says how it went."""
    sent = request.POST if request.method == "POST" else None
    if card.role is Role.CO_HANDLER:
        return HandInForm((), (PLAIN,), sent)
    asked: list[Fact] = [fact for name in step.fields if (fact := scenario.fact(name))]
    return HandInForm(asked, step.outcomes, sent, areas=areas_within(request.actor))


def _hand_in(request: Request, card: TaskCard, form: HandInForm) -> None:
    handed = Handed(form.result, form.note, form.given())
    hand_in(
        by=request.actor,
        key=command_key(request),
        kind=card.kind,
        subject=card.subject,
        task_key=card.key,
        handed=handed,
    )


def _entry_words(scenario: Scenario, step: Step, entry: str) -> Label | None:
    """What this piece of a repeated step is about: an area by its name, any other entry as it was written."""
    fact = scenario.fact(step.repeat)
    if not entry or fact is None:
        return None
    is_area = fact.kind.value == "areas"
    return area_words(AreaCode(entry)) if is_area else Label(entry, entry)
