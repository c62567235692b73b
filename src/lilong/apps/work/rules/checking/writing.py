"""Findings and lists of names, put into words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lilong.apps.work.terms.findings import Finding, Severity
from lilong.kernel.words import Label

_NAMED_MAX = 5


def must(kind: str, text: Label, remedy: Label, step: str = "", **more: Any) -> Finding:
    """Something that stands in the way of publication."""
    return Finding(kind, Severity.MUST, text, remedy, step, **more)


def look(kind: str, text: Label, remedy: Label, step: str = "", **more: Any) -> Finding:
    """Something that the author should look at."""
    return Finding(kind, Severity.LOOK, text, remedy, step, **more)


def listed(labels: Iterable[Label]) -> Label:
    """The first few of ``labels`` as one list, and that there are more."""
    every = list(labels)
    shown, more = every[:_NAMED_MAX], len(every) > _NAMED_MAX
    zh, en = "、".join(label.zh for label in shown), ", ".join(label.en for label in shown)
    return Label(f"{zh}等" if more else zh or "无", f"{en}, …" if more else en or "none")


def named(names: Iterable[str]) -> Label:
    """Names as one list, in their order."""
    return listed(Label(name, name) for name in names)
