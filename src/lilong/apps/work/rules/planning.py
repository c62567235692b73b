"""Who does what next: one pure function over a scenario, what is done and what is known.

Promises, whatever the order of what happens: a step opens only when what it waits for is settled, and once until a
loop undoes it; planning the same again opens nothing; nothing is lost: a step that is due is open, or is named in
``unassigned``; a matter whose file was checked always ends, since steps are ordered and every loop has a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lilong.apps.work.rules.conditions import Condition, as_cel
from lilong.apps.work.rules.deriving import ambient
from lilong.apps.work.rules.ready import Ready, is_settled
from lilong.apps.work.terms.plans import Assignment, Happened, Plan, Progress, TaskToOpen, entry_of, key_of, step_of
from lilong.apps.work.terms.scenarios import SKIPPED, Situation, Step, StepResult, Unknown
from lilong.apps.work.terms.tasks import Role
from lilong.kernel.because import Because, Ground
from lilong.kernel.clocks import Limit
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

__all__ = ["Assign", "Ready", "is_settled", "plan", "refusal_of"]

Assign = Callable[[Step, str], Assignment | None]

_CONDITION_HOLDS = Label("“{title}”要办，因为{condition}。", "“{title}” is needed: {condition}.")
_CONDITION_FAILS = Label(
    "“{title}”不用办，因为不符合“{condition}”。", "“{title}” is not needed: {condition} does not hold."
)
_UNKNOWN = {
    Unknown.DO: Label("“{title}”照办：还不知道 {names}。", "“{title}” is done: {names} not known yet."),
    Unknown.SKIP: Label("“{title}”先不办：还不知道 {names}。", "“{title}” is left out: {names} not known yet."),
}
_NO_ENTRY = Label("“{title}”没有要逐个办的。", "“{title}” has nothing to be done one by one.")
_TAKEN_BACK = Label("“{title}”够数了，这一份撤回。", "Enough is done for “{title}”: this one is taken back.")
_ALL_OVER = Label("“{title}”等的都了结了，不再等够数。", "All that “{title}” waits for is over; it waits for no more.")


def refusal_of(ready: Ready, progress: Progress, happened: Happened) -> Refusal | None:
    """Why ``happened`` cannot happen now: the step is not open, has no such result, or its loop is used up."""
    if happened.is_whole:
        return None
    step = ready.steps.get(step_of(happened.key))
    result = step.result(happened.result) if step else None
    if step is None or (_is_over(progress, step, happened.key) and not (result and result.back_to)):
        return _not_open(step)
    if result is None:
        names = "、".join(outcome.label.zh for outcome in step.outcomes)
        return Refusal(
            "work.result_unknown",
            Label("这一步没有这种结果。", "This step has no such result."),
            Label(f"可选：{names}。", f"Choose one of: {', '.join(o.label.en for o in step.outcomes)}."),
            "result",
        )
    if not result.back_to:
        return _waits_for(ready.awaited(step, progress))
    if progress.rounds.get(_loop(step, result), 0) >= result.at_most:
        return Refusal(
            "work.loop_used_up",
            Label("已经这样退了 {n} 次，不能再退。", "It went back like this {n} times already.").filled(
                n=result.at_most
            ),
            Label(
                "请和上级单位当面定怎么办，再选别的结果。", "Settle it with the unit above, then choose another result."
            ),
            "result",
        )
    return None


def _is_over(progress: Progress, step: Step, key: str) -> bool:
    """Whether the piece of work is done, no longer needed, or none of the step's."""
    entries = progress.entries.get(step.name, ("",))
    return key in progress.done or is_settled(progress, step) or entry_of(key) not in entries


def plan(ready: Ready, progress: Progress, happened: Happened | None, situation: Situation, assign: Assign) -> Plan:
    """What to close and open after ``happened`` (None: the matter begins, or is planned again after a mended gap).

    ``happened`` must be one that :func:`refusal_of` lets pass. ``assign`` says who takes a step (of an entry).
    """
    draft = _Draft(ready, progress, situation, assign)
    if happened is not None and draft.take(happened):
        return draft.ended()
    while draft.looks_again:
        draft.looks_again = False
        for step in ready.order:
            draft.look_at(step)
            if step.name in ready.ends and draft.is_settled(step):
                return draft.ended()
    return draft.finished()


@dataclass
class _Draft:
    """A plan while it is made."""

    ready: Ready
    before: Progress
    situation: Situation
    assign: Assign
    close: dict[str, str] = field(default_factory=dict)
    to_open: list[TaskToOpen] = field(default_factory=list)
    unassigned: list[str] = field(default_factory=list)
    skipped: dict[str, tuple[Because, ...]] = field(default_factory=dict)
    reasons: dict[str, tuple[Because, ...]] = field(default_factory=dict)
    due: set[str] = field(default_factory=set)
    # What a join takes back is settled, and something before the join in the order may have waited for it.
    looks_again: bool = True

    def __post_init__(self) -> None:
        self.done = dict(self.before.done)
        self.rounds = dict(self.before.rounds)
        self.entries = dict(self.before.entries)
        self.running = set(self.before.running)
        self.now = Progress(self.done, self.rounds, self.entries)

    @cached_property
    def known(self) -> dict[str, Any]:
        """Facts, what the tables derive from them, time, posture and results, as conditions ask for them."""
        results = {key: result for key, result in self.done.items() if "[" not in key and result != SKIPPED}
        found = {name: as_cel(value) for name, value in self.situation.facts.items()}
        found |= ambient(self.situation, results)
        return self.ready.tables.derived(found)

    def take(self, happened: Happened) -> bool:
        """Let it happen; True when the whole matter ends with it."""
        if happened.is_whole:
            return True
        step = self.ready.steps[step_of(happened.key)]
        result = step.result(happened.result)
        if result is None:
            raise ValueError(f"{self.ready.reference(step)} cannot end as {happened.result}")
        self._stop({happened.key}, "returned" if result.back_to else "done")
        if result.back_to:
            self._go_back(step, result)
            return False
        self.done[happened.key] = result.name
        return result.ends or (result.goes_on and step.name in self.ready.ends and self.is_settled(step))

    def look_at(self, step: Step) -> None:
        """Open the step, or settle that it is not needed, when it is its turn."""
        if self.is_settled(step) or not self._is_its_turn(step):
            return
        if step.name not in self.entries and not self._is_begun(step) and not self._is_wanted(step):
            return
        for entry in self._entries_of(step):
            self._open(step, entry)

    def is_settled(self, step: Step) -> bool:
        """As :func:`is_settled`, with what this plan has settled so far."""
        return is_settled(self.now, step)

    def ended(self) -> Plan:
        """The matter is over: whatever still runs is closed, and nobody is looked for any more."""
        self._stop(tuple(self.running))
        self.unassigned.clear()
        return Plan(self._progress(frozenset()), self.close, skipped=self.skipped, ended=True)

    def finished(self) -> Plan:
        """The plan as far as it came."""
        running = frozenset(self.running | {task.key for task in self.to_open})
        progress = self._progress(running)
        return Plan(progress, self.close, tuple(self.to_open), self.skipped)

    def _progress(self, running: frozenset[str]) -> Progress:
        return Progress(self.done, self.rounds, self.entries, tuple(self.unassigned), running)

    def _stop(self, keys: Iterable[str], ends_as: str = "withdrawn") -> None:
        for key in self.running.intersection(keys):
            self.close[key] = ends_as
            self.running.discard(key)

    def _go_back(self, step: Step, result: StepResult) -> None:
        loop = _loop(step, result)
        self.rounds[loop] = self.rounds.get(loop, 0) + 1
        undone = self.ready.waiting[result.back_to]
        for key in [key for key in self.done if step_of(key) in undone]:
            del self.done[key]
        for name in undone & self.entries.keys():
            del self.entries[name]
        self._stop([key for key in self.running if step_of(key) in undone])

    def _is_its_turn(self, step: Step) -> bool:
        awaited = [self.ready.steps[name] for name in step.after]
        settled = [other for other in awaited if self.is_settled(other)]
        if not step.join.needed:
            return len(settled) == len(awaited)
        done = [other for other in settled if self.done.get(other.name) != SKIPPED]
        if len(done) >= step.join.needed:
            if step.join.withdraws:
                self._withdraw([other for other in awaited if other not in settled], step)
            return True
        if len(settled) == len(awaited):
            # The check refuses such a file. Should one run all the same, a person goes on rather than nobody.
            self.reasons[step.name] = (self._because(_ALL_OVER, step),)
            return True
        return False

    def _withdraw(self, steps: Iterable[Step], enough_for: Step) -> None:
        for step in steps:
            self._stop([key for key in self.running if step_of(key) == step.name])
            # Undone by a loop, it may have been about to open again in this very plan.
            self.to_open = [task for task in self.to_open if task.step.name != step.name]
            self.unassigned = [key for key in self.unassigned if step_of(key) != step.name]
            self.looks_again = True
            self._skip(step, self._because(_TAKEN_BACK, enough_for))

    def _is_begun(self, step: Step) -> bool:
        return any(step_of(key) == step.name for key in self.running)

    def _is_wanted(self, step: Step) -> bool:
        """Whether the step's condition lets it be done; settles it as not needed otherwise."""
        asked = self.ready.conditions.get(step.name)
        if asked is None:
            return True
        holds = asked.holds(self.known)
        if holds:
            self.reasons[step.name] = (self._because(_CONDITION_HOLDS, step),)
        elif holds is None:
            return self._take_stated_path(step, asked)
        else:
            self._skip(step, self._because(_CONDITION_FAILS, step))
        return bool(holds)

    def _take_stated_path(self, step: Step, asked: Condition) -> bool:
        path = step.if_unknown or Unknown.DO
        missing = sorted(asked.names - self.known.keys()) or sorted(asked.names)
        because = self._unknown(step, missing, path)
        if path is Unknown.SKIP:
            self._skip(step, because)
            return False
        self.reasons[step.name] = (because,)
        return True

    def _entries_of(self, step: Step) -> tuple[str, ...]:
        """The entries of a repetition, fixed when it begins; one unnamed entry for any other step."""
        if not step.repeat:
            return ("",)
        if step.name not in self.entries:
            entries = self._listed(step)
            if not entries:
                return ()
            self.entries[step.name] = entries
        return self.entries[step.name]

    def _listed(self, step: Step) -> tuple[str, ...]:
        """What the list says; while it is not known, the stated path: once for all of it, or not at all."""
        found = self.known.get(step.repeat)
        if not isinstance(found, list) and step.if_unknown is Unknown.DO:
            self.reasons[step.name] = (*self.reasons.get(step.name, ()), self._unknown(step, [step.repeat]))
            return ("",)
        if not isinstance(found, list):
            self._skip(step, self._unknown(step, [step.repeat], Unknown.SKIP))
            return ()
        entries = tuple(dict.fromkeys(str(entry) for entry in found if str(entry).strip()))
        if not entries:
            self._skip(step, self._because(_NO_ENTRY, step))
        return entries

    def _open(self, step: Step, entry: str) -> None:
        key = key_of(step.name, entry)
        if key in self.done or key in self.running or key in self.due:
            return
        self.due.add(key)
        assignment = self.assign(step, entry)
        if assignment is None:
            self.unassigned.append(key)
            return
        limit = self._limit(step, assignment)
        deadline = self.situation.reckon(self.situation.at, limit, self.situation.time)
        because = (*assignment.because, *self.reasons.get(step.name, ()))
        for unit, role in _hands(assignment):
            self.to_open.append(TaskToOpen(key, step, unit, role, limit, deadline, because))

    def _limit(self, step: Step, assignment: Assignment) -> Limit:
        if self.situation.posture == "emergency" and step.emergency_limit:
            return step.emergency_limit
        fixed = step.limit.fixed
        if fixed is None:
            if assignment.limit is None:
                raise LookupError(f"{self.ready.reference(step)} leaves its limit to a catalogue that has none")
            return assignment.limit
        wanted = self.known.get(step.limit.fact) if step.limit.fact else None
        if isinstance(wanted, int) and not isinstance(wanted, bool) and 1 <= wanted <= fixed.amount:
            return Limit(wanted, fixed.kind)
        return fixed

    def _skip(self, step: Step, because: Because) -> None:
        self.done[step.name] = SKIPPED
        self.skipped[step.name] = (because,)

    def _unknown(self, step: Step, names: Iterable[str], path: Unknown = Unknown.DO) -> Because:
        words = _UNKNOWN[path].filled(title=step.title, names="、".join(names))
        return Because(Ground.DATA, words, self.ready.reference(step))

    def _because(self, words: Label, step: Step) -> Because:
        condition = self.ready.conditions_said.get(step.name, "")
        return Because(Ground.RULE_ROW, words.filled(title=step.title, condition=condition), self.ready.reference(step))


def _hands(assignment: Assignment) -> Iterable[tuple[int, Role]]:
    yield assignment.unit, Role.LEAD
    for unit in assignment.co_units:
        yield unit, Role.CO_HANDLER


def _waits_for(steps: tuple[Step, ...]) -> Refusal | None:
    if not steps:
        return None
    zh, en = "、".join(step.title.zh for step in steps), ", ".join(step.title.en for step in steps)
    return Refusal(
        "work.step_waits",
        Label(f"先要办好：{zh}。", f"First to be done: {en}."),
        Label("等它办好，或请有这一步的单位先办。", "Wait for it, or ask the unit that has it."),
    )


def _loop(step: Step, result: StepResult) -> str:
    return f"{step.name}.{result.name}"


def _not_open(step: Step | None) -> Refusal:
    what = step.title if step else Label("这一步", "This step")
    return Refusal(
        "work.step_not_open",
        Label("“{what}”现在不用办，或已经办过。", "“{what}” is not open now, or done already.").filled(what=what),
        Label("请刷新页面看最新情况。", "Reload to see where it stands."),
    )
