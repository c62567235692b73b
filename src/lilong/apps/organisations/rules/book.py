"""One catalogue prepared for reading: its categories, standards and rows, with the city's units beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from lilong.apps.organisations.rules.offices import Offices
from lilong.apps.organisations.rules.routing import Functions, Place, ResponsibilityIndex
from lilong.apps.organisations.rules.search import CategorySearch
from lilong.apps.organisations.terms import (
    CatalogueCard,
    CatalogueRows,
    CategoryKey,
    Routing,
    Stage,
    StandardCard,
)
from lilong.kernel.areas import AreaCode

_LANGUAGES = ("zh", "en")


class CatalogueBook:
    """One catalogue version prepared for many questions."""

    def __init__(self, card: CatalogueCard, rows: CatalogueRows, functions: Functions) -> None:
        self.card = card
        self.categories = {category.key: category for category in sorted(rows.categories, key=lambda one: one.key)}
        self.responsibilities = ResponsibilityIndex(card.name, rows.responsibilities, functions)
        self._standards: dict[CategoryKey, list[StandardCard]] = defaultdict(list)
        for standard in sorted(rows.standards, key=lambda one: one.row):
            self._standards[standard.category].append(standard)
        self._standards_by_id = {standard.id: standard for standard in rows.standards}
        public = [category for category in self.categories.values() if category.public]
        self._searches = {
            (lang, public_only): CategorySearch(public if public_only else self.categories.values(), lang)
            for lang in _LANGUAGES
            for public_only in (True, False)
        }

    def route(self, key: CategoryKey, place: Place, stage: Stage, offices: Offices) -> Routing:
        """Who takes ``stage`` of a matter at ``place``; a category of another catalogue has no row in this one."""
        if key not in self.categories:
            return self.responsibilities.without_row(key.code, place, stage)
        return self.responsibilities.route(key.code, place, stage, offices)

    def standards(self, key: CategoryKey) -> tuple[StandardCard, ...]:
        """The standard rows of a category, in the catalogue's order."""
        return tuple(self._standards.get(key, ()))

    def standard(self, number: int) -> StandardCard | None:
        """A standard row by its id."""
        return self._standards_by_id.get(number)

    def search(self, lang: str, *, public_only: bool) -> CategorySearch:
        """The prepared words in the reader's language."""
        return self._searches["zh" if lang.lower().startswith("zh") else "en", public_only]


class Routings(Mapping[Stage, Routing]):
    """Who takes each stage of one matter, by :meth:`CatalogueBook.route`, each worked out when first asked for."""

    def __init__(self, book: CatalogueBook, key: CategoryKey, place: Place, offices: Offices) -> None:
        self._book, self._key, self._place, self._offices = book, key, place, offices
        self._found: dict[Stage, Routing] = {}

    def __getitem__(self, stage: Stage) -> Routing:
        if stage not in self._found:
            self._found[stage] = self._book.route(self._key, self._place, stage, self._offices)
        return self._found[stage]

    def __iter__(self) -> Iterator[Stage]:
        return iter(Stage)

    def __len__(self) -> int:
        return len(Stage)


def in_force(versions: Iterable[CatalogueCard], area: AreaCode, at: datetime) -> CatalogueCard | None:
    """The published catalogue for ``area`` at ``at``; the one made for the nearest area when several contain it."""
    valid = (card for card in versions if card.area.contains(area) and card.is_in_force(at))
    return max(valid, key=lambda card: len(card.area.digits), default=None)
