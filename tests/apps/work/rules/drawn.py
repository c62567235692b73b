"""Scenarios to draw and to edit, made by hand and by Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lilong.apps.work.terms import (
    Asked,
    Choice,
    DecisionTable,
    Fact,
    FactKind,
    HitPolicy,
    LimitRule,
    Office,
    Responsible,
    Scenario,
    Step,
    StepResult,
    TableRow,
    Unknown,
)
from lilong.kernel.areas import Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label


def said(text: str) -> Label:
    """A label of one text."""
    return Label(text, f"{text} in English")


FUNCTIONS = ("street_operations", "street_safety", "community_committee", "property_company")
DAY = LimitRule(Limit(2, ClockKind.WORKING_DAYS))


def office(number: int = 0) -> Responsible:
    """One of four offices."""
    return Responsible(office=Office(FUNCTIONS[number % 4], Level.STREET))


def step(name: str, *after: str, who: int = 0, **more: Any) -> Step:
    """A plain step."""
    return Step(name, said(f"步骤{name}"), said("一句话"), office(who), DAY, after=after, **more)


TRAPPED = Fact("trapped", FactKind.YES_NO, said("有人被困"), required=True)
FLOOR = Fact("floor", FactKind.WHOLE, said("楼层"), least=-3, most=99)
KIND = Fact("kind", FactKind.CHOICE, said("哪一种"), (Choice("a", said("甲")), Choice("b", said("乙"))))
HOMES = Fact("homes", FactKind.TEXTS, said("住户"))
HOURS = Fact("hours", FactKind.WHOLE, said("几小时"))


def visit() -> Scenario:
    """Four steps of three offices: a condition, a repetition, a join, a way back."""
    return Scenario(
        "visit-plan",
        1,
        "work.undertaking",
        said("上门看望"),
        said("怎么上门看望"),
        (
            step("look"),
            step("call", "look", who=1, when="trapped", fields=("floor",)),
            step("knock", "look", who=2, repeat="homes", if_unknown=Unknown.SKIP),
            step(
                "close",
                "call",
                "knock",
                results=(
                    StepResult("done", said("办好了")),
                    StepResult("again", said("要再看"), back_to="look", at_most=2, wrong=True),
                ),
            ),
        ),
        facts=(TRAPPED, FLOOR, KIND, HOMES, HOURS),
        start={"trapped": frozenset(Asked), "homes": frozenset({Asked.WORKER})},
        tables=(
            DecisionTable(
                "urgency",
                said("多急"),
                HitPolicy.FIRST,
                ("trapped", "floor"),
                ("hours",),
                (TableRow(("trapped", "-"), ("1",)), TableRow(("-", "floor > 3"), ("4",))),
            ),
        ),
    )


@st.composite
def scenarios(draw: st.DrawFn, most: int = 40) -> Scenario:
    """Any order of up to ``most`` steps, with ways back; sometimes a step waits for one that is not there."""
    count = draw(st.integers(1, most))
    steps = []
    for number in range(count):
        after = draw(st.lists(st.integers(0, number - 1), max_size=4, unique=True)) if number else []
        back = draw(st.lists(st.integers(0, number), max_size=2, unique=True))
        results = tuple(StepResult(f"r{to}", said("回去"), back_to=f"s{to}", at_most=2) for to in back)
        names = [f"s{other}" for other in after] + draw(st.sampled_from(([], [], [], ["gone"], [f"s{count - 1}"])))
        steps.append(step(f"s{number}", *names, who=draw(st.integers(0, 3)), results=results))
    return Scenario("any", 1, "work.undertaking", said("任意"), said("任意"), tuple(steps))
