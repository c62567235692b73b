"""A scenario file that uses every key there is, and the frames it is read in."""

from __future__ import annotations

from lilong.apps.work.rules.files import read_scenario
from lilong.apps.work.terms import Act, Fact, FactKind, FileFault, Frame, ScenarioFaults, StepResult
from lilong.kernel.words import Label

FREE = Frame("work.undertaking", Label("事务", "undertaking"))
CASES = Frame(
    "cases.case",
    Label("事项", "matter"),
    (
        Act("file", "file"),
        Act(
            "handle",
            "handle",
            after="file",
            results=(StepResult("return", Label("退回", "return"), "file", 20, wrong=True),),
        ),
        Act(
            "check",
            "check",
            after="handle",
            results=(
                StepResult("send_back", Label("退回重办", "send back"), "handle", 20, wrong=True),
                StepResult("ask_again", Label("再问", "ask again"), "file", 20, wrong=True),
            ),
        ),
    ),
    (Fact("verifies", FactKind.YES_NO, Label("要核实", "to be verified")),),
)
FRAMES = {frame.kind: frame for frame in (FREE, CASES)}

WHOLE = """\
scenario: lift-entrapment
version: 3
kind: cases.case
title: {zh: 电梯困人, en: Trapped in a lift}
purpose: {zh: 先救人, en: people first}
categories: ["gbt30428.2:2013:E05*", C0137]
area_types: [subdistrict, town]
facts:
  - fact: trapped
    kind: yes_no
    label: {zh: 有人困在里面吗, en: Is anybody inside}
    why: {zh: 决定多快到, en: it decides how quick}
    required: true
  - fact: floor
    kind: whole
    label: {zh: 几楼, en: which floor}
    least: -3
    most: 120
  - fact: sort
    kind: choice
    label: {zh: 哪种电梯, en: what kind of lift}
    choices:
      - {value: goods, label: {zh: 货梯, en: goods}}
      - {value: people, label: {zh: 客梯, en: people}}
  - fact: homes
    kind: texts
    label: {zh: 哪几户, en: which homes}
    most: 12
  - fact: hours
    kind: whole
    label: {zh: 几小时, en: how many hours}
start:
  - {fact: trapped, of: [resident, worker, counter]}
  - {fact: floor, of: [worker]}
tables:
  - table: urgency
    title: {zh: 多急, en: how urgent}
    hit: first
    inputs: [trapped, floor, hour]
    outputs: [hours]
    rows:
      - {when: [trapped, "-", hour < 6], then: ["1"]}
      - {when: ["!trapped", floor > 3, "-"], then: ["24"]}
steps:
  - step: look
    act: file
    title: {zh: 看一看, en: Look}
    hand_in: {zh: 看到什么, en: what was seen}
    who: {stage: file}
    limit: catalogue
    fields: [floor, sort]
    results:
      - {result: ok, label: {zh: 是这样, en: it is so}}
      - {result: nothing, label: {zh: 没有事, en: nothing there}, ends: true}
  - step: visit
    title: {zh: 逐户上门, en: Call at each home}
    hand_in: {zh: 都好吗, en: are they well}
    who: {function: street_safety, level: street}
    limit: {amount: 72, clock: natural_hours, fact: hours}
    after: [look]
    when: trapped && results.look == "ok"
    if_unknown: skip
    repeat: homes
  - step: rescue
    act: handle
    title: {zh: 放人, en: Free them}
    hand_in: {zh: 几点出来的, en: when they came out}
    note: {zh: 先说话, en: speak first}
    who: {stage: handle}
    co: [{function: community_committee, level: community}]
    together: true
    limit: {amount: 2, clock: natural_hours}
    emergency_limit: {amount: 1, clock: natural_hours}
    legal_limit: {amount: 4, clock: natural_hours, law: 某条例, dated: 2018-05-24, article: 12, verified: false}
    after: [look, visit]
    join: {at_least: 1}
    others: withdraw
    documents: [{zh: 检修记录, en: record of repair}]
    goes_wrong:
      - {result: not_found, label: {zh: 找不到, en: not found}, back_to: look, at_most: 2}
      - {result: hopeless, label: {zh: 没办法, en: hopeless}, ends: true}
    checked_by: check
    messages:
      - {at: opened, to: reporter, words: {zh: "{floor}楼，马上到", en: "floor {floor}, on our way"}}
  - step: check
    act: check
    title: {zh: 核查, en: Check}
    hand_in: {zh: 都好了, en: all well}
    who: {stage: check}
    limit: catalogue
    after: [rescue]
measures:
  - {of: solved_share, label: {zh: 真正解决, en: really solved}, better: higher}
basis:
  - {law: 上海市某条例, dated: 2018-05-24, article: 12, verified: true}
within: {amount: 5, clock: working_days, law: 某条例, dated: 2018-05-24, article: 9, verified: true}
"""


def changed(old: str, new: str) -> str:
    """The whole file with one piece of it, which stands there only once, written differently."""
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new)


def faults_in(text: str | bytes) -> tuple[FileFault, ...]:
    """Every fault of a text; none when it is a scenario."""
    try:
        read_scenario(text, FRAMES)
    except ScenarioFaults as found:
        return found.faults
    return ()
