"""The lane a resident sees: which doors are behind, which one the matter stands at, who holds it, because of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lilong.apps.cases.models import Case
from lilong.apps.cases.terms import LaneDoor, NoteTerm
from lilong.apps.organisations import public as organisations
from lilong.apps.work import public as work
from lilong.apps.work.terms import Role, TaskTerm, step_of
from lilong.kernel.because import Because
from lilong.kernel.words import Label
from lilong.ledger.events import Entry

_DOORS = (
    ("report", Label("您说了这件事", "You told us"), ()),
    ("verify", Label("到现场看一看", "Somebody has a look"), ("verify",)),
    ("file", Label("立案", "Taken on"), ("file", "decline", "merge")),
    ("dispatch", Label("派给承办单位", "Given to a unit"), ("dispatch",)),
    ("handle", Label("承办单位办理", "The unit handles it"), ("hand_in",)),
    ("check", Label("核查是不是真的好了", "Checked whether it is done"), ("close",)),
)
_HERE = {
    "reported": "verify",
    "verified": "file",
    "filed": "dispatch",
    "dispatched": "handle",
    "handling": "handle",
    "handed_in": "check",
}
_ENDED_EARLY = frozenset({"declined", "merged"})
_SPOKEN = frozenset({"result", "reason", "finding", "check"})


def lane_of(
    case: Case, journal: Sequence[Entry], tasks: Sequence[TaskTerm], notes: Sequence[NoteTerm]
) -> tuple[LaneDoor, ...]:
    """The doors of a matter; a door passed twice shows the last time.

    A step that only its scenario knows has a door of its own where it came: before the handling, or before the check.
    """
    here = _HERE.get(case.state, "")
    names = [name for name, _, _ in _DOORS]
    reached = names.index(here) if here else len(names)
    bound = {act: step.name for act, step in work.ready(case.scenario).acts.items()}
    own = _own_doors(tasks, frozenset(bound.values()))
    handed_in = _last(journal, ("hand_in",))
    doors: list[LaneDoor] = []
    for place, (name, label, steps) in enumerate(_DOORS):
        if name in ("handle", "check"):
            doors += [door for door, at in own if (name == "check") == bool(handed_in and at > handed_in.at)]
        entry = _last(journal, steps or ("report", "record"))
        if case.state in _ENDED_EARLY and entry is None:
            continue
        if place < reached and entry is not None:
            doors.append(_behind(label, entry, notes))
        elif place == reached:
            doors.append(_at_door(label, bound.get(name, name), tasks))
        elif place > reached:
            doors.append(LaneDoor(label, "ahead", None, None, ""))
    return tuple(doors)


def _own_doors(tasks: Sequence[TaskTerm], bound: frozenset[str]) -> list[tuple[LaneDoor, datetime]]:
    """Doors of the scenario's own steps, the last of each, with when they were opened; taken-back ones left out."""
    last = {task.step: task for task in tasks if task.role is Role.LEAD and step_of(task.step) not in bound}
    found = []
    for task in last.values():
        if task.state in ("returned", "withdrawn"):
            continue
        unit = organisations.unit(task.unit)
        at = task.ended_at or task.started_at
        door = LaneDoor(task.label, "behind" if task.ended_at else "here", at, unit.name if unit else None, "")
        found.append((replace(door, because=() if task.ended_at else task.because), task.started_at))
    return found


def _behind(label: Label, entry: Entry, notes: Sequence[NoteTerm]) -> LaneDoor:
    said = [note.text for note in notes if note.at == entry.at and note.public and note.kind in _SPOKEN]
    return LaneDoor(label, "behind", entry.at, entry.by, said[0] if said else "", entry.because)


def _at_door(label: Label, step: str, tasks: Sequence[TaskTerm]) -> LaneDoor:
    holding = [task for task in tasks if task.ended_at is None and task.step == step and task.role is Role.LEAD]
    if not holding:
        return LaneDoor(label, "here", None, None, "")
    task = holding[0]
    unit = organisations.unit(task.unit)
    because: tuple[Because, ...] = task.because
    return LaneDoor(label, "here", task.started_at, unit.name if unit else None, "", because)


def _last(journal: Sequence[Entry], steps: Sequence[str]) -> Entry | None:
    wanted = {f"cases.case.{step}" for step in steps}
    return next((entry for entry in reversed(journal) if entry.step in wanted), None)
