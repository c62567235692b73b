"""The public register: what anybody may read of cases that are not private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import cos, radians
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case, CaseNote, CasePhoto, CaseText
from lilong.apps.cases.queries.pages import photo_url
from lilong.apps.cases.terms import PublicCase, PublicFilter, PublicUpdate
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading

PAGE_MAX = 1000
_METRES_PER_DEGREE = 111_195.0  # of latitude, on the mean sphere of the Earth
_SPOKEN = ("result", "reason", "finding", "check", "contact")


def published_cases(*, seen_by: Actor, wanted: PublicFilter) -> tuple[PublicCase, ...]:
    """One page of the public cases in the actor's area, latest first, then by id; empty past the end."""
    size = min(max(wanted.size, 1), PAGE_MAX)
    start = (max(wanted.page, 1) - 1) * size
    with reading(seen_by):
        rows = list(_ordered(_asked(_public(seen_by), wanted))[start : start + size])
    return tuple(_published(row) for row in rows)


def published_case(*, seen_by: Actor, number: str) -> PublicCase | None:
    """One public case, or None when it is unknown, private or elsewhere: the three look the same."""
    found = published_cases(seen_by=seen_by, wanted=PublicFilter(numbers=(number,), size=1))
    return found[0] if found else None


def case_updates(
    *, seen_by: Actor, start: datetime, end: datetime, page: int = 1, size: int = PAGE_MAX
) -> tuple[PublicUpdate, ...]:
    """What happened to public cases from ``start`` to ``end``, oldest first."""
    size = min(max(size, 1), PAGE_MAX)
    first = (max(page, 1) - 1) * size
    with reading(seen_by):
        happened = JournalEntry.objects.filter(
            kind=CASE.name, at__gte=start, at__lte=end, area__gte=seen_by.area.low, area__lt=seen_by.area.high
        )
        # Private ones leave before the pages are cut: a page that is not the last one is full.
        public = happened.filter(subject__in=Case.objects.filter(private=False).values("id"))
        entries = list(public.order_by("at", "id")[first : first + size])
        subjects = {entry.subject for entry in entries}
        rows = {row.id: row for row in Case.objects.filter(pk__in=subjects).only("id", "number", "resolution")}
        said = _said_by_time(subjects)
    return tuple(
        PublicUpdate(
            rows[entry.subject].number,
            entry.seq,
            entry.step,
            entry.data["state"],
            entry.at,
            said.get((entry.subject, entry.at), ""),
            rows[entry.subject].resolution,
        )
        for entry in entries
    )


def _public(seen_by: Actor) -> QuerySet[CaseText]:
    area = seen_by.area
    return CaseText.objects.filter(case__area__gte=area.low, case__area__lt=area.high, case__private=False)


def _asked(texts: QuerySet[CaseText], wanted: PublicFilter) -> QuerySet[CaseText]:
    if wanted.numbers:
        return texts.filter(case__number__in=wanted.numbers)
    bounds = {
        "case__opened_at__gte": wanted.opened_from,
        "case__opened_at__lte": wanted.opened_to,
        "case__updated_at__gte": wanted.updated_from,
        "case__updated_at__lte": wanted.updated_to,
    }
    texts = texts.filter(**{name: moment for name, moment in bounds.items() if moment is not None})
    if wanted.categories:
        texts = texts.filter(case__category__in=wanted.categories)
    if wanted.states is not None:
        texts = texts.filter(case__state__in=wanted.states)
    return _near(_boxed(texts, wanted), wanted)


def _boxed(texts: QuerySet[CaseText], wanted: PublicFilter) -> QuerySet[CaseText]:
    box = wanted.box or (_around(*wanted.circle) if wanted.circle else None)
    if box is None:
        return texts
    west, south, east, north = box
    return texts.filter(case__longitude__range=(west, east), case__latitude__range=(south, north))


def _around(latitude: float, longitude: float, metres: float) -> tuple[float, float, float, float]:
    high = metres / _METRES_PER_DEGREE
    wide = high / max(cos(radians(latitude)), 0.01)
    return longitude - wide, latitude - high, longitude + wide, latitude + high


def _near(texts: QuerySet[CaseText], wanted: PublicFilter) -> QuerySet[CaseText]:
    """The circle proper, within the box around it: an equirectangular distance, good to 0.1 % over a city."""
    if wanted.circle is None:
        return texts
    latitude, longitude, metres = wanted.circle
    north = (F("case__latitude") - latitude) * _METRES_PER_DEGREE
    east = (F("case__longitude") - longitude) * (_METRES_PER_DEGREE * cos(radians(latitude)))
    return texts.alias(square_metres=north * north + east * east).filter(square_metres__lte=metres * metres)


def _ordered(texts: QuerySet[CaseText]) -> QuerySet[Any]:
    notes = CaseNote.objects.filter(case=OuterRef("pk"), public=True, kind__in=_SPOKEN).order_by("-at", "-id")
    photos = CasePhoto.objects.filter(case=OuterRef("pk"), kind="report").order_by("at", "id")
    return (
        texts.select_related("case")
        .defer("grams")
        .annotate(
            said=ArraySubquery(notes.values("text")[:1]),
            photos=ArraySubquery(photos.values(one=JSONObject(id="id"))),
        )
        .order_by("-case__opened_at", "-case__id")
    )


def _published(text: Any) -> PublicCase:
    row: Case = text.case
    key = CategoryKey.parse(row.category)
    category = organisations.known_category(key, area=row.area_code, at=row.opened_at)
    if category is None:
        raise LookupError(f"case {row.number} has the category {key}, which no catalogue knows")
    return PublicCase(
        id=row.id,
        number=row.number,
        title=text.title,
        body=text.body,
        address=text.address,
        category=category,
        state=row.state,
        state_label=CASE.states[row.state].label,
        opened_at=row.opened_at,
        updated_at=row.closed_at or row.updated_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        lead=organisations.unit(row.lead_unit) if row.lead_unit else None,
        said=text.said[0] if text.said else "",
        latitude=row.latitude,
        longitude=row.longitude,
        photos=tuple(photo_url(photo["id"]) for photo in text.photos),
        because=tuple(Because.from_json(because) for because in row.because),
        resolution=row.resolution,
    )


def _said_by_time(subjects: Iterable[UUID]) -> Mapping[tuple[UUID, datetime], str]:
    notes = CaseNote.objects.filter(case__in=list(subjects), public=True, kind__in=_SPOKEN)
    return {(note.case_id, note.at): note.text for note in notes}
