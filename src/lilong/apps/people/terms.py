"""The dictionary of people: what is kept of a person, for which declared purposes, on which legal basis.

A purpose says which kinds of data it may read and why that is lawful. Reading for a purpose that is not here, or a
kind that its purpose does not cover, is refused (个人信息保护法 2021-08-20 art. 6: minimum necessary).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from lilong.kernel.actors import ActorKind
from lilong.kernel.because import Because, Ground
from lilong.kernel.words import Label

KIND: Final = "people.person"
READ: Final = "people.contact.read"
KEEP: Final = "people.contact.keep"
REGISTER: Final = "people.person.register"
# What every resident may do with their own data.
OWN: Final = "people.person.own"
PERSON: Final = Label("居民", "resident")
READ_STEP: Final = f"{KIND}.read_contact"
# A guest left a telephone for one matter; nobody signed in to keep it longer.
GUEST_CONTACT_DAYS: Final = 366
# Who acts without a post, on their own data alone.
WITHOUT_POST: Final = frozenset({ActorKind.RESIDENT, ActorKind.ANONYMOUS})
# 个人信息保护法 (2021-08-20) art. 56: the record of processing is kept at least three years.
READS_KEPT_DAYS: Final = 1096
EVENTS: Final = (
    "people.contact_kept",
    "people.contact_read",
    "people.contact_withdrawn",
    "people.guests_joined",
    "people.person_registered",
)


class ContactKind(StrEnum):
    """What is kept of a person in the vault."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"

    @property
    def label(self) -> Label:
        """The kind's name."""
        return _KIND_LABELS[self]

    @property
    def longest(self) -> int:
        """How many characters one may have."""
        return 300 if self is ContactKind.ADDRESS else 120


_KIND_LABELS: Final = {
    ContactKind.NAME: Label("称呼", "name"),
    ContactKind.PHONE: Label("电话", "telephone"),
    ContactKind.EMAIL: Label("邮箱", "e-mail"),
    ContactKind.ADDRESS: Label("地址", "address"),
}
ALL_KINDS: Final = frozenset(ContactKind)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One declared purpose: which kinds it may read, on what legal basis, and when what was read must be gone."""

    code: str
    label: Label
    kinds: frozenset[ContactKind]
    basis: Because
    retention: Label
    own: bool = False


def _law(text: Label, article: str) -> Because:
    return Because(Ground.CLAUSE, text, f"law:个人信息保护法@2021-08-20#{article}")


_DUTY = _law(
    Label(
        "《个人信息保护法》第十三条第一款第三项、第三十四条：为履行法定职责所必需。",
        "Personal Information Protection Law art. 13(1)(3) and 34: necessary for a statutory duty.",
    ),
    "13.1.3",
)
_CONSENT = _law(
    Label(
        "《个人信息保护法》第十三条第一款第一项：取得本人同意，可以撤回（第十五条）。",
        "Personal Information Protection Law art. 13(1)(1): with consent, which may be withdrawn (art. 15).",
    ),
    "13.1.1",
)
_ACCESS = _law(
    Label(
        "《个人信息保护法》第四十五条：本人有权查阅、复制。",
        "Personal Information Protection Law art. 45: the right to see and to copy.",
    ),
    "45",
)
_WITH_MATTER = Label("随这件事结案即止，不另存", "until the matter is closed; no copy is kept")
_NAME_AND_PHONE = frozenset({ContactKind.NAME, ContactKind.PHONE})

PURPOSES: Final[Mapping[str, Purpose]] = MappingProxyType(
    {
        purpose.code: purpose
        for purpose in (
            Purpose("contact_first", Label("先行联系", "first contact"), _NAME_AND_PHONE, _DUTY, _WITH_MATTER),
            Purpose("callback", Label("回访", "callback"), _NAME_AND_PHONE, _DUTY, _WITH_MATTER),
            Purpose("visit", Label("上门核实或处置", "visit to check or mend"), ALL_KINDS, _DUTY, _WITH_MATTER),
            Purpose(
                "answer",
                Label("书面答复", "written answer"),
                frozenset({ContactKind.NAME, ContactKind.EMAIL, ContactKind.ADDRESS}),
                _DUTY,
                _WITH_MATTER,
            ),
            Purpose(
                "sign_in",
                Label("登录", "sign-in"),
                frozenset({ContactKind.PHONE}),
                _CONSENT,
                Label("撤回即删", "until withdrawn"),
            ),
            Purpose(
                "subject_access",
                Label("本人查阅", "one's own access"),
                ALL_KINDS,
                _ACCESS,
                Label("只给本人，不另存", "handed to the person, no copy is kept"),
                own=True,
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One datum in clear, on its way to the screen that asked for it. Its text never shows in a log."""

    kind: ContactKind
    text: str

    def __repr__(self) -> str:
        return f"Contact({self.kind.value}, …)"


@dataclass(frozen=True, slots=True)
class ContactKept:
    """That a kind is kept: since when, for what, and whether a code proved it. Not the datum."""

    kind: ContactKind
    since: datetime
    purpose: Purpose
    proven: bool


@dataclass(frozen=True, slots=True)
class ReadSeen:
    """One read as its subject sees it: the post and unit (never a private name), when, what, why, for which matter."""

    id: UUID
    at: datetime
    post: Label
    unit: Label | None
    kinds: tuple[ContactKind, ...]
    purpose: Purpose
    because: Because
    matter: UUID
    own: bool


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of reads, latest first. ``next_before`` opens the page after; None at the end."""

    reads: tuple[ReadSeen, ...]
    next_before: str | None


@dataclass(frozen=True, slots=True)
class Guest:
    """What somebody without an account left so that they can be reached about one matter."""

    phone: str
    name: str = ""

    def __repr__(self) -> str:
        return "Guest(…)"
