"""The matters of the demonstration's day, read from its table."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_TEXTS = (
    "category",
    "title_zh",
    "title_en",
    "body_zh",
    "location_hint",
    "area_type",
    "source",
    "storyline",
    "first_result_zh",
    "handler_result_zh",
    "checker_note_zh",
    "return_reason_zh",
    "rating",
    "resident_comment_zh",
)


@dataclass(frozen=True, slots=True)
class Matter:
    """One invented matter and what becomes of it; see ``data/README.md`` for the columns."""

    row: int
    category: str
    title_zh: str
    title_en: str
    body_zh: str
    location_hint: str
    area_type: str
    source: str
    hour: int
    minute: int
    anonymous: bool
    private: bool
    storyline: str
    first_result_zh: str
    handler_result_zh: str
    checker_note_zh: str
    return_reason_zh: str
    rating: str
    resident_comment_zh: str
    duplicate_of: int | None

    @property
    def is_left_open(self) -> bool:
        """Whether it is still under way when somebody looks."""
        return self.storyline.startswith("still_open")


@cache
def matters() -> tuple[Matter, ...]:
    """Every matter, in the order in which they arrive."""
    with (_DATA / "matters.csv").open(encoding="utf-8") as file:
        return tuple(_matter(row) for row in csv.DictReader(file))


@cache
def invented(kind: str) -> tuple[str, ...]:
    """The invented Chinese names of a kind: staff, road, lane, compound."""
    with (_DATA / "demo_names.csv").open(encoding="utf-8") as file:
        return tuple(row["zh"] for row in csv.DictReader(file) if row["kind"] == kind)


def _matter(row: dict[str, str]) -> Matter:
    return Matter(
        row=int(row["row"]),
        hour=int(row["hour"]),
        minute=int(row["minute"]),
        anonymous=row["anonymous"] == "1",
        private=row["private"] == "1",
        duplicate_of=int(row["duplicate_of"]) if row["duplicate_of"] else None,
        **{name: row[name] for name in _TEXTS},
    )
