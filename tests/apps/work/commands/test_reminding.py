"""Late work of an undertaking: the words of its scenario are said once, in an act of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from lilong.apps.organisations import public as organisations
from lilong.apps.work import public as work
from lilong.apps.work.jobs import speak_late
from lilong.apps.work.models import UndertakingNote
from lilong.apps.work.terms import Handed
from lilong.calendars.queries import working_time
from lilong.kernel.actors import machine
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from lilong.ledger.outbox import drain
from lilong.ledger.scope import reading
from tests.apps.work.shelved import VISIT, begun, published
from tests.city import NOW, City, envelope

EVERYBODY = machine(Label("试验", "test"), frozenset())
LATER = NOW + timedelta(days=6)
SPEAKING = VISIT.replace(
    "    messages:\n",
    """    messages:
      - {at: late, to: unit, words: {zh: "该去看{who_lives}了", en: "{who_lives} still waits"}}
      - {at: late, to: above, words: {zh: "还没去", en: "Not visited yet"}}
""",
    1,
)


@pytest.fixture
def late(city: City) -> UUID:
    """A visit that is late, with the news of it delivered."""
    published(city, SPEAKING)
    undertaking = begun(city)
    work.raise_overdue(LATER, working_time(LATER))
    drain(LATER)
    return undertaking


def said(undertaking: UUID) -> list[tuple[str, int | None, str]]:
    """What was said for being late: the words, to which unit, by whom."""
    with reading(EVERYBODY):
        found = UndertakingNote.objects.filter(undertaking=undertaking, kind="message").order_by("id")
        return [(note.text, note.unit, note.by["zh"]) for note in found][1:]


def jobs() -> list[dict[str, Any]]:
    """What waits to be said."""
    waiting = ProcrastinateJob.objects.filter(task_name__endswith=".speak_late").order_by("id")
    assert {job.task_name for job in waiting} <= {"work.speak_late"}
    return [job.args for job in waiting]


def test_the_unit_and_the_one_above_are_told_once(city: City, late: UUID) -> None:
    (job,) = jobs()
    assert [speak_late.func(**job) for _ in range(2)] == [True, True]
    above = organisations.unit_above(city.unit("grid"))
    assert above is not None
    assert said(late) == [("该去看王阿婆了", city.unit("grid"), "平台"), ("还没去", above.id, "平台")]
    with reading(EVERYBODY):
        entry = JournalEntry.objects.filter(subject=late).order_by("seq").last()
    assert entry is not None
    assert (entry.step, entry.data["task"], len(entry.data["notes"])) == ("work.undertaking.speak", "look", 2)
    assert "王阿婆" not in str(entry.data)


def test_what_is_done_by_then_is_not_called_late(city: City, late: UUID) -> None:
    (job,) = jobs()
    handed = Handed("well", "", {"day": "2026-09-01"})
    work.finish_undertaking_step(by=city.actor("grid"), key=envelope(), subject=late, task_key="look", handed=handed)
    assert speak_late.func(**job) is False
    assert [text for text, _, _ in said(late)] == ["2026-09-01 看过了"]


def test_a_supervision_that_is_late_says_nothing(late: UUID) -> None:
    before = len(jobs())
    much_later = LATER + timedelta(days=9)
    assert work.raise_overdue(much_later, working_time(much_later)) == 1
    drain(much_later)
    assert len(jobs()) == before
