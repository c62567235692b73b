"""What a check may find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How bad it is. Only ``wrong`` makes the doctor fail."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is called, how it is, and what to do when it is not fine."""

    check: str
    grade: Grade
    text: str
    remedy: str = ""


def fine(check: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Grade.FINE, text)


def note(check: str, text: str, remedy: str) -> Finding:
    """Worth knowing; the instance works."""
    return Finding(check, Grade.NOTE, text, remedy)


def wrong(check: str, text: str, remedy: str) -> Finding:
    """To be mended."""
    return Finding(check, Grade.WRONG, text, remedy)
