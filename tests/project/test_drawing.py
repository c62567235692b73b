"""What is drawn here is, to the letter, what Django's own templates draw."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from lilong.project.drawing import InputRenderer

ODD = '<b> & "quoted" \''
WIDGETS: tuple[tuple[forms.Widget, object], ...] = (
    (forms.TextInput(), None),
    (forms.TextInput(attrs={"required": True, "disabled": False, "placeholder": ODD}), ODD),
    (forms.TextInput(attrs={"type": "search", "maxlength": 12}), ""),
    (forms.TextInput(), mark_safe("&amp;")),
    (forms.HiddenInput(), 0),
    (forms.NumberInput(attrs={"min": 0}), 12.5),
    (forms.EmailInput(), "a@b"),
    (forms.URLInput(), "https://x/?a=1&b"),
    (forms.PasswordInput(), "never shown"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(attrs={"class": ODD}), ODD),
    (forms.Textarea(attrs={"rows": 4}), ODD),
    (forms.RadioSelect(choices=[("a", ODD), ("b", "B")]), "a"),
    (forms.Select(choices=[("a", ODD), ("b", "B")]), "b"),
)


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_an_input_is_drawn_as_django_draws_it(widget: forms.Widget, value: object) -> None:
    def drawn(by: Any) -> str:
        return widget.render("field", value, {"id": "id_field"}, renderer=by).strip()

    assert drawn(InputRenderer()) == drawn(DjangoTemplates())


def test_a_single_choice_is_drawn_as_django_draws_it() -> None:
    class Asking(forms.Form):
        one = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", ODD), ("b", "B")])

    ours, theirs = (Asking({"one": "b"}, renderer=by()) for by in (InputRenderer, DjangoTemplates))
    for mine, other in zip(ours["one"].subwidgets, theirs["one"].subwidgets, strict=True):
        assert mine.tag() == other.tag().strip()
        assert mine.tag(wrap_label=True) == other.tag(wrap_label=True)
