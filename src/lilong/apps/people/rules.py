"""Judgement about personal data: what may be read for which purpose, and what a datum must look like."""

from __future__ import annotations

import re
from collections.abc import Collection

from lilong.apps.people.terms import PURPOSES, Contact, ContactKind, Purpose
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, invalid
from lilong.kernel.words import Label

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_SPACES = re.compile(r"\s+")


def purpose_for(code: str, kinds: Collection[ContactKind], *, own: bool) -> Purpose:
    """The declared purpose that covers reading ``kinds``; ``own`` when people read what is kept of themselves.

    Raises :class:`~lilong.kernel.refusals.Refused`: invalid (unknown purpose, nothing asked for), denied (a kind that
    the purpose does not cover, somebody else's purpose).
    """
    purpose = PURPOSES.get(code)
    if purpose is None:
        raise invalid(
            "people.purpose_unknown",
            Label("没有这个用途。", "No such purpose is declared."),
            Label("请从已公布的用途里选。", "Choose one of the declared purposes."),
            "purpose",
        )
    if not kinds:
        raise invalid(
            "people.kinds_missing",
            Label("没有说要看哪一项。", "It does not say what to look at."),
            Label("请选要看的项目。", "Choose what you need to see."),
            "kinds",
        )
    beyond = sorted(set(kinds) - purpose.kinds)
    if beyond or purpose.own is not own:
        raise Refused(RefusalKind.DENIED, (_beyond(purpose, beyond),))
    return purpose


def cleaned(kind: ContactKind, text: str) -> Contact:
    """One datum in its written form (a telephone only trimmed).

    Raises :class:`~lilong.kernel.refusals.Refused`: invalid (empty, too long, no e-mail address).
    """
    written = _SPACES.sub(" ", text).strip()
    if not written:
        raise invalid(
            "people.contact_missing",
            Label("“{kind}”还没有填。", "“{kind}” is empty.").filled(kind=kind.label),
            Label("请填写，或者不留这一项。", "Fill it in, or leave this one out."),
            kind.value,
        )
    if len(written) > kind.longest:
        raise invalid(
            "people.contact_too_long",
            Label("“{kind}”太长了。", "“{kind}” is too long.").filled(kind=kind.label),
            Label(f"最多 {kind.longest} 个字。", f"At most {kind.longest} characters."),
            kind.value,
        )
    if kind is ContactKind.EMAIL and not _EMAIL.fullmatch(written):
        raise invalid(
            "people.email_unreadable",
            Label("这不像一个邮箱地址。", "This does not look like an e-mail address."),
            Label("例如 wang@example.cn。", "Such as wang@example.cn."),
            kind.value,
        )
    return Contact(kind, written)


def _beyond(purpose: Purpose, beyond: Collection[ContactKind]) -> Refusal:
    what = Label(
        "、".join(kind.label.zh for kind in beyond) or "这些数据", ", ".join(k.label.en for k in beyond) or "these data"
    )
    text = Label("“{purpose}”不能看{what}。", "“{purpose}” does not cover {what}.")
    return Refusal(
        "people.beyond_purpose",
        text.filled(purpose=purpose.label, what=what),
        Label(
            "只看办这件事必需的，或换用相应的用途。",
            "Read only what the matter needs, or name the purpose that covers it.",
        ),
        "kinds",
        purpose.basis.reference,
    )
