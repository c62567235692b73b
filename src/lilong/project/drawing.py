"""How the inputs of forms are drawn: the plain ones here, any other by Django's own templates.

An input is one tag, yet three nested templates; a desk's page has dozens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape

_FOLDER: Final = "django/forms/widgets/"
_PLAIN: Final = frozenset(
    f"{_FOLDER}{name}.html"
    for name in ("checkbox", "email", "hidden", "input", "number", "password", "search", "tel", "text", "url")
)
_OPTIONS: Final = frozenset(f"{_FOLDER}{name}_option.html" for name in ("checkbox", "radio"))


class InputRenderer(DjangoTemplates):
    """Django's renderer, quicker for what is a single ``<input>``; the tag is the same to the letter."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The widget as HTML."""
        widget = context.get("widget", {})
        if template_name in _PLAIN or (template_name in _OPTIONS and not widget.get("wrap_label")):
            return _input(widget)
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    attrs = "".join(_attribute(name, given) for name, given in widget["attrs"].items() if given is not False)
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{attrs}>'


def _attribute(name: str, given: Any) -> str:
    return f" {name}" if given is True else f' {name}="{conditional_escape(given)}"'
