"""Who does what next: one pure function over a way of handling as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lilong.apps.work.terms import Assignment, Happened, Plan, Progress, Result, Role, TaskToOpen, Way, WayStep


def plan(
    way: Way,
    progress: Progress,
    happened: Happened | None,
    facts: Mapping[str, bool],
    assignments: Mapping[str, Assignment],
) -> Plan:
    """What to close and open after ``happened`` (None: the matter begins, or is planned again after a gap was mended).

    Promises: a step is opened only when all it waits for is done and it has no task yet, so planning the same twice
    opens nothing; a return undoes the step it goes back to and everything that waits for that step; a step without
    an assignment is reported in ``unassigned``, never skipped.
    """
    done = _skipped(way, facts) | progress.done
    close: frozenset[str] = frozenset()
    if happened and happened.result is Result.CLOSED:
        return Plan(done, close=progress.running)
    if happened and happened.result is Result.DONE:
        done, close = done | {happened.step}, frozenset({happened.step})
    elif happened:
        undone = _waiting_for(way, happened.back_to or way.step(happened.step).returns_to)
        done, close = progress.done - undone, progress.running & (undone | {happened.step})
        done |= _skipped(way, facts)
    due = [step for step in way.steps if _is_due(step, done, progress.running - close)]
    assigned = [(step, assignments[step.name]) for step in due if step.name in assignments]
    return Plan(
        done,
        close & progress.running,
        tuple(task for step, assignment in assigned for task in _tasks(step, assignment)),
        tuple(step.name for step in due if step.name not in assignments),
    )


def _is_due(step: WayStep, done: frozenset[str], running: frozenset[str]) -> bool:
    return step.name not in done and step.name not in running and done.issuperset(step.after)


def _skipped(way: Way, facts: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(step.name for step in way.steps if step.when and not facts[step.when])


def _waiting_for(way: Way, name: str) -> frozenset[str]:
    """The step itself and every step that waits for it, directly or not."""
    found = {name}
    while more := {step.name for step in way.steps if found.intersection(step.after)} - found:
        found |= more
    return frozenset(found)


def _tasks(step: WayStep, assignment: Assignment) -> Iterable[TaskToOpen]:
    yield TaskToOpen(step, assignment.unit, Role.LEAD, assignment.limit, assignment.because)
    for unit in assignment.co_units:
        yield TaskToOpen(step, unit, Role.CO_HANDLER, assignment.limit, assignment.because)
