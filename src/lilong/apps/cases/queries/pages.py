"""The page of one case: everything this actor may see of it, in at most eight statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.contrib.postgres.expressions import ArraySubquery
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from lilong.apps.cases.lifecycle import CASE, RESOLUTIONS
from lilong.apps.cases.models import Case, CaseNote, CasePhoto, CaseRating, CaseText, photo_path
from lilong.apps.cases.queries.lane import lane_of
from lilong.apps.cases.queries.lists import listed, shown_row, total_reading
from lilong.apps.cases.terms import CaseView, NoteTerm, PhotoTerm
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey
from lilong.apps.work import public as work
from lilong.apps.work.terms import TaskTerm
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor, machine
from lilong.kernel.because import Because
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger import history
from lilong.ledger.events import Entry
from lilong.ledger.scope import reading

_WHAT = Label("事项", "matter")
_PHOTO = Label("照片", "photo")
_PHOTO_URL_LIFE = timedelta(days=1)
_DARKROOM = machine(Label("照片室", "the darkroom"), frozenset())


def case_view(*, seen_by: Actor, at: datetime, number: str) -> CaseView:
    """The case of that number. Raises :class:`~lilong.kernel.refusals.Refused` (absent), also outside one's scope.

    Four statements: the scope, the case with its words, notes, pictures and rating, the journal, the tasks.
    """
    with reading(seen_by):
        text = with_company().filter(case__number=number).first()
        if text is None:
            raise absent(_WHAT)
        journal = history.entries(text.case_id)
        tasks = work.tasks_of(text.case_id, at=at, time=working_time(at))
    return view_from(text, seen_by, at, journal, tasks)


def view_from(
    text: Any, seen_by: Actor, at: datetime, journal: tuple[Entry, ...] = (), tasks: tuple[TaskTerm, ...] = ()
) -> CaseView:
    """The view of a row of :func:`with_company`; without journal and tasks the lane stands empty. Asks nothing."""
    row: Case = text.case
    notes = tuple(_note(note) for note in text.notes)
    standard = organisations.standard(row.standard) if row.standard else None
    return CaseView(
        row=shown_row(listed(row, text), at),
        body=text.body,
        private=row.private,
        anonymous=row.anonymous,
        standard=standard,
        standards=organisations.standards_of(CategoryKey.parse(row.category), area=row.area_code, at=at),
        resolution=dict(RESOLUTIONS).get(row.resolution),
        original=text.original_number or "",
        tasks=tasks,
        total=total_reading(row, at),
        notes=notes,
        photos=tuple(_photo(photo) for photo in text.photos),
        journal=journal,
        steps=CASE.open_steps(row.state, seen_by, row.area_code),
        lane=lane_of(row, journal, tasks, notes),
        scenario=work.ready(row.scenario).scenario,
        because=tuple(Because.from_json(because) for because in row.because),
        rating=text.ratings[0] if text.ratings else None,
        has_reporter=row.reporter is not None,
    )


@cache
def with_company() -> QuerySet[Any]:
    """Each text with its case, and what belongs to the case gathered into arrays: one statement for the page.

    To be filtered, never to be read as it is: a query set is put together once for the process, and keeps what it read.
    """
    mine = {"case": OuterRef("pk")}
    notes = CaseNote.objects.filter(**mine).order_by("at", "id")
    photos = CasePhoto.objects.filter(**mine).order_by("at", "id")
    ratings = CaseRating.objects.filter(**mine, round=OuterRef("case__asked_again"))
    return (
        CaseText.objects.select_related("case")
        .defer("grams")
        .annotate(
            notes=ArraySubquery(
                notes.values(
                    one=JSONObject(
                        kind="kind", text="text", english="text_en", by="by", at="at", public="public", unit="unit"
                    )
                )
            ),
            photos=ArraySubquery(photos.values(one=JSONObject(id="id", kind="kind", at="at"))),
            ratings=ArraySubquery(
                ratings.values(one=JSONObject(solved="solved", satisfaction="satisfaction", comment="comment"))
            ),
            original_number=Subquery(Case.objects.filter(pk=OuterRef("case__original")).values("number")[:1]),
        )
    )


def photo_file(*, token: str) -> Path:
    """The file behind a photo's address. The address itself is the permission: signed, and good for a day, it was
    shown only on the page of a case to somebody who may see that case. Raises the refusal of something absent."""
    try:
        photo = _signer().unsign(token, max_age=_PHOTO_URL_LIFE)
    except BadSignature:
        raise absent(_PHOTO) from None
    with reading(_DARKROOM):
        digest = CasePhoto.objects.filter(pk=photo).values_list("digest", flat=True).first()
    if digest is None or not photo_path(digest).is_file():
        raise absent(_PHOTO)
    return photo_path(digest)


def photo_url(photo: str) -> str:
    """The signed address of a picture, good for a day; for pages that may show it."""
    return reverse("cases:photo", args=[_signer().sign(photo)])


def reporter_of(*, seen_by: Actor, number: str) -> UUID | None:
    """Whose matter it is, by the person's number; None when nobody can be reached or the case is out of sight."""
    with reading(seen_by):
        return Case.objects.filter(number=number).values_list("reporter", flat=True).first()


def may_ask_again(view: CaseView) -> bool:
    """Whether the one asking-again is still to be had."""
    return not any(entry.step == "cases.case.ask_again" for entry in view.journal)


def second_key(key: UUID) -> UUID:
    """The key of the second command that one sending of a form makes; the same for every repeat of it."""
    return uuid5(key, "second")


def _note(note: Mapping[str, Any]) -> NoteTerm:
    by, at = Label.from_json(note["by"]), datetime.fromisoformat(note["at"])
    unit = organisations.unit(note["unit"]) if note["unit"] is not None else None
    return NoteTerm(note["kind"], note["text"], by, at, note["public"], note["english"], unit)


def _photo(photo: Mapping[str, Any]) -> PhotoTerm:
    return PhotoTerm(UUID(photo["id"]), photo["kind"], photo_url(photo["id"]), datetime.fromisoformat(photo["at"]))


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="lilong.cases.photo")
