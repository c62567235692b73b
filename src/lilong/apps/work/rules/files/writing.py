"""A scenario as YAML that people like to read: steps one below the other, what is short on one line.

The same scenario always gives the same text, and reading the text gives the same scenario.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from lilong.apps.work.rules.files.building import shape_of
from lilong.apps.work.terms.scenarios import Frame, Scenario

_WIDTH = 120
# What always stands on lines of its own, and lists of which each entry has a line.
_TALL = frozenset({"facts", "tables", "steps"})
_LISTED = frozenset({"start", "rows", "choices", "results", "goes_wrong", "messages", "measures", "basis"})
# A text without quotes: it begins like a word, and holds nothing that YAML or a hasty reader takes for something else;
# on a line of its own it may hold the signs of lists and groups.
_PLAIN = re.compile(r"[\w（“《][^\n\t:#\\]*")
_SIGNS = re.compile(r"[,\[\]{}]")
_LIKE_NUMBER = re.compile(r"[-+.\d][\d_.:eExXoOa-fA-F+-]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"})


def write_scenario(scenario: Scenario, frames: Mapping[str, Frame]) -> str:
    """The file of ``scenario``; the results that its frame gives to every scenario are not written.

    A result that goes back is written under ``goes_wrong``, since only there may it stand.
    """
    document = msgspec.to_builtins(shape_of(scenario, frames.get(scenario.kind)))
    return "".join(f"{line}\n" for line in _map(document, 0))


def _map(found: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, value in found.items():
        yield from _entry(key, value, indent)


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    start = f"{' ' * indent}{key}:"
    line = f"{start} {_flow(value)}"
    if key in _TALL or key in _LISTED:
        yield start
        for one in value:
            yield from _item(one, indent + 2, fits_on_a_line=key in _LISTED)
    elif isinstance(value, dict | list) and len(line) > _WIDTH:
        yield start
        if isinstance(value, dict):
            yield from _map(value, indent + 2)
        else:
            for one in value:
                yield from _item(one, indent + 2, fits_on_a_line=True)
    else:
        yield f"{start} {_scalar(value)}" if isinstance(value, str) else line


def _item(value: Any, indent: int, *, fits_on_a_line: bool) -> Iterator[str]:
    dash = f"{' ' * indent}- "
    line = f"{dash}{_flow(value)}"
    if not isinstance(value, dict) or (fits_on_a_line and len(line) <= _WIDTH):
        yield line
        return
    for number, found in enumerate(_map(value, indent + 2)):
        yield f"{dash}{found.lstrip()}" if number == 0 else found


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, str):
        return _quoted(value) if _SIGNS.search(value) else _scalar(value)
    return json.dumps(value)


def _scalar(text: str) -> str:
    return text if _is_plain(text) else _quoted(text)


def _quoted(text: str) -> str:
    if '"' in text and not re.search(r"['\\\n\t]", text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or text != text.strip() or text.lower() in _WORDS_OF_YAML:
        return False
    return not _LIKE_NUMBER.fullmatch(text) or bool(_DATE.fullmatch(text))
