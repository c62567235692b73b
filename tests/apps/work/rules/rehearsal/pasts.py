"""A past that was made by known rules: five acts, three streets, offices that work in their working hours."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from lilong.apps.work.terms import (
    Assignment,
    LimitRule,
    Office,
    PastMatter,
    PastPiece,
    Place,
    Responsible,
    Scenario,
    StaffedVersion,
    Step,
    StepResult,
    Trial,
)
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.clocks import STANDARD_SESSIONS, ClockKind, Limit, WorkingTime, due_at
from lilong.kernel.days import WorkingDays
from lilong.kernel.words import Label

WORD = Label("词", "word")
TIME = WorkingTime(WorkingDays(frozenset({2026}), ()), STANDARD_SESSIONS, ZoneInfo("Asia/Shanghai"))
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
STREETS = ("310101002", "310101013", "310104003")
CATEGORIES = ("C0101", "C0137")
LAST_DAYS = 60
BACK_SHARE = 0.2


def step(name: str, *after: str, hours: int = 16, **changes: Any) -> Step:
    """A step of the life of a case, taken by its stage's unit within working hours."""
    limit = LimitRule(Limit(hours, ClockKind.WORKING_HOURS))
    plain = Step(name, Label(f"步骤 {name}", name), WORD, Responsible(stage=name), limit, act=name, after=after)
    return replace(plain, **changes)


SEND_BACK = StepResult("send_back", WORD, back_to="handle", at_most=20)
STEPS = (
    step("verify"),
    step("file", "verify"),
    step("dispatch", "file"),
    step("handle", "dispatch", hours=24),
    step("check", "handle", results=(SEND_BACK,)),
)
SCENARIO = Scenario("ordinary", 1, "cases.case", WORD, WORD, STEPS, categories=("*",))
COMMITTEE = Office("community_committee", Level.COMMUNITY)
UNITS = {name: 10 * place for place, name in enumerate(("verify", "file", "dispatch", "handle", "check", "look"), 1)}


def unit_of(name: str, area: str) -> int:
    """Who takes a step in a street."""
    return UNITS[name] + STREETS.index(area)


def hands_of(scenario: Scenario, missing: Sequence[str] = ()) -> Mapping[Place, Assignment]:
    """Who would take each step everywhere."""
    return {
        (one.name, area, category): Assignment(unit_of(one.name, area))
        for one in scenario.steps
        for area in STREETS
        for category in CATEGORIES
        if one.name not in missing
    }


def version(scenario: Scenario = SCENARIO, missing: Sequence[str] = ()) -> StaffedVersion:
    """A scenario with its hands."""
    return StaffedVersion(scenario, hands_of(scenario, missing))


def changed(*steps: Step) -> Scenario:
    """The next version, with these steps in place of those of the same name, or beside them."""
    names = {one.name for one in SCENARIO.steps}
    kept = tuple(next((new for new in steps if new.name == old.name), old) for old in SCENARIO.steps)
    return replace(SCENARIO, version=2, steps=(*kept, *(new for new in steps if new.name not in names)))


def trial(new: Scenario = SCENARIO, seed: int = 1, missing: Sequence[str] = ()) -> Trial:
    """The ordinary version beside another one."""
    return Trial(version(), version(new, missing), TIME, seed)


Work = Callable[[str, str, datetime, random.Random], datetime]


def in_working_hours(name: str, area: str, at: datetime, chance: random.Random) -> datetime:
    """The true rule: so many working hours from 1 on, more for handling, more in the last street."""
    most = (20 if name == "handle" else 6) * (2 if area == STREETS[-1] else 1)
    return _after_hours(at, chance.randint(1, most)) + timedelta(minutes=chance.randint(0, 9))


def past(count: int, seed: int = 7, work: Work = in_working_hours) -> list[PastMatter]:
    """So many matters as they really went."""
    chance = random.Random(seed)
    return [_lived(chance, work) for _ in range(count)]


def _lived(chance: random.Random, work: Work) -> PastMatter:
    area, category = chance.choice(STREETS), chance.choice(CATEGORIES)
    began_at = at = BEGIN + timedelta(minutes=chance.randrange(60 * 24 * LAST_DAYS))
    pieces, names = list[PastPiece](), ["verify", "file", "dispatch", "handle", "check"]
    while names:
        name = names.pop(0)
        until = work(name, area, at, chance)
        back = name == "check" and chance.random() < BACK_SHARE
        pieces.append(PastPiece(name, unit_of(name, area), at, until, "send_back" if back else "done"))
        names += ["handle", "check"] if back else []
        at = until
    id_ = UUID(int=chance.getrandbits(128))
    return PastMatter(id_, AreaCode(area), category, {}, began_at, at, pieces=tuple(pieces))


@lru_cache(maxsize=100_000)
def _after_hours(at: datetime, hours: int) -> datetime:
    return due_at(at, Limit(hours, ClockKind.WORKING_HOURS), TIME).at
