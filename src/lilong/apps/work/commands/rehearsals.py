"""Rehearsals that are kept: asked for, run in the background with their progress, reported once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from lilong.apps.work.commands.staging import staffed
from lilong.apps.work.lifecycle import WRITE
from lilong.apps.work.models import ScenarioVersion
from lilong.apps.work.models.frames import scenario_of
from lilong.apps.work.models.rehearsals import KeptRehearsal
from lilong.apps.work.rules.rehearsal import Crew, held_out, matters_of, rehearse
from lilong.apps.work.terms import (
    HistoryFilter,
    PastMatter,
    Rehearsal,
    RehearsalAsked,
    RehearsalWanted,
    Scenario,
    Stand,
    StatedLoad,
    Trial,
)
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

KIND = "work.rehearsal"
BEGIN = Deed("begin", Label("演练场景", "rehearse scenarios"), WRITE, "work.rehearsal_begun", KIND)
REPORT = Deed("report", Label("演练场景", "rehearse scenarios"), WRITE, "work.rehearsal_ended", KIND)
EVENTS = (BEGIN.event, REPORT.event)
PERIOD_MOST = timedelta(days=800)
LOAD_MOST = 200_000
SEED_MOST = 2**62
# The later half of so many matters is enough to see whether the rehearsal repeats it.
_HELD_OUT_MOST = 40_000
_SUBJECTS = UUID("8c0a53e2-7f2e-4f3c-8d55-0f5d7a6f9c11")
_STAGE_HAND = machine(Label("演练", "the rehearsal"), frozenset({WRITE}))
_VERSION = Label("场景版本", "version of a scenario")
_NO_PAST = Label(
    "这段时间这个地方没有可以演练的事。请选长一点的时间，或设定来件量。",
    "There is nothing to rehearse on here in that time. Choose a longer time, or state a load.",
)

_UNKNOWN_PRESENT = Label(
    "没有“{reference}”这个施行过的版本。请选一个施行过的版本来比。",
    "“{reference}” was never in force. Choose a version that was to compare with.",
)

Histories = Callable[..., Iterable[PastMatter]]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a rehearsal reads: versions by reference, and the past of a kind of subject as an actor may see it."""

    scenario: Callable[[str], Scenario]
    histories: Callable[[str], Histories]


def begin_rehearsal(*, by: Actor, key: CommandKey, asked: RehearsalAsked) -> Receipt:
    """Ask for a rehearsal on the past of the actor's area; it runs in the background.

    Refused: denied; an unknown version; a time that is empty or longer than :data:`PERIOD_MOST`; too great a load.
    """

    def change() -> Outcome:
        _refuse_unfit(asked)
        version = ScenarioVersion.objects.filter(pk=asked.version).first()
        if version is None:
            raise absent(_VERSION)
        row = KeptRehearsal(id=subject, area=by.area.digits, version=version, digest=version.digest)
        row.present, row.seed = asked.present, asked.seed
        row.since, row.until = asked.since, asked.until
        row.load = msgspec.to_builtins(asked.load) if asked.load else None
        row.by, row.actor, row.at = by.name.as_json(), by.mark, key.at
        row.save(force_insert=True)
        data = {"reference": version.reference, "present": asked.present, "digest": version.digest, "seed": asked.seed}
        return Outcome(data=data, news={"rehearsal": str(subject)}, details={"reference": version.reference})

    subject = uuid5(_SUBJECTS, str(key.id))
    return amend(by=by, key=key, deed=BEGIN, area=by.area, subject=subject, change=change)


def run_rehearsal(rehearsal: UUID, at: datetime, sources: Sources) -> None:
    """Run what was asked for and keep its report; what is reported already stays. Safe to repeat.

    The text of the version counts as it is when this runs; the journal's digest tells whether it was edited since.
    """
    row = _row(rehearsal)
    if row.stand in (Stand.DONE, Stand.FAILED):
        return
    key = CommandKey(uuid5(rehearsal, "report"), at, b"report")
    try:
        report = _rehearsed(row, at, sources)
    except Refused as refused:
        _keep(key, row, refused.refusals[0].text)
        return
    _keep(key, row, report)


def rehearsed(
    wanted: RehearsalWanted, *, seen_by: Actor, at: datetime, sources: Sources, step: Callable[[int, int], None]
) -> Rehearsal:
    """The report of a rehearsal run at once, with the hands of ``at``; ``step`` is told how many are done of how many.

    Refused: nothing happened in that time, and no load is stated; a version to compare with that never was.
    """
    new, present = wanted.new, _present(wanted.present, sources)
    asked = HistoryFilter(wanted.area, wanted.since, wanted.until, new.categories, names=(new.name, present.name))
    past = list(sources.histories(new.kind)(seen_by=seen_by, wanted=asked))
    time = working_time(at)
    lived: Sequence[PastMatter] = list(matters_of(wanted.load, time, wanted.seed)) if wanted.load else past
    if not lived:
        raise invalid("work.no_past", _NO_PAST, _NO_PAST)
    trial = Trial(staffed(present, lived, at=at), staffed(new, lived, at=at), time, wanted.seed)
    crew = Crew(min(2, os.cpu_count() or 1), step)
    report = rehearse(trial, lived, history=past if wanted.load else None, crew=crew)
    if wanted.load:
        return report
    outside = held_out(trial, past[-_HELD_OUT_MOST:], crew=Crew(crew.processes))
    return replace(report, validity=(*report.validity, outside))


def _present(reference: str, sources: Sources) -> Scenario:
    try:
        return sources.scenario(reference)
    except LookupError:
        unknown = _UNKNOWN_PRESENT.filled(reference=reference)
        raise invalid("work.present_unknown", unknown, unknown, "present") from None


def _rehearsed(row: KeptRehearsal, at: datetime, sources: Sources) -> Rehearsal:
    load = msgspec.convert(row.load, StatedLoad) if row.load else None
    area, scenario = AreaCode(row.area), scenario_of(row.version.text)
    wanted = RehearsalWanted(scenario, row.present, area, row.since, row.until, row.seed, load)
    seen_by = machine(_STAGE_HAND.name, frozenset(), area)

    def step(done: int, total: int) -> None:
        _note_progress(row.id, done, total)

    return rehearsed(wanted, seen_by=seen_by, at=at, sources=sources, step=step)


def _note_progress(rehearsal: UUID, done: int, total: int) -> None:
    """How far it is: of no consequence, hence not journalled; the page reads it."""
    with reading(_STAGE_HAND):
        running = KeptRehearsal.objects.filter(pk=rehearsal, stand__in=(Stand.WAITING, Stand.RUNNING))
        running.update(stand=Stand.RUNNING, done=done, total=total)


def _keep(key: CommandKey, row: KeptRehearsal, found: Rehearsal | Label) -> None:
    """Keep the report, or why there is none; the journal keeps a digest that binds the report."""

    def change() -> Outcome:
        kept = KeptRehearsal.objects.select_for_update(no_key=True).get(pk=row.id)
        kept.finished_at = key.at
        if isinstance(found, Label):
            kept.stand, kept.why_failed = Stand.FAILED, found.as_json()
            data: dict[str, Any] = {"why": found.as_json()}
        else:
            kept.stand, kept.report = Stand.DONE, msgspec.to_builtins(found)
            data = {"report": hashlib.sha256(json.dumps(kept.report, sort_keys=True).encode()).hexdigest()}
        kept.save(update_fields=["stand", "report", "finished_at", "why_failed"])
        return Outcome(data=data, news={"rehearsal": str(row.id), "stand": kept.stand})

    amend(by=_STAGE_HAND, key=key, deed=REPORT, area=AreaCode(row.area), subject=row.id, change=change)


def _row(rehearsal: UUID) -> KeptRehearsal:
    with reading(_STAGE_HAND):
        row = KeptRehearsal.objects.select_related("version").filter(pk=rehearsal).first()
    if row is None:
        raise absent(Label("演练", "rehearsal"))
    return row


def _refuse_unfit(asked: RehearsalAsked) -> None:
    if not timedelta(0) < asked.until - asked.since <= PERIOD_MOST:
        raise invalid(
            "work.rehearsal_period",
            Label("时间段要有头有尾，最长 {days} 天。", "The time ends after it begins; {days} days at most.").filled(
                days=PERIOD_MOST.days
            ),
            Label("请改时间段。", "Choose another time."),
            "until",
        )
    if not -SEED_MOST <= asked.seed <= SEED_MOST:
        raise invalid(
            "work.rehearsal_seed",
            Label("种子太大。", "The seed is too great."),
            Label("请填小一点的整数。", "Give a smaller whole number."),
            "seed",
        )
    if asked.load and asked.load.days * asked.load.per_day > LOAD_MOST:
        raise invalid(
            "work.rehearsal_load",
            Label("设定的来件最多 {most} 件。", "A stated load is {most} matters at most.").filled(most=LOAD_MOST),
            Label("请减少天数或每天件数。", "State fewer days, or fewer matters a day."),
            "load",
        )
