"""The dictionary of scenarios (场景): how one thing is handled, as plain data read from a file that a street writes.

A *fact* (事实) is one typed thing that may be known about a matter. A *step* (步骤) is one piece of work: who takes
it, within what limit, after which others, on what condition, with what is handed in. A *result* (结果) is how a step
may end: onward, back to an earlier step (a loop with a bound), or with the whole matter. A *decision table* (决策表)
derives facts from facts. Exactly one step ends the matter; a person always takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lilong.kernel.areas import Level
from lilong.kernel.clocks import Deadline, Limit, WorkingTime, due_at
from lilong.kernel.words import Label

# A number, a truth, a text (also a choice and, as YYYY-MM-DD, a date), or a list of texts.
FactValue = bool | int | float | str | tuple[str, ...]
Facts = Mapping[str, FactValue]

DONE = "done"
SKIPPED = "skipped"
ANY = "*"
# What every condition may ask beside the facts of its scenario.
POSTURE, HOUR, WORKDAY, RESULTS = "posture", "hour", "workday", "results"
AMBIENT = frozenset({POSTURE, HOUR, WORKDAY, RESULTS})


class FactKind(StrEnum):
    """The type of a fact."""

    YES_NO = "yes_no"
    WHOLE = "whole"
    DECIMAL = "decimal"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    TEXTS = "texts"
    AREAS = "areas"

    @property
    def is_list(self) -> bool:
        """Whether a step may be repeated over it."""
        return self in (FactKind.TEXTS, FactKind.AREAS)

    @property
    def label(self) -> Label:
        """The type's name."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    FactKind.YES_NO: Label("是或否", "yes or no"),
    FactKind.WHOLE: Label("整数", "whole number"),
    FactKind.DECIMAL: Label("小数", "decimal number"),
    FactKind.TEXT: Label("文字", "text"),
    FactKind.CHOICE: Label("选一个", "one of a list"),
    FactKind.DATE: Label("日期", "date"),
    FactKind.TEXTS: Label("几行文字", "several lines"),
    FactKind.AREAS: Label("几个区域", "several areas"),
}


class Asked(StrEnum):
    """Who is asked for a fact when the matter begins. Whoever is not asked may still say it: no door is narrower."""

    RESIDENT = "resident"
    WORKER = "worker"
    COUNTER = "counter"


class Unknown(StrEnum):
    """The stated path of a condition whose inputs are not known."""

    DO = "do"
    SKIP = "skip"


class Moment(StrEnum):
    """When a message of a step is said."""

    OPENED = "opened"
    DONE = "done"
    LATE = "late"


class Hearer(StrEnum):
    """Whom a message is for: who reported it, the unit that has the step, the unit above that one."""

    REPORTER = "reporter"
    UNIT = "unit"
    ABOVE = "above"


class HitPolicy(StrEnum):
    """Which row of a decision table decides: the only one that may match, or the first that does."""

    UNIQUE = "unique"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice, with its words."""

    value: str
    label: Label


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that may be known. ``most`` bounds it: a number's value, a text's characters, a list's entries."""

    name: str
    kind: FactKind
    label: Label
    choices: tuple[Choice, ...] = ()
    required: bool = False
    why: Label | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """A kind of unit at a level: never a name, so that every street has its own."""

    function: str
    level: Level


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who takes a step: the responsibility catalogue's row for ``stage`` of the matter's category, or an office."""

    stage: str = ""
    office: Office | None = None


@dataclass(frozen=True, slots=True)
class LimitRule:
    """The time of a step: fixed, or as many as ``fact`` says up to the fixed one, or the catalogue's own (no fixed)."""

    fixed: Limit | None = None
    fact: str = ""

    @property
    def is_catalogues(self) -> bool:
        """Whether the catalogue's row, or the standard the matter was filed under, says the time."""
        return self.fixed is None


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A clause: name, version as YYYY-MM-DD, article. ``verified`` False is shown as still to be confirmed."""

    law: str
    dated: str
    article: int
    verified: bool = True

    @property
    def reference(self) -> str:
        """``name@date#article``, as every because cites it."""
        return f"{self.law}@{self.dated}#{self.article}"


@dataclass(frozen=True, slots=True)
class LegalLimit:
    """The longest time the law leaves, and which law."""

    limit: Limit
    basis: LegalBasis


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step may end. ``back_to`` names an earlier step, at most ``at_most`` times; ``ends`` ends the whole matter.

    ``wrong`` marks what may go wrong, for the drawing and the page: it decides nothing.
    """

    name: str
    label: Label
    back_to: str = ""
    at_most: int = 0
    ends: bool = False
    wrong: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether the step counts as done."""
        return not self.back_to and not self.ends


@dataclass(frozen=True, slots=True)
class Message:
    """Words said to somebody at a moment of a step; ``{name}`` stands for the words of a fact."""

    moment: Moment
    to: Hearer
    words: Label


@dataclass(frozen=True, slots=True)
class Join:
    """How many of the steps waited for must be done: all of them (``needed`` 0), or that many.

    ``withdraws`` takes the others back once enough are done; otherwise they go on.
    """

    needed: int = 0
    withdraws: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scenario.

    ``act`` binds the step to a stage of the subject's own life-cycle (for a case: verify, file, dispatch, handle,
    check). ``when`` is a CEL condition over facts; ``if_unknown`` its stated path. ``repeat`` names a list fact: one
    piece of work for each entry; a list of areas asks for the office of each area. ``together``: the lead hands in only
    after every co-handler has. ``checked_by`` names the later step that looks at what was handed in here.
    """

    name: str
    title: Label
    hand_in: Label
    who: Responsible
    limit: LimitRule
    act: str = ""
    co: tuple[Office, ...] = ()
    together: bool = False
    after: tuple[str, ...] = ()
    join: Join = Join()
    when: str = ""
    if_unknown: Unknown | None = None
    repeat: str = ""
    fields: tuple[str, ...] = ()
    documents: tuple[Label, ...] = ()
    results: tuple[StepResult, ...] = ()
    checked_by: str = ""
    messages: tuple[Message, ...] = ()
    emergency_limit: Limit | None = None
    legal_limit: LegalLimit | None = None
    note: Label | None = None

    def result(self, name: str) -> StepResult | None:
        """The result of that name; every step may end as ``done`` unless it lists onward results of its own."""
        for result in self.results:
            if result.name == name:
                return result
        plain = not any(result.goes_on for result in self.results)
        return PLAIN if name == DONE and plain else None

    @property
    def outcomes(self) -> tuple[StepResult, ...]:
        """Every way in which the step may end, onward ones first."""
        onward = tuple(result for result in self.results if result.goes_on)
        return (*(onward or (PLAIN,)), *(result for result in self.results if not result.goes_on))


PLAIN = StepResult(DONE, Label("办好了", "done"))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: a CEL cell for each input (``-``: anything) and a CEL cell for each output."""

    when: tuple[str, ...]
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Rows that derive the facts ``outputs`` from ``inputs``; every input is a fact, ambient value or other output."""

    name: str
    title: Label
    hit: HitPolicy
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What shows whether the scenario helps: ``of`` is one of late_share, median_days, back_share, solved_share."""

    of: str
    label: Label
    better: str = "lower"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One version of how one thing is handled. ``kind`` is the life-cycle of its subject.

    ``categories`` (a whole code, or a prefix ending in ``*``) says for which matters; ``area_types`` where it fits.
    """

    name: str
    version: int
    kind: str
    title: Label
    purpose: Label
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()
    start: Mapping[str, frozenset[Asked]] = field(default_factory=dict)
    tables: tuple[DecisionTable, ...] = ()
    categories: tuple[str, ...] = ()
    area_types: tuple[str, ...] = (ANY,)
    measures: tuple[Measure, ...] = ()
    basis: tuple[LegalBasis, ...] = ()
    within: LegalLimit | None = None

    @property
    def reference(self) -> str:
        """``name@version``: how a matter remembers the version it began with."""
        return f"{self.name}@{self.version}"

    def step(self, name: str) -> Step:
        """The step of that name. Raises ``KeyError`` when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"{self.reference} has no step {name}")

    def fact(self, name: str) -> Fact | None:
        """The fact of that name."""
        return next((fact for fact in self.facts if fact.name == name), None)


def fits(pattern: str, code: str) -> bool:
    """Whether a pattern of categories (a whole code, or its beginning and ``*``) means the category of that code."""
    return code.startswith(pattern[:-1]) if pattern.endswith(ANY) else pattern == code


@dataclass(frozen=True, slots=True)
class Act:
    """A stage of a subject's own life-cycle that a step may be bound to, with the results that life-cycle knows.

    ``after`` names the act that must come before; ``when`` is the one condition such a step may have: where it does not
    hold, the subject begins beyond the act. The results' ``back_to`` name acts; in a scenario, the steps bound to them.
    ``asks`` False: the life-cycle's own form has no room for fields of the scenario.
    """

    name: str
    stage: str
    after: str = ""
    results: tuple[StepResult, ...] = ()
    when: str = ""
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """What a kind of subject asks of its scenarios: the acts of its life-cycle, each bound once, the last one ends it.

    ``facts`` are what the subject itself says of every matter. A kind without acts leaves its scenarios free.
    """

    kind: str
    label: Label
    acts: tuple[Act, ...] = ()
    facts: tuple[Fact, ...] = ()


Reckon = Callable[[datetime, Limit, WorkingTime], Deadline]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a plan is made in: what is known, the time, the calendar, the posture of the area.

    ``reckon`` tells when a limit that starts now is due; whoever plans a very great deal gives a quicker one.
    """

    facts: Facts
    at: datetime
    time: WorkingTime
    posture: str = "normal"
    reckon: Reckon = due_at
