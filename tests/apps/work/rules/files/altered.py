"""The whole file's scenario with anything in it said differently, as Hypothesis likes it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from lilong.apps.work.rules.files import read_scenario
from lilong.apps.work.terms import (
    Asked,
    Choice,
    FactKind,
    Hearer,
    HitPolicy,
    Join,
    LegalBasis,
    LegalLimit,
    LimitRule,
    Measure,
    Message,
    Moment,
    Office,
    Responsible,
    Scenario,
    Step,
    StepResult,
    TableRow,
    Unknown,
)
from lilong.kernel.areas import Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.words import Label
from tests.apps.work.rules.files.written import FRAMES, WHOLE

SCENARIO = read_scenario(WHOLE, FRAMES)
# What YAML, Excel or a hasty reader take for something else.
TRICKY = (
    *("yes", "on", "No", "null", "~", "true", "1", "1.0", "0o7", "1_000", "12:30", "2020-01-01", "-", "- a", "*", "&a"),
    *("!b", "a: b", "a #b", "#", "[a]", "{a}", "a, b", "'", '"', "it's", 'say "no"', "\\", "a\nb", " a", "a ", "\ta"),
    *(
        "=1+1",
        "+1",
        "@a",
        "%",
        "|",
        ">",
        "?",
        "，",
        "（注）",
        "…",
        "🚧",
        "é",
        "a:b",
        "http://x",
        "\u3000",
        "_x0041_",
        "e",
    ),
)
TEXTS = st.sampled_from(TRICKY).filter(str.strip) | st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" \n\t"), min_size=1, max_size=30
).filter(str.strip)
SAFE = TEXTS.map(lambda text: text.replace("{", "(").replace("}", ")"))
LABELS = st.builds(Label, TEXTS, TEXTS)
LIMITS = st.builds(Limit, st.integers(1, 10_000), st.sampled_from(ClockKind))
DAYS = st.dates().map(lambda day: day.isoformat())
BASES = st.builds(LegalBasis, TEXTS, DAYS, st.integers(1, 9999), st.booleans())
LEGAL = st.builds(LegalLimit, LIMITS, BASES)
LEVELS = st.sampled_from([Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY])
OFFICES = st.builds(Office, st.sampled_from(["street_safety", "fire"]), LEVELS)
WORDS = st.builds(Label, SAFE, SAFE)
MESSAGES = st.builds(Message, st.sampled_from(Moment), st.sampled_from(Hearer), WORDS)
MEASURES = st.builds(
    Measure, st.sampled_from(["late_share", "median_days"]), LABELS, st.sampled_from(["lower", "higher"])
)
OWN = st.lists(
    st.tuples(st.sampled_from(["one", "two", "three"]), LABELS, st.booleans()), max_size=3, unique_by=lambda one: one[0]
).map(lambda found: tuple(StepResult(name, label, ends=ends) for name, label, ends in found))
BACK = st.builds(lambda label, n: StepResult("back", label, "look", n, wrong=True), LABELS, st.integers(1, 20))
CELLS = TEXTS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"')
ROWS = st.builds(
    lambda cells, then: TableRow((*cells, "-"), (then,)),
    st.tuples(*[st.sampled_from(["-", "trapped", "floor > 3", "true"]) | CELLS.filter(lambda c: len(c) < 99)] * 2),
    st.integers(-9, 99).map(str),
)


@st.composite
def steps(draw: st.DrawFn, step: Step) -> Step:
    """The step with some of it changed; the ways back of its frame stay."""
    given = tuple(result for result in step.results if result.name in ("return", "send_back", "ask_again"))
    step = replace(step, title=draw(LABELS), hand_in=draw(LABELS), note=draw(st.none() | LABELS))
    results = draw(OWN) + tuple(draw(st.lists(BACK, max_size=1)))
    step = replace(step, results=results + given, messages=tuple(draw(st.lists(MESSAGES, max_size=2))))
    step = replace(
        step, documents=tuple(draw(st.lists(LABELS, max_size=2))), co=tuple(draw(st.lists(OFFICES, max_size=2)))
    )
    step = replace(step, emergency_limit=draw(st.none() | LIMITS), legal_limit=draw(st.none() | LEGAL))
    step = replace(step, together=draw(st.booleans()), join=draw(st.builds(Join, st.integers(0, 5), st.booleans())))
    step = replace(step, fields=tuple(draw(st.lists(st.sampled_from(["floor", "sort"]), unique=True))))
    if step.who.office:
        step = replace(step, who=Responsible(office=draw(OFFICES)))
    if not step.limit.is_catalogues:
        step = replace(step, limit=LimitRule(draw(LIMITS), draw(st.sampled_from(["", "hours"]))))
    if step.when:
        when = draw(st.sampled_from(["trapped", "!trapped && floor >= 2", "results.look == 'one'", 'sort == "goods"']))
        step = replace(step, when=when, if_unknown=draw(st.sampled_from(Unknown)))
    return step


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A scenario that reads without fault."""
    facts = []
    for fact in SCENARIO.facts:
        changed = replace(fact, label=draw(LABELS), why=draw(st.none() | LABELS), required=draw(st.booleans()))
        if fact.kind is FactKind.CHOICE:
            values = draw(
                st.lists(TEXTS.map(str.strip).filter(lambda t: "\n" not in t), min_size=2, max_size=4, unique=True)
            )
            changed = replace(changed, choices=tuple(Choice(value, draw(LABELS)) for value in values))
        facts.append(changed)
    tables = tuple(
        replace(
            table,
            title=draw(LABELS),
            hit=draw(st.sampled_from(HitPolicy)),
            rows=tuple(draw(st.lists(ROWS, min_size=1, max_size=6))),
        )
        for table in SCENARIO.tables
    )
    asked = st.frozensets(st.sampled_from(Asked), min_size=1)
    start = draw(st.dictionaries(st.sampled_from([fact.name for fact in facts]), asked))
    found = replace(SCENARIO, version=draw(st.integers(1, 9999)), title=draw(LABELS), purpose=draw(LABELS))
    found = replace(found, facts=tuple(facts), tables=tables, start=start)
    found = replace(found, steps=tuple(draw(steps(step)) for step in SCENARIO.steps), within=draw(st.none() | LEGAL))
    found = replace(found, area_types=draw(st.sampled_from([("*",), ("town",), ("town", "special")])))
    return replace(
        found, measures=tuple(draw(st.lists(MEASURES, max_size=2))), basis=tuple(draw(st.lists(BASES, max_size=2)))
    )
