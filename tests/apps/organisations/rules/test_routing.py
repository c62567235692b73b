"""Routing: the most specific row, the unit around the place, and why; against a slow and simple twin."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.organisations.rules.offices import Offices
from lilong.apps.organisations.rules.routing import Place, ResponsibilityIndex, law, no_catalogue
from lilong.apps.organisations.terms import Gap, NotRouted, ResponsibilityRow, Routed, Stage, UnitCard
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Ground
from lilong.kernel.words import Label
from tests.apps.organisations.samples import COMMUNITY, DISTRICT, GRID, STREET, function, row, unit

FUNCTIONS = {
    "works": function("works", Level.STREET, Level.DISTRICT),
    "police": function("police", Level.STREET),
    "committee": function("committee", Level.COMMUNITY),
}
UNITS = (
    unit(1, "works", Level.DISTRICT, DISTRICT),
    unit(2, "works", Level.STREET, STREET),
    unit(3, "police", Level.STREET, STREET),
    unit(4, "committee", Level.COMMUNITY, COMMUNITY),
)


def routed(rows: Iterable[ResponsibilityRow], code: str, place: AreaCode = GRID, *types: str) -> Routed | NotRouted:
    index = ResponsibilityIndex("2026-09", rows, FUNCTIONS)
    return index.route(code, Place(place, types), Stage.HANDLE, Offices(UNITS))


def winner(rows: Iterable[ResponsibilityRow], code: str, *types: str) -> str:
    return routed(rows, code, GRID, *types).because[0].reference


def test_the_whole_code_beats_a_prefix_of_the_same_length() -> None:
    assert winner([row(1, "0101*"), row(2, "0101")], "0101") == "responsibility:2@2026-09"


def test_the_longer_prefix_beats_the_shorter_whatever_the_area_type() -> None:
    rows = [row(1, "01*", area_type="town"), row(2, "0101*")]
    assert winner(rows, "0101", "town") == "responsibility:2@2026-09"
    assert winner(rows, "0102", "town") == "responsibility:1@2026-09"


def test_the_concrete_area_type_beats_any_and_the_nearest_type_beats_the_farther() -> None:
    rows = [row(1, "01*"), row(2, "01*", area_type="town"), row(3, "01*", area_type="villagers_committee")]
    assert winner(rows, "0101", "residents_committee", "town") == "responsibility:2@2026-09"
    assert winner(rows, "0101", "villagers_committee", "town") == "responsibility:3@2026-09"
    assert winner(rows, "0101", "residents_committee", "subdistrict") == "responsibility:1@2026-09"


def test_a_row_for_another_area_type_only_does_not_stop_the_search() -> None:
    rows = [row(1, "0101", area_type="town"), row(2, "01*")]
    assert winner(rows, "0101", "subdistrict") == "responsibility:2@2026-09"


def test_a_row_speaks_for_its_own_stage_only() -> None:
    answer = routed([row(1, "01*", stage=Stage.CHECK)], "0101")
    assert isinstance(answer, NotRouted)
    assert answer.gap is Gap.NO_ROW


def test_no_row_is_told_and_never_a_default() -> None:
    answer = routed([row(1, "02*")], "0101")
    assert answer == NotRouted(Stage.HANDLE, Gap.NO_ROW, STREET, answer.because)
    assert "0101" in answer.because[0].text.zh


def test_a_row_without_a_unit_is_not_passed_over_for_a_vaguer_row() -> None:
    elsewhere = AreaCode("310104003001")
    rows = [row(1, "0101"), row(2, "01*", level=Level.DISTRICT, function="works")]
    answer = routed(rows, "0101", elsewhere)
    assert isinstance(answer, NotRouted)
    assert (answer.gap, answer.function, answer.area) == (Gap.NO_UNIT, "works", AreaCode("310104003"))
    assert [because.reference for because in answer.because] == [
        "responsibility:1@2026-09",
        "function:works@310104003",
    ]


def test_a_place_known_only_to_its_street_cannot_choose_a_community() -> None:
    answer = routed([row(1, "01*", level=Level.COMMUNITY, function="committee")], "0101", STREET)
    assert isinstance(answer, NotRouted)
    assert answer.gap is Gap.PLACE_TOO_COARSE


def test_the_unit_is_of_the_rows_level_and_around_the_place() -> None:
    of_street = routed([row(1, "01*")], "0101")
    of_district = routed([row(1, "01*", level=Level.DISTRICT)], "0101")
    assert isinstance(of_street, Routed)
    assert isinstance(of_district, Routed)
    assert (of_street.unit.id, of_district.unit.id) == (2, 1)


def test_a_closed_unit_takes_nothing() -> None:
    closed = unit(2, "works", Level.STREET, STREET, active=False)
    index = ResponsibilityIndex("2026-09", [row(1, "01*")], FUNCTIONS)
    assert isinstance(index.route("0101", Place(GRID), Stage.HANDLE, Offices([closed])), NotRouted)


def test_co_handlers_come_from_any_level_each_once_and_without_the_lead() -> None:
    answer = routed([row(1, "01*", co_functions=("committee", "police", "works"))], "0101")
    assert isinstance(answer, Routed)
    assert [found.id for found in answer.co_units] == [4, 3]
    assert answer.gaps == ()


def test_a_missing_co_handler_is_a_gap_beside_the_answer() -> None:
    answer = routed([row(1, "01*", co_functions=("police", "fire"))], "0101")
    assert isinstance(answer, Routed)
    assert [found.id for found in answer.co_units] == [3]
    assert [(gap.gap, gap.function) for gap in answer.gaps] == [(Gap.NO_UNIT, "fire")]


def test_because_names_row_version_note_and_law() -> None:
    basis = "上海市街道办事处条例@2018-05-24#12"
    answer = routed([row(7, "01*", legal_basis=basis, note=Label("就近", "the nearest"))], "0101")
    rule, clause = answer.because
    assert (rule.ground, rule.reference) == (Ground.RULE_ROW, "responsibility:7@2026-09")
    assert rule.text == Label(
        "权责清单 2026-09 第 7 行：处置由街镇的“职能works”承担。就近",
        "Responsibility catalogue 2026-09, row 7: handling falls to “works” at street or town level. the nearest",
    )
    assert (clause.ground, clause.reference) == (Ground.CLAUSE, f"law:{basis}")
    assert clause.text.zh == "《上海市街道办事处条例》（2018-05-24）第12条"


def test_a_basis_in_free_words_is_quoted() -> None:
    assert law("市政府专题会议纪要").text == Label("市政府专题会议纪要", "市政府专题会议纪要")


def test_two_rows_that_say_the_same_are_refused() -> None:
    with pytest.raises(ValueError, match="rows 1 and 2"):
        ResponsibilityIndex("2026-09", [row(1, "01*"), row(2, "01*")], FUNCTIONS)


def test_where_no_catalogue_is_in_force_nobody_is_responsible() -> None:
    assert no_catalogue(Stage.FILE, GRID).gap is Gap.NO_CATALOGUE


# --- a slow and simple twin ---------------------------------------------------------------------------------------

_CODES = st.text("01", min_size=1, max_size=4)
_PATTERNS = st.one_of(_CODES, st.text("01", max_size=3).map(lambda text: text + "*"))
_TYPES = ("street", "town", "village")
_PLACES = st.text("01", min_size=1, max_size=5).map(AreaCode)


def _slowly(rows: list[ResponsibilityRow], code: str, place: Place, units: list[UnitCard]) -> tuple[object, ...]:
    def fits(one: ResponsibilityRow) -> bool:
        whole, prefix = one.category == code, one.category.removesuffix("*")
        return (whole or (prefix != one.category and code.startswith(prefix))) and one.area_type in (*place.types, "*")

    def specificity(one: ResponsibilityRow) -> tuple[int, bool, int]:
        types = [*place.types, "*"]
        return len(one.category.removesuffix("*")), not one.category.endswith("*"), -types.index(one.area_type)

    best = max((one for one in rows if fits(one)), key=specificity, default=None)
    if best is None:
        return (Gap.NO_ROW,)
    around = [one for one in units if one.function == best.function and one.level == best.level and one.active]
    found = max(
        (one for one in around if one.area.contains(place.area)), key=lambda one: len(str(one.area)), default=None
    )
    return (best.row, found.id) if found else (best.row, None)


@st.composite
def _rows(draw: st.DrawFn) -> list[ResponsibilityRow]:
    said = draw(st.lists(st.tuples(_PATTERNS, st.sampled_from([*_TYPES, "*"])), unique=True, max_size=12))
    return [
        row(number, pattern, area_type=area_type, level=draw(st.sampled_from([Level.STREET, Level.DISTRICT])))
        for number, (pattern, area_type) in enumerate(said, 1)
    ]


@st.composite
def _units(draw: st.DrawFn) -> list[UnitCard]:
    seats = st.tuples(st.sampled_from([Level.STREET, Level.DISTRICT]), _PLACES)
    chosen = draw(st.lists(seats, unique=True, max_size=12))
    return [
        unit(number, "works", level, area, active=draw(st.booleans())) for number, (level, area) in enumerate(chosen, 1)
    ]


@given(
    _rows(),
    _units(),
    _CODES,
    _PLACES,
    st.permutations(_TYPES).flatmap(lambda t: st.integers(0, 3).map(lambda n: t[:n])),
)
def test_the_prepared_index_answers_as_the_slow_twin(
    rows: list[ResponsibilityRow], units: list[UnitCard], code: str, area: AreaCode, types: list[str]
) -> None:
    place = Place(area, tuple(types))
    answer = ResponsibilityIndex("2026-09", rows, FUNCTIONS).route(code, place, Stage.HANDLE, Offices(units))
    expected = _slowly(rows, code, place, units)
    if isinstance(answer, Routed):
        assert (answer.because[0].reference, answer.unit.id) == (f"responsibility:{expected[0]}@2026-09", expected[1])
    elif answer.gap is Gap.NO_ROW:
        assert expected == (Gap.NO_ROW,)
    else:
        assert (answer.because[0].reference, None) == (f"responsibility:{expected[0]}@2026-09", expected[1])


def test_one_routing_is_a_handful_of_lookups() -> None:
    """Twenty microseconds is the budget of intake; counted in look-ups here so that no busy machine fails it."""
    rows = [row(number, f"{number:04}") for number in range(2000)] + [row(5000, "*")]
    units = [unit(number, "works", Level.STREET, AreaCode(f"31{number:07}")) for number in range(5000)]
    index, offices = ResponsibilityIndex("2026-09", rows, FUNCTIONS), Offices(units)
    place = Place(AreaCode("310004999001"), ("residents_committee", "subdistrict"))

    def best_of(code: str) -> float:
        spent = []
        for _ in range(200):
            begun = time.perf_counter()
            index.route(code, place, Stage.HANDLE, offices)
            spent.append(time.perf_counter() - begun)
        return min(spent)

    assert isinstance(index.route("9999", place, Stage.HANDLE, offices), Routed)
    assert best_of("9999") < 200e-6
