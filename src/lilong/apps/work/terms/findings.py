"""The dictionary of the check: what is wrong with a scenario, what to do about it, and an example that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lilong.apps.work.terms.scenarios import FactValue
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label


class Severity(StrEnum):
    """Whether a finding stands in the way of publication, or is only to be looked at."""

    MUST = "must"
    LOOK = "look"

    @property
    def label(self) -> Label:
        """The severity in words."""
        return _SEVERITY_LABELS[self]


_SEVERITY_LABELS = {Severity.MUST: Label("必须改", "must be mended"), Severity.LOOK: Label("请看一看", "worth a look")}


@dataclass(frozen=True, slots=True)
class Example:
    """A matter that shows a finding: what is known of it, and the pieces of work taken, each with its result.

    A fact becomes known when it is asked for: at the start, or with the step that hands it in. One that ``facts`` does
    not give never does. Taken one after the other, the steps lead to what the finding says.
    """

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    posture: str = "normal"
    hour: int = 10
    workday: bool = True
    taken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Vacancy:
    """The areas in which nobody takes a step, and what is missing there; none named: no area could be asked about.

    ``names`` are those of the first few areas. ``is_lead`` False: only a co-handler is missing.
    """

    missing: Label
    areas: tuple[AreaCode, ...] = ()
    names: tuple[str, ...] = ()
    is_lead: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what it is, what to do, in which step, with the path that leads there, or the areas concerned.

    ``example`` is the path as data, wherever the finding is about what a matter would do.
    """

    kind: str
    severity: Severity
    text: Label
    remedy: Label
    step: str = ""
    path: tuple[Label, ...] = ()
    areas: tuple[AreaCode, ...] = ()
    example: Example | None = None
