"""What may enter and leave as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lilong.gateways.open311.rules.text import clean, clipped, masked, published


@given(st.text())
def test_whatever_was_written_stands_in_an_xml_document_once_cleaned(text: str) -> None:
    element = etree.Element("a")
    element.text = clean(text)  # lxml refuses what XML does
    assert (etree.fromstring(etree.tostring(element)).text or "") == clean(text)


def test_forbidden_characters_are_replaced_and_the_others_kept() -> None:
    assert clean("a\x00b\x0b\x1f\ufffe\ud800z") == "a\ufffdb\ufffd\ufffd\ufffd\ufffdz"
    assert clean("路灯\t不亮\n\U0001f4a1<&>") == "路灯\t不亮\n\U0001f4a1<&>"
    assert clean("one\r\ntwo\rthree") == "one\ntwo\nthree"


@pytest.mark.parametrize(
    "secret",
    [
        "13812345678",
        "138-1234-5678",
        "138 1234 5678",
        "+86 13812345678",
        "021-62345678",
        "0512 62345678",
        "li.wei@example.com",
        "310101199001011234",
        "31010119900101123X",
    ],
)
def test_contact_details_in_free_text_are_hidden(secret: str) -> None:
    assert masked(f"请联系{secret}，谢谢") == "请联系***，谢谢"


@pytest.mark.parametrize(
    "text", ["12345", "2026110500000017", "案件2026110513812345678", "3.14159", "120路公交", "a @ b"]
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text


def test_a_description_has_at_most_4000_characters() -> None:
    assert clipped("字" * 4000) == "字" * 4000
    assert clipped("字" * 4001) == "字" * 3999 + "…"


@given(st.text(max_size=6000))
def test_published_text_keeps_the_limit(text: str) -> None:
    assert len(published(text)) <= 4000
