"""Whether what a file names is there and may be named so: steps, facts, results, acts; and whether its values agree.

Whether the steps can be gone through at all, and who takes them, is the check's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from msgspec import UNSET

from lilong.apps.work.rules.files.expressions import Known, in_cell, in_condition, in_words
from lilong.apps.work.rules.files.nodes import Path
from lilong.apps.work.rules.files.shapes import FactShape, ScenarioShape, StepShape, TableShape, WrongShape
from lilong.apps.work.rules.files.wrongs import Wrong
from lilong.apps.work.terms.scenarios import AMBIENT, ANY, RESULTS, SKIPPED, FactKind, Frame
from lilong.kernel.words import Label

# Words of the language of conditions: no name may be one of them.
RESERVED = frozenset(
    {
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    }
)
_NUMBERS = frozenset({FactKind.WHOLE, FactKind.DECIMAL})
_MOST_BY_KIND = {FactKind.TEXT: 2000, FactKind.TEXTS: 50, FactKind.AREAS: 50}

_FACT, _STEP, _RESULT = Label("事实", "fact"), Label("步骤", "step"), Label("结果", "result")
_DECLARE = Label("先在 facts 里写明它，或改成已有的名字。", "Declare it under facts, or use a name that is there.")
_RENAME = Label("改掉一个。", "Change one of them.")
_ANOTHER = Label("换一个名字。", "Choose another name.")
_NAMED_MAX = 20
_ONCE = Label("留一个就够。", "Once is enough.")


@dataclass(frozen=True)
class Names:
    """All that a file may name."""

    shape: ScenarioShape
    frame: Frame | None

    @cached_property
    def own(self) -> frozenset[str]:
        """The facts that the file declares."""
        return frozenset(fact.fact for fact in self.shape.facts)

    @cached_property
    def frames(self) -> frozenset[str]:
        """The facts that the subject itself says of every matter."""
        return frozenset(fact.name for fact in self.frame.facts) if self.frame else frozenset()

    @cached_property
    def steps(self) -> frozenset[str]:
        """The steps of the file."""
        return frozenset(step.step for step in self.shape.steps)

    @cached_property
    def known(self) -> Known:
        """What an expression may ask for."""
        return Known(self.own | self.frames, self.steps)

    @cached_property
    def acts(self) -> frozenset[str]:
        """The stages of the subject's own life to which a step may be bound."""
        return frozenset(act.name for act in self.frame.acts) if self.frame else frozenset()

    @cached_property
    def stages(self) -> frozenset[str]:
        """The stages that the responsibility catalogue knows for this kind of subject."""
        return frozenset(str(act.stage) for act in self.frame.acts) if self.frame else frozenset()


def wrongs(shape: ScenarioShape, frames: Mapping[str, Frame]) -> Iterator[Wrong]:
    """All that does not mean anything, in the file ``shape``, among these frames."""
    names = Names(shape, frames.get(shape.kind))
    if names.frame is None:
        text = Label("没有“{kind}”这一类事。", "There is no kind of matter “{kind}”.").filled(kind=shape.kind)
        yield Wrong(("kind",), text, _one_of(frames))
    yield from _of_scope(names)
    yield from _of_facts(names)
    for place, table in enumerate(shape.tables):
        yield from _of_table(names, table, place)
    yield from _twice("tables", "table", [table.table for table in shape.tables], Label("表", "table"))
    yield from _twice("steps", "step", [step.step for step in shape.steps], _STEP)
    for place, step in enumerate(shape.steps):
        yield from _of_step(names, step, ("steps", place))
    for place, basis in enumerate(shape.basis):
        yield from _of_day(basis.dated, ("basis", place, "dated"))
    if shape.within is not UNSET:
        yield from _of_day(shape.within.dated, ("within", "dated"))


def _of_scope(names: Names) -> Iterator[Wrong]:
    shape = names.shape
    if names.frame and names.acts and not shape.categories:
        text = Label("没有写用于哪些类别。", "It does not say for which categories it is.")
        yield Wrong(("categories",), text, Label('写上类别代码，或 ["*"]。', 'Give category codes, or ["*"].'))
    if names.frame and not names.acts and shape.categories:
        text = Label("{kind} 没有类别。", "{kind} has no categories.").filled(kind=names.frame.label)
        yield Wrong(("categories",), text, Label("删掉 categories。", "Take categories out."))
    yield from _repeated(("categories",), shape.categories)
    yield from _repeated(("area_types",), shape.area_types)
    if ANY in shape.area_types and len(shape.area_types) > 1:
        text = Label("* 已经是所有类型。", "* is every type already.")
        yield Wrong(("area_types",), text, Label("只留 *，或去掉它。", "Leave only *, or take it out."))


def _of_facts(names: Names) -> Iterator[Wrong]:
    shape = names.shape
    yield from _twice("facts", "fact", [fact.fact for fact in shape.facts], _FACT)
    for place, fact in enumerate(shape.facts):
        path: Path = ("facts", place)
        yield from _of_name(fact.fact, (*path, "fact"), names.frames)
        yield from _of_choices(fact, path)
        yield from _of_bounds(fact, path)
    yield from _twice("start", "fact", [asked.fact for asked in shape.start], _FACT)
    for place, asked in enumerate(shape.start):
        yield from _unknown(asked.fact, names.own, ("start", place, "fact"), _FACT)
        yield from _repeated(("start", place, "of"), asked.of)


def _of_choices(fact: FactShape, path: Path) -> Iterator[Wrong]:
    path = (*path, "choices")
    if fact.kind is FactKind.CHOICE and len(fact.choices) < 2:
        text = Label("至少要有两个选项。", "There have to be two choices at least.")
        yield Wrong(path, text, Label("在 choices 里写上。", "Give them under choices."))
    if fact.kind is not FactKind.CHOICE and fact.choices:
        text = Label("{kind}没有选项。", "This kind, {kind}, has no choices.").filled(kind=fact.kind.label)
        yield Wrong(
            path, text, Label("把 kind 改成 choice，或删掉 choices。", "Make it a choice, or take choices out.")
        )
    yield from _repeated(path, [choice.value for choice in fact.choices], "value")


def _of_bounds(fact: FactShape, path: Path) -> Iterator[Wrong]:
    least, most = fact.least, fact.most
    if least is not UNSET and fact.kind not in _NUMBERS:
        text = Label("只有数才有 least。", "Only numbers have a least.")
        yield Wrong((*path, "least"), text, Label("删掉 least。", "Take least out."))
    if most is UNSET or (least is not UNSET and fact.kind not in _NUMBERS):
        return
    highest = _MOST_BY_KIND.get(fact.kind)
    if highest is None and fact.kind not in _NUMBERS:
        text = Label("{kind}没有 most。", "This kind, {kind}, has no most.").filled(kind=fact.kind.label)
        yield Wrong((*path, "most"), text, Label("删掉 most。", "Take most out."))
    elif highest is not None and not 1 <= most <= highest:
        text = Label("{n} 超出范围。", "{n} is out of range.").filled(n=most)
        yield Wrong((*path, "most"), text, Label("写 1 到 {n}。", "Write 1 to {n}.").filled(n=highest))
    elif least is not UNSET and least > most:
        text = Label("least 比 most 大。", "least is more than most.")
        yield Wrong((*path, "most"), text, Label("把两个数换过来。", "Exchange the two."))


def _of_table(names: Names, table: TableShape, place: int) -> Iterator[Wrong]:
    path: Path = ("tables", place)
    earlier = {name for other in names.shape.tables[:place] for name in other.outputs}
    later = {name for other in names.shape.tables[place:] for name in other.outputs} - earlier
    for number, name in enumerate(table.inputs):
        there = (names.own | names.frames | AMBIENT) - {RESULTS}
        yield from _unknown(name, there, (*path, "inputs", number), _FACT)
        if name in later:
            text = Label("“{name}”要到后面才得出。", "“{name}” follows only from what comes later.").filled(name=name)
            yield Wrong((*path, "inputs", number), text, Label("把那张表放到前面。", "Put that table before this one."))
    yield from _repeated((*path, "inputs"), table.inputs)
    yield from _repeated((*path, "outputs"), table.outputs)
    for number, name in enumerate(table.outputs):
        yield from _unknown(name, names.own, (*path, "outputs", number), _FACT)
        if name in earlier:
            text = Label("“{name}”已由前面的表得出。", "“{name}” follows from an earlier table.").filled(name=name)
            yield Wrong((*path, "outputs", number), text, _RENAME)
    yield from _of_rows(names, table, path)


def _of_rows(names: Names, table: TableShape, path: Path) -> Iterator[Wrong]:
    for number, row in enumerate(table.rows):
        for side, cells, columns in (("when", row.when, table.inputs), ("then", row.then, table.outputs)):
            where = (*path, "rows", number, side)
            if columns and len(cells) != len(columns):
                text = Label("有 {n} 格，应当 {wanted} 格。", "There are {n} cells, not {wanted}.")
                remedy = Label("一列一格；条件格里 - 表示都可以。", "One cell a column; in a condition, - is anything.")
                yield Wrong(where, text.filled(n=len(cells), wanted=len(columns)), remedy)
            for place, cell in enumerate(cells):
                yield from in_cell(cell, names.known, (*where, place), may_be_anything=side == "when")


def _of_step(names: Names, step: StepShape, path: Path) -> Iterator[Wrong]:
    yield from _of_name(step.step, (*path, "step"), frozenset())
    yield from _of_who(names, step, path)
    yield from _of_results(names, step, path)
    if step.checked_by is not UNSET:
        yield from _unknown(step.checked_by, names.steps, (*path, "checked_by"), _STEP)
    yield from _repeated((*path, "after"), step.after)
    for number, name in enumerate(step.after):
        yield from _unknown(name, names.steps, (*path, "after", number), _STEP)
    yield from _of_facts_used(names, step, path)
    if step.when is not UNSET:
        yield from in_condition(step.when, names.known, (*path, "when"))
    yield from _of_unknown(names, step, path)
    for number, message in enumerate(step.messages):
        for language, words in (("zh", message.words.zh), ("en", message.words.en)):
            yield from in_words(words, names.own, (*path, "messages", number, "words", language))
    if step.legal_limit is not UNSET:
        yield from _of_day(step.legal_limit.dated, (*path, "legal_limit", "dated"))


def _of_facts_used(names: Names, step: StepShape, path: Path) -> Iterator[Wrong]:
    yield from _repeated((*path, "fields"), step.fields)
    for number, name in enumerate(step.fields):
        yield from _unknown(name, names.own, (*path, "fields", number), _FACT)
    if step.repeat is not UNSET:
        yield from _unknown(step.repeat, names.own, (*path, "repeat"), _FACT)
    if not isinstance(step.limit, str) and step.limit.fact is not UNSET:
        yield from _unknown(step.limit.fact, names.own, (*path, "limit", "fact"), _FACT)


def _of_unknown(names: Names, step: StepShape, path: Path) -> Iterator[Wrong]:
    if step.if_unknown is not UNSET or (step.when is UNSET and step.repeat is UNSET):
        return
    asked = {start.fact for start in names.shape.start}
    sure = {fact.fact for fact in names.shape.facts if fact.required and fact.fact in asked}
    if step.when is not UNSET or step.repeat not in sure:
        text = Label("没有写还不知道时怎么办。", "It does not say what to do while that is unknown.")
        yield Wrong((*path, "if_unknown"), text, Label("写 if_unknown: do 或 skip。", "Write if_unknown: do, or skip."))


def _of_who(names: Names, step: StepShape, path: Path) -> Iterator[Wrong]:
    who, where = step.who, (*path, "who")
    by_stage, by_office = who.stage is not UNSET, UNSET not in (who.function, who.level)
    if by_stage == by_office or (by_stage and (who.function, who.level) != (UNSET, UNSET)):
        text = Label("没有写清谁来办。", "It does not say clearly who takes it.")
        remedy = Label(
            "写 {stage: 环节}，或 {function: 职能, level: 层级}，只写一样。",
            "Write {stage: …} or {function: …, level: …}, and only one of them.",
        )
        yield Wrong(where, text, remedy)
    elif by_stage and names.frame and who.stage not in names.stages:
        text = Label("责任目录没有环节“{stage}”。", "The catalogue has no stage “{stage}”.").filled(stage=who.stage)
        yield Wrong((*where, "stage"), text, _one_of(names.stages))
    if step.limit == "catalogue" and not by_stage:
        text = Label("不按责任目录找人，也就没有目录的时限。", "Without a stage there is no limit in the catalogue.")
        remedy = Label("写 {amount: 2, clock: working_days}。", "Write {amount: 2, clock: working_days}.")
        yield Wrong((*path, "limit"), text, remedy)
    if step.act is not UNSET and names.frame and step.act not in names.acts:
        text = Label("没有环节“{act}”。", "There is no act “{act}”.").filled(act=step.act)
        yield Wrong((*path, "act"), text, _one_of(names.acts))


def _of_results(names: Names, step: StepShape, path: Path) -> Iterator[Wrong]:
    acts = names.frame.acts if names.frame else ()
    given = {result.name: result.back_to for act in acts if act.name == step.act for result in act.results}
    bound = {other.act: other.step for other in names.shape.steps if other.act is not UNSET}
    places: list[tuple[str, Path]] = []
    for number, result in enumerate(step.results):
        places.append((result.result, (*path, "results", number, "result")))
        if result.result in given:
            yield _other_way(result.result, bound.get(given[result.result], ""), places[-1][1])
    for number, wrong in enumerate(step.goes_wrong):
        where = (*path, "goes_wrong", number)
        places.append((wrong.result, (*where, "result")))
        yield from _of_way_back(names, wrong, where)
        if wrong.result in given and wrong.back_to != bound.get(given[wrong.result], wrong.back_to):
            yield _other_way(wrong.result, bound[given[wrong.result]], places[-1][1])
    seen = set[str]()
    for name, where in places:
        if name in seen:
            yield _double(name, where, _RESULT)
        seen.add(name)
        if name not in given:
            yield from _of_name(name, where, frozenset({SKIPPED}))


def _of_way_back(names: Names, wrong: WrongShape, path: Path) -> Iterator[Wrong]:
    if wrong.back_to is UNSET:
        if not wrong.ends:
            text = Label("没有写出了这种情形往哪里走。", "It does not say where it then goes.")
            yield Wrong(
                path, text, Label("写 back_to 和 at_most，或 ends: true。", "Write back_to and at_most, or ends: true.")
            )
        if wrong.at_most is not UNSET:
            text = Label("不退回，就没有次数。", "Without a way back there is no number of times.")
            yield Wrong(
                (*path, "at_most"), text, Label("删掉 at_most，或写上 back_to。", "Take at_most out, or add back_to.")
            )
        return
    yield from _unknown(wrong.back_to, names.steps, (*path, "back_to"), _STEP)
    if wrong.at_most is UNSET:
        text = Label("没有写最多退几次。", "It does not say how often it may go back.")
        yield Wrong((*path, "at_most"), text, Label("写 at_most，1 到 20。", "Write at_most, 1 to 20."))
    if wrong.ends:
        text = Label("不能又退回又了结。", "It cannot both go back and end.")
        yield Wrong((*path, "ends"), text, Label("只留一样。", "Leave one of them."))


def _other_way(name: str, to: str, path: Path) -> Wrong:
    text = Label(
        "“{name}”是事项自身的退回，去处不能改。", "“{name}” is the subject's own way back; where it goes is fixed."
    )
    remedy = Label(
        "写在 goes_wrong 里，back_to: {to}；或者不写。", "List it under goes_wrong with back_to: {to}, or not at all."
    )
    return Wrong(path, text.filled(name=name), remedy.filled(to=to or "…"))


def _of_name(name: str, path: Path, taken: frozenset[str]) -> Iterator[Wrong]:
    if name in RESERVED | AMBIENT | taken:
        text = Label("“{name}”另有所指，不能当名字。", "“{name}” means something else already.").filled(name=name)
        yield Wrong(path, text, _ANOTHER)


def _of_day(text: str, path: Path) -> Iterator[Wrong]:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError:
        wrong = Label("没有 {day} 这一天。", "There is no such day as {day}.").filled(day=text)
        yield Wrong(path, wrong, Label("写通过或修订的日期。", "Give the day it was passed or amended."))


def _unknown(name: str, there: Iterable[str], path: Path, what: Label) -> Iterator[Wrong]:
    known = frozenset(there)
    if name and name not in known and "" not in known:
        text = Label("没有{what}“{name}”。", "There is no {what} “{name}”.").filled(what=what, name=name)
        yield Wrong(path, text, _DECLARE if what is _FACT else _one_of(known))


def _twice(section: str, key: str, names: Iterable[str], what: Label) -> Iterator[Wrong]:
    seen = set[str]()
    for place, name in enumerate(names):
        if name and name in seen:
            yield _double(name, (section, place, key), what)
        seen.add(name)


def _double(name: str, path: Path, what: Label) -> Wrong:
    text = Label("有两个{what}叫“{name}”。", "Two {what}s are named “{name}”.").filled(what=what, name=name)
    return Wrong(path, text, _RENAME)


def _repeated(path: Path, values: Iterable[str], key: str = "") -> Iterator[Wrong]:
    seen = set[str]()
    for place, value in enumerate(values):
        if value and value in seen:
            text = Label("“{value}”写了两次。", "“{value}” stands here twice.").filled(value=value)
            yield Wrong((*path, place, key) if key else (*path, place), text, _ONCE)
        seen.add(value)


def _one_of(names: Iterable[str]) -> Label:
    found = sorted(names)[:_NAMED_MAX]
    if not found:
        return Label("删掉它。", "Take it out.")
    return Label("可以写：{names}。", "Write one of: {names}.").filled(names=", ".join(found))
