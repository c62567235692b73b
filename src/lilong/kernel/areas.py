"""Area codes: digits whose prefix is the area above (city ⊃ district ⊃ street ⊃ community ⊃ grid)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from lilong.kernel.words import Label


class Level(IntEnum):
    """The levels of the city; 网格 grids and buildings stand below the four that act as one."""

    COUNTRY = 0
    CITY = 1
    DISTRICT = 2
    STREET = 3
    COMMUNITY = 4
    GRID = 5

    @property
    def label(self) -> Label:
        """The level's name in both languages."""
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    Level.COUNTRY: Label("全国", "country"),
    Level.CITY: Label("市", "city"),
    Level.DISTRICT: Label("区", "district"),
    Level.STREET: Label("街镇", "street or town"),
    Level.COMMUNITY: Label("居村", "community"),
    Level.GRID: Label("网格", "grid"),
}
# Significant digits of the statistical division code (统计用区划代码):
# province 2, prefecture 2, county 2, town 3, village 3.
_SIGNIFICANT = {Level.COUNTRY: 0, Level.CITY: 2, Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}
_OFFICIAL_LENGTH = 12
_LENGTH_MAX = 20


@dataclass(frozen=True, slots=True, order=True)
class AreaCode:
    """The significant digits of an area's code; an area contains another exactly when its digits are a prefix.

    The empty code is the whole country: it contains everything.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) > _LENGTH_MAX or (self.digits and not (self.digits.isascii() and self.digits.isdigit())):
            raise ValueError(f"an area code has at most {_LENGTH_MAX} digits, not {self.digits!r}")

    @classmethod
    def parse(cls, text: str, level: Level) -> Self:
        """Cut an official, zero-padded code down to the digits that mean something at ``level``.

        Raises ``ValueError`` when the text has too few digits or when what is cut off is not padding.
        """
        wanted = _SIGNIFICANT.get(level, len(text))
        if len(text) < wanted or text[wanted:].strip("0"):
            raise ValueError(f"{text!r} is no {level.label.en} code: {wanted} significant digits, then zeros")
        return cls(text[:wanted])

    @property
    def official(self) -> str:
        """The code padded to the official 12 digits; longer codes (grids) stay as they are."""
        return self.digits.ljust(_OFFICIAL_LENGTH, "0")

    @property
    def low(self) -> str:
        """Lowest digits inside this area (inclusive), for ``area >= low``."""
        return self.digits

    @property
    def high(self) -> str:
        """First text after every code inside this area (exclusive); ``:`` follows ``9`` in the C collation."""
        return f"{self.digits}:"

    @property
    def district(self) -> AreaCode | None:
        """The 6-digit district prefix by which data is partitioned, or None above the districts."""
        width = _SIGNIFICANT[Level.DISTRICT]
        return AreaCode(self.digits[:width]) if len(self.digits) >= width else None

    def cut_to(self, level: Level) -> AreaCode:
        """The area of that level around this one; this very area when it is of that level or above."""
        return AreaCode(self.digits[: _SIGNIFICANT.get(level, len(self.digits))])

    def contains(self, other: AreaCode) -> bool:
        """Whether ``other`` is this area or lies below it."""
        return other.digits.startswith(self.digits)

    def __str__(self) -> str:
        return self.digits


EVERYWHERE = AreaCode("")
