"""Refusals are values: what was refused, why, and what the person can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lilong.kernel.words import Label


class RefusalKind(StrEnum):
    """The family of a refusal; each gateway maps it to its own protocol (HTTP status in brackets)."""

    INVALID = "invalid"  # 422
    NOT_SIGNED_IN = "not_signed_in"  # 401; pages lead to the sign-in that the refusal's reference names
    DENIED = "denied"  # 403
    ABSENT = "absent"  # 404: also another area's object, so that existence does not leak
    STALE = "stale"  # 409, with what changed since the version the client saw
    NOT_NOW = "not_now"  # 409: the step does not start from the present state
    KEY_REUSED = "key_reused"  # 422: the idempotency key came back with another body
    LIMITED = "limited"  # 429
    TOO_LARGE = "too_large"  # 413


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that stands in the way, in words a person can act on.

    ``code`` is stable (``cases.standard_missing``); ``field`` names the input to mend; ``reference`` the clause.
    """

    code: str
    text: Label
    remedy: Label
    field: str = ""
    reference: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form sent by the API inside ``application/problem+json``."""
        return {
            "code": self.code,
            "text": self.text.as_json(),
            "remedy": self.remedy.as_json(),
            "field": self.field,
            "reference": self.reference,
        }


@dataclass
class Refused(Exception):
    """Raised by a command that changed nothing.

    ``changes`` is filled for :attr:`RefusalKind.STALE`: what happened since the version the client saw.
    """

    kind: RefusalKind
    refusals: tuple[Refusal, ...]
    changes: tuple[Mapping[str, Any], ...] = field(default=())

    def __str__(self) -> str:
        return "; ".join(f"{refusal.code}: {refusal.text.en} {refusal.remedy.en}" for refusal in self.refusals)


def absent(what: Label) -> Refused:
    """The refusal for something that does not exist or that this actor may not know of: the two look the same."""
    return Refused(
        RefusalKind.ABSENT,
        (
            Refusal(
                "absent",
                Label("没有找到{what}。", "No such {what}.").filled(what=what),
                Label("请核对编号，或从列表里打开。", "Check the number, or open it from a list."),
            ),
        ),
    )


def invalid(code: str, text: Label, remedy: Label, field: str = "") -> Refused:
    """The refusal of one input."""
    return Refused(RefusalKind.INVALID, (Refusal(code, text, remedy, field),))


def denied(duty: str, label: Label | None = None) -> Refused:
    """The refusal of an actor whose post lacks a duty; it names the duty so that the right person can be asked."""
    return Refused(RefusalKind.DENIED, (missing_duty(duty, label),))


def missing_duty(duty: str, label: Label | None = None) -> Refusal:
    """The one wording for a missing duty."""
    shown = label or Label(duty, duty)
    return Refusal(
        "missing_duty",
        Label("您的岗位在这个区域没有“{duty}”的职责。", "Your post has no duty “{duty}” in this area.").filled(
            duty=shown
        ),
        Label(
            "请联系有这项职责的岗位办理，或请管理员核对岗位职责。",
            "Ask a post that has it, or have the administrator check your post.",
        ),
        reference=duty,
    )
