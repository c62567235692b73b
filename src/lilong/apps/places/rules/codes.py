"""Reading the codes of the statistical scheme (统计用区划代码), assigning codes where a source has others.

The official code has 12 digits: province 2, prefecture 2, county 2, town 3, village 3; a group of zeros at the end
means "not this deep". Without that padding each code is a prefix of everything below it, which is what is stored.
"""

from __future__ import annotations

from collections.abc import Container

from lilong.kernel.areas import AreaCode, Level

OFFICIAL_LENGTH = 12
_WIDTHS = (2, 4, 6, 9, 12)
_LEVEL_OF_WIDTH = {2: Level.CITY, 4: Level.CITY, 6: Level.DISTRICT, 9: Level.STREET, 12: Level.COMMUNITY}
_TARGET_WIDTH = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}
_GRID_DIGITS = 2
_CODE_DIGITS_MAX = 20


def is_statistical(code: str) -> bool:
    """Whether ``code`` has the form of the scheme: 12 digits, or more for a grid that continues a community's."""
    return code.isascii() and code.isdigit() and OFFICIAL_LENGTH <= len(code) <= _CODE_DIGITS_MAX and code[:2] != "00"


def significant(code: str) -> str:
    """The digits of a statistical code that mean something: ``310101000000`` is ``310101``."""
    if len(code) > OFFICIAL_LENGTH:
        return code
    kept = [width for low, width in zip((0, *_WIDTHS), _WIDTHS, strict=False) if code[low:width].strip("0")]
    return code[: kept[-1]] if kept else ""


def level_of(digits: str) -> Level:
    """The level that a statistical code of so many significant digits stands for."""
    return _LEVEL_OF_WIDTH.get(len(digits), Level.GRID)


def city_code(text: str) -> AreaCode:
    """The city named by ``31``, ``310000`` or ``310000000000``. Raises ``ValueError`` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) in _WIDTHS and text[:2] != "00"):
        raise ValueError(f"a city's code has 2, 4, 6 or 12 digits and does not begin with 00, not {text!r}")
    return AreaCode(significant(text.ljust(OFFICIAL_LENGTH, "0")))


def tail(code: str, parent: str) -> str:
    """What a source's code adds to its parent's: the code itself when it does not continue the parent's."""
    if is_statistical(code) and is_statistical(parent):
        digits, above = significant(code), significant(parent)
        if digits.startswith(above) and len(digits) > len(above):
            return digits[len(above) :]
    return code


def natural(code: str, parent: str, canonical_parent: str) -> str | None:
    """The code an area has by itself below ``canonical_parent``; None when its source's code does not say."""
    added = tail(code, parent)
    fits = added != code and len(canonical_parent) + len(added) <= _CODE_DIGITS_MAX
    return canonical_parent + added if fits else None


def digits_below(parent: str, level: Level, siblings: int) -> int:
    """How many digits the children of ``parent`` need: the scheme's own width, more when there are more children."""
    wanted = max(_TARGET_WIDTH.get(level, 0) - len(parent), _GRID_DIGITS)
    return max(wanted, len(str(siblings)))


def free_code(parent: str, digits: int, taken: Container[str], *, from_top: bool) -> str | None:
    """A code of ``digits`` digits below ``parent`` that nobody ever had, or None when none is left.

    From the top beside official codes, so that the bureau's next number stays free; from 1 otherwise.
    """
    if len(parent) + digits > _CODE_DIGITS_MAX:
        return None
    numbers = range(10**digits - 1, 0, -1) if from_top else range(1, 10**digits)
    return next((code for number in numbers if (code := f"{parent}{number:0{digits}d}") not in taken), None)
