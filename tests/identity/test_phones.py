"""One number, one written form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.identity.phones import masked_phone, normalised_mobile, normalised_phone
from lilong.kernel.refusals import RefusalKind, Refused


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("13812340417", "+8613812340417"),
        (" 138-1234 0417 ", "+8613812340417"),
        ("+86 138 1234 0417", "+8613812340417"),
        ("0086 13812340417", "+8613812340417"),
        ("8613812340417", "+8613812340417"),
        ("１３８１２３４０４１７", "+8613812340417"),
        ("021-6321 2345", "+862163212345"),
        ("(0512) 6522-3344", "+8651265223344"),
        ("+1 (415) 555-0132", "+14155550132"),
        ("00852 2345 6789", "+85223456789"),
    ],
)
def test_every_way_to_write_a_number_comes_to_the_same(typed: str, written: str) -> None:
    assert normalised_phone(typed) == written


@pytest.mark.parametrize("typed", ["", "12345", "12812340417", "138123404171", "+86123", "phone", "+0123456789", "١٢٣"])
def test_what_is_no_number_is_refused_naming_the_field(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        normalised_phone(typed, "contact")
    assert refused.value.kind is RefusalKind.INVALID
    assert [(r.code, r.field) for r in refused.value.refusals] == [("phone_unreadable", "contact")]


def test_a_fixed_line_takes_no_text_message() -> None:
    with pytest.raises(Refused):
        normalised_mobile("021-63212345")
    assert normalised_mobile("+14155550132") == "+14155550132"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.lists(st.integers(1, 10), max_size=4))
def test_spaces_anywhere_do_not_change_a_number(number: str, cuts: list[int]) -> None:
    typed = number
    for cut in sorted(cuts, reverse=True):
        typed = f"{typed[:cut]} {typed[cut:]}"
    assert normalised_phone(typed) == f"+86{number}"
    assert normalised_phone(normalised_phone(typed)) == f"+86{number}"


def test_a_mask_shows_the_ends_only() -> None:
    assert masked_phone("+8613812340417") == "138****0417"
    assert masked_phone("+1234567") == "+12****4567"
