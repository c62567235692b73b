"""The door of work: what the apps above may ask of it; and its commands with what they need of its queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from lilong.apps.work.commands import rehearsals, reminding, savings, undertakings, versions
from lilong.apps.work.commands.assigning import office_assignment
from lilong.apps.work.commands.reminding import late_key
from lilong.apps.work.commands.speaking import late_messages_of, messages_of
from lilong.apps.work.commands.tasks import (
    Applied,
    accept_tasks,
    answer_supervision,
    apply_plan,
    finish_own_part,
    move_tasks,
    opening_rows,
    part_in,
    raise_overdue,
    refuse_alone,
    told,
)
from lilong.apps.work.commands.versions import (
    approve_scenario_version,
    discard_scenario_version,
    edit_scenario_version,
    publish_scenario_version,
    send_back_scenario_version,
    write_scenario_version,
)
from lilong.apps.work.queries import comparisons
from lilong.apps.work.queries.comparisons import comparison
from lilong.apps.work.queries.coverage import coverage
from lilong.apps.work.queries.frames import frames
from lilong.apps.work.queries.library import library
from lilong.apps.work.queries.offices import who_words
from lilong.apps.work.queries.shelf import ordinary, ready, scenario_for, scenario_named, scenarios_in_force
from lilong.apps.work.queries.subjects import histories_of
from lilong.apps.work.queries.tasks import inbox, running_keys, task, tasks_of
from lilong.apps.work.queries.templates import shipped, shipped_text
from lilong.apps.work.queries.undertakings import undertaking
from lilong.apps.work.queries.versions import running_of, scenario_of_reference, version_named
from lilong.apps.work.rules.answers import facts_given, known_facts
from lilong.apps.work.rules.checking import check
from lilong.apps.work.rules.drawing import drawing
from lilong.apps.work.rules.files import differences, read_scenario
from lilong.apps.work.rules.messages import because_late, says_when_late
from lilong.apps.work.rules.moving import refusals_of_move
from lilong.apps.work.rules.picturing import as_mermaid, as_svg
from lilong.apps.work.rules.planning import Ready, is_settled, plan, refusal_of
from lilong.apps.work.terms import (
    UNDERTAKING_KIND,
    Finding,
    Handed,
    LateWork,
    Rehearsal,
    RehearsalWanted,
    Scenario,
    UndertakingDraft,
)
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt

__all__ = [
    "LIBRARY",
    "Applied",
    "Ready",
    "accept_tasks",
    "answer_supervision",
    "apply_plan",
    "approve_scenario_version",
    "because_late",
    "begin_undertaking",
    "cancel_undertaking",
    "checked",
    "comparison",
    "differences",
    "discard_scenario_version",
    "drawn",
    "edit_scenario_version",
    "facts_given",
    "finish_own_part",
    "finish_undertaking_step",
    "frames",
    "inbox",
    "is_settled",
    "known_facts",
    "late_key",
    "late_messages_of",
    "library",
    "messages_of",
    "move_tasks",
    "move_undertaking",
    "office_assignment",
    "opening_rows",
    "ordinary",
    "part_in",
    "plan",
    "plan_waiting_undertakings",
    "publish_scenario_version",
    "raise_overdue",
    "read_scenario_file",
    "ready",
    "reckon_savings",
    "refusal_of",
    "refusals_of_move",
    "refuse_alone",
    "rehearsed",
    "remind_undertaking",
    "run_rehearsal",
    "running_keys",
    "says_when_late",
    "scenario_for",
    "scenarios_in_force",
    "send_back_scenario_version",
    "shipped_scenarios",
    "shipped_text",
    "submit_scenario_version",
    "task",
    "tasks_of",
    "told",
    "undertaking",
    "version_named",
    "withdraw_scenario_version",
    "write_scenario_version",
]


def shipped_scenarios() -> tuple[Scenario, ...]:
    """The scenarios that come with the platform, by name."""
    return tuple(shipped().values())


def _named(name: str, area: AreaCode, subject: UUID) -> Ready:
    return scenario_named(UNDERTAKING_KIND, name, area=area, subject=subject)


# Where undertakings find the version they go by.
LIBRARY = undertakings.Library(_named, ready)


def checked(scenario: Scenario, *, area: AreaCode, at: datetime) -> tuple[Finding, ...]:
    """What the check finds in a scenario that is to be in force in ``area``."""
    return check(scenario, frames()[scenario.kind], coverage(scenario, area=area, at=at))


def submit_scenario_version(*, by: Actor, key: CommandKey, version: UUID) -> Receipt:
    """Hand a draft over for approval; checked for the area of the actor's post, as everybody there will go by it."""
    return versions.submit_scenario_version(
        by=by, key=key, version=version, checker=lambda scenario: checked(scenario, area=by.area, at=key.at)
    )


def withdraw_scenario_version(*, by: Actor, key: CommandKey, version: UUID, reason: str) -> Receipt:
    """Take a version out of force everywhere; the details tell how many matters in the actor's area still go by it."""
    return versions.withdraw_scenario_version(by=by, key=key, version=version, reason=reason, running=running_of)


def read_scenario_file(content: bytes) -> Scenario:
    """The scenario a file holds. Raises :class:`~lilong.apps.work.terms.ScenarioFaults` with every fault."""
    return read_scenario(content, frames())


def drawn(scenario: Scenario, *, language: str, mermaid: bool = False) -> str:
    """The steps of a scenario as an SVG that stands alone, or as the text of a Mermaid flow chart."""
    frame = frames().get(scenario.kind)
    own = frozenset(result.name for act in (frame.acts if frame else ()) for result in act.results)
    found = drawing(scenario, who_words, own, frame.facts if frame else ())
    return as_mermaid(found, language) if mermaid else as_svg(found, language)


def rehearsed(wanted: RehearsalWanted, *, at: datetime, progress: Callable[[int, int], None]) -> Rehearsal:
    """A rehearsal run at once and not kept. An empty ``present`` is the version in force of the name, else the ordinary
    way of its kind."""
    by = machine(Label("演练", "the rehearsal"), frozenset(), wanted.area)
    if not wanted.present:
        named = [r for r in scenarios_in_force(wanted.new.kind, wanted.area) if r.scenario.name == wanted.new.name]
        wanted = replace(wanted, present=(named[0] if named else ordinary()).scenario.reference)
    sources = rehearsals.Sources(scenario_of_reference, histories_of)
    return rehearsals.rehearsed(wanted, seen_by=by, at=at, sources=sources, step=progress)


def run_rehearsal(rehearsal: UUID, at: datetime) -> None:
    """Run a rehearsal that was asked for and keep its report; safe to repeat."""
    rehearsals.run_rehearsal(rehearsal, at, rehearsals.Sources(scenario_of_reference, histories_of))


def begin_undertaking(*, by: Actor, key: CommandKey, draft: UndertakingDraft) -> Receipt:
    """Begin a matter by the version of the scenario in force there, and open its first tasks."""
    return undertakings.begin_undertaking(by=by, key=key, draft=draft, library=LIBRARY)


def finish_undertaking_step(*, by: Actor, key: CommandKey, subject: UUID, task_key: str, handed: Handed) -> Receipt:
    """Hand in one's part of a step of an undertaking."""
    return undertakings.finish_step(by=by, key=key, subject=subject, task_key=task_key, handed=handed, library=LIBRARY)


def cancel_undertaking(*, by: Actor, key: CommandKey, undertaking: UUID, reason: str) -> Receipt:
    """Give a matter up, with the reason."""
    return undertakings.cancel_undertaking(by=by, key=key, undertaking=undertaking, reason=reason, library=LIBRARY)


def move_undertaking(*, by: Actor, key: CommandKey, undertaking: UUID, to: str) -> Receipt:
    """Go on by another version, where that is provably safe."""
    return undertakings.move_undertaking(by=by, key=key, undertaking=undertaking, to=to, library=LIBRARY)


def plan_waiting_undertakings(at: datetime) -> int:
    """Plan on every undertaking that waits for somebody whom nobody was; returns how many."""
    return undertakings.plan_waiting(at, LIBRARY)


def remind_undertaking(late: LateWork, at: datetime) -> bool:
    """Say what the scenario of an undertaking says of late work, once; whether it says anything."""
    return reminding.remind(late, at, LIBRARY)


def reckon_savings(at: datetime) -> int:
    """Reckon anew by how many days each version in force cut the median; returns of how many that can be told."""
    return savings.keep_savings(comparisons.savings(at), at)
