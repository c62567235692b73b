"""Who is served and by whom: jurisdictions, clients with their keys, and the one who calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from lilong.gateways.open311.terms.protocol import Datatype, ServiceKind
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label

_PUBLIC = Label("公开查询", "public query")


@dataclass(frozen=True, slots=True)
class JurisdictionCard:
    """One city (or part of one) under its ``jurisdiction_id``.

    ``language`` is that of names and notes when a client asks for none; ``gives_expected`` False leaves
    ``expected_datetime`` unset for clients that cannot read it; ``changed`` moves with services and definitions.
    """

    id: str
    name: Label
    city: AreaCode
    contact: str
    key_service: str
    changed: datetime
    language: str = "zh-hans"
    gives_expected: bool = True


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A program with a key. A test client is served by the test endpoint alone, every other one by the city alone."""

    number: int
    uid: UUID
    name: str
    may_create: bool
    may_update: bool
    is_test: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """The jurisdiction a call is about, the client that makes it (None: anybody), when, and in which language.

    ``origin`` is the scheme and host under which the call came, for the addresses of pictures.
    """

    jurisdiction: JurisdictionCard
    client: ClientCard | None
    at: datetime
    language: str
    origin: str

    def actor(self, *duties: str) -> Actor:
        """The caller as the city's apps know it: a program in the jurisdiction with just these duties."""
        name = Label(self.client.name, self.client.name) if self.client else _PUBLIC
        return Actor(ActorKind.PROGRAM, name, self.jurisdiction.city, frozenset(duties))

    def made_by(self, client: ClientCard) -> Caller:
        """The same call by a client that has shown its key."""
        return replace(self, client=client)


@dataclass(frozen=True, slots=True)
class NewClient:
    """What is wanted of a new key."""

    jurisdiction: str
    name: str
    may_create: bool = True
    may_update: bool = False
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """An extra question of a service; ``choices`` are key and label."""

    code: str
    datatype: Datatype
    required: bool
    text: Label
    hint: Label | None = None
    choices: tuple[tuple[str, Label], ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    """How a jurisdiction offers one category: how ids are given, whether it is listed, what is asked in addition."""

    jurisdiction: str
    category: str
    kind: ServiceKind = ServiceKind.REALTIME
    is_listed: bool = True
    questions: tuple[Question, ...] = ()
