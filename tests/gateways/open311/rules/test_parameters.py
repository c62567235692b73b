"""Queries and forms as clients really send them."""

from __future__ import annotations

import pytest

from lilong.gateways.open311.rules.parameters import Parameters, from_pairs, read_form
from lilong.gateways.open311.terms import Fault


def read(text: str) -> Parameters:
    return from_pairs(read_form(text.encode()))


def test_an_empty_parameter_equals_an_absent_one() -> None:
    assert read("status=&service_code=%20&jurisdiction_id=") == read("")


def test_the_three_spellings_of_an_attribute_mean_the_same() -> None:
    wanted = {"KIND": ("a", "b")}
    assert read("attribute[KIND]=a&attribute[KIND]=b").attributes == wanted
    assert read("attribute[KIND][]=a&attribute[KIND][]=b").attributes == wanted
    assert read("attribute%5BKIND%5D%5B0%5D=a&attribute%5BKIND%5D%5B1%5D=b").attributes == wanted
    assert from_pairs([("attribute[KIND]", " "), ("attribute[]", "x")]).attributes == {}


def test_utf8_is_read_escaped_and_raw() -> None:
    assert read("description=%E8%B7%AF%E7%81%AF+a").text("description") == "路灯 a"
    assert read("description=路灯 a").text("description") == "路灯 a"


@pytest.mark.parametrize("body", [b"a=%ff%fe", b"a=\xff\xfe", b"&".join(b"a=1" for _ in range(501))])
def test_a_broken_form_is_a_400(body: bytes) -> None:
    with pytest.raises(Fault) as refused:
        read_form(body)
    assert refused.value.status == 400


def test_forbidden_characters_never_get_in() -> None:
    assert read("service_code=a%00b").text("service_code") == "a\ufffdb"
    assert read("attribute[a]=%0b1").attributes == {"a": ("\ufffd1",)}


def test_a_comma_list_and_a_repeated_parameter_add_up_without_repeats() -> None:
    assert read("service_code=a, b,,a&service_code=c").listed("service_code") == ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("TRUE", True), ("1", True), ("yes", True), ("false", False)]
)
def test_flags(text: str, *, value: bool) -> None:
    assert read(f"extensions={text}").flag("extensions") is value


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "x", "٣", "9" * 19])
def test_a_whole_number_is_one(text: str) -> None:
    with pytest.raises(Fault, match="page"):
        read(f"page={text}").whole("page", 1)


@pytest.mark.parametrize("text", ["nan", "inf", "1e1", "31,2", "91", "-90.1", "３１", "0x1f", "1_0"])
def test_a_latitude_is_a_plain_decimal_between_the_poles(text: str) -> None:
    with pytest.raises(Fault, match="lat"):
        read(f"lat={text}").decimal("lat", -90, 90)
    assert read("lat=-90").decimal("lat", -90, 90) == -90
    assert read("lat=%2B31.2304160000").decimal("lat", -90, 90) == 31.230416


def test_a_required_parameter_is_missed_by_name() -> None:
    with pytest.raises(Fault, match="service_code was not provided"):
        read("service_code=").required("service_code")


def test_no_value_is_longer_than_a_form_needs() -> None:
    with pytest.raises(Fault) as refused:
        read("x=" + "a" * 20_001)
    assert refused.value.status == 400
