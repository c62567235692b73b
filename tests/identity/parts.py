"""Values of the tests of sign-in."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

from lilong.identity.senders import CodeNotSent
from lilong.identity.terms import ADMINISTER
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import EVERYWHERE
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PHONE = "+8613812340417"
ADDRESS = "198.51.100.7"
PASSWORD = "a lane of nine doors"
ADMINISTRATOR = Actor(
    ActorKind.STAFF,
    Label("系统管理岗", "administrator"),
    EVERYWHERE,
    frozenset({ADMINISTER}),
    account=1,
    post=1,
    unit=1,
)


def later(**span: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(**span)


def key(at: datetime = NOON, body: bytes = b"") -> CommandKey:
    """A fresh envelope."""
    return CommandKey(uuid4(), at, body_digest(body))


def signed_in(account: int) -> Actor:
    """An account before it has chosen a post."""
    return Actor(ActorKind.ANONYMOUS, Label("未选岗位", "no post"), account=account)


class Meeting:
    """A place where parallel calls wait for each other, so that what must not overlap would; alone one goes on soon."""

    def __init__(self, parties: int = 2) -> None:
        self._barrier = Barrier(parties)

    def wait(self) -> None:
        """Wait for the others, or for half a second."""
        with suppress(BrokenBarrierError):
            self._barrier.wait(timeout=0.5)


class Inbox:
    """A sender that keeps what it sent; it fails while ``broken``."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.broken = False

    def send(self, phone: str, code: str) -> None:
        """Keep the code, or fail."""
        if self.broken:
            raise CodeNotSent("the gateway is down")
        self.sent.append((phone, code))

    @property
    def code(self) -> str:
        """The latest code."""
        return self.sent[-1][1]

    @property
    def wrong(self) -> str:
        """A code that is not the latest one."""
        return f"{(int(self.code) + 1) % 1_000_000:06}"
