"""Who acts: a person in one post for one area, a resident, a program, or the machine itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from lilong.kernel.areas import EVERYWHERE, AreaCode
from lilong.kernel.words import Label


class ActorKind(StrEnum):
    """What stands behind an act."""

    STAFF = "staff"
    RESIDENT = "resident"
    ANONYMOUS = "anonymous"
    PROGRAM = "program"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts in one request, in one post, for one area, with that post's duties.

    ``name`` is what others may read: a post's title, "resident", a program's name; never a private name.
    ``subjects`` are the only rows a resident may reach, whatever their area.
    """

    kind: ActorKind
    name: Label
    area: AreaCode = EVERYWHERE
    duties: frozenset[str] = frozenset()
    account: int | None = None
    person: UUID | None = None
    post: int | None = None
    unit: int | None = None
    subjects: frozenset[UUID] = field(default=frozenset())

    def holds(self, duty: str, area: AreaCode) -> bool:
        """Whether this post carries the duty there."""
        return duty in self.duties and self.area.contains(area)

    @property
    def mark(self) -> str:
        """How the journal writes the actor: kind and post or account, no private name."""
        return f"{self.kind}:{self.post or self.account or self.person or ''}"


ANONYMOUS = Actor(ActorKind.ANONYMOUS, Label("未登录的居民", "a resident, not signed in"))


def machine(name: Label, duties: frozenset[str], area: AreaCode = EVERYWHERE) -> Actor:
    """The platform acting by itself: it has exactly the duties named here, nothing implied."""
    return Actor(ActorKind.SYSTEM, name, area, duties)
