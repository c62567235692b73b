"""Addresses as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.places.rules.addresses import (
    Fit,
    areas_named,
    chinese_number,
    covers,
    finest_named,
    fit,
    normalised,
    parsed,
)
from lilong.apps.places.terms import StandardAddress

MARKED = StandardAddress("铜川路", "123", "12", "", "", "301")


@pytest.mark.parametrize(
    "text",
    [
        "铜川路123弄12号301室",
        "铜川路１２３弄１２号３０１室",
        "铜川路一百二十三弄十二号三〇一室",
        "铜川路 123 弄 12 号 301 室",
        "上海市普陀区真如镇街道铜川路123弄12号301室",
        "普陀区铜川路0123弄012号0301室",
        "上海市普陀区桃浦镇铜川路第123弄12号301室",
    ],
)
def test_one_address_in_many_hands(text: str) -> None:
    assert parsed(text) == MARKED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("四川北路1520弄5号楼2单元401室", StandardAddress("四川北路", "1520", "", "5", "2", "401")),
        ("中山二路12甲号", StandardAddress("中山二路", number="12甲")),
        ("演示东路100弄1至10幢", StandardAddress("演示东路", "100", building="1-10")),
        ("浦东新区世纪大道８号Ａ座１２０１室", StandardAddress("世纪大道", number="8", building="A", room="1201")),
        ("铜川路68弄３－５号", StandardAddress("铜川路", "68", "3-5")),
        ("南京东路", StandardAddress("南京东路")),
        ("十六铺码头", StandardAddress("十六铺码头")),
        ("", StandardAddress()),
        ("12号", StandardAddress(number="12")),
        ("市南路3号", StandardAddress("市南路", number="3")),
    ],
)
def test_parts_of_addresses(text: str, parts: StandardAddress) -> None:
    assert parsed(text) == parts


def test_the_parts_read_as_they_were_written() -> None:
    assert parsed(MARKED.text) == MARKED
    assert MARKED.text == "铜川路123弄12号301室"


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("一", 1),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一百零八", 108),
        ("一百二十三", 123),
        ("一千", 1000),
        ("二〇四", 204),
        ("廿三", 23),
        ("两百", 200),
    ],
)
def test_chinese_numerals(numeral: str, number: int) -> None:
    assert chinese_number(numeral) == number


@given(st.integers(1, 9999))
def test_numerals_by_places_are_read_back(number: int) -> None:
    digits, scales = "零一二三四五六七八九", ["", "十", "百", "千"]
    spelled = ""
    for place, figure in enumerate(reversed(str(number))):
        spelled = (digits[int(figure)] + scales[place] if figure != "0" else "零") + spelled
    assert chinese_number(spelled.rstrip("零")) == number


@given(st.text(max_size=60))
def test_any_text_has_a_stable_normal_form(text: str) -> None:
    assert isinstance(parsed(text), StandardAddress)
    assert " " not in normalised(text)


@pytest.mark.parametrize(
    ("recorded", "given_", "holds"),
    [
        ("5", "5", True),
        ("1-10", "5", True),
        ("1-10", "1-10", True),
        ("1-10", "3-4", True),
        ("1-10", "11", False),
        ("1-10", "9-11", False),
        ("5", "1-10", False),
        ("10-1", "5", False),
        ("12甲", "12", False),
        ("12甲", "12甲", True),
        ("A", "A", True),
        ("1-10", "A", False),
    ],
)
def test_ranges_hold_what_lies_between(recorded: str, given_: str, *, holds: bool) -> None:
    assert covers(recorded, given_) is holds


@pytest.mark.parametrize(
    ("record", "given_", "expected"),
    [
        ("铜川路123弄12号", "铜川路123弄12号301室", Fit.EXACT),
        ("铜川路123弄1-20号", "铜川路123弄12号", Fit.EXACT),
        ("铜川路123弄", "铜川路123弄12号", Fit.RECORD_IS_COARSER),
        ("铜川路123弄12号", "铜川路123弄", Fit.GIVEN_IS_COARSER),
        ("铜川路123弄12号", "铜川路123弄13号", None),
        ("铜川路124弄12号", "铜川路123弄12号", None),
        ("石泉路123弄12号", "铜川路123弄12号", None),
    ],
)
def test_how_a_record_fits(record: str, given_: str, expected: Fit | None) -> None:
    assert fit(parsed(record), parsed(given_)) == expected


AREAS = [
    ("310107", "普陀区"),
    ("310107021", "万里街道"),
    ("310107022", "真如镇街道"),
    ("310107021001", "富平居委会"),
    ("310107022001", "富平居委会"),
    ("310101002001", "光明村委会"),
]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("真如镇街道富平居委会门口", ["310107022001"]),
        ("富平居委会门口", ["310107021001", "310107022001"]),
        ("普陀区富平居委会", ["310107021001", "310107022001"]),
        ("富平居民区3号楼", ["310107021001", "310107022001"]),
        ("万里街道", ["310107021"]),
        ("万里", ["310107021"]),
        ("光明牛奶店", []),
        ("石泉路", []),
    ],
)
def test_areas_named_in_a_text(text: str, codes: list[str]) -> None:
    assert finest_named(areas_named(text, AREAS)) == codes
