"""The book in process memory: units, and the catalogues asked for, as of one edition.

Looked at again at most every two seconds (and at once after a change made by this process): one primary-key query.
"""

from __future__ import annotations

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
from lilong.ledger.shelves import Keeper


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


def shelf(*, at_once: bool = False) -> Shelf:
    """What is known now, at most two seconds old, or ``at_once`` as it stands."""
    return _KEEPER.shelf(at_once=at_once)


def forget() -> None:
    """Read everything anew at the next question; for a process that exchanged its database."""
    _KEEPER.forget()


def _read(mark: UUID | None) -> Shelf:
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


_KEEPER = Keeper(Edition, _read)
