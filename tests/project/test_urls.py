"""Every address that a page names is there, and what Django answers by itself looks like the rest of the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from lilong.ledger.rooms import rooms
from lilong.project import readiness
from tests.city import City
from tests.house.source import ROOT

_IN_TEMPLATE = re.compile(r"""{% url ['"]([\w:-]+)['"]""")
_IN_CODE = re.compile(r"""(?:reverse|redirect|reverse_lazy)\(\s*["']([\w-]+(?::[\w-]+)*)["']""")


def named() -> Iterator[tuple[str, str]]:
    """Every name of a route that a template, a view or a menu holds, and where."""
    for path in sorted(ROOT.rglob("*.html")) + sorted(ROOT.rglob("*.py")):
        pattern = _IN_TEMPLATE if path.suffix == ".html" else _IN_CODE
        for name in pattern.findall(path.read_text(encoding="utf-8")):
            yield name, str(path.relative_to(ROOT))
    for room in rooms():
        yield from ((item.url, room.name) for item in room.menu)


def known() -> set[str]:
    """Every name that the resolver can turn into an address."""
    return set(names_below("", get_resolver()))


def names_below(prefix: str, resolver: object) -> Iterator[str]:
    for pattern in resolver.url_patterns:  # type: ignore[attr-defined]
        if hasattr(pattern, "url_patterns"):
            yield from names_below(f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix, pattern)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"
