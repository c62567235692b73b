"""The parts of a scenario in words, for whoever reads what changed: names of fields, values as one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lilong.apps.work.terms.scenarios import (
    Asked,
    Choice,
    DecisionTable,
    Fact,
    Join,
    LegalBasis,
    LegalLimit,
    LimitRule,
    Measure,
    Message,
    Office,
    Responsible,
    Scenario,
    Step,
    StepResult,
    TableRow,
)
from lilong.kernel.clocks import Limit
from lilong.kernel.words import Label

# The fields of each thing that are one value; what is a list of named things is in LISTS, the rows of a table and what
# is asked at the start are compared one by one.
FIELDS: dict[type, dict[str, Label]] = {
    Scenario: {
        "name": Label("名字", "name"),
        "kind": Label("哪一类事", "kind of matter"),
        "title": Label("标题", "title"),
        "purpose": Label("为了什么", "purpose"),
        "categories": Label("类别", "categories"),
        "area_types": Label("区域类型", "types of area"),
        "measures": Label("怎么看有没有用", "measures"),
        "basis": Label("法律依据", "legal basis"),
        "within": Label("整件事的法定时限", "legal limit of the whole"),
    },
    Fact: {
        "kind": Label("类型", "type"),
        "label": Label("怎么问", "question"),
        "choices": Label("选项", "choices"),
        "required": Label("必答", "required"),
        "why": Label("为什么要问", "why it is asked"),
        "least": Label("最小", "least"),
        "most": Label("最大", "most"),
    },
    DecisionTable: {
        "title": Label("标题", "title"),
        "hit": Label("哪一行算数", "which row counts"),
        "inputs": Label("看哪些事", "inputs"),
        "outputs": Label("得出哪些事", "outputs"),
    },
    Step: {
        "title": Label("标题", "title"),
        "hand_in": Label("要交什么", "what to hand in"),
        "who": Label("谁来办", "who takes it"),
        "limit": Label("时限", "limit"),
        "act": Label("环节", "act"),
        "co": Label("协办", "co-handlers"),
        "together": Label("协办交齐才能交", "waits for co-handlers"),
        "after": Label("在哪些步骤之后", "after which steps"),
        "join": Label("几个办好就往下", "how many must be done"),
        "when": Label("什么情况下才办", "condition"),
        "if_unknown": Label("还不知道时", "while unknown"),
        "repeat": Label("按哪个清单逐项办", "repeated over"),
        "fields": Label("要填的", "fields"),
        "documents": Label("书面材料", "documents"),
        "checked_by": Label("由哪一步来查", "checked by"),
        "messages": Label("要说的话", "messages"),
        "emergency_limit": Label("应急时限", "limit in an emergency"),
        "legal_limit": Label("法定时限", "legal limit"),
        "note": Label("说明", "note"),
    },
    StepResult: {
        "label": Label("说法", "words"),
        "back_to": Label("退回到", "goes back to"),
        "at_most": Label("最多退几次", "at most"),
        "ends": Label("整件事了结", "ends the matter"),
        "wrong": Label("算没办成", "counts as gone wrong"),
    },
}
LISTS = {
    "facts": Label("事实", "fact"),
    "tables": Label("决策表", "decision table"),
    "steps": Label("步骤", "step"),
    "results": Label("结果", "result"),
}
_ASKED = {
    Asked.RESIDENT: Label("居民", "resident"),
    Asked.WORKER: Label("工作人员", "worker"),
    Asked.COUNTER: Label("窗口", "counter"),
}


def key_of(thing: Fact | DecisionTable | Step | StepResult) -> str:
    """The name by which a thing of one version is found in the other."""
    return thing.name


def head_of(thing: Fact | DecisionTable | Step | StepResult) -> Label:
    """What people call it."""
    return thing.label if isinstance(thing, Fact | StepResult) else thing.title


def said(value: object) -> str:
    """A value on one line, in both languages where it has words; empty for nothing."""
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        sign = ", " if all(isinstance(one, str) for one in value) else "；"
        return sign.join(said(one) for one in value)
    speak = _SPEAKERS.get(type(value))
    return speak(value) if speak else str(value)


def _both(label: Label) -> str:
    return label.zh if label.zh == label.en else f"{label.zh} / {label.en}"


def _office(office: Office) -> str:
    return f"{office.function}（{_both(office.level.label)}）"


def _responsible(who: Responsible) -> str:
    return _office(who.office) if who.office else f"责任目录 / catalogue: {who.stage}"


def _limit(limit: Limit) -> str:
    return _both(limit.label)


def _rule(rule: LimitRule) -> str:
    if rule.fixed is None:
        return "责任目录 / catalogue"
    return f"{_limit(rule.fixed)}，按 {rule.fact} / by {rule.fact}" if rule.fact else _limit(rule.fixed)


def _basis(basis: LegalBasis) -> str:
    return basis.reference if basis.verified else f"{basis.reference}（待核 / unverified）"


def _legal(legal: LegalLimit) -> str:
    return f"{_limit(legal.limit)}，{_basis(legal.basis)}"


def _join(join: Join) -> str:
    count = f"≥ {join.needed}" if join.needed else "全部 / all"
    return f"{count}，其余撤回 / others withdrawn" if join.withdraws else count


_SPEAKERS: dict[type, Callable[[Any], str]] = {
    bool: lambda truth: "是 / yes" if truth else "否 / no",
    Label: _both,
    Asked: lambda one: _both(_ASKED[one]),
    Office: _office,
    Responsible: _responsible,
    Limit: _limit,
    LimitRule: _rule,
    LegalBasis: _basis,
    LegalLimit: _legal,
    Join: _join,
    Choice: lambda choice: f"{choice.value}: {_both(choice.label)}",
    Measure: lambda one: f"{one.of} {_both(one.label)} {'↑' if one.better == 'higher' else '↓'}",
    Message: lambda one: f"{one.moment} → {one.to}: {_both(one.words)}",
    TableRow: lambda row: f"{' | '.join(row.when)} → {' | '.join(row.then)}",
}
