"""Edits: what a form changes, what waits for it is mended, what cannot be is refused by field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilong.apps.work.rules import editing
from lilong.apps.work.rules.editing import Place
from lilong.apps.work.rules.phrases import Comparison, Part, Parts, condition_words, parts_of, source_of
from lilong.apps.work.rules.planning import Ready
from lilong.apps.work.terms import (
    Asked,
    Choice,
    Fact,
    FactKind,
    Join,
    LegalBasis,
    Measure,
    Scenario,
    StepResult,
    TableRow,
    Unknown,
)
from lilong.kernel.refusals import Refused
from tests.apps.work.rules.drawn import FLOOR, TRAPPED, said, scenarios, step, visit


def fields(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    """The fields a refusal names."""
    return {refusal.field for refusal in refused.value.refusals}


def after(scenario: Scenario, name: str) -> tuple[str, ...]:
    """What a step waits for."""
    return scenario.step(name).after


def test_a_step_in_line_takes_over_what_waited() -> None:
    found = editing.add_step(visit(), "look", step("ask"))
    assert (after(found, "ask"), after(found, "call"), after(found, "knock")) == (("look",), ("ask",), ("ask",))
    assert [each.name for each in found.steps] == ["look", "ask", "call", "knock", "close"]


def test_a_step_beside_runs_at_once_and_the_end_waits_for_it() -> None:
    found = editing.add_step(visit(), "look", step("ask"), Place.BESIDE)
    assert after(found, "call") == ("look",)
    assert after(found, "close") == ("call", "knock", "ask")
    assert Ready(found).ends == {"close"}


def test_a_step_after_the_last_is_the_last_unless_the_subject_ends_there() -> None:
    assert Ready(editing.add_step(visit(), "close", step("tell"))).ends == {"tell"}
    bound = visit()
    bound = replace(bound, steps=(*bound.steps[:-1], replace(bound.steps[-1], act="check")))
    with pytest.raises(Refused) as refused:
        editing.add_step(bound, "close", step("tell"))
    assert fields(refused) == {"after"}


def test_a_new_step_is_named_by_its_english_words_or_by_a_number() -> None:
    named = replace(step("x"), name="")
    one = editing.add_step(visit(), "look", replace(named, title=said("打电话")))
    assert [each.name for each in one.steps][1] == "step1"
    label = replace(said("问"), en="Ask the family")
    assert [each.name for each in editing.add_step(one, "look", replace(named, title=label)).steps][
        1
    ] == "ask_the_family"


def test_removing_a_step_mends_what_waited_for_it() -> None:
    found = editing.remove_step(visit(), "call")
    assert after(found, "close") == ("look", "knock")
    joined = editing.put_step(visit(), replace(visit().step("close"), join=Join(2)))
    assert editing.remove_step(joined, "call").step("close").join == Join(2)


@settings(max_examples=80, deadline=None)
@given(scenarios(12), st.data())
def test_whatever_can_be_removed_leaves_no_step_waiting_for_it_and_no_second_circle(
    scenario: Scenario, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([each.name for each in scenario.steps]))
    try:
        found = editing.remove_step(scenario, name)
    except Refused:
        return
    assert all(name not in each.after and name != each.checked_by for each in found.steps)
    assert len(found.steps) == len(scenario.steps) - 1


@pytest.mark.parametrize("name", ["look"])
def test_a_step_that_another_goes_back_to_stays(name: str) -> None:
    with pytest.raises(Refused) as refused:
        editing.remove_step(visit(), name)
    assert fields(refused) == {"step"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"after": ("close",)}, "after"),
        ({"after": ("nowhere",)}, "after"),
        ({"when": "trapped &&", "if_unknown": Unknown.DO}, "when"),
        ({"when": "unheard_of", "if_unknown": Unknown.DO}, "when"),
        ({"when": "trapped", "if_unknown": None}, "if_unknown"),
        ({"fields": ("nothing",)}, "fields"),
        ({"repeat": "trapped"}, "repeat"),
        ({"join": Join(3)}, "join"),
        ({"checked_by": "call"}, "checked_by"),
        ({"results": (StepResult("x", said("x"), back_to="close", at_most=1),)}, "results"),
        ({"results": (StepResult("x", said("x"), back_to="look", at_most=0),)}, "results"),
        ({"act": "handle"}, "act"),
    ],
)
def test_a_step_that_cannot_be_is_refused_by_its_field(changed: dict[str, Any], field: str) -> None:
    target = visit().step("knock")
    with pytest.raises(Refused) as refused:
        editing.put_step(visit(), replace(target, **changed))
    assert fields(refused) == {field}


def test_a_step_may_be_changed() -> None:
    changed = replace(visit().step("call"), title=said("打电话"), when="floor > 3", if_unknown=Unknown.SKIP)
    assert editing.put_step(visit(), changed).step("call") == changed


def test_facts_are_added_changed_and_asked() -> None:
    found = editing.put_fact(visit(), Fact("", FactKind.TEXT, said("门牌")), frozenset({Asked.WORKER}))
    assert found.facts[-1].name == "fact1"
    assert found.start["fact1"] == frozenset({Asked.WORKER})
    assert "trapped" not in editing.put_fact(found, TRAPPED, frozenset()).start


def test_a_fact_in_use_is_neither_removed_nor_changed_in_kind() -> None:
    with pytest.raises(Refused) as refused:
        editing.remove_fact(visit(), "trapped")
    assert len(refused.value.refusals) == 2
    with pytest.raises(Refused) as refused:
        editing.put_fact(visit(), replace(FLOOR, kind=FactKind.TEXT), frozenset())
    assert fields(refused) == {"kind"}
    assert editing.remove_fact(visit(), "kind").fact("kind") is None


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (Fact("c", FactKind.CHOICE, said("c"), (Choice("a", said("a")),)), "choices"),
        (Fact("c", FactKind.CHOICE, said("c"), (Choice("a", said("a")), Choice("a", said("b")))), "choices"),
        (Fact("t", FactKind.TEXT, said("t"), most=3000), "most"),
        (Fact("n", FactKind.WHOLE, said("n"), least=4, most=3), "least"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(fact: Fact, field: str) -> None:
    with pytest.raises(Refused) as refused:
        editing.put_fact(visit(), fact, frozenset())
    assert fields(refused) == {field}


def test_rows_come_and_go() -> None:
    row = TableRow(("-", "floor <= 3"), ("8",))
    found = editing.put_row(visit(), "urgency", None, row)
    assert found.tables[0].rows[-1] == row
    assert editing.remove_row(found, "urgency", 2) == visit()
    with pytest.raises(Refused) as refused:
        editing.put_row(visit(), "urgency", 0, TableRow(("trapped &", "-"), ("what",)))
    assert fields(refused) == {"when_0", "then_0"}


@pytest.mark.parametrize(
    ("name", "typed", "source"),
    [
        ("trapped", "是", "trapped"),
        ("trapped", "否", "!trapped"),
        ("floor", "≥ 3", "floor >= 3"),
        ("floor", "7", "floor == 7"),
        ("kind", "甲", 'kind == "a"'),
        ("kind", "≠ 乙", 'kind != "b"'),
        ("floor", "-", "-"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(name: str, typed: str, source: str) -> None:
    if name != "kind" or "≠" not in typed:
        assert editing.cell_source(visit(), name, typed) == source
    assert editing.cell_source(visit(), name, editing.cell_shown(visit(), name, source)) == source


def test_scope_measures_and_basis() -> None:
    found = editing.set_scope(replace(visit(), categories=("*",)), ("C0137", "C01*"), ("town",))
    assert (found.categories, found.area_types) == (("C0137", "C01*"), ("town",))
    with pytest.raises(Refused) as refused:
        editing.set_scope(visit(), ("路灯",), ())
    assert fields(refused) == {"categories"}
    with pytest.raises(Refused):
        editing.set_measures(visit(), (Measure("clicks", said("点击")),))
    with pytest.raises(Refused):
        editing.set_basis(visit(), (LegalBasis("条例", "2018年", 1),), None)


def test_a_simple_condition_is_shown_as_parts_and_written_back() -> None:
    parts = Parts((Part("trapped", Comparison.YES), Part("floor", Comparison.MORE, "3")))
    assert source_of(parts, visit()) == "trapped && floor > 3"
    assert parts_of("trapped && floor > 3", visit()) == parts
    assert parts_of("(trapped || floor > 3) && kind == 'a'", visit()) is None
    words = condition_words('results.look == "done" || hour >= 22', visit())
    assert words.zh == "“步骤look”的结果等于 办好了，或者现在几点不少于 22"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_condition_is_rewritten_by_being_shown(source: str) -> None:
    parts = parts_of(source, visit())
    assert parts is None or source_of(parts, visit()) == source
