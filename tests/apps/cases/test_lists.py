"""Lists: what is asked for and nothing else, in pages, in few statements, and never another area's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import CaseFilter, PublicFilter
from lilong.apps.places.terms import Where
from lilong.kernel.actors import machine
from lilong.kernel.words import Label
from tests.city import AT_RIVER_BEND, CITY, LAMP, NOW, STREET, TOWN, City, envelope

LATER = NOW + timedelta(minutes=30)
CITIZEN = machine(Label("公众", "the public"), frozenset(), CITY)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(), 3),
        (CaseFilter(states=("reported",)), 2),
        (CaseFilter(states=("reported", "verified")), 3),
        (CaseFilter(states=("closed",)), 0),
        (CaseFilter(category=str(LAMP)), 3),
        (CaseFilter(category="gbt30428.2:2013:C0101"), 0),
        (CaseFilter(text="台阶"), 2),
        (CaseFilter(text="井盖"), 1),
        (CaseFilter(text="井盖不亮"), 0),
        (CaseFilter(source="resident_web"), 3),
        (CaseFilter(source="hotline"), 0),
        (CaseFilter(area=STREET), 3),
        (CaseFilter(area=TOWN), 0),
        (CaseFilter(light="red"), 0),
        (CaseFilter(returned=True), 0),
    ],
)
def test_a_list_holds_what_is_asked_for(city: City, wanted: CaseFilter, found: int) -> None:
    verified, _ = city.reported(), city.reported()
    city.reported(replace(city.lamp_out, body="井盖翘起来了"))
    cases.verify_case(by=city.verifier, key=envelope(), case=verified.subject, finding="confirmed")
    assert len(cases.cases(seen_by=city.dispatcher, at=LATER, wanted=wanted).rows) == found


def test_a_case_is_found_by_its_number_also_with_spaces_but_only_in_sight(city: City) -> None:
    number = str(city.reported().details["number"])
    spaced = " ".join(number[i : i + 4] for i in range(0, 16, 4))
    found = cases.cases(seen_by=city.dispatcher, at=LATER, wanted=CaseFilter(text=spaced, states=("closed",)))
    assert [row.number for row in found.rows] == [number]
    elsewhere = city.post_of("street_operations", TOWN, "cases.case.dispatch")
    assert cases.cases(seen_by=elsewhere, at=LATER, wanted=CaseFilter(text=number)).rows == ()


def test_pages_follow_one_another_without_gap_or_overlap(city: City) -> None:
    made = {city.reported().subject for _ in range(5)}
    seen, after = [], ""
    for _ in range(3):
        page = cases.cases(
            seen_by=city.dispatcher, at=LATER, wanted=CaseFilter(states=("reported",), size=2, after=after)
        )
        seen += [row.id for row in page.rows]
        after = page.after
    assert (len(seen), set(seen), after) == (5, made, "")


def test_another_areas_cases_are_not_listed_even_when_asked_for(city: City) -> None:
    there = Where(*AT_RIVER_BEND)
    city.reported(replace(city.lamp_out, place=there))
    wanted = CaseFilter(area=TOWN)
    assert cases.cases(seen_by=city.dispatcher, at=LATER, wanted=wanted).rows == ()
    assert cases.cases(seen_by=city.dispatcher, at=LATER, wanted=CaseFilter(area=CITY)).rows == ()


def test_a_list_and_a_page_ask_few_questions_however_long(city: City) -> None:
    number, *_ = (str(city.reported().details["number"]) for _ in range(4))
    cases.cases(seen_by=city.dispatcher, at=LATER, wanted=CaseFilter())
    with CaptureQueriesContext(
        connection,
    ) as listed:
        cases.cases(seen_by=city.dispatcher, at=LATER, wanted=CaseFilter(text="台阶", states=("reported",)))
    with CaptureQueriesContext(connection) as opened:
        cases.case_view(seen_by=city.dispatcher, at=LATER, number=number)
    statements = [q["sql"] for q in listed.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))]
    assert len(statements) <= 5, statements
    assert len([q for q in opened.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))]) <= 5


def test_the_same_matter_nearby_is_suggested_nearest_first(city: City) -> None:
    first = city.reported()
    spot = city.spot
    assert spot.latitude is not None
    near = Where(spot.latitude + 0.0001, spot.longitude, address="隔壁")
    far = Where(spot.latitude + 0.0009, spot.longitude, address="远处")
    close_by = city.reported(replace(city.lamp_out, place=near))
    city.reported(replace(city.lamp_out, place=far))
    city.reported(replace(city.lamp_out, category="gbt30428.2:2013:C0101"))
    row = cases.case_view(seen_by=city.dispatcher, at=LATER, number=str(first.details["number"])).row
    found = cases.near_cases(seen_by=city.dispatcher, case=row, at=LATER)
    assert [other.id for other in found] == [close_by.subject]


def test_counts_open_to_their_lists(city: City) -> None:
    city.reported()
    city.reported(replace(city.lamp_out, place=Where(*AT_RIVER_BEND)))
    by_street = {count.area: count for count in cases.counts(seen_by=CITIZEN, at=LATER, area=STREET.district or CITY)}
    assert {area: count.open for area, count in by_street.items() if count.open} == {STREET: 1, TOWN: 1}
    assert by_street[STREET].by_state == {"reported": 1}
    assert cases.lead_counts(seen_by=city.dispatcher, at=LATER)["reported"] == 1


def test_the_public_register_leaves_out_what_is_private(city: City) -> None:
    shown = city.reported()
    hidden = city.reported(replace(city.lamp_out, private=True))
    found = cases.published_cases(seen_by=CITIZEN, wanted=PublicFilter())
    assert [case.id for case in found] == [shown.subject]
    assert cases.published_case(seen_by=CITIZEN, number=str(hidden.details["number"])) is None
    updates = cases.case_updates(seen_by=CITIZEN, start=NOW - timedelta(1), end=NOW + timedelta(1))
    assert {update.number for update in updates} == {shown.details["number"]}


@pytest.mark.parametrize(("metres", "found"), [(30.0, 1), (200.0, 2)])
def test_the_public_register_finds_within_a_circle(city: City, metres: float, found: int) -> None:
    spot = city.spot
    assert spot.latitude is not None
    assert spot.longitude is not None
    city.reported()
    city.reported(replace(city.lamp_out, place=Where(spot.latitude + 0.0009, spot.longitude, address="远处")))
    wanted = PublicFilter(circle=(spot.latitude, spot.longitude, metres))
    assert len(cases.published_cases(seen_by=CITIZEN, wanted=wanted)) == found
