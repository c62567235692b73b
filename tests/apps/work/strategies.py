"""Scenarios and their histories as Hypothesis makes them: sound by construction, or with one flaw planted in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from lilong.apps.work.rules.checking.shape import ways
from lilong.apps.work.rules.planning import plan, refusal_of
from lilong.apps.work.rules.ready import Ready
from lilong.apps.work.terms import (
    Asked,
    Assignment,
    Choice,
    DecisionTable,
    Example,
    Fact,
    FactKind,
    FactValue,
    Frame,
    Happened,
    Hearer,
    HitPolicy,
    Join,
    LegalBasis,
    LegalLimit,
    LimitRule,
    Message,
    Moment,
    Office,
    Plan,
    Progress,
    Responsible,
    Scenario,
    Situation,
    Step,
    StepResult,
    TableRow,
    Unknown,
    step_of,
)
from lilong.kernel.areas import Level
from lilong.kernel.clocks import STANDARD_SESSIONS, ClockKind, Limit, WorkingTime
from lilong.kernel.days import WorkingDays
from lilong.kernel.words import Label

FREE = Frame("work.undertaking", Label("事务", "undertaking"))
DAY = Limit(1, ClockKind.WORKING_DAYS)
TIME = WorkingTime(WorkingDays(frozenset({2026}), ()), STANDARD_SESSIONS, UTC)
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOMES_MAX = 3


def said(text: str) -> Label:
    """A label of one text."""
    return Label(text, text)


URGENT = Fact("urgent", FactKind.YES_NO, said("urgent"), required=True)
FLOOR = Fact("floor", FactKind.WHOLE, said("floor"), least=0, most=9)
SORT = Fact("sort", FactKind.CHOICE, said("sort"), tuple(Choice(name, said(name)) for name in "abc"), required=True)
HOMES = Fact("homes", FactKind.TEXTS, said("homes"))
FOUND = Fact("found", FactKind.YES_NO, said("found"))
HOURS = Fact("hours", FactKind.WHOLE, said("hours"), least=1, most=9)
FACTS = (URGENT, FLOOR, SORT, HOMES, FOUND, HOURS)
START = {fact.name: frozenset(Asked) for fact in (URGENT, FLOOR, SORT, HOMES)}
TABLE = DecisionTable(
    "speed",
    said("speed"),
    HitPolicy.UNIQUE,
    ("urgent", "sort"),
    ("hours",),
    (
        TableRow(("urgent", "-"), ("1",)),
        TableRow(("!urgent", 'sort == "a"'), ("4",)),
        TableRow(("!urgent", 'sort != "a"'), ("8",)),
    ),
)
CONDITIONS = (
    "urgent",
    "!urgent",
    "floor > 3",
    "urgent && floor >= 2",
    'sort == "a" || floor < 5',
    "found",
    "hours > 3",
    'hours == 4 && sort != "b"',
    'posture == "emergency"',
    "hour < 8 || !workday",
    "size(homes) > 1",
)
OK, POOR = StepResult("ok", said("ok")), StepResult("poor", said("poor"))
HOPELESS = StepResult("hopeless", said("hopeless"), ends=True, wrong=True)


def bare(name: str, *after: str) -> Step:
    """A plain step of one office."""
    who = Responsible(office=Office("street_operations", Level.STREET))
    return Step(name, said(name), said("it"), who, LimitRule(DAY), after=after)


def of_steps(*steps: Step) -> Scenario:
    """These steps as a scenario that knows all the facts."""
    return Scenario("made", 1, FREE.kind, said("made"), said("made"), steps, facts=FACTS, start=START, tables=(TABLE,))


def back(name: str, to: str, at_most: int = 2) -> StepResult:
    """A result that goes back."""
    return StepResult(name, said(name), back_to=to, at_most=at_most, wrong=True)


# --- sound ---------------------------------------------------------------------------------------------------------


@st.composite
def clean_scenarios(draw: st.DrawFn, least: int = 2, most: int = 9) -> Scenario:
    """Steps in any order that has one end, with joins that always complete, conditions, bounded loops, repetitions."""
    count = draw(st.integers(least, most))
    steps = [draw(_steps(number, last=count - 1)) for number in range(count)]
    awaited = {name for step in steps for name in step.after}
    loose = tuple(step.name for step in steps[:-1] if step.name not in awaited)
    steps[-1] = replace(steps[-1], after=tuple(dict.fromkeys((*steps[-1].after, *loose))))
    taken = set[str]()
    for place, step in enumerate(steps):
        steps[place] = draw(_joined(step, steps, taken))
    for place, step in enumerate(steps):
        steps[place] = replace(step, results=draw(_results(steps, step)))
    return of_steps(*steps)


@st.composite
def _steps(draw: st.DrawFn, number: int, last: int) -> Step:
    after = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
    step = bare(f"s{number}", *(f"s{other}" for other in after))
    if number == 0:
        step = replace(step, fields=("found",))
    if number == last:
        return step
    shape = draw(st.sampled_from(("plain", "plain", "when", "when", "repeat", "both")))
    if shape in ("when", "both"):
        known = CONDITIONS if after else tuple(condition for condition in CONDITIONS if condition != "found")
        step = replace(step, when=draw(st.sampled_from(known)))
    if shape in ("repeat", "both"):
        step = replace(step, repeat="homes")
    return replace(step, if_unknown=draw(st.sampled_from(Unknown)) if shape != "plain" else None)


@st.composite
def _joined(draw: st.DrawFn, step: Step, steps: list[Step], taken: set[str]) -> Step:
    """Sometimes a join for fewer, of steps that are always done and that no other join may take back."""
    members = [other for other in steps if other.name in step.after]
    certain = [member for member in members if not member.when and not member.repeat]
    if len(members) < 2 or not certain or taken.intersection(step.after) or not draw(st.booleans()):
        return step
    taken.update(step.after)
    return replace(step, join=Join(draw(st.integers(1, len(certain))), withdraws=draw(st.booleans())))


@st.composite
def _results(draw: st.DrawFn, steps: list[Step], step: Step) -> tuple[StepResult, ...]:
    found = list(draw(st.sampled_from(((), (OK, POOR)))))
    earlier = sorted({step.name, *_before(steps, step)})
    backs = draw(st.lists(st.sampled_from(("again", "wrong")), max_size=2, unique=True))
    found += [back(name, draw(st.sampled_from(earlier)), draw(st.integers(1, 2))) for name in backs]
    if draw(st.integers(0, 5)) == 0:
        found.append(HOPELESS)
    return tuple(found)


def _before(steps: list[Step], step: Step) -> set[str]:
    by_name = {other.name: other for other in steps}
    found, left = set[str](), list(step.after)
    while left:
        name = left.pop()
        found.add(name)
        left += [other for other in by_name[name].after if other not in found]
    return found


@st.composite
def wild_scenarios(draw: st.DrawFn) -> Scenario:
    """As the sound ones, but with joins that may wait for more than is ever done, and for what others take back."""
    scenario = draw(clean_scenarios())
    wanted = st.builds(Join, st.integers(0, 3), st.booleans())
    joins = {step.name: draw(wanted) for step in scenario.steps if len(step.after) > 1}
    steps = tuple(
        replace(step, join=replace(found, needed=min(found.needed, len(step.after)))) if found else step
        for step, found in ((step, joins.get(step.name)) for step in scenario.steps)
    )
    return replace(scenario, steps=steps)


facts_said = st.fixed_dictionaries(
    {"urgent": st.booleans(), "sort": st.sampled_from("abc")},
    optional={
        "floor": st.integers(0, 9),
        "found": st.booleans(),
        "homes": st.lists(st.sampled_from(("甲", "乙", "丙")), max_size=HOMES_MAX, unique=True).map(tuple),
    },
)


# --- with one flaw -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planted:
    """A scenario with one flaw and the kind of finding that must name it."""

    scenario: Scenario
    kind: str


Plant = Callable[[Scenario], Scenario]


def _with(*steps: Step) -> Plant:
    """Other steps before everything: they are in no way bound to what follows, but the first step waits for them."""

    def plant(scenario: Scenario) -> Scenario:
        ends = {step.name for step in steps} - {name for step in steps for name in step.after}
        rest = (replace(step, after=tuple(sorted(ends))) if not step.after else step for step in scenario.steps)
        return replace(scenario, steps=(*steps, *rest))

    return plant


def _changing_end(change: Callable[[Step], Step]) -> Plant:
    return lambda scenario: replace(scenario, steps=(*scenario.steps[:-1], change(scenario.steps[-1])))


def _if(step: Step, condition: str) -> Step:
    return replace(step, when=condition, if_unknown=Unknown.SKIP)


def _table(*rows: TableRow, hit: HitPolicy = HitPolicy.FIRST) -> Plant:
    table = replace(TABLE, name="planted", outputs=("floor2",), hit=hit, rows=rows)
    fact = replace(FLOOR, name="floor2")
    return lambda scenario: replace(scenario, tables=(*scenario.tables, table), facts=(*scenario.facts, fact))


def _saying(zh: str, en: str) -> Message:
    return Message(Moment.DONE, Hearer.REPORTER, Label(zh, en))


LAW = LegalBasis("某条例", "2018-05-24", 12)
NATURAL = LegalLimit(Limit(24, ClockKind.NATURAL_HOURS), LAW)
X, Y, Z = bare("x"), bare("y"), bare("z", "x", "y")
STARVED = replace(Z, join=Join(2))
PLANTS: Mapping[str, tuple[Plant, ...]] = {
    "cycle": (_with(replace(X, after=("y",)), replace(Y, after=("x",))), _with(replace(X, after=("x",)))),
    "unknown_step": (_with(replace(X, after=("nowhere",))), _with(replace(X, checked_by="nowhere"))),
    "unknown_fact": (
        _with(_if(X, "nobody > 1")),
        _with(replace(X, fields=("nobody",))),
        _with(replace(X, repeat="nobody", if_unknown=Unknown.SKIP)),
    ),
    "name_twice": (_with(X, X),),
    "syntax": (_with(_if(X, "floor >")), _with(_if(X, "has(results.s0)"))),
    "ends": (lambda scenario: replace(scenario, steps=(X, *scenario.steps)),),
    "end_conditional": (
        _changing_end(lambda step: _if(step, "urgent")),
        _changing_end(lambda step: replace(step, repeat="homes", if_unknown=Unknown.DO)),
    ),
    "join_impossible": (_with(X, Y, replace(Z, join=Join(3))),),
    "join_starves": (
        _with(replace(X, when="urgent"), Y, STARVED),
        _with(replace(X, when="urgent"), replace(Y, when="!urgent"), STARVED),
        _with(replace(X, when="floor > 3", if_unknown=Unknown.SKIP), Y, STARVED),
        _with(replace(X, repeat="homes", if_unknown=Unknown.DO), Y, STARVED),
        _with(replace(X, results=(OK, POOR)), replace(Y, after=("x",), when='results.x == "ok"'), STARVED),
        _with(replace(X, when="hours == 4 || hours == 1"), replace(Y, when="hours > 3"), replace(Z, join=Join(2))),
    ),
    "loop_unbounded": (_changing_end(lambda step: replace(step, results=(back("round", "s0", 0),))),),
    "back_not_earlier": (_with(replace(X, results=(back("on", "y"),)), replace(Y, after=("x",))),),
    "only_back": (_with(replace(X, results=(back("done", "x"),))),),
    "unreachable": (
        _with(_if(X, "floor > 9 && urgent")),
        _with(replace(X, when='sort == "a" && sort == "b"')),
        _with(replace(X, when="hours == 2")),
        _with(replace(X, results=(StepResult("done", said("over"), ends=True),)), replace(Y, after=("x",))),
    ),
    "unknown_path": (_with(replace(X, when="floor > 3")), _with(replace(X, repeat="homes"))),
    "nobody_asked": (
        _with(replace(X, when="found"), replace(Y, fields=("found",), after=("x",))),
        lambda scenario: replace(
            _with(replace(X, when="sort == 'a'"))(scenario),
            start={name: of for name, of in START.items() if name != "sort"},
        ),
    ),
    "condition_type": (
        _with(replace(X, when="urgent > 3")),
        _with(_if(X, 'sort == "a" && floor')),
        _with(replace(X, when="hours + 1")),
        _with(replace(X, when='urgent == "yes"')),
        _with(replace(X, when='sort == "d" || urgent')),
        _with(_if(X, 'sort.contains("a") && floor.contains("b")')),
        _with(replace(X, results=(OK, POOR)), replace(Y, after=("x",), when='results.x == "well" || urgent')),
    ),
    "table_gap": (
        _table(TableRow(("urgent", "-"), ("1",))),
        _table(TableRow(("urgent", "-"), ("1",)), TableRow(("-", 'sort == "b"'), ("2",))),
    ),
    "table_overlap": (_table(TableRow(("urgent", "-"), ("1",)), TableRow(("-", "-"), ("2",)), hit=HitPolicy.UNIQUE),),
    "table_row_unreachable": (
        _table(TableRow(("-", "-"), ("1",)), TableRow(("urgent", 'sort == "a"'), ("2",))),
        _table(TableRow(("urgent", "-"), ("1",)), TableRow(("!urgent", "-"), ("1",)), TableRow(("-", "-"), ("2",))),
    ),
    "table_output_type": (_table(TableRow(("-", "-"), ('"many"',))), _table(TableRow(("-", "-"), ("urgent",)))),
    "table_cell_type": (
        _table(TableRow(("urgent > 2", "-"), ("1",)), TableRow(("-", "-"), ("1",))),
        _table(TableRow(("-", 'sort == "d"'), ("1",)), TableRow(("-", "-"), ("1",))),
    ),
    "table_width": (_table(TableRow(("-",), ("1",))),),
    "message_words": (_with(replace(X, messages=(_saying("在{nobody}", "in {nobody}"),))),),
    "checker_not_later": (_with(replace(X, checked_by="y"), Y),),
    "checker_same": (_with(replace(X, checked_by="y"), replace(Y, after=("x",))),),
    "limit_beyond_law": (
        _with(replace(X, limit=LimitRule(Limit(2, ClockKind.NATURAL_DAYS)), legal_limit=NATURAL)),
        _with(
            replace(X, limit=LimitRule(DAY), legal_limit=LegalLimit(DAY, LAW), emergency_limit=replace(DAY, amount=2))
        ),
    ),
    "limit_not_comparable": (_with(replace(X, legal_limit=NATURAL)),),
    "within_beyond_law": (
        lambda scenario: replace(
            _with(X, replace(Y, after=("x",)))(scenario), within=LegalLimit(Limit(2, ClockKind.WORKING_DAYS), LAW)
        ),
    ),
    "limit_missing": (_with(replace(X, limit=LimitRule())),),
    "limit_type": (_with(replace(X, limit=LimitRule(DAY, "urgent"))),),
    "repeat_type": (_with(replace(X, repeat="sort")),),
    "asked_and_derived": (_with(replace(X, fields=("hours",))),),
    "act_unknown": (_with(replace(X, act="handle")),),
    "stage_without_category": (_with(replace(X, who=Responsible(stage="handle"))),),
    "categories": (lambda scenario: replace(scenario, categories=("C01*",)),),
    "kind": (lambda scenario: replace(scenario, kind="cases.case"),),
}


def planted(kind: str, number: int) -> st.SearchStrategy[Planted]:
    """Sound scenarios with the flaw of that number of one kind in them."""
    return clean_scenarios(most=5).map(lambda scenario: Planted(PLANTS[kind][number](scenario), kind))


FLAWS = tuple((kind, number) for kind, plants in PLANTS.items() for number in range(len(plants)))


# --- lived through -------------------------------------------------------------------------------------------------

picks = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=60)


@dataclass
class Life:
    """A matter lived through step by step, as an account would have it: what happened, what was planned."""

    ready: Ready
    facts: Mapping[str, FactValue]
    at: datetime = MONDAY
    posture: str = "normal"
    vacant: frozenset[str] = frozenset()
    known: dict[str, FactValue] = field(default_factory=dict)
    now: Plan = field(default_factory=lambda: Plan(Progress()))
    acts: int = 0

    def __post_init__(self) -> None:
        given = {*self.ready.scenario.start, *(fact.name for fact in FREE.facts)}
        self.known |= {name: value for name, value in self.facts.items() if name in given}

    @property
    def situation(self) -> Situation:
        """What is known now."""
        return Situation(dict(self.known), self.at, TIME, self.posture)

    def assign(self, step: Step, _: str) -> Assignment | None:
        """One unit for all, but for the steps that nobody takes."""
        return None if step.name in self.vacant else Assignment(1, DAY)

    def plan(self, happened: Happened | None = None) -> Plan:
        """What would come next; kept nowhere."""
        return plan(self.ready, self.now.progress, happened, self.situation, self.assign)

    def begin(self) -> Plan:
        """Plan the first steps."""
        self.now = self.plan()
        return self.now

    def take(self, key: str, result: str) -> Plan:
        """Do one piece of work."""
        happened = Happened(key, result)
        assert refusal_of(self.ready, self.now.progress, happened) is None
        for name in self.ready.steps[step_of(key)].fields:
            if name in self.facts:
                self.known[name] = self.facts[name]
        self.acts += 1
        self.now = self.plan(happened)
        return self.now

    def choices(self, key: str) -> list[str]:
        """The results that the piece of work may have now."""
        step, progress = self.ready.steps[step_of(key)], self.now.progress
        allowed = (way.name for way in ways(step) if refusal_of(self.ready, progress, Happened(key, way.name)) is None)
        return list(allowed)

    def live(self, chosen: list[tuple[int, int]]) -> Iterator[tuple[Happened, Plan, Plan]]:
        """Live through the picks, then on by the last result of each step until the end: before, what, after."""
        turn = iter(chosen)
        while not self.now.ended:
            running = sorted(self.now.progress.running)
            if not running:
                return
            which, how = next(turn, (0, 40))
            key = running[which % len(running)]
            allowed = self.choices(key)
            before, result = self.now, allowed[min(how, len(allowed) - 1) if how == 40 else how % len(allowed)]
            yield Happened(key, result), before, self.take(key, result)


def replayed(scenario: Scenario, frame: Frame, example: Example) -> Life:
    """The example of a finding, lived through with the planner."""
    at = datetime(2026, 3, 2 if example.workday else 1, example.hour, tzinfo=UTC)
    life = Life(Ready(scenario), example.facts, at, example.posture)
    life.known |= {fact.name: example.facts[fact.name] for fact in frame.facts if fact.name in example.facts}
    life.begin()
    for key, result in example.taken:
        life.take(key, result)
    return life


def acts_max(scenario: Scenario) -> int:
    """More pieces of work than any matter of it can have."""
    pieces = sum(HOMES_MAX if step.repeat else 1 for step in scenario.steps)
    return pieces * (1 + sum(result.at_most for step in scenario.steps for result in step.results))
