"""What a form field needs to be drawn: read once from Django's bound field, so that the template has no logic to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import starmap
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField, ChoiceField, Field, widgets
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label
from lilong.project.wording import is_chinese, words

_KINDS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.CheckboxSelectMultiple, "choices"),
    (widgets.RadioSelect, "choices"),
    (widgets.CheckboxInput, "tick"),
    (widgets.SelectMultiple, "many"),
    (widgets.Select, "select"),
    (widgets.FileInput, "file"),
)

_NOTHING = SafeString("")
# Django's own two commonest sentences do not say which field they mean.
_DJANGO_SAYS = (Field.default_error_messages["required"], ChoiceField.default_error_messages["invalid_choice"])
_PLAIN = {
    "required": Label("请填写“{label}”。", "Please fill in “{label}”."),
    "invalid_choice": Label("“{label}”请从所列的里面选一个。", "“{label}”: please choose one of those listed."),
}


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field ready to be drawn. ``kind`` is text, choices, tick, select, many or file.

    ``control`` is the drawn input, of a select the attributes of its tag. ``options`` is what a list offers, drawn: a
    template takes eight times as long over a hundred of them. A list of many is drawn as boxes to tick, no key must be
    held down; it opens when something is ``chosen``. Short choices stand in up to three ``columns``.
    """

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
    options: SafeString = _NOTHING
    chosen: bool = False
    columns: int = 1


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
        **_list_of(bound, kind),
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
    return f"{words(refusal.text)}{'' if is_chinese() else ' '}{words(refusal.remedy)}"


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
        built = bound.build_widget_attrs({"id": bound.auto_id, **attrs})
        made: dict[str, Any] = forms.Widget.get_context(bound.field.widget, bound.html_name, None, built)["widget"]
        return flatatt({"name": bound.html_name, **made["attrs"]})
    return bound.as_widget(attrs=attrs)


def _list_of(bound: BoundField, kind: str) -> dict[str, Any]:
    """What the field offers to choose from, drawn in the form of its kind."""
    if kind == "select":
        return {"options": SafeString(_grouped(bound, _option, " selected", '<optgroup label="{}">{}</optgroup>'))}
    if kind == "many":
        drawn = _grouped(bound, partial(_tick, bound.html_name), " checked", '<p class="quiet s">{}</p>{}')
        return {"options": SafeString(drawn), "chosen": bool(_chosen(bound))}
    if kind == "choices":
        offered = [(sub.tag(), *_parted(sub.data["label"])) for sub in bound.subwidgets]
        return {"options": SafeString("".join(starmap(_choice, offered))), "columns": _columns(offered)}
    return {}


def _grouped(bound: BoundField, draw: Callable[[str, str, str], str], mark: str, group: str) -> str:
    """Django's own list of a hundred options takes twice as long as reading them where they stand."""
    chosen, drawn = _chosen(bound), []
    for value, name in cast("widgets.Select", bound.field.widget).choices:
        inside = isinstance(name, list | tuple)
        offered = name if inside else [(value, name)]
        lines = [draw(*_said(each, label), mark if str(each) in chosen else "") for each, label in offered]
        drawn.append(group.format(escape(words(value)), "".join(lines)) if inside else lines[0])
    return "".join(drawn)


def _chosen(bound: BoundField) -> set[str]:
    return {str(value) for value in cast("widgets.Select", bound.field.widget).format_value(bound.value())}


def _said(value: object, label: object) -> tuple[str, str]:
    return escape("" if value is None else str(value)), escape(_parted(label)[0])


def _option(value: str, name: str, mark: str) -> str:
    return f'<option value="{value}"{mark}>{name}</option>'


def _tick(field: str, value: str, name: str, mark: str) -> str:
    box = f'<input type="checkbox" name="{field}" value="{value}"{mark}>'
    return f'<label class="tick">{box}<span>{name}</span></label>'


def _choice(tag: str, name: str, hint: str) -> str:
    small = f"<small>{escape(hint)}</small>" if hint else ""
    return f'<label class="choice">{tag}<span><b>{escape(name)}</b>{small}</span></label>'


def _columns(offered: Sequence[tuple[str, str, str]]) -> int:
    """One column when any choice says much."""
    longest = max((max(len(hint), 2 * len(name)) for _, name, hint in offered), default=0)
    return 1 if longest > 24 else min(len(offered), 3)


def _parted(label: object) -> tuple[str, str]:
    """A line break in a choice's label parts its name from the sentence that explains it."""
    name, _, hint = words(label).partition("\n")
    return name, hint
