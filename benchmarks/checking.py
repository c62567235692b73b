"""The check of one scenario against every community of the demonstration city."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from lilong.apps.cases.rules import FRAME
from lilong.apps.places import public as places
from lilong.apps.work.queries.coverage import coverage
from lilong.apps.work.rules.checking import check, not_asked
from lilong.apps.work.terms import LimitRule, Office, Responsible, Scenario, Step
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label
from lilong.project import clock
from lilong.project.demo.founding import found_city

_SECONDS_GOAL = 1.0
_SHORT_GOAL = 0.1
_ROUNDS = 5
_WORD = Label("词", "word")
_DAY = LimitRule(Limit(2, ClockKind.WORKING_DAYS))
_OFFICES = (
    Office("community_committee", Level.COMMUNITY),
    Office("property_company", Level.COMMUNITY),
    Office("street_safety", Level.STREET),
    Office("street_police", Level.STREET),
    Office("district_operations", Level.DISTRICT),
)


def checking() -> None:
    """All five stages of every category and five offices, in every community; and forty steps for their own sake."""
    at, city = clock.now(), _city()
    scenario = _everything()
    seconds = [_checked(scenario, city, at) for _ in range(_ROUNDS)]
    communities = len(places.areas_below(city, Level.COMMUNITY))
    found = check(scenario, FRAME, coverage(scenario, area=city, at=at))
    met = "met" if max(seconds[1:]) <= _SECONDS_GOAL else "MISSED"
    print(f"  checking {len(scenario.steps)} steps in {communities:,} communities, {len(found)} findings:")
    print(
        f"{seconds[0]:.2f} s at first, then {statistics.median(seconds[1:]):.2f} s, goal {_SECONDS_GOAL:.0f} s: {met}"
    )
    long = _long()
    begin = time.perf_counter()
    check(long, replace(FRAME, kind="long", acts=()), not_asked)
    taken = time.perf_counter() - begin
    met = "met" if taken <= _SHORT_GOAL else "MISSED"
    print(f"  checking {len(long.steps)} steps without coverage: {1000 * taken:.1f} ms, goal 100 ms: {met}")


def _checked(scenario: Scenario, city: AreaCode, at: datetime) -> float:
    begin = time.perf_counter()
    check(scenario, FRAME, coverage(scenario, area=city, at=at))
    return time.perf_counter() - begin


def _city() -> AreaCode:
    if not places.cities():
        for _ in found_city(clock.now(), lambda *_: None):
            pass
    return places.cities()[0].code


def _everything() -> Scenario:
    """Every stage of every category, and between dispatch and handling one step for each of five offices."""
    acts = [Step(act.name, _WORD, _WORD, Responsible(stage=act.stage), LimitRule(), act=act.name) for act in FRAME.acts]
    ordered = [replace(step, after=(before.name,)) for before, step in pairwise(acts)]
    verify, (file, dispatch, handle, end) = acts[0], ordered
    extra = [
        Step(f"office_{number}", _WORD, _WORD, Responsible(office=office), _DAY, after=("dispatch",))
        for number, office in enumerate(_OFFICES)
    ]
    handle = replace(handle, after=tuple(step.name for step in extra))
    return Scenario(
        "everything",
        1,
        FRAME.kind,
        _WORD,
        _WORD,
        (verify, file, dispatch, *extra, handle, end),
        categories=("*",),
    )


def _long() -> Scenario:
    office = Responsible(office=_OFFICES[0])
    first = Step("step_0", _WORD, _WORD, office, _DAY)
    later = (replace(first, name=f"step_{n}", after=(f"step_{n - 1}",), when=_condition(n)) for n in range(1, 40))
    return Scenario("long", 1, "long", _WORD, _WORD, (first, *later))


def _condition(number: int) -> str:
    return f'hour > {number % 24} && posture == "normal"' if number < 39 else ""
