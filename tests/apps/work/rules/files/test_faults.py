"""Each thing that may be wrong in a file is told with its line, its path, what is wrong and what to do."""

from __future__ import annotations

import pytest

from lilong.apps.work.rules.files import read_scenario
from tests.apps.work.rules.files.written import FRAMES, WHOLE, changed, faults_in

FACT = "  - {fact: %s, kind: text, label: {zh: 一, en: one}}\n"
STEP = "  - {step: %s, title: {zh: 一, en: one}, hand_in: {zh: 一, en: one}, who: {stage: file}, limit: catalogue}\n"
TABLE = (
    "  - {table: %s, title: {zh: 一, en: one}, hit: first, inputs: [trapped], outputs: [%s], "
    "rows: [{when: ['-'], then: ['1']}]}\n"
)
# What is written differently, the line on which the fault stands (by a piece of it), its path, a piece of its text.
SHAPE = [
    ("scenario: lift-entrapment\n", "", "version: 3", "scenario", "少了 scenario"),
    ("scenario: lift-entrapment", "scenario: Lift", "scenario: Lift", "scenario", "不合写法"),
    ("version: 3", "version: three", "version: three", "version", "这里要数"),
    ("version: 3", "version: 1_000", "version: 1_000", "version", "这里要数"),
    ("version: 3", "version: 12:30", "version: 12:30", "version", "这里要数"),
    ("version: 3", "version: 3.5", "version: 3.5", "version", "不是整数"),
    ("version: 3", "version: 0x1F", "version: 0x1F", "version", "不是整数"),
    ("version: 3", "version: 0", "version: 0", "version", "0 超出范围"),
    ("version: 3", "version: 99999", "version: 99999", "version", "超出范围"),
    ("version: 3", "version:", "version:", "version", "后面是空的"),
    ("version: 3", "version: 3\nversion: 4", "version: 4", "version", "写了两次"),
    ("version: 3", "version: 3\nphotos: true", "photos: true", "photos", "没有“photos”这一项"),
    ("required: true", "requierd: true", "requierd", "facts[0].requierd", "没有“requierd”"),
    ("required: true", "required: yes", "required: yes", "facts[0].required", "这里要true 或 false"),
    ("required: true", "required: on", "required: on", "facts[0].required", "这里要true 或 false"),
    ("kind: yes_no", "kind: bool", "kind: bool", "facts[0].kind", "这里不能写“bool”"),
    ("{zh: 几楼, en: which floor}", "几楼", "几楼", "facts[1].label", "这里要一组"),
    ("{zh: 几楼, en: which floor}", "{zh: 几楼}", "{zh: 几楼}", "facts[1].label.en", "少了 en"),
    ("{zh: 几楼, en: which floor}", "{zh: 3, en: floor}", "{zh: 3", "facts[1].label.zh", "这里要文字"),
    ("{zh: 几楼, en: which floor}", "{zh: ' ', en: floor}", "{zh: ' '", "facts[1].label.zh", "不合写法"),
    ("{zh: 几楼, en: which floor}", '{zh: "\\0", en: floor}', "\\0", "facts[1].label.zh", "不能显示"),
    ("fields: [floor, sort]", "fields: floor", "fields: floor", "steps[0].fields", "这里要清单"),
    ("limit: {amount: 2, clock: natural_hours}", "limit: soon", "limit: soon", "steps[2].limit", "不能写“soon”"),
    (
        "{amount: 2, clock: natural_hours}",
        "{amount: 2, clock: hours}",
        "clock: hours",
        "steps[2].limit.clock",
        "不能写",
    ),
    (
        "{amount: 2, clock: natural_hours}",
        "{amount: 0, clock: natural_hours}",
        "amount: 0",
        "steps[2].limit.amount",
        "0 超出",
    ),
    ("join: {at_least: 1}", "join: {at_least: 0}", "at_least: 0", "steps[2].join.at_least", "0 超出范围"),
    (
        "back_to: look, at_most: 2",
        "back_to: look, at_most: 21",
        "at_most: 21",
        "steps[2].goes_wrong[0].at_most",
        "21 超出",
    ),
    ("when: trapped && results", "when: '" + "a" * 401 + "' # results", "when: 'aaa", "steps[1].when", "有 401 个字"),
    ("article: 12, verified: true}", "article: 0, verified: true}", "article: 0", "basis[0].article", "0 超出"),
    ("level: street}", "level: block}", "level: block", "steps[1].who.level", "不能写“block”"),
]
MEANING = [
    ("kind: cases.case", "kind: cases.lift", "kind: cases.lift", "kind", "没有“cases.lift”这一类事"),
    ('categories: ["gbt30428.2:2013:E05*", C0137]\n', "", "scenario:", "categories", "没有写用于哪些类别"),
    ("C0137]", "C0137, C0137]", "categories", "categories[2]", "“C0137”写了两次"),
    ("[subdistrict, town]", "[town, '*']", "area_types", "area_types", "* 已经是所有类型"),
    ("start:\n", f"{FACT % 'floor'}start:\n", "{fact: floor, kind", "facts[5].fact", "有两个事实叫“floor”"),
    ("start:\n", f"{FACT % 'posture'}start:\n", "fact: posture", "facts[5].fact", "另有所指"),
    ("start:\n", f"{FACT % 'import'}start:\n", "fact: import", "facts[5].fact", "另有所指"),
    ("start:\n", f"{FACT % 'verifies'}start:\n", "fact: verifies", "facts[5].fact", "另有所指"),
    ("kind: choice", "kind: text", "choices:", "facts[2].choices", "没有选项"),
    ("      - {value: people, label: {zh: 客梯, en: people}}\n", "", "choices:", "facts[2].choices", "两个选项"),
    ("value: people", "value: goods", "客梯", "facts[2].choices[1].value", "写了两次"),
    ("least: -3", "least: 121", "most: 120", "facts[1].most", "least 比 most 大"),
    ("most: 12\n", "most: 51\n", "most: 51", "facts[3].most", "51 超出范围"),
    ("most: 12\n", "least: 1\n", "least: 1", "facts[3].least", "只有数才有 least"),
    ("required: true", "most: 3", "most: 3", "facts[0].most", "没有 most"),
    ("fact: floor, of: [worker]", "fact: flor, of: [worker]", "flor", "start[1].fact", "没有事实“flor”"),
    ("fact: floor, of: [worker]", "fact: trapped, of: [worker]", "of: [worker]", "start[1].fact", "有两个事实"),
    ("of: [worker]", "of: [worker, worker]", "worker, worker", "start[1].of[1]", "写了两次"),
    ("inputs: [trapped, floor, hour]", "inputs: [trapped, flor, hour]", "flor", "tables[0].inputs[1]", "没有事实"),
    (
        "inputs: [trapped, floor, hour]",
        "inputs: [trapped, hours, hour]",
        "inputs",
        "tables[0].inputs[1]",
        "到后面才得出",
    ),
    ("outputs: [hours]", "outputs: [houres]", "houres", "tables[0].outputs[0]", "没有事实“houres”"),
    (
        'when: [trapped, "-", hour < 6]',
        'when: [trapped, "-"]',
        '"-"], then: ["1"]',
        "tables[0].rows[0].when",
        "有 2 格",
    ),
    ("floor > 3", "floor >", "floor >,", "tables[0].rows[1].when[1]", "式子读不懂，错在第 8 个字符"),
    ('then: ["24"]', 'then: ["-"]', 'then: ["-"]', "tables[0].rows[1].then[0]", "式子读不懂"),
    ("floor > 3", "flor > 3", "flor > 3", "tables[0].rows[1].when[1]", "没有事实“flor”"),
    ("  - step: check\n", f"{STEP % 'look'}  - step: check\n", "{step: look", "steps[3].step", "有两个步骤叫“look”"),
    ("  - step: check\n", f"{STEP % 'hour'}  - step: check\n", "{step: hour", "steps[3].step", "另有所指"),
    ("act: handle", "act: mend", "act: mend", "steps[2].act", "没有环节“mend”"),
    ("who: {stage: handle}", "who: {stage: mend}", "stage: mend", "steps[2].who.stage", "没有环节“mend”"),
    ("who: {stage: handle}", "who: {function: fire}", "function: fire}", "steps[2].who", "没有写清谁来办"),
    ("who: {stage: handle}", "who: {stage: handle, level: city}", "level: city", "steps[2].who", "没有写清谁来办"),
    (
        "limit: {amount: 72, clock: natural_hours, fact: hours}",
        "limit: catalogue # s",
        "# s",
        "steps[1].limit",
        "目录的时限",
    ),
    ("fact: hours}", "fact: houres}", "houres", "steps[1].limit.fact", "没有事实“houres”"),
    ("after: [look]\n", "after: [lock]\n", "[lock]", "steps[1].after[0]", "没有步骤“lock”"),
    ("after: [look, visit]", "after: [look, look]", "look, look", "steps[2].after[1]", "写了两次"),
    ("fields: [floor, sort]", "fields: [floor, sorts]", "sorts", "steps[0].fields[1]", "没有事实“sorts”"),
    ("fields: [floor, sort]", "fields: [floor, floor]", "floor, floor", "steps[0].fields[1]", "写了两次"),
    ("repeat: homes", "repeat: houses", "houses", "steps[1].repeat", "没有事实“houses”"),
    ("    if_unknown: skip\n", "", "step: visit", "steps[1].if_unknown", "不知道时怎么办"),
    ("when: trapped &&", "when: traped &&", "traped", "steps[1].when", "没有事实“traped”"),
    ("results.look ==", "results.lock ==", "results.lock", "steps[1].when", "没有步骤“lock”"),
    ("results.look ==", 'results["lock"] ==', "results[", "steps[1].when", "没有步骤“lock”"),
    ('results.look == "ok"', "", "when: trapped", "steps[1].when", "式子读不懂"),
    ("when: trapped &&", "when: has(x.y) &&", "has(x.y)", "steps[1].when", "不能用 has"),
    ("when: trapped &&", "when: homes.matches('a') &&", "matches", "steps[1].when", "不能用 matches"),
    (
        "when: trapped &&",
        "when: homes.all(a, homes.all(b, homes.all(c, a == c))) &&",
        "homes.all",
        "steps[1].when",
        "逐项查看太多",
    ),
    ("result: nothing", "result: ok", "没有事", "steps[0].results[1].result", "有两个结果叫“ok”"),
    ("result: nothing", "result: skipped", "skipped", "steps[0].results[1].result", "另有所指"),
    ("back_to: look", "back_to: lock", "to: lock", "steps[2].goes_wrong[0].back_to", "没有步骤“lock”"),
    (", at_most: 2}", "}", "not_found", "steps[2].goes_wrong[0].at_most", "最多退几次"),
    (", at_most: 2}", ", at_most: 2, ends: true}", "not_found", "steps[2].goes_wrong[0].ends", "不能又退回又了结"),
    ("en: hopeless}, ends: true", "en: hopeless}", "hopeless", "steps[2].goes_wrong[1]", "往哪里走"),
    (
        "en: hopeless}, ends: true",
        "en: hopeless}, ends: true, at_most: 2",
        "hopeless",
        "steps[2].goes_wrong[1].at_most",
        "就没有次数",
    ),
    ("result: hopeless", "result: return", "没办法", "steps[2].goes_wrong[1].result", "去处不能改"),
    ("[subdistrict, town]", "[town, town]", "area_types", "area_types[1]", "“town”写了两次"),
    ("tables:\n", f"tables:\n{TABLE % ('urgency', 'floor')}", "table: urgency\n", "tables[1].table", "有两个表叫"),
    ("steps:\n", f"{TABLE % ('later', 'hours')}steps:\n", "table: later", "tables[1].outputs[0]", "已由前面的表得出"),
    (
        "inputs: [trapped, floor, hour]",
        "inputs: [trapped, floor, floor]",
        "floor, floor",
        "tables[0].inputs[2]",
        "写了两次",
    ),
    (
        "2018-05-24, article: 12, verified: true}",
        "2018-13-01, article: 12, verified: true}",
        "2018-13-01",
        "basis[0].dated",
        "没有 2018-13-01 这一天",
    ),
    (
        "2018-05-24, article: 12, verified: false",
        "2018-13-01, article: 12, verified: false",
        "2018-13-01",
        "steps[2].legal_limit.dated",
        "没有 2018-13-01",
    ),
    ("checked_by: check", "checked_by: chek", "chek", "steps[2].checked_by", "没有步骤“chek”"),
    ('"{floor}楼', '"{flor}楼', "{flor}楼", "steps[2].messages[0].words.zh", "{flor} 不是事实"),
    ("on our way", "on our way {", "way {", "steps[2].messages[0].words.en", "花括号没有成对"),
    (
        "dated: 2018-05-24, article: 9",
        "dated: 2018-02-30, article: 9",
        "2018-02-30",
        "within.dated",
        "没有 2018-02-30 这一天",
    ),
]


def test_the_whole_file_is_without_fault() -> None:
    assert faults_in(WHOLE) == ()


@pytest.mark.parametrize(("old", "new", "at", "where", "text"), [*SHAPE, *MEANING])
def test_a_fault_is_told_with_its_line_and_path(old: str, new: str, at: str, where: str, text: str) -> None:
    written = changed(old, new)
    found = faults_in(written)
    assert [(fault.where, text in fault.text.zh) for fault in found] == [(where, True)]
    assert found[0].line == written.count("\n", 0, written.index(at)) + 1
    assert found[0].remedy.zh
    assert found[0].remedy.en


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    written = (
        changed("repeat: homes", "repeat: houses")
        .replace("version: 3", "version: x")
        .replace("hit: first", "hit: last")
    )
    assert [fault.where for fault in faults_in(written)] == ["version", "tables[0].hit", "steps[1].repeat"]


def test_a_thing_that_is_misshapen_is_not_asked_what_it_means() -> None:
    written = changed("act: handle", "act: mend").replace("together: true", "together: perhaps")
    assert [fault.where for fault in faults_in(written)] == ["steps[2].together"]


def test_no_more_faults_are_told_than_anybody_reads() -> None:
    written = WHOLE + "".join(f"key{number}: 1\n" for number in range(400))
    found = faults_in(written)
    assert len(found) == 100
    assert "没有列出" in found[-1].text.zh


def test_photos_cannot_be_demanded() -> None:
    for key in ("photos: true", "evidence: photo", "photo_required: true"):
        written = changed("together: true", f"together: true\n    {key}")
        assert [fault.text.en for fault in faults_in(written)] == [f"There is no “{key.partition(':')[0]}” here."]


def test_an_undertaking_has_no_categories_stages_or_acts() -> None:
    written = changed("kind: cases.case", "kind: work.undertaking")
    places = {fault.where for fault in faults_in(written)}
    assert {"categories", "steps[0].act", "steps[0].who.stage"} <= places


def test_a_way_back_of_the_subject_itself_may_be_listed_with_other_words() -> None:
    written = changed("result: not_found", "result: return")
    assert faults_in(written) == ()
    step = read_scenario(written, FRAMES).step("rescue")
    assert [(result.name, result.at_most) for result in step.results] == [("hopeless", 0), ("return", 2)]


@pytest.mark.parametrize(
    ("section", "line", "count", "told"),
    [
        ("steps", STEP, 57, "61 项"),
        ("start", FACT, 56, "61 项"),
        ("measures", "  - {of: late_share, label: {zh: 一, en: one}}\n", 10, "11 项"),
        ("basis", "  - {law: 某条例, dated: 2018-05-24, article: %s, verified: true}\n", 20, "21 项"),
    ],
)
def test_there_are_only_so_many_of_each(section: str, line: str, count: int, told: str) -> None:
    before = {"start": "start:\n", "steps": "measures:\n", "measures": "basis:\n", "basis": "within:"}[section]
    lines = "".join(
        line.replace("%s", f"{number + 1}" if section == "basis" else f"x{number}") for number in range(count)
    )
    assert any(told in fault.text.zh for fault in faults_in(changed(before, lines + before)))
    one_less = "".join(lines.splitlines(keepends=True)[1:])
    assert faults_in(changed(before, one_less + before)) == ()


def test_an_output_that_stands_there_twice_is_told() -> None:
    written = changed("outputs: [hours]", "outputs: [hours, hours]").replace('then: ["1"]', 'then: ["1", "1"]')
    found = faults_in(written.replace('then: ["24"]', 'then: ["24", "24"]'))
    assert [(fault.where, fault.text.zh) for fault in found] == [("tables[0].outputs[1]", "“hours”写了两次。")]


def test_a_way_back_of_the_subject_itself_is_no_way_on() -> None:
    listed = "goes_wrong:\n      - {result: not_found"
    written = changed(listed, f"results:\n      - {{result: return, label: {{zh: 退, en: back}}}}\n    {listed}")
    assert [(fault.where, "去处不能改" in fault.text.zh) for fault in faults_in(written)] == [
        ("steps[2].results[0].result", True)
    ]


def test_what_is_wrong_in_the_meaning_stands_before_what_is_wrong_in_the_shape_further_down() -> None:
    written = changed("fact: floor, of: [worker]", "fact: flor, of: [worker]").replace("better: higher", "better: more")
    assert [fault.where for fault in faults_in(written)] == ["start[1].fact", "measures[0].better"]
