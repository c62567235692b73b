"""What a rehearsal cannot know, in plain words with its numbers: part of the report, never a footnote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lilong.apps.work.rules.planning import Ready
from lilong.apps.work.rules.rehearsal.experience import THIN, Experience
from lilong.apps.work.rules.rehearsal.kinds import own_kind
from lilong.apps.work.rules.rehearsal.living import Source
from lilong.apps.work.rules.rehearsal.tallies import Tally
from lilong.apps.work.terms import AMBIENT, PastMatter, Scenario, Step, Trial
from lilong.kernel.words import Label

_BUSIER = 1.2
_NAMED = 5

_NO_QUEUES = Label(
    "没有算排队：活多了，人手还是按过去的快慢办。新办法下有 {units} 个单位的活会多出两成以上，它们实际可能更慢。",
    "Queues are not reckoned: hands work as fast as before, however much there is. {units} units would get over a "
    "fifth more work and may really be slower.",
)
_SAME_PACE = Label(
    "有 {steps} 步的时限变了；演练按过去的快慢算，不知道时限变了人会不会赶。",
    "{steps} steps have another limit; the rehearsal keeps the old pace and cannot know whether people would hurry.",
)
_ASSUMED = Label(
    "有 {pieces} 份活以前没有人办过（{names}），用时是假定的：平均用掉时限的 {share}%。",
    "{pieces} pieces of work were never done before ({names}); their time is assumed: {share} % of the limit on "
    "average.",
)
_BORROWED = Label(
    "有 {pieces} 份新的活，用时借自同类单位办别的活的记录。",
    "{pieces} new pieces of work take as long as the same kind of office took for other work.",
)
_THIN_DATA = Label(
    "有 {pieces} 份活（占 {share}%）落在过去办过不到 {least} 份同类活的单位，多半按别处的快慢算。",
    "{pieces} pieces ({share} %) fall to units that did fewer than {least} such pieces before; they mostly go by "
    "the pace of others.",
)
_UNTOLD = Label(
    "有 {matters} 件过去的事没有记“{fact}”，条件里要用到它的，按文件写明的办法走。",
    "{matters} past matters do not tell “{fact}”; conditions that ask for it took their stated path.",
)
_NEVER_SEEN = Label(
    "这些结果过去没有出现过，演练里也不会出现：{names}。",
    "These results never came up in the past and do not come up here: {names}.",
)
_UNFINISHED = Label(
    "历史里还有 {pieces} 份没有办完的活，没有算进快慢里；久拖的事因此可能算少了。",
    "{pieces} pieces of the history are not finished and teach nothing; long ones may be too few because of it.",
)
_STUCK = Label(
    "有 {matters} 件走不到头：{names} 没有人负责。", "{matters} matters never end: nobody is responsible for {names}."
)
_STATED = Label(
    "这是设定的来件量，不是真的发生过的事，没有可以对照的实际。",
    "The load is stated, not lived: there is nothing real to compare it with.",
)
_BROUGHT_IN = Label(
    "有 {matters} 件是从别的登记簿导入的，只知道其中一部分环节；不知道的环节不算时间，也不算谁的活。",
    "{matters} matters were brought in from another register that tells only some of their stages; the others take no "
    "time and are nobody's work.",
)
_SAME_HANDS = Label(
    "没有改的步骤，由当时真正办的单位来办；改了的和新的步骤，由现在的清单定。",
    "Steps that did not change are taken by whoever really took them; changed and new ones by the catalogue of today.",
)


@dataclass(frozen=True, slots=True)
class Stood:
    """What a rehearsal stood on and what came out of it."""

    trial: Trial
    experience: Experience
    present: Tally
    new: Tally
    stated: bool


def honesty(stood: Stood, matters: Sequence[PastMatter]) -> tuple[Label, ...]:
    """Everything that has to be said beside the numbers."""
    return (
        *([_STATED] if stood.stated else [_SAME_HANDS]),
        *([_BROUGHT_IN.filled(matters=brought)] if (brought := sum(bool(one.untold) for one in matters)) else []),
        *_of_hands(stood),
        *_of_the_past(stood),
        *_of_facts(stood.trial.new.scenario, matters),
    )


def _of_hands(stood: Stood) -> Iterator[Label]:
    yield _NO_QUEUES.filled(units=_busier(stood.present, stood.new))
    if changed := _changed_limits(stood.trial):
        yield _SAME_PACE.filled(steps=changed)
    if stood.new.counts["stuck"]:
        steps = {step.name: step for step in stood.trial.new.scenario.steps}
        names = _titles(steps[name] for name in _most(stood.new.unassigned) if name in steps)
        yield _STUCK.filled(matters=stood.new.counts["stuck"], names=names)


def _of_the_past(stood: Stood) -> Iterator[Label]:
    sources, pieces = stood.new.sources, stood.new.sources.total()
    if sources[Source.ASSUMPTION]:
        share = round(stood.trial.assumed_share * 100)
        names = _titles(step for step in stood.trial.new.scenario.steps if step.name in stood.new.assumed)
        yield _ASSUMED.filled(pieces=sources[Source.ASSUMPTION], names=names, share=share)
    if sources[Source.OFFICE]:
        yield _BORROWED.filled(pieces=sources[Source.OFFICE])
    if thin := stood.new.counts["thin"]:
        yield _THIN_DATA.filled(pieces=thin, share=round(100 * thin / pieces), least=THIN)
    if stood.experience.unfinished:
        yield _UNFINISHED.filled(pieces=stood.experience.unfinished)
    if unseen := list(_never_seen(stood)):
        zh, en = ("、".join(label.zh for label in unseen), ", ".join(label.en for label in unseen))
        yield _NEVER_SEEN.filled(names=Label(zh, en))


def _of_facts(scenario: Scenario, matters: Sequence[PastMatter]) -> Iterator[Label]:
    ready = Ready(scenario)
    asked = {name for condition in ready.conditions.values() for name in condition.names}
    asked |= {name for table in scenario.tables for name in table.inputs}
    asked |= {name for step in scenario.steps for name in (step.repeat, step.limit.fact) if name}
    derived = {name for table in scenario.tables for name in table.outputs}
    for name in sorted(asked - derived - AMBIENT):
        untold = sum(name not in matter.facts for matter in matters)
        fact = scenario.fact(name)
        if untold:
            yield _UNTOLD.filled(matters=untold, fact=fact.label if fact else name)


def _busier(present: Tally, new: Tally) -> int:
    before = {unit: sum(numbers[:24]) for unit, numbers in present.by_unit.items()}
    return sum(sum(numbers[:24]) > _BUSIER * before.get(unit, 0) for unit, numbers in new.by_unit.items())


def _changed_limits(trial: Trial) -> int:
    before = {own_kind(step): step.limit for step in trial.present.scenario.steps}
    return sum(before.get(own_kind(step), step.limit) != step.limit for step in trial.new.scenario.steps)


def _never_seen(stood: Stood) -> Iterator[Label]:
    """Results beside the plain one that no piece of the history ended with; the first few."""
    found = 0
    for step in stood.trial.new.scenario.steps:
        seen = stood.experience.results_of(own_kind(step))
        for outcome in step.outcomes[0 if seen else 1 :]:
            if outcome.name not in seen and found < _NAMED:
                found += 1
                yield Label("{step}：{result}", "{step}: {result}").filled(step=step.title, result=outcome.label)


def _titles(steps: Iterable[Step]) -> Label:
    found = list(steps)[:_NAMED]
    zh, en = "、".join(f"“{step.title.zh}”" for step in found), ", ".join(f"“{step.title.en}”" for step in found)
    return Label(zh or "—", en or "—")


def _most(counted: Counter[str]) -> list[str]:
    return [name for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
