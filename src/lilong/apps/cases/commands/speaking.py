"""What the scenario of a case says on the way: kept as notes of the platform, in the act that gives the occasion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from lilong.apps.cases.models import Case, CaseNote
from lilong.apps.cases.terms import MESSAGE
from lilong.apps.work.terms import PLATFORM, Hearer, Notice
from lilong.kernel.areas import AreaCode
from lilong.kernel.ids import new_salt, salted_digest


def notes_of(notices: Iterable[Notice], case: UUID, area: AreaCode, at: datetime) -> list[CaseNote]:
    """The notices as notes that are not written yet: public for the reporter, internal for a unit."""
    return [
        CaseNote(
            case_id=case,
            area=area.digits,
            kind=MESSAGE,
            text=notice.words.zh,
            text_en=notice.words.en,
            salt=new_salt(),
            by=PLATFORM.as_json(),
            at=at,
            public=notice.to is Hearer.REPORTER,
            unit=notice.unit,
        )
        for notice in notices
    ]


def keep_notes(notes: Sequence[CaseNote]) -> None:
    """Write the notes. Inside the act."""
    if notes:
        CaseNote.objects.bulk_create(notes)


def told_of(notes: Iterable[CaseNote]) -> list[dict[str, object]]:
    """What the journal keeps of notes: for whom, and a salted digest of the words in both languages."""
    return [
        {
            "public": note.public,
            "unit": note.unit,
            "text": salted_digest(bytes(note.salt), f"{note.text}\n{note.text_en}").hex(),
        }
        for note in notes
    ]


def say(row: Case, notices: Iterable[Notice], at: datetime) -> list[dict[str, object]]:
    """Keep what the scenario says now; returns what the journal keeps of it. Inside the act."""
    notes = notes_of(notices, row.id, row.area_code, at)
    keep_notes(notes)
    return told_of(notes)
