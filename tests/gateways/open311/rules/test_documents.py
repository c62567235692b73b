"""Two formats of one document: XML and Spark JSON (rules 1 to 6)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.gateways.open311.rules.documents import Document, Fields, Instant, Listing
from lilong.gateways.open311.terms import WireFormat

AT = datetime(2026, 11, 5, 12, 0, 0, 5, tzinfo=UTC)
MIXED = Document(
    "root",
    Fields(
        (
            ("id", "001"),
            ("yes", True),
            ("no", False),
            ("count", 3),
            ("lat", 31.2304),
            ("none", None),
            ("empty", ""),
            ("at", Instant(AT)),
            ("unset", Instant(None)),
            ("one", Listing("item", ("a",))),
            ("nothing", Listing("item", ())),
        )
    ),
)


def test_xml_has_a_declaration_with_its_encoding_and_no_namespace() -> None:
    text = MIXED.encoded(WireFormat.XML).decode()
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<root>')
    assert "xmlns" not in text


def test_xml_booleans_are_lower_case_empty_values_empty_elements_and_unset_dates_absent() -> None:
    assert MIXED.encoded(WireFormat.XML).decode().split("\n", 1)[1] == (
        "<root><id>001</id><yes>true</yes><no>false</no><count>3</count><lat>31.2304</lat><none /><empty />"
        "<at>2026-11-05T12:00:00Z</at><one><item>a</item></one><nothing /></root>"
    )


def test_json_drops_the_wrapper_keeps_ids_as_strings_and_single_children_as_arrays() -> None:
    assert json.loads(MIXED.encoded(WireFormat.JSON)) == {
        "id": "001",
        "yes": True,
        "no": False,
        "count": 3,
        "lat": 31.2304,
        "none": None,
        "empty": None,
        "at": "2026-11-05T12:00:00Z",
        "unset": None,
        "one": ["a"],
        "nothing": [],
    }


def test_json_is_utf8_as_it_stands() -> None:
    assert "路灯" in Document("a", Listing("b", ("路灯",))).encoded(WireFormat.JSON).decode()


@pytest.mark.parametrize(
    ("value", "written"), [(1e-7, "0.0000001"), (121.0, "121"), (0.0, "0"), (-0.00000001, "0"), (100.5, "100.5")]
)
def test_decimals_never_have_an_exponent_or_a_negative_zero(value: float, written: str) -> None:
    assert (
        Document("a", Fields((("lat", value),))).encoded(WireFormat.XML).decode().endswith(f"<lat>{written}</lat></a>")
    )


@given(st.text())
def test_any_text_can_be_sent_in_both_formats(text: str) -> None:
    document = Document("a", Listing("b", (text,)))
    for wire_format in WireFormat:
        document.encoded(wire_format).decode("utf-8", errors="strict")
