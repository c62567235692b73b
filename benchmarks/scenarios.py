"""Scenarios: planning one step of a long one, rehearsing a hundred thousand matters, checking one in a whole city."""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.checking import checking
from lilong.apps.work.rules.planning import Ready, plan
from lilong.apps.work.rules.rehearsal import Crew, rehearse
from lilong.apps.work.terms import (
    DONE,
    Assignment,
    Fact,
    FactKind,
    Happened,
    LimitRule,
    Office,
    PastMatter,
    PastPiece,
    Progress,
    Responsible,
    Scenario,
    Situation,
    StaffedVersion,
    Step,
    StepResult,
    Trial,
    Unknown,
)
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.clocks import STANDARD_SESSIONS, ClockKind, Limit, WorkingTime
from lilong.kernel.days import WorkingDays
from lilong.kernel.words import Label

MATTERS = 100_000
_PROCESSES = 2
_SECONDS_GOAL = 60
_MILLISECONDS_GOAL = 2.0
_LONG = 40
_WORD = Label("词", "word")
_TIME = WorkingTime(WorkingDays(frozenset({2026}), ()), STANDARD_SESSIONS, ZoneInfo("Asia/Shanghai"))
_BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
_STREETS = tuple(f"3101{district:02}{street:03}" for district in range(1, 9) for street in range(1, 11))
_CATEGORIES = tuple(f"C01{number:02}" for number in range(20))
_ACTS = ("verify", "file", "dispatch", "handle", "check")


def measure(given: argparse.Namespace) -> None:
    """Print each with its goal."""
    del given
    planning()
    rehearsal()
    checking()


def planning() -> None:
    """One step of a scenario of forty steps, each with a condition, from hand-in to the plan of what comes next."""
    scenario = Scenario(
        "long", 1, "work.undertaking", _WORD, _WORD, tuple(_link(n) for n in range(_LONG)), facts=(_fact(),)
    )
    ready, hands = Ready(scenario), Assignment(1)
    taken = list[float]()
    for _ in range(50):
        situation = Situation({"floors": 3}, _BEGIN, _TIME)
        made = plan(ready, Progress(), None, situation, lambda *_: hands)
        while not made.ended:
            begin = time.perf_counter()
            made = plan(ready, made.progress, Happened(made.open[0].key, DONE), situation, lambda *_: hands)
            taken.append(1000 * (time.perf_counter() - begin))
    worst = statistics.quantiles(taken, n=100)[98]
    met = "met" if worst <= _MILLISECONDS_GOAL else "MISSED"
    middle = statistics.median(taken)
    print(f"  planning one of {_LONG} steps: p50 {1000 * middle:.0f} µs, p99 {1000 * worst:.0f} µs, goal 2 ms: {met}")


def rehearsal() -> None:
    """Past matters of eighty streets through the present version and one with a step more."""
    past = list(_past(MATTERS))
    begin = time.perf_counter()
    found = rehearse(_trial(), past, crew=Crew(_PROCESSES))
    seconds = time.perf_counter() - begin
    met = "met" if seconds <= _SECONDS_GOAL else "MISSED"
    pieces = found.present.pieces + found.new.pieces
    print(f"  rehearsing {MATTERS} matters, {pieces} pieces, {_PROCESSES} processes: {seconds:.1f} s,", end=" ")
    print(f"{MATTERS / seconds:.0f} matters/s, goal {_SECONDS_GOAL} s: {met}")
    print(f"    repeats the past within {found.validity[0].distance:.4f} (Kolmogorov–Smirnov)")


def _fact() -> Fact:
    return Fact("floors", FactKind.WHOLE, _WORD)


def _link(number: int) -> Step:
    after = (f"step_{number - 1}",) if number else ()
    when = "floors > 2" if number < _LONG - 1 else ""
    limit = LimitRule(Limit(2, ClockKind.WORKING_DAYS))
    office = Responsible(office=Office("community_committee", Level.COMMUNITY))
    plain = Step(f"step_{number}", _WORD, _WORD, office, limit, after=after)
    return replace(plain, when=when, if_unknown=Unknown.DO) if when else plain


def _trial() -> Trial:
    back = StepResult("send_back", _WORD, back_to="handle", at_most=20)
    steps = [_act(name, before) for before, name in zip(("", *_ACTS), _ACTS, strict=False)]
    steps[-1] = replace(steps[-1], results=(back,))
    present = Scenario("present", 1, "cases.case", _WORD, _WORD, tuple(steps), categories=("*",))
    secure = replace(_act("secure", "dispatch"), act="")
    new = replace(present, version=2, steps=(*steps[:3], secure, replace(steps[3], after=("secure",)), steps[4]))
    return Trial(_staffed(present), _staffed(new), _TIME)


def _act(name: str, before: str) -> Step:
    limit = LimitRule(Limit(16, ClockKind.WORKING_HOURS))
    return Step(name, _WORD, _WORD, Responsible(stage=name), limit, act=name, after=(before,) if before else ())


def _staffed(scenario: Scenario) -> StaffedVersion:
    hands = {
        (step.name, area, category): Assignment(_unit(place, area))
        for place, step in enumerate(scenario.steps)
        for area in _STREETS
        for category in _CATEGORIES
    }
    return StaffedVersion(scenario, hands)


def _unit(place: int, area: str) -> int:
    return 1000 * (place + 1) + _STREETS.index(area)


def _past(count: int) -> Iterator[PastMatter]:
    chance = random.Random(5)
    for _ in range(count):
        area, began_at = chance.choice(_STREETS), _BEGIN + timedelta(minutes=chance.randrange(60 * 24 * 180))
        pieces, at = list[PastPiece](), began_at
        for place, name in enumerate(_ACTS):
            until = at + timedelta(hours=chance.lognormvariate(2.0 if name == "handle" else 0.7, 0.9))
            pieces.append(PastPiece(name, _unit(place, area), at, until, DONE))
            at = until
        id_ = UUID(int=chance.getrandbits(128))
        yield PastMatter(id_, AreaCode(area), chance.choice(_CATEGORIES), {}, began_at, at, pieces=tuple(pieces))
