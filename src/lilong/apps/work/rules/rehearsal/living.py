"""One matter lived through one version: events in the order of their time, planned by the one planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from heapq import heappop, heappush
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from lilong.apps.work.rules.planning import Ready, plan, refusal_of
from lilong.apps.work.rules.rehearsal.experience import Experience, Likeness
from lilong.apps.work.rules.rehearsal.kinds import (
    ONWARD,
    OUTSIDE,
    TOGETHER,
    Moment,
    Reading,
    kind_of_hands,
    moment_of,
    own_kind,
    way_of,
)
from lilong.apps.work.rules.rehearsal.luck import Luck, luck_of, seed_of
from lilong.apps.work.rules.rehearsal.pace import Pace
from lilong.apps.work.terms import (
    MATTER_ENDED,
    TAKEN_BACK,
    Assignment,
    FactKind,
    Facts,
    Happened,
    PastMatter,
    Place,
    Plan,
    Progress,
    Role,
    Scenario,
    Situation,
    StaffedVersion,
    Step,
    TaskToOpen,
    Trial,
    entry_of,
    step_of,
)
from lilong.kernel.clocks import ClockKind, Limit


class Source(StrEnum):
    """Where the duration of a rehearsed piece is from."""

    EXPERIENCE = "experience"
    OFFICE = "office"
    ASSUMPTION = "assumption"


STUCK = "stuck"
OUTSIDE_END = "outside"
_NO_MORE_THAN = 5_000
# Who takes what was not lived here.
_NOBODY = Assignment(0, Limit(1, ClockKind.NATURAL_HOURS))


class Brief(NamedTuple):
    """What a matter brings to a rehearsal.

    ``units`` are who really had each kind of work of each entry, in turn; ``co_units`` who really helped with it.
    """

    id: bytes
    area: str
    category: str
    facts: Facts
    posture: str
    began_at: datetime
    due_at: datetime | None
    units: Mapping[tuple[str, str], tuple[int, ...]]
    co_units: Mapping[tuple[str, str], tuple[int, ...]]
    untold: frozenset[str]


def brief_of(matter: PastMatter, reading: Reading) -> Brief:
    """The matter as it goes into a rehearsal."""
    units: dict[tuple[str, str], tuple[int, ...]] = {}
    co_units: dict[tuple[str, str], tuple[int, ...]] = {}
    for piece in matter.pieces:
        place = (reading.kinds(piece)[0], entry_of(piece.step))
        if piece.role is Role.LEAD:
            units[place] = (*units.get(place, ()), piece.unit)
        elif piece.unit not in co_units.get(place, ()):
            co_units[place] = (*co_units.get(place, ()), piece.unit)
    return Brief(
        matter.id.bytes,
        matter.area.digits,
        matter.category,
        matter.facts,
        matter.posture,
        matter.began_at,
        matter.due_at,
        units,
        co_units,
        matter.untold,
    )


@dataclass(slots=True)
class LivedPiece:
    """One piece of work of one unit as rehearsed."""

    step: str
    unit: int
    moment: Moment
    opened_at: datetime
    ends_at: datetime
    due_at: datetime
    source: Source
    thin: bool

    @property
    def late(self) -> bool:
        """Whether it ended past its time."""
        return self.ends_at > self.due_at

    @property
    def seconds(self) -> int:
        """How long it stood open."""
        return int((self.ends_at - self.opened_at).total_seconds())


@dataclass(slots=True)
class Lived:
    """A matter as rehearsed. ``ended_as`` is ``step.result``, ``outside``, or ``stuck`` for one that never ends.

    ``late``: a piece of it ended late.
    """

    ended_at: datetime
    ended_as: str = STUCK
    back: bool = False
    pieces: list[LivedPiece] = field(default_factory=list)
    unassigned: tuple[str, ...] = ()
    late: bool = False


class Opening(NamedTuple):
    """A piece of work as it begins: when, until when it has time, its luck."""

    at: datetime
    due_at: datetime
    luck: Luck


class Version:
    """A staffed version, prepared for many matters."""

    def __init__(self, staffed: StaffedVersion, trial: Trial, experience: Experience) -> None:
        self.ready = Ready(staffed.scenario)
        self.hands, self.experience, self.trial = staffed.hands, experience, trial
        self.pace = Pace(trial.time)
        self.kinds = {step.name: (own_kind(step), kind_of_hands(step.who)) for step in staffed.scenario.steps}
        present = {own_kind(step): step for step in trial.present.scenario.steps}
        steps = [(step, present.get(self.kinds[step.name][0])) for step in staffed.scenario.steps]
        self.kept = frozenset(now.name for now, before in steps if before and before.who == now.who)
        self.kept_helpers = frozenset(now.name for now, before in steps if before and before.co == now.co)
        self.by_area = frozenset(step.name for step in staffed.scenario.steps if _is_by_area(staffed.scenario, step))
        self._taken: dict[tuple[Place, tuple[int, tuple[int, ...]]], Assignment] = {}

    def live(self, matter: Brief) -> Lived:
        """The matter from its beginning to its end."""
        return _Life(self, matter).lived()

    def assignment(self, place: Place, had: tuple[int, tuple[int, ...]] | None, step: Step) -> Assignment | None:
        """Who takes ``step``: the unit that really ``had`` such work and who helped, else whom the catalogue names."""
        found = self.hands.get(place)
        if had is not None:
            kept = self._taken.get((place, had))
            if kept is None:
                unit, helpers = had
                plain = found or Assignment(unit)
                co_units = helpers if step.name in self.kept_helpers else plain.co_units
                kept = self._taken[place, had] = replace(plain, unit=unit, co_units=co_units)
            found = kept
        return None if found is None or (step.limit.is_catalogues and found.limit is None) else found

    def end_of(self, step: Step, like: Likeness, way: str, opening: Opening) -> tuple[datetime, Source, bool]:
        """When a piece ends, where that is from, and whether its unit hardly did such work before.

        From such work that ended this way, else that went on; from any work of the same kind of office; else assumed.
        """
        at, due, luck = opening
        for ending in (way, ONWARD):
            told = self.experience.took_as(like, ending, luck)
            if told is not None:
                return self.pace.after(at, told), Source.EXPERIENCE, self.experience.is_thin(like, ending)
        told = self.experience.took_as(like._replace(kind=self.kinds[step.name][1]), ONWARD, luck)
        if told is not None:
            return self.pace.after(at, told), Source.OFFICE, False
        return at + (due - at) * self.trial.assumed_share * 2 * luck.duration, Source.ASSUMPTION, False


@dataclass
class _Life:
    """A matter while it is rehearsed."""

    version: Version
    matter: Brief
    waiting: list[tuple[datetime, int, str, str]] = field(default_factory=list)
    running: dict[str, tuple[int, list[LivedPiece]]] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    serial: int = 0

    def __post_init__(self) -> None:
        self.found = Lived(self.matter.began_at)
        self.seed = seed_of(self.version.trial.seed, self.matter.id)

    def lived(self) -> Lived:
        at, happened = self.matter.began_at, None
        made = self._planned(Progress(), None, at)
        self._apply(made, at)
        for _ in range(_NO_MORE_THAN):
            event = self._next()
            if event is None:
                break
            at, happened = event[0], self._happened(made.progress, event[1], event[2])
            made = self._planned(made.progress, happened, at)
            self._apply(made, at)
            if made.ended:
                self.found.ended_as = self._ending(happened)
                break
        self.found.ended_at = at
        self.found.late = any(piece.late for piece in self.found.pieces)
        return self.found

    def _ending(self, happened: Happened) -> str:
        """The same words for the same end in both versions, however they call the step."""
        if happened.is_whole:
            return OUTSIDE_END
        step = self.version.ready.steps[step_of(happened.key)]
        return f"{step.act or step.name}.{happened.result}"

    def _planned(self, progress: Progress, happened: Happened | None, at: datetime) -> Plan:
        version = self.version
        situation = Situation(self.matter.facts, at, version.trial.time, self.matter.posture, version.pace.due)
        return plan(version.ready, progress, happened, situation, self._assign)

    def _assign(self, step: Step, entry: str) -> Assignment | None:
        if step.act in self.matter.untold:
            return _NOBODY
        area = entry if entry and step.name in self.version.by_area else self.matter.area
        had = self._who_had(step, entry) if step.name in self.version.kept else None
        return self.version.assignment((step.name, area, self.matter.category), had, step)

    def _who_had(self, step: Step, entry: str) -> tuple[int, tuple[int, ...]] | None:
        kind = self.version.kinds[step.name][0]
        had = self.matter.units.get((kind, entry))
        if had is None:
            return None
        turn = self.times.get(f"{kind}[{entry}]", 0)
        return had[min(turn, len(had) - 1)], self.matter.co_units.get((kind, entry), ())

    def _next(self) -> tuple[datetime, str, str] | None:
        """What happens next; what was closed meanwhile does not happen any more."""
        while self.waiting:
            at, serial, key, result = heappop(self.waiting)
            if key in self.running and self.running[key][0] == serial:
                return at, key, result
        return None

    def _happened(self, progress: Progress, key: str, result: str) -> Happened:
        """What was drawn; a loop that is used up goes on instead."""
        if result == TAKEN_BACK:
            return MATTER_ENDED
        happened = Happened(key, result)
        step = self.version.ready.steps[step_of(key)]
        drawn = step.result(result)
        if drawn and drawn.back_to and refusal_of(self.version.ready, progress, happened):
            return Happened(key, step.outcomes[0].name)
        return happened

    def _apply(self, made: Plan, at: datetime) -> None:
        for key, ends_as in made.close.items():
            self.found.back = self.found.back or ends_as == "returned"
            for piece in self.running.pop(key)[1]:
                piece.ends_at = min(piece.ends_at, at)
        for key, tasks in groupby(made.open, attrgetter("key")):
            self._open(key, list(tasks), at)
        self.found.unassigned = made.unassigned

    def _open(self, key: str, tasks: list[TaskToOpen], at: datetime) -> None:
        if tasks[0].step.act in self.matter.untold:
            self._wait(key, [], at, tasks[0].step.outcomes[0].name)
            return
        step, moment = tasks[0].step, moment_of(at, self.version.trial.time)
        own = f"{self.version.kinds[step.name][0]}[{entry_of(key)}]"
        turn = self.times[own] = self.times.get(own, 0) + 1
        luck = luck_of(self.seed, f"{own}{turn}")
        result, way = self._result(step, tasks[0].unit, moment, luck)
        pieces = [self._piece(tasks[0], way, (at, moment), luck)]
        for place, task in enumerate(tasks[1:], 1):
            pieces.append(self._piece(task, TOGETHER, (at, moment), luck_of(self.seed, f"{own}{turn}.{place}")))
        if step.together:
            pieces[0].ends_at = max(piece.ends_at for piece in pieces)
        self.found.pieces += pieces
        self._wait(key, pieces, pieces[0].ends_at, result)

    def _wait(self, key: str, pieces: list[LivedPiece], until: datetime, result: str) -> None:
        self.serial += 1
        self.running[key] = (self.serial, pieces)
        heappush(self.waiting, (until, self.serial, key, result))

    def _result(self, step: Step, unit: int, moment: Moment, luck: Luck) -> tuple[str, str]:
        like = Likeness(self.version.kinds[step.name][0], unit, self.matter.category, moment.part)
        name = self.version.experience.result(like, luck)
        if name == TAKEN_BACK:
            return name, OUTSIDE
        known = step.result(name) or step.outcomes[0]
        return known.name, way_of(known)

    def _piece(self, task: TaskToOpen, way: str, opened: tuple[datetime, Moment], luck: Luck) -> LivedPiece:
        at, moment = opened
        like = Likeness(self.version.kinds[task.step.name][0], task.unit, self.matter.category, moment.part)
        due_at = task.deadline.at
        ends_at, source, thin = self.version.end_of(task.step, like, way, Opening(at, due_at, luck))
        return LivedPiece(task.step.name, task.unit, moment, at, ends_at, due_at, source, thin)


def _is_by_area(scenario: Scenario, step: Step) -> bool:
    fact = scenario.fact(step.repeat) if step.repeat else None
    return fact is not None and fact.kind is FactKind.AREAS
