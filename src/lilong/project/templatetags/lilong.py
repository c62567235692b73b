"""The parts of the look as template tags: ``{% load lilong %}``. Each is shown with an example in docs/look.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

import segno
from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from lilong.identity.requests import fresh_key
from lilong.identity.wording import page_language
from lilong.kernel.because import Because
from lilong.kernel.clocks import Limit, Reading
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label
from lilong.ledger.rooms import all_duties, rooms
from lilong.project import wording
from lilong.project.fields import faults, view_of
from lilong.project.wording import both, is_chinese, moment_words, words

register = template.Library()

_NOTHING = SafeString("")
_GROUP = 4
# light → class of the clock and icon; a class never stands without its icon and its word
_LIGHTS: Mapping[str, tuple[str, str]] = {"green": ("g", "clock"), "yellow": ("y", "soon"), "red": ("r", "late")}
_METERS = {"g": "f-jade", "y": "f-amber", "r": "f-late", "p": "f-2", "d": "f-jade"}
# state of a case → icon and shape of its tag
_STATES: Mapping[str, tuple[str, ...]] = {
    "reported": ("pin",),
    "returned": ("ret", "todo"),
    "handling": ("go", "now"),
    "handed_in": ("eye",),
    "closed": ("ok", "done"),
    "archived": ("ok", "done"),
    "declined": ("no", "off"),
    "merged": ("no", "off"),
}
_BACK = Label("退回重派", "Returned")
_PAUSED = Label("停表", "Clock stopped")
_DONE = Label("按时办结", "Done in time")
_DONE_LATE = Label("超时办结", "Done late")


# ---- words -----------------------------------------------------------------------------------------------------


@register.filter
def label(value: object) -> str:
    """The words of a kernel label in the page's language; plain text stays as it is, None is nothing."""
    return words(value)


@register.filter
def step(name: str) -> str:
    """The words of a journalled step such as ``cases.case.dispatch``, from the life-cycle that declares it."""
    lifecycle, _, short = name.rpartition(".")
    found = next((lc.steps.get(short) for room in rooms() for lc in room.lifecycles if lc.name == lifecycle), None)
    return words(found.label if found else all_duties().get(name, name))


@register.simple_tag
def say(zh: str, en: str, *, keep: bool = False, **values: object) -> SafeString:
    """One sentence in the page's language; ``{name}`` placeholders are filled and escaped.

    ``keep=True`` ties digits to the Chinese beside them, for headings.
    """
    text = conditional_escape(zh if is_chinese() else en)
    if values:
        text = format_html(text, **{name: words(v) if isinstance(v, Label) else v for name, v in values.items()})
    return SafeString(wording.keep(text) if keep else text)


@register.simple_tag
def keep(text: object) -> str:
    """A heading's text with no-break spaces between digits and the Chinese beside them."""
    return wording.keep(words(text))


@register.simple_tag
def lang() -> str:
    """The value of ``<html lang>``."""
    return "zh-CN" if is_chinese() else "en"


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | str | None, form: str = "") -> SafeString:
    """A moment (or its ISO text) as people write it, in a ``<time>``. ``form``: empty, day, short or time."""
    if not at:
        return SafeString("—")
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    now = getattr(context.get("request"), "at", None)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), moment_words(at, form, now))


# ---- small parts -----------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; always beside a word, hence hidden from screen readers."""
    return _icon(name)


@cache
def _icon(name: str) -> SafeString:
    """Its address lies in the manifest of the collected files, which does not change while a process runs."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("lilong/icons.svg"), name)


@register.simple_tag
def tag(text: object, icon_name: str = "", shape: str = "") -> SafeString:
    """A state: shape, word, colour last. ``shape`` is empty, done, soon, late, now, todo or off."""
    drawn = _icon(icon_name) if icon_name else _NOTHING
    return format_html('<span class="tag{}">{}{}</span>', f" is-{shape}" if shape else "", drawn, capfirst(words(text)))


@register.simple_tag
def state(row: Any) -> SafeString:
    """Where a case stands, by the ``state``, ``state_label`` and ``returned`` of its row."""
    came_back = row.state == "filed" and row.returned
    return _state("returned" if came_back else row.state, _BACK if came_back else row.state_label, page_language())


@cache
def _state(name: str, told: Label, _language: str) -> SafeString:
    """Drawn once for each state and language of a page, not for each row."""
    return tag(told, *_STATES.get(name, ("inbox",)))


@register.simple_tag
def plate(number: str, place: object = None) -> SafeString:
    """The door plate: a receipt number as the number on a house, a long one in fours, to be read out."""
    shown = " ".join(number[at : at + _GROUP] for at in range(0, len(number), _GROUP)) if number.isdigit() else number
    below = format_html("<small>{}</small>", words(place)) if place else _NOTHING
    title = both("回执号", "Receipt number")
    return format_html('<p class="plate"><small>{}</small><b>{}</b>{}</p>', title, shown, below)


@register.simple_tag
def qr(url: str) -> SafeString:
    """A QR code as one SVG path: no image request, no inline style, prints sharp."""
    rows = tuple(segno.make(url, error="m", micro=False).matrix_iter(border=2))
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _dark_runs(row))
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path d="{2}"/></svg>',
        len(rows),
        both("二维码：打开这件事的进度", "QR code: opens the progress of this matter"),
        path,
    )


def _dark_runs(row: Iterable[int]) -> Iterator[tuple[int, int]]:
    at = 0
    for dark, cells in groupby(row):
        width = len(list(cells))
        if dark:
            yield at, width
        at += width


@register.simple_tag
def because(reasons: Because | Iterable[Because] | None, form: str = "") -> SafeString:
    """The seal 因为 and what decided. ``form`` "inline" leaves out the hairlines, inside lists. No reason, no seal."""
    given = (reasons,) if isinstance(reasons, Because) else reasons or ()
    lines = [(words(reason.text),) for reason in given]
    if not lines:
        return _NOTHING
    said = (
        format_html("<p>{}</p>", *lines[0])
        if len(lines) == 1
        else format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines))
    )
    seal, shape = both("因为", "Because"), " because-1" if form == "inline" else ""
    return format_html('<div class="because{}"><span>{}</span>{}</div>', shape, seal, said)


# ---- the clock -------------------------------------------------------------------------------------------------


@register.simple_tag
def clock(reading: Reading | None, limit: Limit | None = None, *, ended: object = None) -> SafeString:
    """The clock in one line: shape, word, time left, limit. The light comes from the reading, never from here.

    ``ended`` true (a task's ``ended_at``) says done in time or late instead of what is left.
    """
    if reading is None:
        return SafeString("—")
    shape, icon_name, text = _face(reading, ended=bool(ended))
    small = f" <small>{escape(_limit_words(limit))}</small>" if limit else ""
    # Every row of a list has one: four times as quick as format_html.
    return SafeString(f'<span class="clock {shape}">{_icon(icon_name)}<b>{escape(text)}</b>{small}</span>')


@register.inclusion_tag("lilong/clock_line.html", takes_context=True)
def clock_line(
    context: Context, reading: Reading, limit: Limit | None = None, *, ended: object = None, note: object = None
) -> dict[str, Any]:
    """The clock as a block: the same words, a bar of the time used, the limit, when it is due, and a note."""
    shape, icon_name, text = _face(reading, ended=bool(ended))
    return {
        "request": context.get("request"),
        "shape": shape,
        "icon": icon_name,
        "title": text,
        "meter": _METERS[shape],
        "share": min(round(reading.used * 100), 100),
        "used": None if ended else int(reading.used * 100),
        "limit": _limit_words(limit) if limit else "",
        "due": reading.due,
        "note": words(note),
    }


def _face(reading: Reading, *, ended: bool) -> tuple[str, str, str]:
    shape, icon_name = _LIGHTS[reading.light]
    if ended:
        late = shape == "r"
        return ("r", "late", words(_DONE_LATE)) if late else ("d", "ok", words(_DONE))
    left = words(reading.left)
    if reading.is_paused:
        return "p", "hold", f"{words(_PAUSED)} · {left}"
    # Past due, what is left already says so.
    return shape, icon_name, capfirst(left if shape == "r" else f"{words(reading.light.label)} · {left}")


def _limit_words(limit: Limit) -> str:
    return both("限 {}", "limit {}").format(words(limit.label))


# ---- composed parts --------------------------------------------------------------------------------------------


@register.inclusion_tag("lilong/lane.html", takes_context=True)
def lane(context: Context, doors: Iterable[Any]) -> dict[str, Any]:
    """Progress as a lane of doors: label, stands (behind, here, ahead), at, who, said, because."""
    return {"request": context.get("request"), "doors": doors}


@register.inclusion_tag("lilong/field.html")
def field(bound: BoundField, why: object = None, form: str = "") -> dict[str, Any]:
    """One form field: label, mark if optional, hint and why we ask, error, control. ``form`` "short" narrows it."""
    return {"field": view_of(bound, why, short=form == "short")}


@register.inclusion_tag("lilong/control.html")
def control(bound: BoundField) -> dict[str, Any]:
    """The control alone, for a row of filters; the template writes its ``<label>``."""
    return {"field": view_of(bound)}


@register.simple_tag(takes_context=True)
def hidden(context: Context, version: int | None = None) -> SafeString:
    """What every form that acts carries unseen: CSRF token, an idempotency key of its own, the version it saw."""
    given = {"key": fresh_key(context["request"])} | ({} if version is None else {"version": str(version)})
    inputs = (f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in given.items())
    return SafeString(CsrfTokenNode().render(context) + "".join(inputs))


@register.inclusion_tag("lilong/errors.html")
def errors(form: BaseForm | None, refusals: Iterable[Refusal] = ()) -> dict[str, Any]:
    """The error summary at the top of a page: what to put right, each line leading to its field. Nothing if nothing."""
    return {"faults": faults(form, refusals or ())}
