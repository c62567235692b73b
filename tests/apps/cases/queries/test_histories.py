"""Past cases as rehearsal asks for them: every piece as it was, nothing of another area, one statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.apps.cases import public as cases
from lilong.apps.cases.queries.histories import histories
from lilong.apps.work.terms import HistoryFilter, PastMatter
from lilong.kernel.actors import Actor
from lilong.ledger.receipts import Receipt
from tests.apps.cases.test_commands import to_closed, to_filed, to_handling
from tests.apps.cases.test_recording import EYE, LATELY, LONG_AGO, OPENED, matter, record
from tests.city import CITY, DISTRICT, LAMP, NOW, STREET, TOWN, City, envelope

ALL = HistoryFilter(DISTRICT, NOW - timedelta(days=400), NOW + timedelta(days=1))


def told(wanted: HistoryFilter = ALL, by: Actor = EYE) -> list[PastMatter]:
    """The past as somebody may see it."""
    return list(histories(seen_by=by, wanted=wanted))


def ways(found: PastMatter) -> list[tuple[str, str]]:
    """Each piece with how it ended."""
    return [(piece.step, piece.result) for piece in found.pieces]


def test_a_whole_life_is_told_piece_by_piece(city: City) -> None:
    receipt = to_closed(city)
    (found,) = told()
    assert found.id == receipt.subject
    assert found.category == str(LAMP)
    assert ways(found) == [
        ("verify", "done"),
        ("file", "done"),
        ("dispatch", "done"),
        ("handle", "done"),
        ("check", "done"),
    ]
    assert [piece.unit for piece in found.pieces][3] == city.handler.unit
    assert found.began_at == found.pieces[0].opened_at
    assert found.ended_at == found.pieces[-1].ended_at
    assert all(one.ended_at == after.opened_at for one, after in pairwise(found.pieces))
    assert (found.facts["verifies"], found.solved, found.untold) == (True, True, frozenset())
    assert found.due_at is not None
    assert found.scenario.startswith("dispatch-handle-check@")


def test_what_went_back_says_so(city: City) -> None:
    receipt = to_handling(city)
    cases.return_case(by=city.handler, key=envelope(), case=receipt.subject, reason="灯杆属小区物业")
    (found,) = told()
    assert ways(found)[3:] == [("handle", "return"), ("dispatch", "")]
    assert [piece.returned for piece in found.pieces] == [False, False, False, True, False]
    assert found.ended_at is None
    assert found.solved is None


def test_a_check_after_which_the_resident_asked_again_sent_it_back(city: City) -> None:
    receipt = to_closed(city)
    by = cases_follower(city, receipt)
    cases.ask_again(by=by, key=envelope(), case=receipt.subject, facts="又不亮了")
    (found,) = told()
    assert ways(found)[4:] == [("check", "ask_again"), ("dispatch", "")]


def cases_follower(city: City, receipt: Receipt) -> Actor:
    """The dispatcher with the follower's duty in the street."""
    return replace(city.dispatcher, duties=city.dispatcher.duties | {"cases.case.follow"})


def test_a_matter_that_was_merged_ended_from_outside(city: City) -> None:
    first, second = to_filed(city), city.reported()
    cases.merge_case(by=city.dispatcher, key=envelope(), case=second.subject, original=first.subject)
    found = told()[-1]
    assert ways(found) == [("verify", "withdrawn")]
    assert found.ended_at == found.pieces[0].ended_at


def test_a_matter_brought_in_tells_its_handling_and_leaves_the_rest_untold(city: City) -> None:
    later = OPENED + timedelta(hours=1)
    record(matter(city, "1", closed_at=LONG_AGO), matter(city, "2", opened_at=later))
    closed, still_open = told()
    assert ways(closed) == [("handle", "done")]
    assert (closed.pieces[0].opened_at, closed.pieces[0].ended_at) == (OPENED, LONG_AGO)
    assert closed.pieces[0].unit == city.handler.unit
    assert closed.untold == {"verify", "file", "dispatch", "check"}
    assert closed.facts["verifies"] is False
    assert ways(still_open) == [("handle", "")]
    record(matter(city, "2", opened_at=later, closed_at=LATELY))
    assert ways(told()[1]) == [("handle", "done")]


def test_only_what_is_asked_for_is_told_the_earliest_first(city: City) -> None:
    record(matter(city, "1", closed_at=LONG_AGO))
    to_filed(city)
    assert len(told()) == 2
    assert [found.began_at for found in told(replace(ALL, most=1))] == [OPENED]
    assert len(told(replace(ALL, since=OPENED + timedelta(seconds=1)))) == 1
    assert len(told(replace(ALL, until=NOW - timedelta(hours=1)))) == 1
    for pattern, count in ((LAMP.code, 2), ("C01*", 2), ("*", 2), (LAMP.code[:-1], 0), ("C9*", 0)):
        assert len(told(replace(ALL, categories=(pattern,)))) == count


def test_another_area_sees_nothing_of_it_and_asking_for_more_shows_no_more(city: City) -> None:
    to_filed(city)
    elsewhere = city.post_of("street_operations", TOWN, "cases.case.dispatch")
    assert told(by=elsewhere) == []
    assert told(replace(ALL, area=CITY), by=elsewhere) == []
    assert told(replace(ALL, area=STREET), by=elsewhere) == []
    assert len(told(replace(ALL, area=CITY), by=city.dispatcher)) == 1
    assert told(replace(ALL, area=TOWN), by=city.dispatcher) == []


def test_many_are_read_in_one_statement_beside_the_scope(city: City) -> None:
    record(*(matter(city, str(number), closed_at=LONG_AGO) for number in range(30)))
    with CaptureQueriesContext(connection) as queries:
        assert len(told()) == 30
    asked = [query["sql"] for query in queries if "cases_case" in query["sql"]]
    assert len(asked) <= 1
    assert len(queries) <= 4
