"""A resident's words find the category that was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.organisations.rules.search import CategorySearch, grams
from tests.apps.organisations.samples import category

CATEGORIES = (
    category("lamp", zh=("路灯不亮", "路灯坏", "黑乎乎"), en=("street light", "lamp out")),
    category("signal", zh=("红绿灯坏了", "信号灯不亮"), en=("traffic light",)),
    category("pipe", zh=("漏水", "水管爆"), en=("burst pipe", "leak")),
    category("flats", zh=("楼上漏水到我家", "天花板滴水"), en=("leak from upstairs",)),
    category("rubbish", zh=("垃圾没人收", "垃圾堆"), en=("rubbish", "garbage")),
)
CHINESE, ENGLISH = CategorySearch(CATEGORIES, "zh-hans"), CategorySearch(CATEGORIES, "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("路灯不亮", "lamp"),
        ("我家门口的路灯坏了三天没人修", "lamp"),
        ("红绿灯不亮", "signal"),
        ("楼上漏水", "flats"),
        ("马路上水管爆了，到处是水", "pipe"),
        ("垃圾没人收臭死了", "rubbish"),
        ("STREET LIGHTS are out", "lamp"),
    ],
)
def test_the_words_of_a_resident_find_it_first(text: str, expected: str) -> None:
    assert CHINESE.matches(text)[0].category.key.code == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The street lights near my house are broken", "lamp"), ("steet ligth", "lamp"), ("garbage", "rubbish")],
)
def test_english_words_find_it_too(text: str, expected: str) -> None:
    assert ENGLISH.matches(text)[0].category.key.code == expected


def test_one_character_finds_the_pairs_it_is_part_of() -> None:
    assert {match.category.key.code for match in CHINESE.matches("灯")} == {"lamp", "signal"}


def test_what_fits_nothing_finds_nothing() -> None:
    assert CHINESE.matches("你好") == []
    assert CHINESE.matches("") == []
    assert CHINESE.matches("!?… 🙂") == []
    assert ENGLISH.matches("路灯不亮") == []


def test_a_match_says_by_which_words() -> None:
    best = CHINESE.matches("路灯不亮")[0]
    assert (best.score, best.words[0]) == (1.0, "路灯不亮")


@given(st.text(max_size=600))
def test_any_text_is_answered_best_first_with_scores_from_zero_to_one(text: str) -> None:
    scores = [match.score for match in CHINESE.matches(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@given(
    st.sampled_from(CATEGORIES).flatmap(lambda one: st.sampled_from([*one.keywords_zh]).map(lambda word: (one, word)))
)
def test_a_categorys_own_keyword_always_finds_it_among_the_first(found: tuple[object, str]) -> None:
    one, word = found
    best = CHINESE.matches(word)
    assert one in [match.category for match in best if match.score == best[0].score]


def test_grams_are_pairs_of_characters_and_triples_of_words() -> None:
    assert grams("路灯 Lamp!") == {"路灯", "_la", "lam", "amp", "mp_"}
    assert grams("Ｌａｍｐ") == grams("lamp")
