"""One document, two formats: XML as the protocol names it, JSON by the Spark convention.

Spark: the outer wrapper is dropped; a container of one kind of children is an array, even with one child or none; an
empty value is ``null``. In XML an empty value is an empty element, except that an unset date is left out: an empty
``expected_datetime`` fails the community's JSON Schema and validators.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from lilong.gateways.open311.rules.moments import written
from lilong.gateways.open311.rules.text import clean
from lilong.gateways.open311.terms import WireFormat

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_DEGREE_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Instant:
    """A date that may be unset."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Fields:
    """Named values in the protocol's order."""

    pairs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Children of one kind: ``item`` is their element name in XML, an array in JSON."""

    item: str
    children: tuple[Value, ...]


Scalar: TypeAlias = "str | int | float | bool | Instant | None"
Value: TypeAlias = "str | int | float | bool | Instant | Fields | Listing | None"


@dataclass(frozen=True, slots=True)
class Document:
    """A whole answer: the root element's name and what it holds."""

    root: str
    body: Fields | Listing

    def encoded(self, wire_format: WireFormat) -> bytes:
        """The answer's bytes, UTF-8."""
        return (_as_xml(self) if wire_format is WireFormat.XML else _as_json(self)).encode()


def _as_xml(document: Document) -> str:
    root = ET.Element(document.root)
    _fill(root, document.body)
    return _DECLARATION + ET.tostring(root, encoding="unicode")


def _fill(element: ET.Element, value: Value) -> None:
    if isinstance(value, Fields):
        for name, child in value.pairs:
            if not (isinstance(child, Instant) and child.at is None):
                _fill(ET.SubElement(element, name), child)
    elif isinstance(value, Listing):
        for child in value.children:
            _fill(ET.SubElement(element, value.item), child)
    else:
        element.text = _words(value)


def _words(value: Scalar) -> str | None:
    if isinstance(value, Instant):
        return written(value.at) if value.at else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _degrees(value)
    return None if value is None else clean(str(value))


def _degrees(value: float) -> str:
    """A decimal without exponent, to the centimetre."""
    return f"{_rounded(value):.{_DEGREE_DIGITS}f}".rstrip("0").rstrip(".")


def _rounded(value: float) -> float:
    """Rounded to the centimetre; adding zero turns a negative zero into zero."""
    return round(value, _DEGREE_DIGITS) + 0.0


def _as_json(document: Document) -> str:
    return json.dumps(_plain(document.body), ensure_ascii=False, allow_nan=False)


def _plain(value: Value) -> object:
    if isinstance(value, Fields):
        return {name: _plain(child) for name, child in value.pairs}
    if isinstance(value, Listing):
        return [_plain(child) for child in value.children]
    if isinstance(value, Instant):
        return written(value.at) if value.at else None
    if isinstance(value, float):
        return _rounded(value)
    return (clean(value) or None) if isinstance(value, str) else value
