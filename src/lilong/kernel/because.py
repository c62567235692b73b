"""Why something was decided: every decision of the platform carries one or more of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from lilong.kernel.words import Label


class Ground(StrEnum):
    """What kind of thing decided."""

    CLAUSE = "clause"
    RULE_ROW = "rule_row"
    DATA = "data"
    CALENDAR = "calendar"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Because:
    """One reason: the clause, rule row, datum, calendar day or human choice that decided.

    ``reference`` is stable and machine readable, e.g. ``responsibility:12@2026-09`` or
    ``law:上海市街道办事处条例@2018-05-24#12``; ``text`` is the sentence a resident reads.
    """

    ground: Ground
    text: Label
    reference: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form kept in the journal and sent by the API."""
        return {"ground": self.ground.value, "text": self.text.as_json(), "reference": self.reference}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of :meth:`as_json`."""
        return cls(Ground(data["ground"]), Label.from_json(data["text"]), data["reference"])
