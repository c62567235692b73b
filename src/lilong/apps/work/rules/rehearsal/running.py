"""Running a rehearsal: the matters in portions, each portion in whatever process is free, counted in their order."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from lilong.apps.work.rules.rehearsal.experience import Experience, experience_of
from lilong.apps.work.rules.rehearsal.honesty import Stood, honesty
from lilong.apps.work.rules.rehearsal.kinds import Reading
from lilong.apps.work.rules.rehearsal.living import Brief, Version, brief_of
from lilong.apps.work.rules.rehearsal.tallies import Differences, Tally, shifts
from lilong.apps.work.rules.rehearsal.validity import validity
from lilong.apps.work.terms import PastMatter, Rehearsal, Trial, Validity

PORTION = 1_000
SHIFTS_SHOWN = 200
_HOUR = 3600
# How many of how many matters have been lived.
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Crew:
    """How a rehearsal runs: in how many processes (1: in this one), and who is told how far it is."""

    processes: int = 1
    watch: Watch | None = None


@dataclass
class _Counted:
    tallies: tuple[Tally, Tally]
    differences: Differences = field(default_factory=Differences)

    def add(self, other: _Counted) -> None:
        for mine, theirs in zip(self.tallies, other.tallies, strict=True):
            mine.add(theirs)
        self.differences.add(other.differences)


def rehearse(
    trial: Trial, matters: Sequence[PastMatter], *, history: Sequence[PastMatter] | None = None, crew: Crew = Crew()
) -> Rehearsal:
    """Live ``matters`` through the present and the new version with the same luck, and report.

    ``history`` teaches durations and results; None: the matters themselves, which then are real ones and are also
    compared with what really happened. The same trial and matters give the same report, however many processes.
    """
    experience = experience_of(matters if history is None else history, trial.present.scenario, trial.time)
    counted = _lived(trial, experience, matters, crew)
    present, new = counted.tallies
    moved = shifts(present, new)
    return Rehearsal(
        seed=trial.seed,
        present=present.outcome(trial.present.scenario.reference),
        new=new.outcome(trial.new.scenario.reference),
        shifts=moved[:SHIFTS_SHOWN],
        shifts_all=len(moved),
        changes=counted.differences.changes(),
        new_pieces={name: count for name, count in sorted(new.by_step.items()) if name not in present.by_step},
        validity=() if history is not None else (_compared(present, matters, experience.matters, holdout=False),),
        honesty=honesty(Stood(trial, experience, present, new, history is not None), matters),
    )


def held_out(trial: Trial, matters: Sequence[PastMatter], *, crew: Crew = Crew()) -> Validity:
    """Learn from the earlier half of the matters, live the later half through the present version, and compare."""
    ordered = sorted(matters, key=lambda matter: (matter.began_at, matter.id))
    earlier, later = ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]
    experience = experience_of(earlier, trial.present.scenario, trial.time)
    alone = Trial(trial.present, trial.present, trial.time, trial.seed, trial.assumed_share)
    present = _lived(alone, experience, later, crew).tallies[0]
    return _compared(present, later, len(earlier), holdout=True)


def _compared(present: Tally, matters: Sequence[PastMatter], learned: int, *, holdout: bool) -> Validity:
    """Only matters that ended, really and in the rehearsal."""
    past, rehearsed = list[float](), list[float]()
    for matter, seconds in zip(matters, present.seconds, strict=True):
        if matter.ended_at is not None and seconds >= 0:
            past.append((matter.ended_at - matter.began_at).total_seconds() / _HOUR)
            rehearsed.append(seconds / _HOUR)
    return validity(rehearsed, past, learned=learned, holdout=holdout)


def _lived(trial: Trial, experience: Experience, matters: Sequence[PastMatter], crew: Crew) -> _Counted:
    whole, total, done = _Counted((Tally(), Tally())), len(matters), 0
    for counted in _portions(trial, experience, matters, crew.processes):
        whole.add(counted)
        done = min(done + PORTION, total)
        if crew.watch:
            crew.watch(done, total)
    return whole


def _portions(
    trial: Trial, experience: Experience, matters: Sequence[PastMatter], processes: int
) -> Iterator[_Counted]:
    reading = Reading(trial.present.scenario)
    portions = (
        [brief_of(matter, reading) for matter in matters[at : at + PORTION]] for at in range(0, len(matters), PORTION)
    )
    if processes <= 1 or len(matters) <= PORTION:
        yield from map(partial(_portion, _Company(trial, experience)), portions)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _arrive, (trial, experience)) as pool:
        yield from pool.map(_portion_here, portions)


class _Company:
    """Both versions, prepared."""

    def __init__(self, trial: Trial, experience: Experience) -> None:
        self.present = Version(trial.present, trial, experience)
        self.new = self.present if trial.new is trial.present else Version(trial.new, trial, experience)


# The versions of a process that lives portions for another one.
_here: list[_Company] = []


def _arrive(trial: Trial, experience: Experience) -> None:
    """Prepare a process. What it holds stays to its end: the collector need not look at it again."""
    _here[:] = [_Company(trial, experience)]
    gc.freeze()


def _portion_here(briefs: Sequence[Brief]) -> _Counted:
    return _portion(_here[0], briefs)


def _portion(company: _Company, briefs: Sequence[Brief]) -> _Counted:
    present, new, differences = Tally(), Tally(), Differences()
    for brief in briefs:
        before = company.present.live(brief)
        present.count(brief, before)
        if company.new is company.present:
            continue
        after = company.new.live(brief)
        new.count(brief, after)
        differences.compare(brief, before, after)
    return _Counted((present, new), differences.cut())
