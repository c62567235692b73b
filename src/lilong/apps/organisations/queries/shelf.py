"""The book in process memory: units, and the catalogues asked for, as of one edition.

Looked at again at most every two seconds (and at once after a change made by this process): one primary-key query.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lilong.apps.organisations.models import (
    CatalogueVersion,
    Category,
    Edition,
    Function,
    Responsibility,
    Standard,
    Unit,
)
from lilong.apps.organisations.rules.book import CatalogueBook, in_force
from lilong.apps.organisations.rules.offices import Offices
from lilong.apps.organisations.terms import CatalogueCard, CatalogueRows, FunctionCard, UnitCard
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label

_FRESH_SECONDS = 2.0
_READINGS_MORE = 2


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything known at one edition; catalogues are opened when first asked for."""

    mark: UUID | None
    functions: dict[str, FunctionCard]
    versions: tuple[CatalogueCard, ...]
    offices: Offices
    books: dict[int, CatalogueBook] = field(default_factory=dict)

    def book(self, area: AreaCode, at: datetime) -> CatalogueBook | None:
        """The catalogue in force in ``area`` at ``at``."""
        card = in_force(self.versions, area, at)
        return self.opened(card) if card else None

    def opened(self, card: CatalogueCard) -> CatalogueBook:
        """The catalogue ``card``, read at its first use. Two threads may both read it; both read the same."""
        book = self.books.get(card.id)
        if book is None:
            book = self.books[card.id] = CatalogueBook(card, _rows(card.id), self.functions)
        return book


class _Keeper:
    """Holds the present shelf of this process and knows when to look again."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._shelf: Shelf | None = None
        self._looked = 0.0
        self._renewals = -1

    def shelf(self, *, at_once: bool = False) -> Shelf:
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
        """Read everything anew at the next question."""
        self._shelf = None

    def _is_fresh(self) -> bool:
        return self._renewals == Edition.renewals and time.monotonic() - self._looked < _FRESH_SECONDS

    def _looked_at(self) -> Shelf:
        looked, renewals, mark = time.monotonic(), Edition.renewals, _mark()
        if self._shelf is None or self._shelf.mark != mark or mark is None:
            self._shelf = _read(mark)
        self._looked, self._renewals = looked, renewals
        return self._shelf


_KEEPER = _Keeper()


def shelf(*, at_once: bool = False) -> Shelf:
    """What is known now, at most two seconds old, or ``at_once`` as it stands."""
    return _KEEPER.shelf(at_once=at_once)


def forget() -> None:
    """Read everything anew at the next question; for a process that exchanged its database."""
    _KEEPER.forget()


def _mark() -> UUID | None:
    return Edition.objects.values_list("mark", flat=True).first()


def _read(mark: UUID | None) -> Shelf:
    """A shelf of one edition: read again when a change came in between, so that its parts fit together."""
    found = _read_once(mark)
    for _ in range(_READINGS_MORE):
        now = _mark()
        if now == found.mark:
            break
        found = _read_once(now)
    # Still changing: what was read carries the older mark and is looked at again at the next question.
    return found


def _read_once(mark: UUID | None) -> Shelf:
    return Shelf(
        mark,
        {function.code: function.card for function in Function.objects.all()},
        tuple(version.card for version in CatalogueVersion.objects.filter(valid_from__isnull=False)),
        Offices(_units()),
    )


def _units() -> list[UnitCard]:
    columns = ("id", "code", "name_zh", "name_en", "function_id", "level", "area", "above_id", "active")
    return [
        UnitCard(number, code, Label(zh, en), function, Level(level), AreaCode(area), above, active)
        for number, code, zh, en, function, level, area, above, active in Unit.objects.values_list(*columns)
    ]


def _rows(catalogue: int) -> CatalogueRows:
    standards = Standard.objects.filter(category__catalogue=catalogue).select_related("category__catalogue")
    return CatalogueRows(
        tuple(row.card for row in Category.objects.filter(catalogue=catalogue).select_related("catalogue")),
        tuple(row.card for row in standards),
        tuple(row.card for row in Responsibility.objects.filter(catalogue=catalogue).select_related("catalogue")),
    )
