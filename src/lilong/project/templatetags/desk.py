"""The rows of a desk’s list: ``{% load desk %}``. Drawn here, for a template takes four times as long over fifty."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final
from uuid import UUID

from django import template
from django.utils.safestring import SafeString

from lilong.kernel.words import Label
from lilong.project.templatetags.lilong import clock, state
from lilong.project.wording import words

register = template.Library()

_UNIT: Final = Label("派给", "Unit")
_SUGGESTED: Final = Label("建议", "Suggested")
_SWAP: Final = (
    'hx-target="#case" hx-select="#case" hx-swap="outerHTML" hx-push-url="true" hx-sync="closest lilong-queue:replace"'
)


@register.simple_tag
def case_rows(rows: Sequence[Any], address: str, chosen: UUID | None) -> SafeString:
    """A table row for each case: it opens beside the list by a link of its own, ``address`` and its number.

    Numbered for the map, which reads where each lies. ``chosen`` is the case that is open now.
    """
    rest = escape(address or "?")
    return SafeString("".join(_row(row, n, rest, is_on=row.id == chosen) for n, row in enumerate(rows, start=1)))


def _row(row: Any, place: int, rest: str, *, is_on: bool) -> str:
    number, title = escape(row.number), escape(row.title)
    link = f"{rest}&amp;case={number}"
    on, current = (' class="on"', ' aria-current="true"') if is_on else ("", "")
    at = f'data-latitude="{_degrees(row.latitude)}" data-longitude="{_degrees(row.longitude)}"'
    return (
        f'<tr{on} {at} data-title="{number} {title}" data-mark="{place}"><td class="nw">{number}</td>'
        f'<th scope="row"><a data-open href="{link}#case"{current} hx-get="{link}" {_SWAP}>{title}</a><br>'
        f'<span class="quiet">{escape(row.address)}</span></th><td>{escape(words(row.source.label))}</td>'
        f"<td>{state(row)}</td><td>{clock(row.reading) if row.reading else ''}</td>{_unit(row)}</tr>"
    )


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _unit(row: Any) -> str:
    if row.lead:
        return f'<td data-l="{words(_UNIT)}">{escape(words(row.lead.name))}</td>'
    if row.suggested:
        name = escape(words(row.suggested.name))
        return f'<td data-l="{words(_SUGGESTED)}"><span class="quiet">{name}</span></td>'
    return "<td></td>"
