"""The scenarios that come with the platform: each reads, checks clean, has its offices, and always comes to its end."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from lilong.apps import organisations, work
from lilong.apps.cases.rules import FRAME
from lilong.apps.work.rules.checking import check, is_clean, not_asked
from lilong.apps.work.rules.files import json_schema, read_scenario, write_scenario
from lilong.apps.work.rules.planning import Ready, plan, refusal_of
from lilong.apps.work.terms import (
    Assignment,
    Fact,
    FactKind,
    Frame,
    Happened,
    Plan,
    Progress,
    Scenario,
    Situation,
    Step,
    step_of,
)
from lilong.apps.work.terms.scenarios import ANY, Facts, FactValue, Office
from lilong.kernel.areas import Level
from lilong.kernel.clocks import STANDARD_SESSIONS, ClockKind, Limit, WorkingTime
from lilong.kernel.days import WorkingDays
from lilong.kernel.words import Label

FILES = sorted((Path(work.__file__).parent / "data/scenarios").glob("*.yaml"))
FUNCTIONS = Path(organisations.__file__).parent / "data/functions.csv"
CATEGORIES = Path(organisations.__file__).parent / "data/categories.csv"
DOCS = Path(__file__).parents[4] / "docs/scenarios"
FREE = Frame("work.undertaking", Label("事务", "undertaking"))
FRAMES = {FRAME.kind: FRAME, FREE.kind: FREE}
PERSONAL = ("姓名", "名字", "身份证", "证号", "手机", "电话", "门牌", "年龄", "残疾", "疾病", "照片", "打分")
STREET_TYPES = frozenset({"subdistrict", "town", "township", "special"})
TIME = WorkingTime(WorkingDays(frozenset({2026}), ()), STANDARD_SESSIONS, ZoneInfo("Asia/Shanghai"))
BY_DAY, BY_NIGHT = datetime(2026, 9, 2, 2, tzinfo=UTC), datetime(2026, 9, 2, 15, tzinfo=UTC)
DAY = Limit(1, ClockKind.WORKING_DAYS)
# While every way is tried a matter goes back this often in all; going back whenever it may is a walk of its own.
LOOPS, PLACES_MAX, MOVES_MAX = 2, 4000, 2000
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def scenario_of(path: Path) -> Scenario:
    return read_scenario(path.read_text(), FRAMES)


def somebody(_: Step, __: str) -> Assignment:
    return Assignment(1, DAY, (2,))


def some_whole(fact: Fact, random: Random) -> int:
    least, most = fact.least or 0, fact.most or 400
    return random.choice((least, min(least + 1, most), (least + most) // 2, most))


SOME_VALUE: dict[FactKind, Callable[[Fact, Random], FactValue]] = {
    FactKind.YES_NO: lambda _, random: random.random() < 0.5,
    FactKind.WHOLE: some_whole,
    FactKind.DECIMAL: lambda fact, random: float(some_whole(fact, random)),
    FactKind.TEXT: lambda _, __: "话",
    FactKind.CHOICE: lambda fact, random: random.choice(fact.choices).value,
    FactKind.DATE: lambda _, __: "2026-09-02",
    FactKind.TEXTS: lambda _, random: ("一", "二")[: random.randint(0, 2)],
    FactKind.AREAS: lambda _, random: ("310101002001", "310101002003")[: random.randint(0, 2)],
}


def situations(scenario: Scenario) -> Iterator[Situation]:
    """Nothing known, everything said in many ways, some of it left open; by day and night, in both postures."""
    derived = {name for table in scenario.tables for name in table.outputs}
    asked = [*(fact for fact in scenario.facts if fact.name not in derived), *FRAME.facts]
    for seed in range(16):
        random = Random(seed)
        known: Facts = {
            fact.name: SOME_VALUE[fact.kind](fact, random)
            for fact in asked
            if seed and (seed % 4 or random.random() < 0.6)
        }
        yield Situation(known, BY_NIGHT if seed % 3 == 0 else BY_DAY, TIME, "emergency" if seed % 5 == 0 else "normal")


def place(progress: Progress) -> str:
    return f"{progress.as_json()} {sorted(progress.running)}"


def ways_on(ready: Ready, progress: Progress, loops: int) -> list[Happened]:
    """Everything that may be handed in at the first task that can be, going back at most ``loops`` times in all."""
    may_go_back = sum(progress.rounds.values()) < loops
    for key in sorted(progress.running):
        outcomes = [result for result in ready.steps[step_of(key)].outcomes if may_go_back or not result.back_to]
        ways = [Happened(key, result.name) for result in outcomes]
        found = [way for way in ways if refusal_of(ready, progress, way) is None]
        if found:
            return found
    return []


def goes_back(ready: Ready, way: Happened) -> bool:
    result = ready.steps[step_of(way.key)].result(way.result)
    return result is not None and bool(result.back_to)


def begun(ready: Ready, situation: Situation) -> Plan:
    return plan(ready, Progress(), None, situation, somebody)


def walked(ready: Ready, situation: Situation, loops: int = LOOPS) -> set[str]:
    """Try every outcome from every place that can be reached; what was opened. Fails where a matter gets stuck."""
    first = begun(ready, situation)
    left, seen, opened = [first], {place(first.progress)}, {task.step.name for task in first.open}
    while left:
        found = left.pop()
        if found.ended:
            continue
        ways = ways_on(ready, found.progress, loops)
        assert ways, f"{ready.scenario.reference} is stuck at {place(found.progress)}"
        for happened in ways:
            later = plan(ready, found.progress, happened, situation, somebody)
            keys = [task.key for task in later.open if task.unit == 1]
            assert len(keys) == len(set(keys))
            opened |= {task.step.name for task in later.open}
            if place(later.progress) not in seen:
                seen.add(place(later.progress))
                left.append(later)
        assert len(seen) < PLACES_MAX
    return opened


def keys_in(schema: object) -> set[str]:
    """Every key that the schema of the file knows."""
    if isinstance(schema, list):
        return set[str]().union(*(keys_in(part) for part in schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})).union(*(keys_in(part) for part in schema.values()))


def offices_of(step: Step) -> tuple[Office, ...]:
    return (*((step.who.office,) if step.who.office else ()), *step.co)


def test_there_are_ten_of_each_kind_and_the_ordinary_way() -> None:
    kinds = [scenario_of(path).kind for path in FILES]
    assert (kinds.count(FRAME.kind), kinds.count(FREE.kind)) == (11, 10)


@every_file
def test_it_reads_under_its_own_name_and_writes_back(path: Path) -> None:
    scenario = scenario_of(path)
    assert (scenario.name, scenario.version) == (path.stem, 1)
    assert read_scenario(write_scenario(scenario, FRAMES), FRAMES) == scenario


@pytest.mark.parametrize("page", ["README.md", "README.en.md"])
def test_the_first_scenario_of_the_docs_reads_and_checks_clean(page: str) -> None:
    fenced = (DOCS / page).read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    scenario = read_scenario(fenced, FRAMES)
    assert is_clean(check(scenario, FRAME, not_asked))
    assert [step.name for step in scenario.steps if not step.act] == ["temporary_lamp"]


@pytest.mark.parametrize("page", ["reference.md", "reference.en.md"])
def test_the_reference_explains_every_key(page: str) -> None:
    told = (DOCS / page).read_text(encoding="utf-8")
    silent = [key for key in sorted(keys_in(json_schema())) if f"`{key}`" not in told and f"{key}:" not in told]
    assert silent == []


@pytest.mark.parametrize("page", ["README.md", "README.en.md"])
def test_the_docs_name_every_file(page: str) -> None:
    told = (DOCS / page).read_text(encoding="utf-8")
    assert [path.stem for path in FILES if f"`{path.stem}`" not in told] == []


@every_file
def test_it_checks_clean(path: Path) -> None:
    scenario = scenario_of(path)
    findings = check(scenario, FRAMES[scenario.kind], not_asked)
    assert is_clean(findings), [f"{finding.step}: {finding.text.zh}" for finding in findings]


def test_a_spoilt_copy_does_not_check_clean() -> None:
    scenario = scenario_of(next(path for path in FILES if path.stem == "home-visits"))
    spoilt = replace(scenario, steps=(*scenario.steps, replace(scenario.steps[-1], name="second_end")))
    assert not is_clean(check(spoilt, FREE, not_asked))


@every_file
def test_its_offices_are_in_every_area_that_it_is_for(path: Path) -> None:
    with FUNCTIONS.open(encoding="utf-8") as file:
        functions = {row["code"]: row for row in csv.DictReader(file)}
    scenario = scenario_of(path)
    meant = STREET_TYPES if ANY in scenario.area_types else set(scenario.area_types)
    for step in scenario.steps:
        for office in offices_of(step):
            row = functions[office.function]
            there = STREET_TYPES if row["area_types"] == ANY else set(row["area_types"].split("|"))
            assert Level[row["levels"].upper()] is office.level
            assert meant <= there, f"{step.name}: no {office.function} in {meant - there}"


@every_file
def test_its_categories_are_in_the_catalogue(path: Path) -> None:
    with CATEGORIES.open(encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    patterns = scenario_of(path).categories
    assert all(any(code == it or (it.endswith("*") and code.startswith(it[:-1])) for code in codes) for it in patterns)


@every_file
def test_it_asks_for_nobody_and_for_no_picture(path: Path) -> None:
    scenario = scenario_of(path)
    asked = [fact.label.zh for fact in scenario.facts] + [
        paper.zh for step in scenario.steps for paper in step.documents
    ]
    assert [words for words in asked if any(word in words for word in PERSONAL)] == []


@every_file
def test_whatever_happens_it_comes_to_its_end_and_no_step_is_there_in_vain(path: Path) -> None:
    scenario = scenario_of(path)
    ready = Ready(scenario)
    opened = set[str]().union(*(walked(ready, situation) for situation in situations(scenario)))
    assert opened == {step.name for step in scenario.steps}


@every_file
def test_sent_back_whenever_it_may_be_it_still_ends(path: Path) -> None:
    scenario = scenario_of(path)
    ready, situation = Ready(scenario), Situation({"verifies": True}, BY_DAY, TIME)
    found, moves = begun(ready, situation), 0
    while not found.ended:
        ways = ways_on(ready, found.progress, MOVES_MAX)
        contrary = next((way for way in ways if goes_back(ready, way)), ways[0])
        found = plan(ready, found.progress, contrary, situation, somebody)
        moves += 1
        assert moves < MOVES_MAX
