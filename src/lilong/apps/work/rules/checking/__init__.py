"""The check of a scenario: whether it can be relied on, before anybody is handled by it.

What stands in the way of publication and what is only worth a look, each with its remedy; whatever is about the conduct
of a matter comes with one that the planner itself was led through. The exploration is bounded: where not every
combination of facts was looked at, a finding says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lilong.apps.work.rules.checking.clocks import of_clocks
from lilong.apps.work.rules.checking.covering import Coverage, of_coverage
from lilong.apps.work.rules.checking.framing import of_frame
from lilong.apps.work.rules.checking.joins import of_joins, of_reach
from lilong.apps.work.rules.checking.judging import of_conditions
from lilong.apps.work.rules.checking.knowing import Sight
from lilong.apps.work.rules.checking.naming import of_names
from lilong.apps.work.rules.checking.running import Runner
from lilong.apps.work.rules.checking.shape import of_order, of_shape
from lilong.apps.work.rules.checking.tables import of_tables
from lilong.apps.work.rules.checking.values import Values
from lilong.apps.work.terms.findings import Finding, Severity
from lilong.apps.work.terms.scenarios import Frame, Scenario, Step

__all__ = ["Coverage", "check", "is_clean", "not_asked"]

# With these nothing can be planned, so that nothing more can be said of how a matter would go.
_BREAKING = frozenset({"unknown_step", "unknown_fact", "name_twice", "syntax", "table_width", "cycle"})
_BENDING = frozenset({"ends", "join_impossible", "back_not_earlier", "only_back", "after_twice"})


def check(scenario: Scenario, frame: Frame, coverage: Coverage) -> tuple[Finding, ...]:
    """Everything found, what must be mended first, then in the order of the steps."""
    found = [*of_names(scenario, frame), *of_order(scenario)]
    found += of_shape(scenario)
    found += of_frame(scenario, frame)
    found += of_coverage(scenario, coverage)
    kinds = {finding.kind for finding in found}
    if not kinds & _BREAKING:
        found += _of_conduct(scenario, frame, is_bent=bool(kinds & _BENDING))
    places = {step.name: number for number, step in enumerate(scenario.steps)}
    return tuple(sorted(found, key=lambda one: (one.severity is Severity.LOOK, places.get(one.step, len(places)))))


def is_clean(findings: Iterable[Finding]) -> bool:
    """Whether nothing stands in the way of publication."""
    return not any(finding.severity is Severity.MUST for finding in findings)


def not_asked(_step: Step) -> tuple[()]:
    """The coverage of a scenario that is checked for its own sake: nobody is asked who takes it where."""
    return ()


def _of_conduct(scenario: Scenario, frame: Frame, *, is_bent: bool) -> Iterator[Finding]:
    sight = Sight(scenario, frame)
    values = Values(sight)
    runner = Runner(sight, values)
    yield from of_clocks(sight.ready)
    yield from of_tables(sight, values)
    yield from of_conditions(sight, values, runner)
    if not is_bent:
        yield from of_joins(sight, values, runner)
        yield from of_reach(sight, runner)
