"""Looking at how a reporter can be reached: for a declared purpose, recorded, and shown to the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse

from lilong.apps.cases import queries
from lilong.apps.cases.terms import CaseView
from lilong.apps.people import public as people
from lilong.apps.people.terms import PURPOSES, READ, Contact
from lilong.identity.requests import Request, command_key
from lilong.identity.wording import spoken
from lilong.kernel.words import Label

# The purposes for which whoever handles a case may look; what each may read is declared with it.
_FOR_A_CASE = ("contact_first", "callback", "visit", "answer")
_HINT = Label(
    "看一次记一次，居民自己看得到是谁、为什么看。", "Each look is recorded; the resident sees who looked and why."
)


class PurposeForm(forms.Form):
    """Why somebody looks."""

    purpose = forms.ChoiceField(
        label=spoken(Label("为什么要看", "Why you look")),
        choices=[(code, spoken(PURPOSES[code].label)) for code in _FOR_A_CASE],
        widget=forms.RadioSelect,
    )


@dataclass(frozen=True, slots=True)
class LookStep:
    """What the button says."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Look:
    """The act of looking, as the page's forms draw any act."""

    form: PurposeForm
    url: str
    step: LookStep = LookStep("look", Label("看联系方式", "See the contact"))
    shortcut: str = ""
    icon: str = "phone"
    hint: Label = _HINT


def look_for(request: Request, view: CaseView, form: PurposeForm | None = None) -> Look | None:
    """The form that asks for a contact, for a post with the duty, when somebody can be reached."""
    may = request.actor.holds(READ, view.row.area)
    if not may or not view.has_reporter:
        return None
    return Look(form or PurposeForm(), reverse("cases:contact", args=[view.row.number]))


def looked_up(request: Request, view: CaseView, form: Any) -> tuple[Contact, ...]:
    """The contact of a case's reporter, read for the purpose the form states. Recorded by the read itself."""
    person = queries.reporter_of(seen_by=request.actor, number=view.row.number)
    if person is None:
        return ()
    purpose = form.cleaned_data["purpose"]
    return people.read_contact(
        by=request.actor,
        key=command_key(request),
        person=person,
        kinds=PURPOSES[purpose].kinds,
        purpose=purpose,
        because_of=view.row.id,
    )
