"""Reading addresses as people write them (路 弄 号 幢 单元 室) and comparing them with recorded ones.

Full-width digits, Chinese numerals before a mark, the many dashes and the many words for a building get one form;
numerals inside names (四川北路, 中山二路) are left alone: only one directly before a mark is a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from lilong.apps.places.terms import StandardAddress

_MARKS = "支弄|弄|号|幢|栋|座|单元|室|层|楼"
_NUMERAL = re.compile(rf"([〇零一二两三四五六七八九十百千廿卅]+)(?={_MARKS})")
_ORDINAL = re.compile(rf"第(?=\d+(?:{_MARKS}))")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_DASHES = re.compile(r"[‐-―−–—~～〜至到](?=\d)")
_BUILDING_WORDS = re.compile(r"(?<=[0-9A-Z])(?:号楼|栋|座|#楼|#)")
_ONE = r"\d{1,5}[A-Z甲乙丙丁]?"
_RANGE = rf"{_ONE}(?:-{_ONE})?"
_PARTS = {
    "lane": re.compile(rf"({_RANGE})弄"),
    "number": re.compile(rf"({_RANGE})号"),
    "building": re.compile(rf"({_RANGE}|[A-Z]\d{{0,2}})幢"),
    "unit": re.compile(r"(\d{1,3}|[A-Z])单元"),
    "room": re.compile(r"([A-Z]?\d{1,5}[A-Z]?)室"),
}
_ABOVE = re.compile(r"^(?:\S{2,8}?(?:省|市|自治区))?(?:\S{1,6}?[区县])?(?:\S{1,8}?(?:街道|镇(?!街道)|乡))?")
_NOTHING = frozenset({"无", "没有", "-"})
_NUMBER = re.compile(r"(\d+)([A-Z甲乙丙丁]?)")


def normalised(text: str) -> str:
    """One form for one address: NFKC, no spaces, ASCII digits before marks, one dash, 幢 for every word for it."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    plain = _DASHES.sub("-", plain)
    plain = _ORDINAL.sub("", _NUMERAL.sub(lambda found: str(chinese_number(found[1])), plain))
    return _BUILDING_WORDS.sub("幢", plain)


def chinese_number(numeral: str) -> int:
    """The number of a Chinese numeral: by places (一百二十三) or digit by digit (一二三)."""
    plain = numeral.replace("廿", "二十").replace("卅", "三十")
    if not any(character in _SCALES for character in plain):
        return int("".join(str(_DIGITS[character]) for character in plain))
    total, pending = 0, 0
    for character in plain:
        if character in _SCALES:
            total += (pending or 1) * _SCALES[character]
            pending = 0
        else:
            pending = _DIGITS[character]
    return total + pending


def parsed(text: str) -> StandardAddress:
    """An address cut into its parts. What stands before the first number is the road, without the areas above it."""
    plain = normalised(text)
    found = {name: pattern.search(plain) for name, pattern in _PARTS.items()}
    first = min((match.start() for match in found.values() if match), default=len(plain))
    return StandardAddress(
        road=_road(plain[:first]), **{name: _part(match[1] if match else "") for name, match in found.items()}
    )


def _road(head: str) -> str:
    rest = _ABOVE.sub("", head)
    return rest if len(rest) >= 2 else head


def _part(text: str) -> str:
    """A part without leading zeros; what says "none" is empty."""
    return "" if text in _NOTHING else re.sub(r"(?<![0-9])0+(?=\d)", "", text)


def covers(recorded: str, given: str) -> bool:
    """Whether a recorded number or range (``1-10``) holds a given number or range."""
    if recorded == given:
        return True
    low, high = _ends(recorded), _ends(given)
    return bool(low and high and low[0] <= high[0] and high[1] <= low[1])


def _ends(text: str) -> tuple[int, int] | None:
    """First and last number of a range; None where letters make it no number."""
    numbers = [_NUMBER.fullmatch(part) for part in text.split("-")]
    if not all(match and not match[2] for match in numbers) or len(numbers) > 2:
        return None
    values = [int(match[1]) for match in numbers if match]
    return (values[0], values[-1]) if values[0] <= values[-1] else None


class Fit(IntEnum):
    """How well a record fits a given address, best first."""

    EXACT = 0
    RECORD_IS_COARSER = 1
    GIVEN_IS_COARSER = 2


def fit(record: StandardAddress, given: StandardAddress) -> Fit | None:
    """Whether ``record`` is the building that ``given`` names; None when a number contradicts."""
    worst = Fit.EXACT
    for have, want in ((record.lane, given.lane), (record.number, given.number), (record.building, given.building)):
        if have and want and not covers(have, want):
            return None
        if want and not have:
            worst = max(worst, Fit.RECORD_IS_COARSER)
        if have and not want:
            worst = max(worst, Fit.GIVEN_IS_COARSER)
    return worst if record.road == given.road else None


_SUFFIXES = ("社区居民委员会", "居民委员会", "社区居委会", "居委会", "村民委员会", "村委会", "社区", "街道", "网格")
_CALLED = "(?:社区|居委|居民区|村委|小区|街道|$)"


@dataclass(frozen=True, slots=True)
class Named:
    """An area that a text names, and how long the name is: a longer name is the surer sign."""

    code: str
    length: int


def areas_named(text: str, areas: Iterable[tuple[str, str]]) -> list[Named]:
    """The areas (code, name) that ``text`` names: in full, or by the stem followed by a word for such an area."""
    plain = normalised(text)
    found = []
    for code, name in areas:
        stem = _stem(name)
        if name in plain:
            found.append(Named(code, len(name)))
        elif len(stem) >= 2 and stem in plain and re.search(re.escape(stem) + _CALLED, plain):
            found.append(Named(code, len(stem)))
    return found


def finest_named(found: Iterable[Named]) -> list[str]:
    """Of the areas a text names, the finest that its other names support: 光明村 of the street that is also named."""
    named = {each.code: each for each in found}

    def support(code: str) -> int:
        return sum(code.startswith(other) for other in named if other != code)

    leaves = [code for code in named if not any(other != code and other.startswith(code) for other in named)]
    best = max((support(code) for code in leaves), default=0)
    supported = [code for code in leaves if support(code) == best]
    longest = max((named[code].length for code in supported), default=0)
    return sorted(code for code in supported if named[code].length == longest)


def _stem(name: str) -> str:
    suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
    return name.removesuffix(suffix)
