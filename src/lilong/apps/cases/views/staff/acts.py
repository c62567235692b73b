"""What a post may do with a case, as forms drawn from the life-cycle, the one to do now first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from lilong.apps.cases.forms import Choices, StepForm, photos_field
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.rules import asked_at, is_meant_for
from lilong.apps.cases.terms import CaseView
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import Routed, Stage, UnitCard
from lilong.apps.work import public as work
from lilong.identity.requests import Request
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.lifecycle import Step
from lilong.kernel.words import Label

_FIRST = ("verify", "file", "dispatch", "accept", "hand_in", "close", "call_back")
_SHORTCUTS = {"dispatch": "d", "file": "d", "reverify": "v", "decline": "n", "recall": "u"}
_ICONS = {"return": "ret", "reverify": "ret", "refile": "ret", "send_back": "ret", "decline": "no", "merge": "same"}
_HINTS = {
    "return": Label("退给派单岗，理由会留下；已做的都不清掉。", "Back to the dispatcher; what was done stays."),
    "decline": Label("居民会看到理由；请写明可以去哪里办。", "The resident reads the reason; say where to turn."),
}
# Steps a page offers in another way, or only the machine takes.
_NOT_HERE = frozenset(
    {
        "add_photos",
        "do_step",
        "plan_again",
        "reckon",
        "speak",
        "archive",
        "record_closing",
        "rate",
        "ask_again",
        "add_facts",
    }
)
_OF_UNIT = frozenset({"accept", "hand_in", "return", "contact"})
_WITH_PHOTOS = frozenset({"hand_in", "verify"})
# The act of the scenario that a step of the life-cycle finishes, where the scenario may ask something.
_ACT_OF = {"verify": "verify", "hand_in": "handle", "close": "check"}
_VERSION = Label("{title} {reference}", "{title} {reference}")
_LEVELS = ((Level.COMMUNITY, 12), (Level.STREET, 9), (Level.DISTRICT, 6), (Level.CITY, 2))


@dataclass(frozen=True, slots=True)
class Act:
    """One step as a page offers it."""

    step: Step
    form: StepForm
    url: str
    shortcut: str = ""
    icon: str = "go"
    hint: Label | None = None


def acts_for(request: Request, view: CaseView, bound: Mapping[str, QueryDict] | None = None) -> tuple[Act, ...]:
    """The acts open to this post on this case. ``bound`` holds what was sent for a step that did not go through."""
    offered = _offered(request, view)
    choices = choices_of(view, request)
    if any(step.name == "move" for step in offered):
        choices = {**choices, "to": _other_versions(view)}
    return tuple(
        _act(view, step, choices, (bound or {}).get(step.name)) for step in offered if _has_choice(step, choices)
    )


def desk_acts(request: Request, view: CaseView) -> tuple[Act, ...]:
    """The acts of the day's work: without going by another version, which is offered on the case's own page."""
    choices = choices_of(view, request)
    return tuple(_act(view, step, choices, None) for step in _offered(request, view) if step.name != "move")


def step_form(view: CaseView, step: Step, request: Request) -> StepForm:
    """The form of one step as it was sent."""
    choices = choices_of(view, request)
    if step.name == "move":
        choices = {**choices, "to": _other_versions(view)}
    return _form(view, step, choices, request.POST)


def choices_of(view: CaseView, request: Request) -> Mapping[str, Choices]:
    """What may be chosen for each reference: this category's standard rows, the units that cover the place."""
    units = _units(view, request)
    return {
        "standard": [(str(row.id), _standard_words(row.filing_condition, row.limit.label)) for row in view.standards],
        "condition": [(str(view.standard.id), view.standard.closing_condition)] if view.standard else [],
        "unit": units,
        "co_units": units,
        "category": [
            (str(card.key), card.name) for card in organisations.categories(area=view.row.area, at=request.at)
        ],
    }


def _offered(request: Request, view: CaseView) -> list[Step]:
    found = [step for step in view.steps if step.name not in _NOT_HERE and _is_its_own(request, view, step)]
    order = {name: place for place, name in enumerate(_FIRST)}
    return sorted(found, key=lambda step: order.get(step.name, len(order)))


def _has_choice(step: Step, choices: Mapping[str, Choices]) -> bool:
    return step.name != "move" or bool(choices.get("to"))


def _other_versions(view: CaseView) -> list[tuple[str, Label]]:
    """The versions in force here that are for such a matter, but for its own."""
    code = view.row.category.key.code
    known = (ready.scenario for ready in (*work.scenarios_in_force(CASE.name, view.row.area), work.ordinary()))
    meant = (one for one in known if one.reference != view.scenario.reference and is_meant_for(one, code))
    return [
        (one.reference, Label(f"{one.title.zh} {one.reference}", f"{one.title.en} {one.reference}")) for one in meant
    ]


def suggestion_for(view: CaseView, request: Request) -> object:
    """Whom the catalogue names for handling, while nobody has the case."""
    if view.row.lead or view.row.state not in {"reported", "verified", "filed"}:
        return None
    return organisations.route_stage(view.row.category.key, area=view.row.area, stage=Stage.HANDLE, at=request.at)


def _act(view: CaseView, step: Step, choices: Mapping[str, Choices], sent: QueryDict | None) -> Act:
    return Act(
        step,
        _form(view, step, choices, sent),
        reverse("cases:step", args=[view.row.number, step.name]),
        _SHORTCUTS.get(step.name, ""),
        _ICONS.get(step.name, "go"),
        _HINTS.get(step.name),
    )


def _form(view: CaseView, step: Step, choices: Mapping[str, Choices], sent: QueryDict | None) -> StepForm:
    initial = {"unit": view.row.suggested.id if view.row.suggested else None}
    if view.standard:
        initial["condition"] = view.standard.id
    asked = asked_at(view.scenario, _ACT_OF[step.name]) if step.name in _ACT_OF else ()
    form = StepForm(step, sent, choices, initial, asked)
    if step.name in _WITH_PHOTOS:
        form.fields["photos"] = photos_field()
    return form


def _is_its_own(request: Request, view: CaseView, step: Step) -> bool:
    """A unit handles its own cases only; the buttons say so before the command does."""
    if step.name not in _OF_UNIT:
        return True
    return view.row.lead is not None and view.row.lead.id == request.actor.unit


def _units(view: CaseView, request: Request) -> list[tuple[str, Label]]:
    suggested = suggestion_for(view, request)
    first: Sequence[UnitCard] = (suggested.unit, *suggested.co_units) if isinstance(suggested, Routed) else ()
    digits = view.row.area.digits
    above = [
        unit
        for level, width in _LEVELS
        if len(digits) >= width
        for unit in organisations.units_within(AreaCode(digits[:width]), level=level)
    ]
    found = {unit.id: unit for unit in (*first, *above)}
    return [(str(unit.id), _unit_words(unit, is_first=unit in first[:1])) for unit in found.values()]


def _unit_words(unit: UnitCard, *, is_first: bool) -> Label:
    return Label("{unit}（建议）", "{unit} (suggested)").filled(unit=unit.name) if is_first else unit.name


def _standard_words(condition: Label, limit: Label) -> Label:
    return Label("{condition}（{limit}）", "{condition} ({limit})").filled(condition=condition, limit=limit)
