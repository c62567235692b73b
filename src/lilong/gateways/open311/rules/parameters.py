"""Reading a call's parameters: queries and bodies become names with their non-empty values.

Rule of the protocol ("Optional Arguments"): an empty parameter equals an absent one. Attributes come in three
spellings, ``attribute[CODE]``, ``attribute[CODE][]`` and a repeated ``attribute[CODE]``; all mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from lilong.gateways.open311.rules.faults import bad, missing, unreadable
from lilong.gateways.open311.rules.text import clean
from lilong.kernel.words import Label

FIELDS_MAX = 500
VALUE_CHARACTERS_MAX = 20_000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,100})\](?:\[\d*\])?", re.ASCII)
_INTEGER = re.compile(r"\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+\-]?\d{1,15}(?:\.\d{1,20})?", re.ASCII)
_TRUE = frozenset({"true", "1", "yes"})


@dataclass(frozen=True, slots=True)
class Parameters:
    """What one call carries: plain names and attribute codes, each with its non-empty values in order of arrival."""

    plain: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """The value, the last one of several; empty when absent."""
        return self.plain.get(name, ("",))[-1]

    def required(self, name: str) -> str:
        """The value; raises the 400 of a missing parameter."""
        value = self.text(name)
        if not value:
            raise missing(name)
        return value

    def short(self, name: str, characters_max: int) -> str:
        """The value, refused when longer than ``characters_max``."""
        value = self.text(name)
        if len(value) > characters_max:
            raise bad(name, Label("最多 {n} 个字符", "at most {n} characters").filled(n=characters_max))
        return value

    def listed(self, name: str) -> tuple[str, ...]:
        """The parts of a comma list, repeats dropped; a repeated parameter adds to the list."""
        parts = (part.strip() for value in self.plain.get(name, ()) for part in value.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def flag(self, name: str) -> bool:
        """Whether the parameter says true."""
        return self.text(name).lower() in _TRUE

    def whole(self, name: str, default: int) -> int:
        """A whole number from 0; raises 400 for anything else."""
        value = self.text(name)
        if not value:
            return default
        if not _INTEGER.fullmatch(value):
            raise bad(name, Label("应为不小于 0 的整数", "a whole number from 0 is expected"))
        return int(value)

    def decimal(self, name: str, low: float, high: float) -> float | None:
        """A number between ``low`` and ``high``, or None when absent; raises 400 for anything else."""
        value = self.text(name)
        return read_decimal(name, value, low, high) if value else None


def read_decimal(name: str, text: str, low: float, high: float) -> float:
    """A plain decimal (no exponent, no infinity) between two bounds that both belong."""
    number = float(text) if _DECIMAL.fullmatch(text) else None
    if number is None or not low <= number <= high:
        raise bad(name, Label("应为 {low} 到 {high} 的数", "a number from {low} to {high}").filled(low=low, high=high))
    return number


def from_pairs(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Sort pairs into plain parameters and attributes; empty values count as absent."""
    plain: dict[str, list[str]] = {}
    attributes: dict[str, list[str]] = {}
    for name, value in pairs:
        text = clean(value).strip()
        if len(text) > VALUE_CHARACTERS_MAX:
            raise bad(clean(name)[:100], Label("内容过长", "it is too long"))
        found = _ATTRIBUTE.fullmatch(name)
        if text and found:
            attributes.setdefault(clean(found[1]), []).append(text)
        elif text:
            plain.setdefault(clean(name), []).append(text)
    return Parameters(_frozen(plain), _frozen(attributes))


def read_form(encoded: bytes) -> list[tuple[str, str]]:
    """The pairs of a query or of an ``application/x-www-form-urlencoded`` body, which the protocol has in UTF-8.

    Raises the 400 of an unreadable form; unescaped UTF-8 (as ``curl -d`` sends it) is read too.
    """
    try:
        return parse_qsl(encoded.decode(), errors="strict", max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise unreadable() from error


def _frozen(values: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(found) for name, found in values.items()}
