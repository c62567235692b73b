"""Reference data in process memory, as of one edition: looked at again at most every two seconds.

Whoever changes the data renews its :class:`Edition` in the same transaction; a :class:`Keeper` sees a change of its own
process at once and one of another process when its shelf is old: one primary-key query.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, TypeVar
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Q

FRESH_SECONDS = 2.0
_READINGS_MORE = 2


class Edition(models.Model):
    """One row that changes with every change of what is kept on a shelf, by which processes know theirs is old.

    A random mark, not a counter: a restored backup must not look like the edition it was taken before.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    mark = models.UUIDField()
    objects: ClassVar[models.Manager[Edition]] = models.Manager()
    # How often this process itself renewed the edition: its own change it sees at once.
    renewals: ClassVar[int] = 0

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=Q(id=1), name="%(app_label)s_edition_one_row")]

    def __str__(self) -> str:
        return str(self.mark)

    @classmethod
    def present(cls) -> UUID | None:
        """The mark of the present edition; None before the first change."""
        return cls.objects.values_list("mark", flat=True).first()

    @classmethod
    def renew(cls) -> None:
        """Tell every process that its shelf is old, and let one change follow another.

        The row stays locked until the transaction ends: what a change checks after this cannot be undone by a twin.
        """
        cls.objects.bulk_create(
            [cls(mark=uuid4())], update_conflicts=True, unique_fields=["id"], update_fields=["mark"]
        )
        transaction.on_commit(cls._noticed)

    @classmethod
    def _noticed(cls) -> None:
        cls.renewals += 1


class Marked(Protocol):
    """What stands on a shelf: it knows the mark of the edition it was read at."""

    @property
    def mark(self) -> UUID | None:
        """The mark of its edition."""


Kept = TypeVar("Kept", bound=Marked)


class Keeper(Generic[Kept]):
    """Holds the present shelf of this process and knows when to look again."""

    def __init__(self, edition: type[Edition], read: Callable[[UUID | None], Kept]) -> None:
        self._edition, self._read = edition, read
        self._turn = threading.Lock()
        self._shelf: Kept | None = None
        self._looked = 0.0
        self._renewals = -1

    def shelf(self, *, at_once: bool = False) -> Kept:
        """The shelf, at most two seconds old. ``at_once``: as it is now."""
        shelf = self._shelf
        if shelf is not None and not at_once and self._is_fresh():
            return shelf
        # While one thread reads, the others go on with what they have.
        if not self._turn.acquire(blocking=shelf is None or at_once) and shelf is not None:
            return shelf
        try:
            return self._looked_at()
        finally:
            self._turn.release()

    def forget(self) -> None:
        """Read everything anew at the next question; for a process that exchanged its database."""
        self._shelf = None

    def _is_fresh(self) -> bool:
        return self._renewals == self._edition.renewals and time.monotonic() - self._looked < FRESH_SECONDS

    def _looked_at(self) -> Kept:
        looked, renewals, mark = time.monotonic(), self._edition.renewals, self._edition.present()
        if self._shelf is None or self._shelf.mark != mark or mark is None:
            self._shelf = self._read_whole(mark)
        self._looked, self._renewals = looked, renewals
        return self._shelf

    def _read_whole(self, mark: UUID | None) -> Kept:
        """A shelf of one edition: read again when a change came in between, so that its parts fit together."""
        found = self._read(mark)
        for _ in range(_READINGS_MORE):
            now = self._edition.present()
            if now == found.mark:
                break
            found = self._read(now)
        # Still changing: what was read carries the older mark and is looked at again at the next question.
        return found
