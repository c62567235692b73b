"""Units found by function, level and place; lists of units; who is above whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.organisations.rules.offices import Offices
from lilong.apps.organisations.terms import UnitCard
from lilong.kernel.areas import AreaCode, Level
from tests.apps.organisations.samples import CITY, COMMUNITY, DISTRICT, STREET, unit


def test_above_passes_over_closed_units_and_ends_at_the_top() -> None:
    offices = Offices(
        [
            unit(1, "centre", Level.CITY, CITY),
            unit(2, "centre", Level.DISTRICT, DISTRICT, above=1, active=False),
            unit(3, "centre", Level.STREET, STREET, above=2),
        ]
    )
    above = offices.above(3)
    assert above is not None
    assert above.id == 1
    assert offices.above(1) is None
    assert offices.above(99) is None


def test_a_ring_of_superiors_ends() -> None:
    offices = Offices(
        [
            unit(1, "a", Level.STREET, STREET, above=2, active=False),
            unit(2, "b", Level.STREET, STREET, above=1, active=False),
        ]
    )
    assert offices.above(1) is None


def test_two_active_units_for_one_thing_are_refused() -> None:
    twins = [unit(1, "a", Level.STREET, STREET), unit(2, "a", Level.STREET, STREET)]
    with pytest.raises(ValueError, match="both are a"):
        Offices(twins)
    Offices([twins[0], unit(2, "a", Level.STREET, STREET, active=False)])


def test_a_closed_unit_is_still_known_by_its_id() -> None:
    offices = Offices([unit(1, "a", Level.STREET, STREET, active=False)])
    found = offices.unit(1)
    assert found is not None
    assert not found.active
    assert offices.within(CITY, None, None) == ()


def test_of_nested_areas_at_one_level_the_nearest_counts() -> None:
    wide, close = unit(1, "a", Level.STREET, DISTRICT), unit(2, "a", Level.STREET, STREET)
    assert Offices([wide, close]).at("a", Level.STREET, COMMUNITY) == close
    assert Offices([wide, close]).at("a", Level.STREET, AreaCode("310101003")) == wide


def test_nearest_looks_at_the_level_then_above_then_below() -> None:
    of_city, of_community = unit(1, "a", Level.CITY, CITY), unit(2, "a", Level.COMMUNITY, COMMUNITY)
    assert Offices([of_city, of_community]).nearest("a", Level.STREET, COMMUNITY) == of_city
    assert Offices([of_community]).nearest("a", Level.STREET, COMMUNITY) == of_community
    assert Offices([of_community]).nearest("a", Level.STREET, AreaCode("310101002002")) is None


_UNITS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([Level.STREET, Level.COMMUNITY]), st.text("019", max_size=4)),
    unique=True,
    max_size=20,
).map(lambda seats: [unit(n, name, level, AreaCode(digits)) for n, (name, level, digits) in enumerate(seats)])


@given(
    _UNITS,
    st.text("019", max_size=3).map(AreaCode),
    st.sampled_from(["a", None]),
    st.sampled_from([Level.STREET, None]),
)
def test_within_lists_exactly_the_units_inside(
    units: list[UnitCard], area: AreaCode, function: str | None, level: Level | None
) -> None:
    expected = {
        one.id
        for one in units
        if area.contains(one.area) and function in (None, one.function) and level in (None, one.level)
    }
    found = Offices(units).within(area, function, level)
    assert {one.id for one in found} == expected
    assert list(found) == sorted(found, key=lambda one: (one.level, one.area.digits, one.code))
