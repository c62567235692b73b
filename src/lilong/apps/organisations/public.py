"""The door of organisations: who is responsible, which units and posts there are, what a category means.

Everything but postings and posts is answered from the book in process memory (``queries.shelf``), looked at again at
most every two seconds: an answer needs no query of its own and may be that old.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from lilong.apps.organisations.commands import (
    assign_posting,
    create_post,
    create_unit,
    draft_catalogue,
    end_posting,
    establish_structure,
    keep_category,
    keep_functions,
    keep_responsibility,
    keep_standard,
    load_catalogue,
    publish_catalogue,
    report_missing,
)
from lilong.apps.organisations.commands.establishing import establish_city, sheets_in, staffing_in
from lilong.apps.organisations.queries.catalogue import last_responsibility, standard
from lilong.apps.organisations.queries.coverage import uncovered
from lilong.apps.organisations.queries.posts import post, posts_of_account, posts_of_unit, posts_with_duty
from lilong.apps.organisations.queries.shelf import forget, shelf
from lilong.apps.organisations.queries.types import place_of
from lilong.apps.organisations.rules.book import Routings
from lilong.apps.organisations.rules.routing import no_catalogue, office
from lilong.apps.organisations.terms import (
    CatalogueCard,
    CategoryCard,
    CategoryKey,
    CategoryMatch,
    FunctionCard,
    Routing,
    Stage,
    StandardCard,
    UnitCard,
)
from lilong.kernel.areas import AreaCode, Level

__all__ = [
    "SHIPPED_SHEETS",
    "area_types",
    "assign_posting",
    "catalogue_in_force",
    "categories",
    "category",
    "create_post",
    "create_unit",
    "draft_catalogue",
    "end_posting",
    "establish_city",
    "establish_structure",
    "forget",
    "function",
    "functions",
    "keep_category",
    "keep_functions",
    "keep_responsibility",
    "keep_standard",
    "known_category",
    "last_responsibility",
    "load_catalogue",
    "office_of",
    "post",
    "posts_of_account",
    "posts_of_unit",
    "posts_with_duty",
    "publish_catalogue",
    "report_missing",
    "responsibilities_for",
    "route_stage",
    "search_categories",
    "sheets_in",
    "staffing_in",
    "standard",
    "standards_of",
    "uncovered",
    "unit",
    "unit_above",
    "units_within",
]

# The starter catalogue and staffing that come with the platform: five CSV sheets.
SHIPPED_SHEETS = Path(__file__).parent / "data"


def category(key: CategoryKey, *, area: AreaCode, at: datetime) -> CategoryCard | None:
    """The category as the catalogue in force in ``area`` at ``at`` has it; None when it has none such."""
    book = shelf().book(area, at)
    return book.categories.get(key) if book else None


def known_category(key: CategoryKey, *, area: AreaCode, at: datetime) -> CategoryCard | None:
    """The category as the catalogue in force at ``at`` has it, else as the latest published version that has it.

    For showing what is there already: a matter brought in may be older than the catalogue that explains it.
    """
    found = category(key, area=area, at=at)
    if found is not None:
        return found
    known = shelf()
    around = (card for card in known.versions if card.area.contains(area))
    ordered = sorted(around, key=lambda card: (len(card.area.digits), card.valid_from or at), reverse=True)
    books = (known.opened(card) for card in ordered)
    return next((book.categories[key] for book in books if key in book.categories), None)


def catalogue_in_force(*, area: AreaCode, at: datetime) -> CatalogueCard | None:
    """Which version of the catalogue is in force in ``area`` at ``at``."""
    book = shelf().book(area, at)
    return book.card if book else None


def categories(*, area: AreaCode, at: datetime, public_only: bool = False) -> tuple[CategoryCard, ...]:
    """Every category of the catalogue in force in ``area`` at ``at``, by scheme and code."""
    book = shelf().book(area, at)
    found = book.categories.values() if book else ()
    return tuple(card for card in found if card.public or not public_only)


def search_categories(
    text: str, *, lang: str, area: AreaCode, at: datetime, public_only: bool = True, limit: int = 8
) -> tuple[CategoryMatch, ...]:
    """The categories that ``text`` may mean, best first; empty when nothing fits."""
    book = shelf().book(area, at)
    return tuple(book.search(lang, public_only=public_only).matches(text)[:limit]) if book else ()


def standards_of(key: CategoryKey, *, area: AreaCode, at: datetime) -> tuple[StandardCard, ...]:
    """The standard rows of a category in the catalogue in force, in the catalogue's order."""
    book = shelf().book(area, at)
    return book.standards(key) if book else ()


def route_stage(key: CategoryKey, *, area: AreaCode, stage: Stage, at: datetime) -> Routing:
    """Who takes ``stage`` of a matter of this category at this place: ``Routed`` or ``NotRouted``, with its because."""
    known = shelf()
    book = known.book(area, at)
    return book.route(key, place_of(area), stage, known.offices) if book else no_catalogue(stage, area)


def responsibilities_for(key: CategoryKey, *, area: AreaCode, at: datetime) -> Mapping[Stage, Routing]:
    """:func:`route_stage` for every stage; each is worked out when it is first asked for."""
    known = shelf()
    book = known.book(area, at)
    if book is None:
        return {stage: no_catalogue(stage, area) for stage in Stage}
    return Routings(book, key, place_of(area), known.offices)


def area_types(area: AreaCode) -> tuple[str, ...]:
    """The types of an area and of those around it, the nearest first; from memory."""
    return place_of(area).types


def office_of(function: str, level: Level, *, area: AreaCode) -> Routing:
    """The office of a function at a level around ``area``: ``Routed`` or ``NotRouted``, with its because.

    For work that a scenario gives to a kind of office and no catalogue speaks of; its stage counts as handling.
    """
    known = shelf()
    return office(function, level, area, known.offices, known.functions)


def function(code: str) -> FunctionCard | None:
    """A kind of office by its code."""
    return shelf().functions.get(code)


def unit(number: int) -> UnitCard | None:
    """A unit by its id, also a closed one."""
    return shelf().offices.unit(number)


def units_within(area: AreaCode, *, function: str | None = None, level: Level | None = None) -> tuple[UnitCard, ...]:
    """The active units whose area lies in ``area``, by level, area and code."""
    return shelf().offices.within(area, function, level)


def unit_above(number: int) -> UnitCard | None:
    """The nearest active unit above ``number``; None at the top."""
    return shelf().offices.above(number)


def functions() -> tuple[FunctionCard, ...]:
    """Every kind of office there is, by code."""
    known = shelf().functions
    return tuple(known[code] for code in sorted(known))
