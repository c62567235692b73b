"""Reading and giving out codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.places.rules.codes import (
    city_code,
    digits_below,
    free_code,
    is_statistical,
    level_of,
    natural,
    significant,
    tail,
)
from lilong.kernel.areas import AreaCode, Level

GROUPS = (2, 2, 2, 3, 3)


@st.composite
def statistical(draw: st.DrawFn) -> tuple[str, int]:
    """A code of the scheme and how many of its groups mean something."""
    depth = draw(st.integers(1, 5))
    parts = [f"{draw(st.integers(1, 10**width - 1)):0{width}d}" for width in GROUPS[:depth]]
    parts[0] = f"{draw(st.integers(11, 82))}"
    return "".join(parts).ljust(12, "0"), sum(GROUPS[:depth])


@given(statistical())
def test_significant_digits_lose_only_padding(code: tuple[str, int]) -> None:
    text, width = code
    assert significant(text) == text[:width]
    assert significant(text).ljust(12, "0") == text
    assert is_statistical(text)


@given(statistical(), st.integers(1, 4))
def test_a_code_lies_in_every_code_above_it(code: tuple[str, int], depth: int) -> None:
    """The law of prefixes: containment, the range of the index and the tail say the same."""
    text, width = code
    above = AreaCode(text[: sum(GROUPS[:depth])])
    below = AreaCode(significant(text))
    if len(above.digits) < width:
        assert above.contains(below)
        assert above.low <= below.digits < above.high
        assert above.digits + tail(text, above.official) == below.digits
    elif len(above.digits) > width:
        assert not above.contains(below)


@given(statistical(), statistical())
def test_the_range_holds_exactly_what_the_prefix_holds(one: tuple[str, int], other: tuple[str, int]) -> None:
    above, below = AreaCode(significant(one[0])), AreaCode(significant(other[0]))
    assert (above.low <= below.digits < above.high) == above.contains(below)


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("310000000000", Level.CITY),
        ("310100000000", Level.CITY),
        ("310101000000", Level.DISTRICT),
        ("441900003000", Level.STREET),
        ("310101002001", Level.COMMUNITY),
        ("31010100200101", Level.GRID),
    ],
)
def test_the_level_follows_from_the_digits(code: str, level: Level) -> None:
    assert level_of(significant(code)) == level


@pytest.mark.parametrize("text", ["31", "3100", "310000", "310000000000"])
def test_a_city_may_be_named_in_every_length(text: str) -> None:
    assert city_code(text) == AreaCode("31")


def test_a_prefecture_and_a_county_may_be_the_city() -> None:
    assert [city_code(text).digits for text in ("441900", "330782000000")] == ["4419", "330782"]


@pytest.mark.parametrize("text", ["", "3", "310", "上海", "００", "00", "3a", "31000000000", "31 ", "-1", "³¹"])
def test_what_names_no_city_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        city_code(text)


def test_a_code_of_its_own_is_not_read_as_a_statistical_one() -> None:
    assert not any(
        map(is_statistical, ["BB", "0311", "31010100000", "00" + "1" * 10, "3" * 21, "３１０１０１０００００１"])
    )
    assert natural("BB", "BOS", "9901") is None
    assert natural("310101003001", "310101002000", "310101002") is None


def test_codes_are_given_from_the_end_that_leaves_room() -> None:
    assert free_code("310101002", 3, {"310101002999"}, from_top=True) == "310101002998"
    assert free_code("9901", 2, (), from_top=False) == "990101"
    assert free_code("9901", 2, {"990101"}, from_top=False) == "990102"
    assert free_code("9901", 1, {f"9901{n}" for n in range(1, 10)}, from_top=False) is None
    assert free_code("9" * 19, 2, (), from_top=False) is None


@pytest.mark.parametrize(
    ("parent", "level", "siblings", "digits"),
    [
        ("31", Level.DISTRICT, 16, 4),
        ("9901", Level.DISTRICT, 26, 2),
        ("9901", Level.DISTRICT, 150, 3),
        ("310101", Level.STREET, 12, 3),
        ("310101002", Level.COMMUNITY, 30, 3),
        ("310101002001", Level.GRID, 3, 2),
        ("310101002001", Level.GRID, 120, 3),
        ("4419", Level.STREET, 33, 5),
    ],
)
def test_children_get_the_scheme_s_width_or_what_they_need(
    parent: str, level: Level, siblings: int, digits: int
) -> None:
    assert digits_below(parent, level, siblings) == digits
