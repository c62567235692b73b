"""Rows of catalogues whatever their version."""

from __future__ import annotations

from django.db.models import Max

from lilong.apps.organisations.models import Responsibility, Standard
from lilong.apps.organisations.queries.shelf import shelf
from lilong.apps.organisations.terms import StandardCard


def standard(number: int) -> StandardCard | None:
    """One standard row by its id, also of a catalogue no longer in force; a query only for those not yet open."""
    for book in tuple(shelf().books.values()):
        card = book.standard(number)
        if card is not None:
            return card
    row = Standard.objects.filter(pk=number).select_related("category__catalogue").first()
    return row.card if row else None


def last_responsibility(catalogue: int) -> int:
    """The highest row number of a version's responsibilities, also of a draft; 0 when it has none."""
    found = Responsibility.objects.filter(catalogue=catalogue).aggregate(last=Max("row"))
    return found["last"] or 0
