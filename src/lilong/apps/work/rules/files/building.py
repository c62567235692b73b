"""From the shape of a file to a scenario and back.

The ways back that the subject's own life knows (a case's ``return``, ``send_back`` …) stand behind the results of a
step, in the order of the frame, whether the file lists them or not; what a file lists is kept, the rest is not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, TypeVar

from msgspec import UNSET, UnsetType

from lilong.apps.work.rules.files import shapes
from lilong.apps.work.rules.files.shapes import Words
from lilong.apps.work.terms.scenarios import (
    Asked,
    Choice,
    DecisionTable,
    Fact,
    Frame,
    Join,
    LegalBasis,
    LegalLimit,
    LimitRule,
    Measure,
    Message,
    Office,
    Responsible,
    Scenario,
    Step,
    StepResult,
    TableRow,
)
from lilong.kernel.areas import Level
from lilong.kernel.clocks import Limit
from lilong.kernel.words import Label

Given = TypeVar("Given")
Otherwise = TypeVar("Otherwise")


def scenario_from(shape: shapes.ScenarioShape, frame: Frame) -> Scenario:
    """The scenario that a file without faults writes down."""
    bound = {step.act: step.step for step in shape.steps if step.act is not UNSET}
    return Scenario(
        name=shape.scenario,
        version=shape.version,
        kind=shape.kind,
        title=_label(shape.title),
        purpose=_label(shape.purpose),
        steps=tuple(_step(step, _given(frame, _or(step.act, ""), bound)) for step in shape.steps),
        facts=tuple(_fact(fact) for fact in shape.facts),
        start={asked.fact: frozenset(asked.of) for asked in shape.start},
        tables=tuple(_table(table) for table in shape.tables),
        categories=shape.categories,
        area_types=shape.area_types,
        measures=tuple(Measure(one.of, _label(one.label), one.better) for one in shape.measures),
        basis=tuple(LegalBasis(one.law, one.dated, one.article, one.verified) for one in shape.basis),
        within=_legal(shape.within),
    )


def shape_of(scenario: Scenario, frame: Frame | None) -> shapes.ScenarioShape:
    """The file that writes ``scenario`` down: what follows of itself is left out."""
    bound = {step.act: step.name for step in scenario.steps if step.act}
    types = scenario.area_types
    return shapes.ScenarioShape(
        scenario=scenario.name,
        version=scenario.version,
        kind=scenario.kind,
        title=_words(scenario.title),
        purpose=_words(scenario.purpose),
        categories=scenario.categories,
        area_types=shapes.EVERYWHERE if types == shapes.EVERYWHERE else types,
        facts=tuple(_fact_shape(fact) for fact in scenario.facts),
        start=tuple(
            shapes.StartShape(fact, tuple(one for one in Asked if one in of)) for fact, of in scenario.start.items()
        ),
        tables=tuple(_table_shape(table) for table in scenario.tables),
        steps=tuple(_step_shape(step, _given(frame, step.act, bound)) for step in scenario.steps),
        measures=tuple(_measure_shape(one) for one in scenario.measures),
        basis=tuple(shapes.BasisShape(one.law, one.dated, one.article, one.verified) for one in scenario.basis),
        within=_legal_shape(scenario.within),
    )


def _given(frame: Frame | None, act: str, bound: Mapping[str, str]) -> tuple[StepResult, ...]:
    """The results that the subject's own life gives to the step bound to ``act``, leading back to steps."""
    acts = frame.acts if frame else ()
    found = (result for one in acts if act and one.name == act for result in one.results)
    return tuple(
        replace(result, back_to=bound.get(result.back_to, ""))
        for result in found
        if not result.back_to or result.back_to in bound
    )


def _results(step: shapes.StepShape, given: Iterable[StepResult]) -> tuple[StepResult, ...]:
    own = {one.result: StepResult(one.result, _label(one.label), ends=one.ends) for one in step.results}
    for one in step.goes_wrong:
        back_to, at_most = _or(one.back_to, ""), _or(one.at_most, 0)
        own[one.result] = StepResult(one.result, _label(one.label), back_to, at_most, one.ends, wrong=True)
    last = tuple(own.pop(result.name, result) for result in given)
    return (*own.values(), *last)


def _step(step: shapes.StepShape, given: Iterable[StepResult]) -> Step:
    return Step(
        name=step.step,
        title=_label(step.title),
        hand_in=_label(step.hand_in),
        who=_responsible(step.who),
        limit=_limit_rule(step.limit),
        act=_or(step.act, ""),
        co=tuple(_office(one) for one in step.co),
        together=step.together,
        after=step.after,
        join=_join(step),
        when=_or(step.when, ""),
        if_unknown=_or(step.if_unknown, None),
        repeat=_or(step.repeat, ""),
        fields=step.fields,
        documents=tuple(_label(one) for one in step.documents),
        results=_results(step, given),
        checked_by=_or(step.checked_by, ""),
        messages=tuple(Message(one.at, one.to, _label(one.words)) for one in step.messages),
        emergency_limit=_limit(step.emergency_limit),
        legal_limit=_legal(step.legal_limit),
        note=_label_or_none(step.note),
    )


def _step_shape(step: Step, given: tuple[StepResult, ...]) -> shapes.StepShape:
    own = tuple(result for result in step.results if result not in given)
    return shapes.StepShape(
        step=step.name,
        act=step.act or UNSET,
        title=_words(step.title),
        hand_in=_words(step.hand_in),
        note=_words_or_unset(step.note),
        who=_who_shape(step.who),
        co=tuple(_office_shape(one) for one in step.co),
        together=step.together,
        limit=_limit_rule_shape(step.limit),
        emergency_limit=_limit_shape(step.emergency_limit),
        legal_limit=_legal_shape(step.legal_limit),
        after=step.after,
        join=_join_shape(step.join),
        others="withdraw" if step.join.withdraws else "go_on",
        when=step.when or UNSET,
        if_unknown=step.if_unknown or UNSET,
        repeat=step.repeat or UNSET,
        fields=step.fields,
        documents=tuple(_words(one) for one in step.documents),
        results=tuple(shapes.ResultShape(r.name, _words(r.label), r.ends) for r in own if not _is_wrong(r)),
        goes_wrong=tuple(_wrong_shape(result) for result in own if _is_wrong(result)),
        checked_by=step.checked_by or UNSET,
        messages=tuple(shapes.MessageShape(one.moment, one.to, _words(one.words)) for one in step.messages),
    )


def _is_wrong(result: StepResult) -> bool:
    return result.wrong or bool(result.back_to)


def _wrong_shape(result: StepResult) -> shapes.WrongShape:
    back_to, at_most = result.back_to or UNSET, result.at_most or UNSET
    return shapes.WrongShape(result.name, _words(result.label), back_to, at_most, result.ends)


def _join(step: shapes.StepShape) -> Join:
    needed = {"all": 0, "any": 1}[step.join] if isinstance(step.join, str) else step.join.at_least
    return Join(needed, step.others == "withdraw")


def _join_shape(join: Join) -> Literal["all", "any"] | shapes.AtLeastShape:
    if join.needed > 1:
        return shapes.AtLeastShape(join.needed)
    return "any" if join.needed else "all"


def _fact(fact: shapes.FactShape) -> Fact:
    return Fact(
        name=fact.fact,
        kind=fact.kind,
        label=_label(fact.label),
        choices=tuple(Choice(one.value, _label(one.label)) for one in fact.choices),
        required=fact.required,
        why=_label_or_none(fact.why),
        least=_or(fact.least, None),
        most=_or(fact.most, None),
    )


def _fact_shape(fact: Fact) -> shapes.FactShape:
    return shapes.FactShape(
        fact=fact.name,
        kind=fact.kind,
        label=_words(fact.label),
        why=_words_or_unset(fact.why),
        required=fact.required,
        choices=tuple(shapes.ChoiceShape(one.value, _words(one.label)) for one in fact.choices),
        least=UNSET if fact.least is None else fact.least,
        most=UNSET if fact.most is None else fact.most,
    )


def _table(table: shapes.TableShape) -> DecisionTable:
    rows = tuple(TableRow(row.when, row.then) for row in table.rows)
    return DecisionTable(table.table, _label(table.title), table.hit, table.inputs, table.outputs, rows)


def _table_shape(table: DecisionTable) -> shapes.TableShape:
    rows = tuple(shapes.RowShape(row.when, row.then) for row in table.rows)
    return shapes.TableShape(table.name, _words(table.title), table.hit, table.inputs, table.outputs, rows)


def _measure_shape(measure: Measure) -> shapes.MeasureShape:
    return shapes.MeasureShape(shapes.MEASURED[measure.of], _words(measure.label), shapes.BETTER[measure.better])


def _responsible(who: shapes.WhoShape) -> Responsible:
    if who.stage is not UNSET:
        return Responsible(stage=who.stage)
    if who.function is UNSET or who.level is UNSET:
        raise TypeError("a file without faults says who takes a step")
    return Responsible(office=Office(who.function, Level[who.level.upper()]))


def _who_shape(who: Responsible) -> shapes.WhoShape:
    if who.office is None:
        return shapes.WhoShape(stage=who.stage)
    office = _office_shape(who.office)
    return shapes.WhoShape(function=office.function, level=office.level)


def _office(office: shapes.OfficeShape) -> Office:
    return Office(office.function, Level[office.level.upper()])


def _office_shape(office: Office) -> shapes.OfficeShape:
    return shapes.OfficeShape(office.function, shapes.LEVELS[office.level])


def _limit_rule(limit: str | shapes.StepLimitShape) -> LimitRule:
    if isinstance(limit, str):
        return LimitRule()
    return LimitRule(Limit(limit.amount, limit.clock), _or(limit.fact, ""))


def _limit_rule_shape(rule: LimitRule) -> Literal["catalogue"] | shapes.StepLimitShape:
    if rule.fixed is None:
        return shapes.CATALOGUE
    return shapes.StepLimitShape(rule.fixed.amount, rule.fixed.kind, rule.fact or UNSET)


def _limit(limit: shapes.LimitShape | UnsetType) -> Limit | None:
    return None if limit is UNSET else Limit(limit.amount, limit.clock)


def _limit_shape(limit: Limit | None) -> shapes.LimitShape | UnsetType:
    return UNSET if limit is None else shapes.LimitShape(limit.amount, limit.kind)


def _legal(legal: shapes.LegalLimitShape | UnsetType) -> LegalLimit | None:
    if legal is UNSET:
        return None
    basis = LegalBasis(legal.law, legal.dated, legal.article, legal.verified)
    return LegalLimit(Limit(legal.amount, legal.clock), basis)


def _legal_shape(legal: LegalLimit | None) -> shapes.LegalLimitShape | UnsetType:
    if legal is None:
        return UNSET
    limit, basis = legal.limit, legal.basis
    return shapes.LegalLimitShape(limit.amount, limit.kind, basis.law, basis.dated, basis.article, basis.verified)


def _label(words: Words) -> Label:
    return Label(words.zh, words.en)


def _label_or_none(words: Words | UnsetType) -> Label | None:
    return None if words is UNSET else _label(words)


def _words(label: Label) -> Words:
    return Words(label.zh, label.en)


def _words_or_unset(label: Label | None) -> Words | UnsetType:
    return UNSET if label is None else _words(label)


def _or(given: Given | UnsetType, otherwise: Otherwise) -> Given | Otherwise:
    return otherwise if given is UNSET else given
