"""The conditions of steps: of a fitting type, neither always nor never true, with a stated path for what is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lilong.apps.work.rules.checking.asking import Answers, answers, fewest_unknown
from lilong.apps.work.rules.checking.knowing import Sight, asked_by, step_asked
from lilong.apps.work.rules.checking.running import Runner
from lilong.apps.work.rules.checking.values import Values
from lilong.apps.work.rules.checking.writing import look, must, named
from lilong.apps.work.rules.conditions import Condition
from lilong.apps.work.terms.findings import Finding
from lilong.apps.work.terms.scenarios import AMBIENT, POSTURE, Fact, FactKind, Step, Unknown
from lilong.kernel.words import Label

_RUNS_MAX = 6
_NAME = r"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"
_LITERAL = r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|true|false)"
_COMPARED = re.compile(rf"(?<![\w.\"']){_NAME}\s*[!=]=\s*{_LITERAL}(?![\w.])")
_TURNED = re.compile(rf"(?<![\w.]){_LITERAL}\s*[!=]=\s*{_NAME}(?![\w.(])")
_NUMBERS = frozenset({FactKind.WHOLE, FactKind.DECIMAL})
_STATE = Label("写明 if_unknown：do（照办）或 skip（先不办）。", "State if_unknown: do or skip.")
_MEND = Label("改条件，或在这之前问到它。", "Mend the condition, or ask for it before.")


def of_conditions(sight: Sight, values: Values, runner: Runner) -> Iterator[Finding]:
    """What is wrong with the conditions, each shown by concrete values and by a matter that meets it."""
    for step in sight.ready.order:
        asked = sight.ready.conditions.get(step.name)
        if asked is not None:
            yield from _of_comparisons(sight, values, asked, step)
            yield from _of_condition(_Case(sight, values, runner, step, asked))
        if step.repeat:
            yield from _of_repeat(sight, step)


def comparisons(source: str) -> Iterator[tuple[str, str]]:
    """Every name that is compared with a literal for being the same."""
    yield from ((name, literal) for name, literal in _COMPARED.findall(source))
    yield from ((name, literal) for literal, name in _TURNED.findall(source))


class _Case:
    """One condition with all that is needed to judge it."""

    def __init__(self, sight: Sight, values: Values, runner: Runner, step: Step, asked: Condition) -> None:
        self.sight, self.values, self.runner, self.step, self.asked = sight, values, runner, step, asked
        self.names = asked_by(asked)
        self.found = answers(sight, values, asked, step)
        self.words = {"title": step.title, "condition": step.when}


def _of_condition(case: _Case) -> Iterator[Finding]:
    found, step = case.found, case.step
    if found.wrong or found.odd:
        yield _misfit(case)
        return
    dead = sorted(name for name in case.sight.roots(case.names) if not case.sight.can_be_known(name, step))
    if dead:
        text = Label(
            "“{title}”的条件要 {names}，可这之前没有人问。", "“{title}” asks for {names}; nobody is asked before."
        )
        severity = look if step.if_unknown else must
        yield severity("nobody_asked", text.filled(title=step.title, names=named(dead)), _MEND, step.name)
    elif found.unknown and step.if_unknown is None:
        shown = case.values.shown(next(fewest_unknown(found.unknown)))
        text = Label("“{title}”的条件可能不知道：{shown}。", "Whether “{title}” is needed may be unknown: {shown}.")
        yield must("unknown_path", text.filled(title=step.title, shown=shown), _STATE, step.name)
    if not found.is_complete:
        text = Label(
            "“{title}”的条件有 {n} 种情形，只试了 {m} 种。", "“{title}”: of {n} combinations, {m} were looked at."
        )
        yield look(
            "not_explored",
            text.filled(title=step.title, n=found.total, m=_tried(found)),
            Label("把条件拆简单，或用决策表。", "Make it simpler, or use a table."),
            step.name,
        )
        return
    yield from _of_always(case)


def _of_always(case: _Case) -> Iterator[Finding]:
    found, step = case.found, case.step
    does_unknown = bool(found.unknown) and step.if_unknown is not Unknown.SKIP
    if not found.true and not does_unknown:
        yield _unreachable(case)
    elif not found.true and found.false:
        text = Label("“{title}”的条件从来不成立：{condition}。", "The condition of “{title}” never holds: {condition}.")
        yield look("never_holds", text.filled(**case.words), _MEND, step.name)
    elif not found.false and not (found.unknown and step.if_unknown is Unknown.SKIP):
        text = Label("“{title}”总要办，条件没有用：{condition}。", "“{title}” is always needed: {condition}.")
        remedy = Label("去掉条件。", "Drop the condition.")
        yield look("always_holds", text.filled(**case.words), remedy, step.name)


def _unreachable(case: _Case) -> Finding:
    step, found = case.step, case.found
    tried = [*fewest_unknown([*found.false, *found.unknown])][:_RUNS_MAX]
    runs = (case.runner.shown(each, lambda plan: step.name in plan.skipped) for each in tried)
    shown = next((run for run in runs if run), None)
    text = Label("“{title}”永远轮不到：{condition} 不可能成立。", "“{title}” never opens: {condition} cannot hold.")
    return must(
        "unreachable",
        text.filled(**case.words),
        Label("改条件，或去掉这一步。", "Mend the condition, or drop the step."),
        step.name,
        path=shown.path if shown else (),
        example=shown.example if shown else None,
    )


def _misfit(case: _Case) -> Finding:
    step = case.step
    if case.found.wrong:
        combination, _ = case.found.wrong[0]
        text = Label(
            "“{title}”的条件类型不对：{condition}，比如 {shown}。",
            "“{title}”: types do not fit in {condition}: {shown}.",
        )
    else:
        combination, _ = case.found.odd[0]
        text = Label(
            "“{title}”的条件给出的不是“是或否”：{condition}，比如 {shown}。",
            "“{title}”: {condition} gives no yes or no: {shown}.",
        )
    return must(
        "condition_type",
        text.filled(**case.words, shown=case.values.shown(combination)),
        Label("让两边同类，并让整个式子是“是”或“否”。", "Compare like with like; the whole must be yes or no."),
        step.name,
    )


def _of_comparisons(sight: Sight, values: Values, asked: Condition, step: Step) -> Iterator[Finding]:
    for name, literal in dict.fromkeys(comparisons(asked.source)):
        if is_unfit(sight, values, name, literal):
            text = Label("“{title}”里 {name} 不会等于 {value}。", "In “{title}”, {name} is never {value}.")
            yield must(
                "condition_type",
                text.filled(title=step.title, name=name, value=literal),
                Label(
                    "用它自己的类型、它自己的选项来比。", "Compare with a value of its own type, one of its choices."
                ),
                step.name,
            )


def is_unfit(sight: Sight, values: Values, name: str, literal: str) -> bool:
    """Whether ``name`` can never be that literal: it is of another type, or no such choice or result is there."""
    text = literal[1:-1] if literal[0] in "\"'" else None
    if step_asked(name) or name == POSTURE:
        return text is None or (text not in values.of(name) and bool(values.of(name)))
    fact = sight.facts.get(name)
    if fact is None:
        return name in AMBIENT and _is_other_type(FactKind.WHOLE if name == "hour" else FactKind.YES_NO, literal)
    if fact.kind is FactKind.CHOICE and text is not None:
        return text not in {choice.value for choice in fact.choices}
    return _is_other_type(fact.kind, literal) or _is_out_of_range(fact, literal)


def _is_other_type(kind: FactKind, literal: str) -> bool:
    if kind is FactKind.YES_NO:
        return literal not in ("true", "false")
    if kind in _NUMBERS:
        return literal[0] in "\"'tf"
    return kind.is_list or literal[0] not in "\"'"


def _is_out_of_range(fact: Fact, literal: str) -> bool:
    if fact.kind not in _NUMBERS:
        return False
    number = float(literal)
    return (fact.least is not None and number < fact.least) or (fact.most is not None and number > fact.most)


def _of_repeat(sight: Sight, step: Step) -> Iterator[Finding]:
    fact = sight.facts[step.repeat]
    roots = sight.roots((step.repeat,))
    if not all(sight.can_be_known(name, step) for name in roots):
        text = Label("“{title}”要逐个办“{fact}”，可没有人问。", "“{title}” is repeated over “{fact}”; nobody is asked.")
        yield must("nobody_asked", text.filled(title=step.title, fact=fact.label), _MEND, step.name)
    elif step.if_unknown is None and not all(sight.is_surely_known(name, step) for name in roots):
        text = Label(
            "“{title}”要逐个办的“{fact}”可能不知道。", "“{fact}”, over which “{title}” repeats, may be unknown."
        )
        yield must("unknown_path", text.filled(title=step.title, fact=fact.label), _STATE, step.name)


def _tried(found: Answers) -> int:
    return len(found.true) + len(found.false) + len(found.unknown)
