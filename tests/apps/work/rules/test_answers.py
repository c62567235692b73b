"""Answers turned into facts: each kind of fact, each unfit answer by name, nothing guessed; and facts in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.work.rules.answers import ENTRY_CHARACTERS, facts_given, known_facts, said, words_of
from lilong.apps.work.terms import Choice, Fact, FactKind, FactValue, Scenario
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label

WORD = Label("词", "word")
FACTS = {
    fact.name: fact
    for fact in (
        Fact("alone", FactKind.YES_NO, Label("独居", "alone")),
        Fact("people", FactKind.WHOLE, Label("人数", "people"), least=0, most=40),
        Fact("metres", FactKind.DECIMAL, WORD, least=1, most=9),
        Fact("free", FactKind.WHOLE, WORD),
        Fact("words", FactKind.TEXT, WORD, most=10),
        Fact("tale", FactKind.TEXT, WORD),
        Fact("novel", FactKind.TEXT, WORD, most=9999),
        Fact("kind", FactKind.CHOICE, WORD, (Choice("a", Label("甲", "first")), Choice("b", Label("乙", "second")))),
        Fact("day", FactKind.DATE, WORD),
        Fact("lines", FactKind.TEXTS, WORD, most=3),
        Fact("many", FactKind.TEXTS, WORD),
        Fact("areas", FactKind.AREAS, WORD),
        Fact("must", FactKind.TEXT, Label("必答", "must"), required=True),
        Fact("must_list", FactKind.TEXTS, Label("必填", "must list"), required=True),
    )
}
SCENARIO = Scenario("test", 1, "work.undertaking", WORD, WORD, (), tuple(FACTS.values()))


def given_as(name: str, value: object) -> FactValue | None:
    return facts_given(SCENARIO, [name], {name: value}).get(name)


def codes(names: Iterable[str], raw: Mapping[str, object]) -> dict[str, str]:
    """The code of each field's refusal."""
    with pytest.raises(Refused) as found:
        facts_given(SCENARIO, names, raw)
    assert found.value.kind is RefusalKind.INVALID
    return {refusal.field: refusal.code.removeprefix("work.answer_") for refusal in found.value.refusals}


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        *(("alone", value, True) for value in (True, "yes", "true", "on", "1", "是", " YES ", 1)),
        *(("alone", value, False) for value in (False, "no", "false", "off", "0", "否", 0)),
        *(("people", value, 3) for value in (3, "3", " 3 ", "+3", "３", 3.0)),
        ("people", "0", 0),
        ("free", "-12", -12),
        *(("metres", value, 2.5) for value in (2.5, "2.5")),
        ("metres", "3", 3.0),
        ("words", " 一二三 ", "一二三"),
        ("kind", "b", "b"),
        ("day", "2026-09-01", "2026-09-01"),
        ("lines", "一\n二\r\n\n一", ("一", "二")),
        ("lines", ["一", " 二 ", ""], ("一", "二")),
        ("areas", "310101001001\n310101001002", ("310101001001", "310101001002")),
        ("areas", ["310101"], ("310101",)),
        *((name, None, None) for name in ("alone", "people", "words", "lines")),
        *((name, "", None) for name in ("alone", "kind", "day", "lines")),
    ],
)
def test_an_answer_becomes_a_fact_of_its_kind(name: str, value: object, fact: object) -> None:
    found = given_as(name, value)
    assert found == fact
    assert type(found) is type(fact)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        *(("alone", value, "unfit") for value in ("maybe", 2, ["yes"])),
        ("alone", {}, "unfit"),
        *(("people", value, "unfit") for value in ("3.5", "three", True, 3.5, "1" * 14, [3])),
        *(("people", value, "outside") for value in (-1, 41, "41", "-1")),
        *(("metres", value, "unfit") for value in ("nan", "inf", float("nan"), float("inf"), True, "1e3")),
        *(("metres", value, "outside") for value in (0.5, "9.5")),
        ("free", 10**15, "outside"),
        ("words", "字" * 11, "too_long"),
        ("tale", "字" * 401, "too_long"),
        ("novel", "字" * 2001, "too_long"),
        ("words", "a\0b", "unfit"),
        ("words", 3, "unfit"),
        ("kind", "c", "unfit"),
        ("kind", "甲", "unfit"),
        *(("day", value, "unfit") for value in ("2026-02-30", "1 September", 20260901.5, "2026-W36-2", "20260901")),
        ("lines", "一\n二\n三\n四", "too_many"),
        ("many", [str(n) for n in range(21)], "too_many"),
        ("lines", "字" * (ENTRY_CHARACTERS + 1), "too_long"),
        *(("lines", value, "unfit") for value in (3, [3], ["a\nb"], {"a": 1})),
        *(("areas", value, "unfit") for value in ("浦东", "3" * 21, "31-01")),
        ("must", None, "missing"),
        ("must", "  ", "missing"),
        ("must_list", [" "], "missing"),
        ("must_list", [], "missing"),
    ],
)
def test_an_unfit_answer_is_refused_by_its_name(name: str, value: object, code: str) -> None:
    assert codes([name], {name: value}) == {name: code}


def test_every_unfit_answer_is_told_at_once_and_others_are_passed_over() -> None:
    raw = {"alone": "maybe", "people": "99", "kind": "a", "csrf": "token"}
    assert codes(["alone", "people", "kind", "must"], raw) == {
        "alone": "unfit",
        "people": "outside",
        "must": "missing",
    }
    assert facts_given(SCENARIO, ["kind"], raw) == {"kind": "a"}


def test_a_fact_the_scenario_does_not_have_is_a_fault_of_the_caller() -> None:
    with pytest.raises(LookupError, match="no fact paint"):
        facts_given(SCENARIO, ["paint"], {})


@given(
    st.sampled_from([name for name in FACTS if not name.startswith("must")]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.binary()),
)
def test_whatever_is_sent_is_a_fact_or_a_refusal(name: str, value: object) -> None:
    fields, found = {name}, None
    try:
        found = given_as(name, value)
    except Refused as refused:
        fields = {refusal.field for refusal in refused.refusals}
    assert fields == {name}
    assert found is None or given_as(name, found) == found, "a fact is its own answer"


def test_facts_come_back_from_json_as_they_were() -> None:
    kept = {"alone": True, "lines": ["一"], "people": 3, "odd": None}
    assert known_facts(kept) == {"alone": True, "lines": ("一",), "people": 3}


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("alone", True, "是", "yes"),
        ("alone", False, "否", "no"),
        ("kind", "a", "甲", "first"),
        ("kind", "gone", "gone", "gone"),
        ("people", 3, "3", "3"),
        ("lines", ("一", "二"), "一、二", "一, 二"),
        ("lines", (), "（未说明）", "(not said)"),
        ("words", "", "（未说明）", "(not said)"),
    ],
)
def test_a_fact_in_words(name: str, value: FactValue, zh: str, en: str) -> None:
    assert words_of(FACTS[name], value) == Label(zh, en)


def test_a_message_puts_in_what_is_known_and_nothing_else() -> None:
    words = Label("请看{words}，{kind}，{people}人，{nothing}", "{words}, {kind}, {people}, {words.__class__}")
    facts: dict[str, FactValue] = {"words": "{people}", "kind": "b"}
    found = said(words, SCENARIO, facts)
    assert found.zh == "请看{people}，乙，（未说明）人，（未说明）"
    assert found.en == "{people}, second, (not said), {words.__class__}"
