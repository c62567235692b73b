"""Bringing in the past: as if it had been lived here, once, all of a batch or nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections

from lilong.apps.cases import public as cases
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case, CaseText
from lilong.apps.cases.rules import RATING_WINDOW, recorded_id, window_is_over
from lilong.apps.cases.terms import CaseFilter, RecordedBatch, RecordedCase
from lilong.apps.organisations.terms import CategoryKey
from lilong.apps.places import public as places
from lilong.apps.places.terms import Located
from lilong.apps.work import public as work
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger import history
from lilong.ledger.models import JournalEntry, OutboxEvent
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading
from tests.city import CITY, LAMP, NOW, City, envelope

REGISTRAR = machine(Label("登记员", "registrar"), frozenset({"cases.case.record"}), CITY)
EYE = machine(Label("测试", "test"), frozenset(), CITY)
OPENED = NOW - timedelta(days=200)
DUE = OPENED + timedelta(days=30)
LONG_AGO = OPENED + timedelta(days=20)
LATELY = NOW - timedelta(days=3)
_NAMED = (Because(Ground.DATA, Label("登记簿写明的。", "The register says so."), "register:old"),)


def matter(city: City, number: str = "1", **changes: Any) -> RecordedCase:
    """A lamp that was out, in a register elsewhere; still open unless changed."""
    spot = city.spot
    assert spot.latitude is not None
    assert spot.longitude is not None
    located = places.locate_point(spot.latitude, spot.longitude, city=CITY)
    assert isinstance(located, Located)
    plain = RecordedCase(
        id=number,
        category=LAMP,
        located=located,
        opened_at=OPENED,
        due_at=DUE,
        closed_at=None,
        unit=city.handler.unit or 0,
        title="路灯不亮",
        body="弄口 “第二根” 灯杆 \\ 不亮",
        address="演示路 12 弄",
        channel="Constituent Call",
        because=_NAMED,
    )
    return replace(plain, **changes)


def record(*matters: RecordedCase, by: Actor = REGISTRAR, key: CommandKey | None = None) -> Receipt:
    """Bring them in."""
    return cases.record_cases(by=by, key=key or envelope(), batch=RecordedBatch(CITY, "old:31", tuple(matters)))


def case_of(number: str = "1") -> Case:
    """The case that a number of the register became."""
    with reading(EYE):
        return Case.objects.get(pk=recorded_id("old:31", number))


def steps_of(case: UUID) -> list[str]:
    """Its journal, step by step."""
    with reading(EYE):
        return [entry.step.removeprefix("cases.case.") for entry in history.entries(case)]


def written() -> tuple[int, int, int]:
    """How many cases, entries and pieces of news there are."""
    with reading(EYE):
        return Case.objects.count(), JournalEntry.objects.count(), OutboxEvent.objects.count()


@pytest.mark.parametrize(
    ("closed", "state", "steps"),
    [
        (None, "handling", ["record"]),
        (LATELY, "closed", ["record", "record_closing"]),
        (LONG_AGO, "archived", ["record", "record_closing", "archive"]),
        (OPENED, "archived", ["record", "record_closing", "archive"]),
    ],
)
def test_a_matter_stands_where_its_past_left_it(
    city: City, closed: datetime | None, state: str, steps: list[str]
) -> None:
    receipt = record(matter(city, closed_at=closed))
    assert receipt.details == {"created": 1, "changed": 0, "kept": 0, "differing": 0}
    case = case_of()
    assert (case.state, case.version, case.closed_at) == (state, len(steps), closed)
    assert (case.opened_at, case.due_at, case.lead_unit, case.source) == (OPENED, DUE, city.handler.unit, "import")
    assert case.number.startswith(f"{OPENED:%Y%m}")
    assert steps_of(case.id) == steps
    assert history.is_whole(case.id, EYE)


def test_the_past_has_its_own_times_and_says_what_it_knows(city: City) -> None:
    record(matter(city, closed_at=LONG_AGO))
    with reading(EYE):
        first, second, third = history.entries(case_of().id)
    assert (first.at, second.at) == (OPENED, LONG_AGO)
    assert third.at > NOW - timedelta(days=1)
    assert (first.data["number"], first.data["register"], first.data["channel"]) == ("1", "old:31", "Constituent Call")
    assert _NAMED[0] in first.because
    assert second.data["in_time"] is True
    assert third.because[0].ground is Ground.CALENDAR
    assert first.data["state"] == "handling"
    assert (second.data["state"], third.data["state"]) == ("closed", "archived")


def test_a_late_closing_is_journalled_as_late(city: City) -> None:
    record(matter(city, closed_at=DUE + timedelta(seconds=1)))
    with reading(EYE):
        assert history.entries(case_of().id)[1].data["in_time"] is False


def test_its_words_are_found_and_the_journal_keeps_only_their_digest(city: City) -> None:
    record(matter(city))
    found = cases.cases(seen_by=city.dispatcher, at=NOW, wanted=CaseFilter(text="第二根"))
    assert [row.id for row in found.rows] == [case_of().id]
    with reading(EYE):
        assert CaseText.objects.get(pk=case_of().id).body == "弄口 “第二根” 灯杆 \\ 不亮"
        assert "灯杆" not in str(list(JournalEntry.objects.values_list("data", flat=True)))


def test_an_open_one_is_with_its_unit_and_goes_on_to_its_end(city: City) -> None:
    record(matter(city))
    case, time = case_of(), working_time(NOW)
    (task,) = work.inbox(seen_by=city.handler, at=NOW, time=time).tasks
    assert (task.subject, task.accepted, task.reading.due) == (case.id, True, DUE)
    cases.hand_in_case(by=city.handler, key=envelope(), case=case.id, resolution="solved", result="换了灯泡")
    assert case.standard is not None
    cases.close_case(by=city.checker, key=envelope(), case=case.id, condition=case.standard)
    assert steps_of(case.id) == ["record", "hand_in", "close"]
    assert case_of().state == "closed"


def test_one_without_a_target_has_no_clock_but_a_task(city: City) -> None:
    record(matter(city, due_at=None))
    (task,) = work.inbox(seen_by=city.handler, at=NOW, time=working_time(NOW)).tasks
    assert case_of().due_at is None
    assert task.reading.due > OPENED


def test_brought_in_twice_it_is_there_once(city: City) -> None:
    batch = [matter(city, "1"), matter(city, "2", closed_at=LATELY), matter(city, "3", closed_at=LONG_AGO)]
    record(*batch)
    before = written()
    again = record(*batch)
    assert again.details == {"created": 0, "changed": 0, "kept": 0, "differing": 0}
    # Only the batch itself is journalled and announced.
    assert written() == (before[0], before[1] + 1, before[2] + 1)


def test_a_repeated_key_gives_the_same_receipt_and_writes_nothing(city: City) -> None:
    key = envelope()
    first = record(matter(city), key=key)
    before = written()
    second = record(matter(city), key=key)
    assert (second.details, second.replayed) == (first.details, True)
    assert written() == before


def test_a_batch_is_one_piece_of_news(city: City) -> None:
    record(matter(city, "1"), matter(city, "2"), matter(city, "3", closed_at=LATELY))
    with reading(EYE):
        (news,) = OutboxEvent.objects.filter(topic="cases.case_recorded")
    assert (news.payload["register"], news.payload["rows"], news.payload["created"]) == ("old:31", 3, 3)


@pytest.mark.parametrize(
    ("closed", "state", "steps"),
    [
        (LATELY, "closed", ["record", "record_closing"]),
        (LONG_AGO, "archived", ["record", "record_closing", "archive"]),
    ],
)
def test_what_was_closed_since_is_closed_once(city: City, closed: datetime, state: str, steps: list[str]) -> None:
    record(matter(city))
    again = [record(matter(city, closed_at=closed)).details for _ in range(2)]
    assert [(done["created"], done["changed"]) for done in again] == [(0, 1), (0, 0)]
    case = case_of()
    assert (case.state, case.closed_at, case.version, steps_of(case.id)) == (state, closed, len(steps), steps)
    assert history.is_whole(case.id, EYE)
    assert work.inbox(seen_by=city.handler, at=NOW, time=working_time(NOW)).tasks == ()
    (done,) = work.inbox(seen_by=city.handler, at=NOW, time=working_time(NOW), done=True).tasks
    assert done.subject == case.id


def test_what_went_on_here_meanwhile_is_left_alone(city: City) -> None:
    record(matter(city))
    cases.return_case(by=city.handler, key=envelope(), case=case_of().id, reason="不归我们")
    before = written()
    assert record(matter(city, closed_at=LATELY)).details == {"created": 0, "changed": 0, "kept": 1, "differing": 0}
    assert (case_of().state, case_of().closed_at) == ("filed", None)
    assert written() == (before[0], before[1] + 1, before[2] + 1)


@pytest.mark.parametrize("changes", [{"opened_at": OPENED - timedelta(days=1)}, {"closed_at": LONG_AGO + timedelta(1)}])
def test_a_past_told_differently_is_counted_and_not_rewritten(city: City, changes: dict[str, Any]) -> None:
    record(matter(city, closed_at=LONG_AGO))
    told = replace(matter(city, closed_at=LONG_AGO), **changes)
    assert record(told).details["differing"] == 1
    assert (case_of().opened_at, case_of().closed_at) == (OPENED, LONG_AGO)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda city: [matter(city), matter(city)], "cases.number_twice"),
        (lambda city: [matter(city, ""), matter(city, "2")], "cases.recorded_elsewhere"),
        (lambda city: [matter(city), matter(city, "2", unit=999_999)], "cases.recorded_elsewhere"),
        (lambda city: [matter(city), _moved(city)], "cases.recorded_elsewhere"),
        (lambda city: [matter(city, closed_at=OPENED - timedelta(1))], "cases.closed_before_opened"),
        (lambda city: [matter(city, category=CategoryKey("a", "b", "c"))], "cases.category_without_standard"),
    ],
)
def test_one_wrong_row_and_nothing_of_the_batch_is_written(
    city: City, spoil: Callable[[City], list[RecordedCase]], code: str
) -> None:
    before = written()
    with pytest.raises(Refused) as refused:
        record(*spoil(city))
    assert [refusal.code for refusal in refused.value.refusals] == [code]
    assert written() == before


def test_without_the_duty_nothing_is_brought_in(city: City) -> None:
    before = written()
    with pytest.raises(Refused) as refused:
        record(matter(city), by=city.dispatcher)
    assert (refused.value.kind, refused.value.refusals[0].reference) == (RefusalKind.DENIED, "cases.case.record")
    assert written() == before


def test_two_imports_at_once_bring_each_matter_in_once(city: City) -> None:
    batch = [matter(city, str(n), closed_at=LONG_AGO if n % 2 else None) for n in range(60)]

    def bring(rows: list[RecordedCase]) -> int:
        try:
            return int(record(*rows, key=replace(envelope(), id=uuid4())).details["created"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(bring, [batch, batch, batch, batch]))
    assert sum(made) == 60
    with reading(EYE):
        assert Case.objects.count() == 60
        assert JournalEntry.objects.filter(kind=CASE.name).count() == 30 + 30 * 3


def test_the_table_for_a_batch_is_gone_when_the_batch_is_kept(city: City) -> None:
    record(matter(city))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.cases_recording') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute("SELECT count(*) FROM pg_temp.cases_recording")
            assert cursor.fetchone() == (0,)


def test_pure_parts() -> None:
    assert recorded_id("a", "1") == recorded_id("a", "1")
    assert len({recorded_id("a", "1"), recorded_id("a", "2"), recorded_id("b", "1"), recorded_id("a\0", "1")}) == 4
    assert [window_is_over(NOW - RATING_WINDOW + timedelta(n), NOW) for n in (0, 1)] == [True, False]
    assert window_is_over(None, NOW) is False


@pytest.mark.parametrize(
    ("due", "closed", "late"),
    [
        (None, None, False),
        (NOW, None, False),
        (NOW - timedelta(microseconds=1), None, True),
        (OPENED, OPENED, False),
        (OPENED, OPENED + timedelta(seconds=1), True),
        (NOW - timedelta(1), NOW - timedelta(2), False),
    ],
)
def test_overdue_is_past_the_limit_when_closed_or_now(
    due: datetime | None, closed: datetime | None, *, late: bool
) -> None:
    assert cases.is_overdue(due, closed, NOW) is late


def _moved(city: City) -> RecordedCase:
    here = matter(city, "2")
    return replace(here, located=replace(here.located, area=AreaCode("440101")))
