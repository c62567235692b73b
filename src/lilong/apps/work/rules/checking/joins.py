"""Joins that wait for some of several: whether enough of them are always done; and steps that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lilong.apps.work.rules.checking.asking import cases
from lilong.apps.work.rules.checking.knowing import Sight, asked_by
from lilong.apps.work.rules.checking.running import Runner, Shown
from lilong.apps.work.rules.checking.shape import ways
from lilong.apps.work.rules.checking.values import Combination, Values
from lilong.apps.work.rules.checking.writing import look, must
from lilong.apps.work.rules.conditions import Condition, as_cel
from lilong.apps.work.rules.ready import is_settled
from lilong.apps.work.terms.findings import Finding
from lilong.apps.work.terms.plans import Plan
from lilong.apps.work.terms.scenarios import SKIPPED, Step, Unknown
from lilong.kernel.words import Label

_RUNS_MAX = 8
_WAIT_FOR_FEWER = Label(
    "改小要等的数，或让其中几步不带条件。", "Wait for fewer of them, or drop the condition of some."
)


def of_joins(sight: Sight, values: Values, runner: Runner) -> Iterator[Finding]:
    """Joins for which fewer may be done than they wait for, each with a matter in which that happens."""
    for step in sight.ready.order:
        if 0 < step.join.needed <= len(step.after):
            yield from _of_join(sight, values, runner, step)
        if len(step.after) > 1:
            yield from _of_waiting(sight, step)


def of_reach(sight: Sight, runner: Runner) -> Iterator[Finding]:
    """Steps that come only after one that always ends the matter."""
    settles: dict[str, bool] = {}
    for step in sight.ready.order:
        open_ways = [settles[name] for name in step.after]
        needed = step.join.needed or len(step.after)
        is_reached = sum(open_ways) >= min(needed, len(open_ways))
        goes_on = any(way.goes_on for way in ways(step))
        settles[step.name] = sight.is_taken_back(step) or (is_reached and (goes_on or not sight.is_certain(step)))
        if not is_reached:
            yield _behind_the_end(runner, step)


def _of_join(sight: Sight, values: Values, runner: Runner, step: Step) -> Iterator[Finding]:
    members = [sight.steps[name] for name in step.after]
    uncertain = [member for member in members if not sight.is_certain(member, step.name)]
    if len(members) - len(uncertain) >= step.join.needed:
        return
    fewer, is_complete = _fewer(sight, values, step, uncertain)
    words = {"title": step.title, "n": step.join.needed}
    shown = _first_shown(runner, fewer, step, members)
    if shown:
        text = Label(
            "“{title}”要等够 {n} 个办好，可有时办的不到 {n} 个。", "“{title}” waits for {n} done; at times fewer are."
        )
        yield must(
            "join_starves",
            text.filled(**words),
            _WAIT_FOR_FEWER,
            step.name,
            path=shown.path,
            example=shown.example,
        )
    elif fewer or not is_complete:
        text = Label(
            "“{title}”要等够 {n} 个办好，没能证明总会够。",
            "“{title}” waits for {n} done; not shown to be always enough.",
        )
        yield look("join_not_shown", text.filled(**words), _WAIT_FOR_FEWER, step.name)


def _fewer(sight: Sight, values: Values, step: Step, uncertain: Sequence[Step]) -> tuple[list[Combination], bool]:
    """Values for which fewer members may be done than the join needs, and whether all values were looked at."""
    conditions = {m.name: sight.ready.conditions[m.name] for m in uncertain if m.when}
    names = frozenset[str]().union(*(asked_by(asked) for asked in conditions.values()))
    names |= {member.repeat for member in uncertain if member.repeat}
    found = cases(sight, values, names, uncertain)
    sure = len(step.after) - len(uncertain)
    fewer = []
    for combination in found.every.found:
        known = found.known(combination)
        able = [member for member in uncertain if not sight.is_taken_back(member, step.name)]
        done = sum(_is_done(member, conditions.get(member.name), known) for member in able)
        if sure + done < step.join.needed:
            fewer.append(combination)
    return fewer, found.every.is_complete


def _is_done(member: Step, asked: Condition | None, known: dict[str, object]) -> bool:
    holds = asked.holds(known) if asked else True
    wanted = member.if_unknown is not Unknown.SKIP if holds is None else holds
    if not wanted or not member.repeat:
        return wanted
    entries = known.get(member.repeat)
    return bool(as_cel(entries)) if entries is not None else member.if_unknown is Unknown.DO


def _first_shown(runner: Runner, fewer: Sequence[Combination], step: Step, members: Sequence[Step]) -> Shown | None:
    def starves(plan: Plan) -> bool:
        progress = plan.progress
        if not all(is_settled(progress, member) for member in members):
            return False
        done = [member for member in members if progress.done.get(member.name) != SKIPPED]
        return len(done) < step.join.needed and step.name not in progress.done

    for each in _spread(fewer):
        for last_first in (False, True):
            shown = runner.shown(each, starves, last_first=last_first)
            if shown:
                return shown
    return None


def _spread(found: Sequence[Combination]) -> Iterator[Combination]:
    """A few of them, from first to last."""
    apart = max(1, len(found) // _RUNS_MAX)
    yield from found[::apart][:_RUNS_MAX]


def _behind_the_end(runner: Runner, step: Step) -> Finding:
    shown = runner.shown({}, lambda plan: plan.ended)
    text = Label(
        "“{title}”永远轮不到：在它之前整件事已经了结。", "“{title}” never opens: the matter is over before it."
    )
    return must(
        "unreachable",
        text.filled(title=step.title),
        Label("给前面的步骤加一个往下走的结果。", "Give the step before it a result that goes on."),
        step.name,
        path=shown.path if shown else (),
        example=shown.example if shown else None,
    )


def _of_waiting(sight: Sight, step: Step) -> Iterator[Finding]:
    for name in step.after:
        member = sight.steps[name]
        if member.limit.is_catalogues:
            text = Label(
                "“{title}”要等“{member}”，那一步的时限由清单定，这里说不出要等多久。",
                "“{title}” waits for “{member}”, whose limit the catalogue sets: how long is not known here.",
            )
            yield look(
                "wait_unlimited",
                text.filled(title=step.title, member=member.title),
                Label("能写明时限就写明。", "State the limit where you can."),
                step.name,
            )
