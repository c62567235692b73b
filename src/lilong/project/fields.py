"""What a form field needs to be drawn: read once from Django's bound field, so that the template has no logic to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField, ChoiceField, Field, widgets
from django.forms.utils import flatatt
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label
from lilong.project.wording import words

_NOTHING, _SELECTED = SafeString(""), SafeString(" selected")
_KINDS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.CheckboxSelectMultiple, "choices"),
    (widgets.RadioSelect, "choices"),
    (widgets.CheckboxInput, "tick"),
    (widgets.SelectMultiple, "many"),
    (widgets.Select, "select"),
    (widgets.FileInput, "file"),
)

# Django's own two commonest sentences do not say which field they mean.
_DJANGO_SAYS = (Field.default_error_messages["required"], ChoiceField.default_error_messages["invalid_choice"])
_PLAIN = {
    "required": Label("请填写“{label}”。", "Please fill in “{label}”."),
    "invalid_choice": Label("“{label}”请从所列的里面选一个。", "“{label}”: please choose one of those listed."),
}


@dataclass(frozen=True, slots=True)
class OptionView:
    """One choice: ``name`` in bold, ``hint`` small under it, ``tag`` the drawn input (empty inside a select)."""

    value: str
    name: str
    hint: str
    selected: bool
    tag: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Choices under one heading; the heading is empty for ungrouped ones."""

    name: str
    options: tuple[OptionView, ...]

    @property
    def drawn(self) -> SafeString:
        """The options of a select. Drawn here: a template takes eight times as long over a hundred of them."""
        lines = ((o.value, _SELECTED if o.selected else _NOTHING, o.name) for o in self.options)
        return format_html_join("", '<option value="{}"{}>{}</option>', lines)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field ready to be drawn. ``kind`` is text, choices, tick, select, many or file; ``control`` the drawn input,
    or for a select the attributes of its tag. A list of many is drawn as boxes to tick: no key must be held down."""

    kind: str
    id: str
    html_id: str
    html_name: str
    label: str
    hint: str
    why: str
    required: bool
    errors: tuple[str, ...]
    described_by: str
    control: str = ""
    groups: tuple[GroupView, ...] = ()

    @property
    def chosen(self) -> bool:
        """Whether anything is chosen, so that a folded list opens."""
        return any(option.selected for group in self.groups for option in group.options)

    @property
    def columns(self) -> int:
        """How many columns short choices may take on a wide page: three at most, one when any choice says much."""
        options = [option for group in self.groups for option in group.options]
        longest = max((max(len(option.hint), 2 * len(option.name)) for option in options), default=0)
        return 1 if longest > 24 else min(len(options), 3)


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of an error summary; ``anchor`` is the id to jump to, empty when no field is at fault."""

    text: str
    anchor: str


def view_of(bound: BoundField, why: object = None, *, short: bool = False) -> FieldView:
    """Read a bound field. Labels, hints, choices and errors may be kernel labels or plain text."""
    kind = _kind(bound)
    hint, reason, errors = words(bound.help_text), words(why), field_errors(bound)
    described = " ".join(
        part
        for part, there in ((f"{bound.auto_id}_helptext", hint or reason), (f"{bound.auto_id}_error", errors))
        if there
    )
    attrs = _attrs(bound, described, errors=errors, short=short)
    return FieldView(
        kind=kind,
        id=_focus_id(bound, kind),
        html_id=bound.auto_id,
        html_name=bound.html_name,
        label=words(bound.label),
        hint=hint,
        why=reason,
        required=bound.field.required,
        errors=errors,
        described_by=described,
        control=_control(bound, kind, attrs),
        groups=_groups(bound, kind, attrs),
    )


def field_errors(bound: BoundField) -> tuple[str, ...]:
    """What is wrong with the field, in the page's language; where the form says nothing better, by the field's name."""
    return tuple(_of_field(error, words(bound.label)) for error in bound.errors.as_data())


def _of_field(error: ValidationError, label: str) -> str:
    plain = _PLAIN.get(str(error.code))
    if plain is None or error.message not in _DJANGO_SAYS:
        return sentence(error)
    return words(plain.filled(label=label))


def faults(form: BaseForm | None, refusals: Iterable[Refusal] = ()) -> tuple[Fault, ...]:
    """Everything to put right on a page: the form's errors in the order of its fields, then what a command refused."""
    found: list[Fault] = []
    if form is not None:
        bound_fields = {bound.name: bound for bound in form}
        for bound in bound_fields.values():
            found += [Fault(text, _focus_id(bound, _kind(bound))) for text in field_errors(bound)]
        found += [Fault(sentence(error), "") for error in form.non_field_errors().as_data()]
        found += [Fault(_refusal_words(r), _anchor(bound_fields.get(r.field))) for r in refusals]
        return tuple(found)
    return tuple(Fault(_refusal_words(refusal), "") for refusal in refusals)


def sentence(error: ValidationError) -> str:
    """An error's text; its message may be plain text, a label, or a whole refusal with its remedy."""
    message: Any = error.message
    if isinstance(message, Refusal):
        return _refusal_words(message)
    text = words(message)
    return text % error.params if error.params else text


def _refusal_words(refusal: Refusal) -> str:
    return f"{words(refusal.text)} {words(refusal.remedy)}"


def _anchor(bound: BoundField | None) -> str:
    return "" if bound is None or bound.is_hidden else _focus_id(bound, _kind(bound))


def _kind(bound: BoundField) -> str:
    return next((kind for widget, kind in _KINDS if isinstance(bound.field.widget, widget)), "text")


def _focus_id(bound: BoundField, kind: str) -> str:
    return f"{bound.auto_id}_0" if kind == "choices" else bound.auto_id


def _attrs(bound: BoundField, described: str, *, errors: tuple[str, ...], short: bool) -> dict[str, str | bool]:
    attrs: dict[str, str | bool] = {}
    if described:
        attrs["aria-describedby"] = described
    if errors:
        attrs["aria-invalid"] = "true"
    if short:
        attrs["class"] = f"{bound.field.widget.attrs.get('class', '')} short".strip()
    return attrs


def _control(bound: BoundField, kind: str, attrs: dict[str, str | bool]) -> str:
    if kind in {"choices", "many"}:
        return ""
    if kind == "select":
        return flatatt({"name": bound.html_name, **_select_context(bound, attrs)["attrs"]})
    return bound.as_widget(attrs=attrs)


def _groups(bound: BoundField, kind: str, attrs: dict[str, str | bool]) -> tuple[GroupView, ...]:
    if kind == "choices":
        return (GroupView("", tuple(_option(sub.data, sub.tag()) for sub in bound.subwidgets)),)
    if kind not in {"select", "many"}:
        return ()
    groups = _select_context(bound, attrs)["optgroups"]
    return tuple(GroupView(words(name), tuple(_option(data) for data in options)) for name, options, _ in groups)


def _select_context(bound: BoundField, attrs: dict[str, str | bool]) -> dict[str, Any]:
    built = bound.build_widget_attrs({"id": bound.auto_id, **attrs})
    context: dict[str, Any] = bound.field.widget.get_context(bound.html_name, bound.value(), built)["widget"]
    return context


def _option(data: Mapping[str, Any], tag: str = "") -> OptionView:
    # A line break in a choice's label parts its name from the sentence that explains it.
    name, _, hint = words(data["label"]).partition("\n")
    return OptionView(str(data["value"]), name, hint, bool(data["selected"]), tag)
