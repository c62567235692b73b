"""Where nobody is responsible, asked of many places at once: as routing each place on its own would say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.organisations.rules.book import CatalogueBook
from lilong.apps.organisations.rules.covering import Covering, is_of_types, means
from lilong.apps.organisations.rules.offices import Offices
from lilong.apps.organisations.rules.routing import Place, office
from lilong.apps.organisations.terms import (
    CatalogueCard,
    CatalogueRows,
    CategoryKey,
    Gap,
    NotRouted,
    OfficeAsked,
    ResponsibilityRow,
    Routed,
    Stage,
    StageAsked,
    UnitCard,
)
from lilong.kernel.areas import AreaCode, Level
from tests.apps.organisations.samples import CITY, category, function, row, unit

FUNCTIONS = {"works": function("works", Level.STREET), "committee": function("committee", Level.COMMUNITY)}
CODES = ("C0101", "C0137", "E0101")
PLACES = tuple(
    Place(AreaCode(f"310101{street}{community}"), (kind, around))
    for street, around in (("001", "subdistrict"), ("002", "town"))
    for community, kind in (("001", "residents_committee"), ("002", "villagers_committee"))
)
ALL = tuple(place.area for place in PLACES)


def covering(rows: list[ResponsibilityRow], units: list[UnitCard]) -> Covering:
    """The places with these rows and units."""
    card = CatalogueCard(1, "2026-09", CITY)
    book = CatalogueBook(card, CatalogueRows(tuple(category(code) for code in CODES), (), tuple(rows)), FUNCTIONS)
    return Covering(PLACES, book, Offices(units))


def works(*streets: str) -> list[UnitCard]:
    """The works offices of these streets."""
    return [unit(n, "works", Level.STREET, AreaCode(f"310101{street}")) for n, street in enumerate(streets, 1)]


def test_where_the_row_asks_for_an_office_that_is_not_there_its_areas_are_named() -> None:
    (found,) = covering([row(1, "C*")], works("001")).of_stage(StageAsked(Stage.HANDLE, ("C01*",)))
    assert (found.gap, found.function, found.level) == (Gap.NO_UNIT, "works", Level.STREET)
    assert found.areas == ALL[2:]
    assert found.categories == ("C0101", "C0137")


def test_where_no_row_speaks_of_a_category_it_is_named() -> None:
    rows = [row(1, "C*"), row(2, "E*", area_type="town")]
    (found,) = covering(rows, works("001", "002")).of_stage(StageAsked(Stage.HANDLE, ("*",)))
    assert (found.gap, found.areas, found.categories) == (Gap.NO_ROW, ALL[:2], ("E0101",))


def test_a_missing_co_handler_is_no_missing_lead() -> None:
    rows = [row(1, "C*", co_functions=("committee",))]
    units = [*works("001", "002"), unit(9, "committee", Level.COMMUNITY, ALL[0])]
    (found,) = covering(rows, units).of_stage(StageAsked(Stage.HANDLE, ("C0101",)))
    assert (found.is_lead, found.function, found.areas) == (False, "committee", ALL[1:])


def test_a_co_handler_may_be_of_any_level() -> None:
    rows = [row(1, "C*", co_functions=("committee",))]
    committees = [
        unit(8, "committee", Level.STREET, AreaCode("310101001")),
        unit(9, "committee", Level.COMMUNITY, ALL[2]),
    ]
    (found,) = covering(rows, [*works("001", "002"), *committees]).of_stage(StageAsked(Stage.HANDLE, ("C0101",)))
    assert found.areas == ALL[3:]


def test_without_a_catalogue_nobody_takes_any_stage() -> None:
    (found,) = Covering(PLACES, None, Offices(works("001"))).of_stage(StageAsked(Stage.FILE, ("*",)))
    assert (found.gap, found.areas) == (Gap.NO_CATALOGUE, ALL)


def test_an_office_is_asked_for_without_the_catalogue() -> None:
    found = covering([], works("002"))
    assert found.of_office(OfficeAsked("works", Level.STREET))[0].areas == ALL[:2]
    assert covering([], works("001", "002")).of_office(OfficeAsked("works", Level.STREET)) == ()


def test_an_office_of_grids_is_found_by_the_closer_place_of_a_matter() -> None:
    grid = unit(1, "committee", Level.GRID, AreaCode(f"{ALL[0]}01"))
    assert covering([], [grid]).of_office(OfficeAsked("committee", Level.GRID))[0].areas == ALL[1:]


@pytest.mark.parametrize(
    ("pattern", "is_meant"),
    [
        ("C0101", True),
        ("C01*", True),
        ("*", True),
        ("C01", False),
        ("E*", False),
        ("test:1:C*", True),
        ("gb:1:C*", False),
    ],
)
def test_a_pattern_means_whole_codes_or_what_begins_like_it(*, pattern: str, is_meant: bool) -> None:
    assert means(pattern, CategoryKey("test", "1", "C0101")) is is_meant


def test_an_area_is_of_a_type_when_one_around_it_is() -> None:
    assert is_of_types(PLACES[2], ("town",))
    assert is_of_types(PLACES[0], ("*",))
    assert not is_of_types(PLACES[0], ("town", "special"))


def test_an_office_says_because_and_a_missing_one_too() -> None:
    offices = Offices(works("001"))
    found = office("works", Level.STREET, ALL[0], offices, FUNCTIONS)
    assert isinstance(found, Routed)
    assert (found.unit.id, found.because[0].reference) == (1, "function:works@310101001")
    missing = office("works", Level.STREET, ALL[2], offices, FUNCTIONS)
    assert isinstance(missing, NotRouted)
    assert (missing.gap, missing.area, missing.function) == (Gap.NO_UNIT, AreaCode("310101002"), "works")
    assert missing.because[0].reference == "function:works@310101002"


rows_drawn = st.lists(
    st.tuples(
        st.sampled_from(("*", "C*", "C01*", *CODES)),
        st.sampled_from(("*", "town", "villagers_committee")),
        st.sampled_from((("works", Level.STREET), ("committee", Level.COMMUNITY))),
    ),
    max_size=5,
    unique_by=lambda drawn: drawn[:2],
)
units_drawn = st.lists(
    st.sampled_from(
        (
            *(("works", Level.STREET, AreaCode(f"310101{street}")) for street in ("001", "002")),
            *(("committee", Level.COMMUNITY, area) for area in ALL),
        )
    ),
    unique=True,
)


@given(rows_drawn, units_drawn)
def test_it_says_what_routing_each_place_on_its_own_says(
    drawn: list[tuple[str, str, tuple[str, Level]]], offices: list[tuple[str, Level, AreaCode]]
) -> None:
    rows = [
        row(number, code, area_type=area_type, function=name, level=level)
        for number, (code, area_type, (name, level)) in enumerate(drawn, 1)
    ]
    found = covering(rows, [unit(number, *each) for number, each in enumerate(offices, 1)])
    assert found.book is not None
    alone = {
        (code, place.area)
        for code in CODES
        for place in PLACES
        if isinstance(found.book.responsibilities.route(code, place, Stage.HANDLE, found.offices), NotRouted)
    }
    for code in CODES:
        missing = found.of_stage(StageAsked(Stage.HANDLE, (code,)))
        assert {(code, area) for each in missing for area in each.areas} == {pair for pair in alone if pair[0] == code}
