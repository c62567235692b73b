"""Where in an area nobody is responsible: one answer for thousands of communities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from lilong.apps.organisations.queries.shelf import Shelf, shelf
from lilong.apps.organisations.queries.types import place_of
from lilong.apps.organisations.rules.book import in_force
from lilong.apps.organisations.rules.covering import Covering, is_of_types
from lilong.apps.organisations.rules.routing import Place
from lilong.apps.organisations.terms import (
    ANY_AREA_TYPE,
    CatalogueCard,
    OfficeAsked,
    StageAsked,
    Uncovered,
)
from lilong.apps.places import public as places
from lilong.kernel.areas import AreaCode, Level

Asked = OfficeAsked | StageAsked


def uncovered(
    asked: Iterable[Asked], *, area: AreaCode, at: datetime, area_types: Sequence[str] = (ANY_AREA_TYPE,)
) -> Mapping[Asked, tuple[Uncovered, ...]] | None:
    """For each question, the communities of ``area`` (of one of ``area_types``, themselves or around them) in which
    nobody takes it; None when there is no such community, so that nothing could be asked.
    """
    known, questions = shelf(), tuple(dict.fromkeys(asked))
    communities = [place for place in _communities(area) if is_of_types(place, area_types)]
    if not communities:
        return None
    found: dict[Asked, tuple[Uncovered, ...]] = dict.fromkeys(questions, ())
    for card, inside in _by_catalogue(known, communities, area, at):
        covering = Covering(inside, known.opened(card) if card else None, known.offices)
        for question in questions:
            if isinstance(question, StageAsked):
                found[question] += covering.of_stage(question)
            else:
                found[question] += covering.of_office(question)
    return found


def _communities(area: AreaCode) -> Iterable[Place]:
    around: dict[AreaCode | None, tuple[str, ...]] = {None: ()}
    for community in places.areas_below(area, Level.COMMUNITY):
        if community.parent is not None and community.parent not in around:
            around[community.parent] = place_of(community.parent).types
        yield Place(community.code, (community.kind, *around[community.parent]))


def _by_catalogue(
    known: Shelf, communities: Sequence[Place], area: AreaCode, at: datetime
) -> Iterable[tuple[CatalogueCard | None, list[Place]]]:
    """The communities by the catalogue in force there: one for all of them, or nearer ones for some."""
    valid = [card for card in known.versions if card.is_in_force(at)]
    found: dict[CatalogueCard | None, list[Place]] = defaultdict(list)
    if not any(area.contains(card.area) and card.area != area for card in valid):
        return [(in_force(valid, area, at), list(communities))]
    for place in communities:
        found[in_force(valid, place.area, at)].append(place)
    return list(found.items())
