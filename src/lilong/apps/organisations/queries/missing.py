"""The gaps that the catalogue's keeper owes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from lilong.apps.organisations.models import MissingResponsibility
from lilong.apps.organisations.terms import MissingCard, MissingPage
from lilong.kernel.actors import Actor
from lilong.kernel.areas import EVERYWHERE, AreaCode
from lilong.ledger.scope import reading

PAGE_SIZE = 50


def missing_page(*, seen_by: Actor, after: str = "") -> MissingPage:
    """One page of the open gaps in the actor's area, the most often met first. Two queries."""
    with reading(seen_by):
        owed = _open_within(seen_by.area)
        total = owed.count()
        rows = list(_following(owed, after)[: PAGE_SIZE + 1])
    items = tuple(row.card for row in rows[:PAGE_SIZE])
    last = f"{items[-1].count}_{items[-1].id}" if len(rows) > PAGE_SIZE else ""
    return MissingPage(items, total, last)


def open_gaps() -> tuple[MissingCard, ...]:
    """Every open gap of the instance, oldest first: what is looked at again after a change."""
    return tuple(row.card for row in _open_within(EVERYWHERE).order_by("first_seen", "id"))


def _open_within(area: AreaCode) -> QuerySet[MissingResponsibility]:
    return MissingResponsibility.objects.filter(area__gte=area.low, area__lt=area.high, resolved_at__isnull=True)


def _following(owed: QuerySet[MissingResponsibility], after: str) -> QuerySet[MissingResponsibility]:
    ordered = owed.order_by("-count", "id")
    count, _, text = after.partition("_")
    try:
        place = (int(count), UUID(text))
    except ValueError:
        return ordered
    return ordered.filter(Q(count__lt=place[0]) | Q(count=place[0], id__gt=place[1]))
