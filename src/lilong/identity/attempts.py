"""Slowing down whoever guesses: tries are counted before they are judged, so a burst of parallel tries gains nothing.

The pause after a failed try doubles once the free tries are spent. Only blind indexes are kept: what somebody typed
as a name may be a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from django.db import connection

from lilong.identity.keys import keyring
from lilong.identity.models import Attempts
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

FORGOTTEN_AFTER: Final = timedelta(hours=24)
_FIRST_PAUSE: Final = timedelta(seconds=30)
_COUNT_ONE = """
    INSERT INTO identity_attempts AS kept (digest, of_name, failures, last_at, locked_until)
    VALUES (%(digest)s, %(of_name)s, 1, %(at)s, %(at)s)
    ON CONFLICT (digest) DO UPDATE SET
        failures = CASE WHEN kept.last_at < %(forgotten)s THEN 1 ELSE kept.failures + 1 END,
        last_at = %(at)s,
        locked_until = CASE WHEN kept.last_at < %(forgotten)s OR kept.failures + 1 < %(free)s THEN %(at)s
            ELSE %(at)s + least(%(longest)s, %(first)s * 2 ^ least(kept.failures + 1 - %(free)s, 20)) END
    WHERE kept.locked_until <= %(at)s
    RETURNING failures
"""


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is being guessed at, how many tries are free of a pause, how long the longest pause is, and whose it is."""

    kind: str
    text: str
    free: int
    longest: timedelta = timedelta(hours=24)
    name: str | None = None

    @property
    def digest(self) -> bytes:
        """The blind index under which the tries are counted."""
        return keyring().digest("attempts", self.kind, self.text)


def count_try(guarded: Guarded, at: datetime) -> None:
    """Count one try. Raises :class:`~lilong.kernel.refusals.Refused` (limited) while a pause lasts."""
    values: dict[str, Any] = {
        "digest": guarded.digest,
        "of_name": None if guarded.name is None else _of_name(guarded.name),
        "at": at,
        "forgotten": at - FORGOTTEN_AFTER,
        "free": guarded.free,
        "longest": guarded.longest,
        "first": _FIRST_PAUSE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ONE, values)
        if cursor.fetchone():
            return
    until = Attempts.objects.values_list("locked_until", flat=True).filter(digest=guarded.digest).first()
    raise too_often((until or at) - at)


def forgive(guarded: Guarded) -> None:
    """Forget the tries counted so far: the right one has signed in."""
    Attempts.objects.filter(digest=guarded.digest).delete()


def forgive_name(name: str) -> int:
    """Lift every pause of one account name, wherever it was tried from; returns how many counts were forgotten."""
    return Attempts.objects.filter(of_name=_of_name(name)).delete()[0]


def _of_name(name: str) -> bytes:
    return keyring().digest("attempts of", name)


def too_often(pause: timedelta) -> Refused:
    """The refusal that says how long to wait; its reference carries the seconds."""
    seconds = max(1, ceil(pause.total_seconds()))
    minutes = ceil(seconds / 60)
    wait = (
        Label(f"请 {minutes} 分钟后再试。", f"Try again in {minutes} minute{'s' if minutes > 1 else ''}.")
        if seconds > 60
        else Label(f"请 {seconds} 秒后再试。", f"Try again in {seconds} s.")
    )
    refusal = Refusal("too_often", Label("试得太勤了。", "Too many tries."), wait, reference=f"seconds:{seconds}")
    return Refused(RefusalKind.LIMITED, (refusal,))
