"""What changed between two versions is said in both languages, all of it; how a file is laid out is no change."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings

from lilong.apps.work.rules.files import differences, read_scenario
from lilong.apps.work.rules.files.spoken import FIELDS
from lilong.apps.work.terms import DecisionTable, Fact, Scenario, Step, StepResult
from tests.apps.work.rules.files.altered import SCENARIO, scenarios
from tests.apps.work.rules.files.written import FRAMES, WHOLE, changed

ELSEWHERE = {
    Scenario: {"version", "steps", "facts", "start", "tables"},
    Step: {"name", "results"},
    DecisionTable: {"name", "rows"},
    Fact: {"name"},
    StepResult: {"name"},
}
EXTRA = (
    "  - {step: more, title: {zh: 再看, en: Look more}, hand_in: {zh: 一, en: one}, who: {function: f, level: city}, "
    "limit: {amount: 1, clock: working_days}}\n"
)
CHANGES = [
    ("电梯困人", "电梯关人", "title", "标题", "电梯困人 / Trapped in a lift", "电梯关人 / Trapped in a lift"),
    ("C0137]", "C0138]", "categories", "类别", "gbt30428.2:2013:E05*, C0137", "gbt30428.2:2013:E05*, C0138"),
    ("[subdistrict, town]", "[town]", "area_types", "区域类型", "subdistrict, town", "town"),
    (
        "limit: {amount: 2, clock: natural_hours}",
        "limit: {amount: 3, clock: natural_hours}",
        "steps.rescue.limit",
        "“放人”：时限",
        "2 紧急工作时 / 2 hours round the clock",
        "3 紧急工作时 / 3 hours round the clock",
    ),
    ("zh: 放人", "zh: 救人", "steps.rescue.title", "“放人”：标题", "放人 / Free them", "救人 / Free them"),
    ("after: [look, visit]", "after: [look]", "steps.rescue.after", "“放人”：在哪些步骤之后", "look, visit", "look"),
    ("join: {at_least: 1}", "join: all", "steps.rescue.join", "“放人”：几个办好就往下", "≥ 1", "全部 / all"),
    (
        "when: trapped &&",
        "when: (!trapped) &&",
        "steps.visit.when",
        "“逐户上门”：什么情况下才办",
        "trapped &&",
        "(!trapped)",
    ),
    ("level: street}", "level: city}", "steps.visit.who", "“逐户上门”：谁来办", "街镇", "市 / city"),
    ("together: true", "together: false", "steps.rescue.together", "“放人”：协办交齐才能交", "是 / yes", "否 / no"),
    (
        "      - {result: nothing, label: {zh: 没有事, en: nothing there}, ends: true}\n",
        "",
        "steps.look.results.nothing",
        "删去结果",
        "没有事 / nothing there",
        "",
    ),
    ("at_most: 2}", "at_most: 3}", "steps.rescue.results.not_found.at_most", "“找不到”：最多退几次", "2", "3"),
    ("  - step: check\n", f"{EXTRA}  - step: check\n", "steps.more", "新加步骤", "", "再看 / Look more"),
    ("    most: 12\n", "    most: 13\n", "facts.homes.most", "“哪几户”：最大", "12", "13"),
    ("of: [worker]", "of: [worker, counter]", "start.floor", "开始时问“几楼”", "工作人员 / worker", "窗口 / counter"),
    ('"-", hour < 6]', '"-", hour < 7]', "tables.urgency.rows[0]", "“多急”的行", "hour < 6 → 1", "hour < 7 → 1"),
    ("hit: first", "hit: unique", "tables.urgency.hit", "“多急”：哪一行算数", "first", "unique"),
    ("article: 9", "article: 10", "within", "整件事的法定时限", "某条例@2018-05-24#9", "某条例@2018-05-24#10"),
    ("better: higher", "better: lower", "measures", "怎么看有没有用", "↑", "↓"),
]


@pytest.mark.parametrize(("old", "new", "where", "what", "before", "after"), CHANGES)
def test_a_change_is_said(old: str, new: str, where: str, what: str, before: str, after: str) -> None:
    found = differences(SCENARIO, read_scenario(changed(old, new), FRAMES))
    assert [(one.where, one.what.zh) for one in found] == [(where, what)]
    assert (before in found[0].before, after in found[0].after) == (True, True)
    assert (found[0].before == "", found[0].after == "") == (before == "", after == "")
    assert found[0].what.en.isascii() or "“" in found[0].what.en


def test_steps_in_another_order_are_said_once() -> None:
    turned = replace(SCENARIO, steps=(SCENARIO.steps[1], SCENARIO.steps[0], *SCENARIO.steps[2:]))
    assert [(one.where, one.what.zh, one.after) for one in differences(SCENARIO, turned)] == [
        ("steps", "步骤的先后", "visit, look, rescue, check")
    ]


def test_a_row_put_in_between_is_one_row() -> None:
    with_row = changed(
        '      - {when: ["!trapped"', '      - {when: ["-", "-", "-"], then: ["9"]}\n      - {when: ["!trapped"'
    )
    found = differences(SCENARIO, read_scenario(with_row, FRAMES))
    assert [(one.where, one.before, one.after) for one in found] == [("tables.urgency.rows[1]", "", "- | - | - → 9")]


def test_layout_comments_and_the_number_are_no_change() -> None:
    other = "# a remark\n" + WHOLE.replace("version: 3", "version: 4").replace(
        "{zh: 放人, en", "\n      {zh: '放人', en"
    )
    assert differences(SCENARIO, read_scenario(other, FRAMES)) == ()


@given(scenarios(), scenarios())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_said_exactly_when_nothing_changed(one: Scenario, other: Scenario) -> None:
    assert differences(one, one) == ()
    assert (differences(one, other) == ()) == (one == replace(other, version=one.version))
    for step in other.steps:
        spoilt = replace(one, steps=tuple(step if step.name == kept.name else kept for kept in one.steps))
        assert bool(differences(one, spoilt)) == (one != spoilt)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_has_its_words(kind: type) -> None:
    assert set(FIELDS[kind]) | ELSEWHERE[kind] == {one.name for one in fields(kind)}
