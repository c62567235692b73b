"""Pilot beside non-pilot: a difference with an interval that admits what is not known.

Shares have Newcombe's interval (method 10 of 1998: Wilson's intervals of both shares put together), which holds its
rate near 0 and 1 and for small numbers. Medians have the percentile interval of the bootstrap, drawn with the order
statistic that a resampled median is, so that a hundred thousand matters cost no more than a hundred. Areas are compared
as groups: never persons, never one unit with another.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist, median

from lilong.apps.work.terms import Compared, Comparison, Groups, Measure, Measured, PastMatter, Verdict, View
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label

CONFIDENCE = 0.95
# Below this many matters on either side nothing is said but that it is not enough.
LEAST = 20
_ROUNDS = 4_000
_FEW_AREAS = 5
_MEDIAN = "median_days"
_MEDIAN_ONLY = Measure(_MEDIAN, Label("办结天数的中位数", "median days to the end"))
_SHARES: dict[str, Callable[[Measured], bool | None]] = {
    "late_share": lambda matter: matter.late,
    "back_share": lambda matter: matter.back,
    "solved_share": lambda matter: matter.solved,
}

_NOT_ENOUGH = Label(
    "{measure}：还不够。试点 {pilot} 件，{view} {other} 件；两边各满 {least} 件再看。",
    "{measure}: not enough yet. {pilot} matters of the pilot, {other} of {view}; it takes {least} of each.",
)
_SENTENCE = Label(
    "{measure}：试点 {pilot}，{view} {other}；{range}。",
    "{measure}: {pilot} in the pilot, {other} in {view}; {range}.",
)
_ONE_WAY = Label("大约{sense} {least} 到 {most}", "by about {least} to {most} {sense}")
_EITHER_WAY = Label(
    "可能{down} {least}，也可能{up} {most}，还看不出", "it may be anything from {least} {down} to {most} {up}"
)
_SENSES = {
    _MEDIAN: (Label("快", "faster"), Label("慢", "slower")),
    "": (Label("低", "lower"), Label("高", "higher")),
}
_NOT_ALIKE = Label(
    "试点的地方不是抽签抽出来的，和别处本来就可能不同；区间只说明件数不够带来的不准。",
    "The places of the pilot were not drawn by lot and may have differed before; the interval only tells what comes "
    "from small numbers.",
)
_OTHER_TIMES = Label(
    "和以前比，季节、天气和来件多少也在变。", "Beside the time before, season, weather and load changed as well."
)
_FEW = Label(
    "试点只有 {areas} 个地方，一个地方的特别之处就可能左右结果。",
    "The pilot has only {areas} places: what is special about one of them may decide.",
)
_UNFINISHED = Label(
    "试点还有 {matters} 件没有办完，没有算进去；久拖的事因此可能算少了。",
    "{matters} matters of the pilot are not over and not counted; long ones may be too few because of it.",
)


def compare(measures: Sequence[Measure], groups: Groups, *, seed: int = 1) -> Comparison:
    """Every measure of the pilot beside each group. The same seed gives the same intervals."""
    rows = tuple(
        _compared(measure, groups.pilot, others, view, random.Random(f"{seed} {view} {measure.of}"))
        for view, others in groups.others.items()
        for measure in measures
    )
    return Comparison(rows, CONFIDENCE, tuple(_honesty(groups)))


def days_saved(groups: Groups) -> float | None:
    """By how many days the pilot cut the median (negative: it took longer), to a tenth; the least that a view tells.

    None where there are too few matters, where an interval admits that nothing changed, or where the views disagree.
    """
    told = [row for row in compare((_MEDIAN_ONLY,), groups).rows if row.verdict is not Verdict.NOT_ENOUGH]
    if {row.verdict for row in told} not in ({Verdict.BETTER}, {Verdict.WORSE}):
        return None
    differences = (row.other - row.pilot for row in told if row.other is not None and row.pilot is not None)
    least: float = min(differences, key=abs)
    return round(least, 1)


def grouped(matters: Iterable[PastMatter], reference: str, since: datetime, places: Sequence[AreaCode]) -> Groups:
    """Who is compared: matters that went by the version ``reference`` from ``since`` on; others begun since then; and
    those begun before it in the ``places`` of the pilot. What was brought in from another register is left out."""
    pilot, beside, before = list[Measured](), list[Measured](), list[Measured]()
    for matter in matters:
        if matter.untold:
            continue
        if matter.began_at >= since:
            (pilot if matter.scenario == reference else beside).append(measured(matter))
        elif any(place.contains(matter.area) for place in places):
            before.append(measured(matter))
    return Groups(tuple(pilot), {View.BESIDE: tuple(beside), View.BEFORE: tuple(before)})


def measured(matter: PastMatter) -> Measured:
    """What a past matter says for comparison; one that is not over says nothing yet."""
    days = (matter.ended_at - matter.began_at) / timedelta(days=1) if matter.ended_at else None
    late = matter.ended_at > matter.due_at if matter.ended_at and matter.due_at else None
    back = any(piece.returned for piece in matter.pieces) if matter.ended_at else None
    return Measured(matter.area.cut_to(Level.STREET), days, late, back, matter.solved)


def difference_of_shares(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """Newcombe's interval for the difference of two shares, each given as (how many, of how many)."""
    first, second = one[0] / one[1], other[0] / other[1]
    (low1, high1), (low2, high2) = _wilson(*one), _wilson(*other)
    between = first - second
    return (
        between - sqrt((first - low1) ** 2 + (high2 - second) ** 2),
        between + sqrt((high1 - first) ** 2 + (second - low2) ** 2),
    )


def difference_of_medians(one: Sequence[float], other: Sequence[float], chance: random.Random) -> tuple[float, float]:
    """The percentile interval of the bootstrap for the difference of two medians."""
    first, second = sorted(one), sorted(other)
    drawn = sorted(_resampled(first, chance) - _resampled(second, chance) for _ in range(_ROUNDS))
    tail = (1 - CONFIDENCE) / 2
    return drawn[round(tail * _ROUNDS)], drawn[round((1 - tail) * _ROUNDS) - 1]


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a comparison: its value, and out of how many."""

    value: float | None
    count: int


def _compared(
    measure: Measure, pilot: Sequence[Measured], others: Sequence[Measured], view: View, chance: random.Random
) -> Compared:
    if measure.of == _MEDIAN:
        here, there = _days(pilot), _days(others)
        sides = (_Side(median(here) if here else None, len(here)), _Side(median(there) if there else None, len(there)))
        interval = difference_of_medians(here, there, chance) if _is_enough(sides) else None
    else:
        counted = (_share(measure.of, pilot), _share(measure.of, others))
        sides = (_side(counted[0]), _side(counted[1]))
        interval = difference_of_shares(*counted) if _is_enough(sides) else None
    low, high = interval or (None, None)
    return Compared(
        measure=measure.of,
        view=view,
        label=measure.label,
        pilot=sides[0].value,
        other=sides[1].value,
        pilot_count=sides[0].count,
        other_count=sides[1].count,
        low=low,
        high=high,
        verdict=_verdict(measure, interval),
        sentence=_sentence(measure, view, sides, interval),
    )


def _is_enough(sides: tuple[_Side, _Side]) -> bool:
    return min(side.count for side in sides) >= LEAST


def _verdict(measure: Measure, interval: tuple[float, float] | None) -> Verdict:
    if interval is None:
        return Verdict.NOT_ENOUGH
    low, high = interval
    if low <= 0 <= high:
        return Verdict.OPEN
    return Verdict.BETTER if (high < 0) == (measure.better == "lower") else Verdict.WORSE


def _sentence(measure: Measure, view: View, sides: tuple[_Side, _Side], interval: tuple[float, float] | None) -> Label:
    pilot, other = sides
    if interval is None or pilot.value is None or other.value is None:
        return _NOT_ENOUGH.filled(
            measure=measure.label, view=view.label, pilot=pilot.count, other=other.count, least=LEAST
        )
    return _SENTENCE.filled(
        measure=measure.label,
        view=view.label,
        pilot=_amount(measure.of, pilot.value),
        other=_amount(measure.of, other.value),
        range=_range(measure.of, *interval),
    )


def _range(of: str, low: float, high: float) -> Label:
    down, up = _SENSES.get(of, _SENSES[""])
    if low <= 0 <= high:
        return _EITHER_WAY.filled(down=down, up=up, least=_amount(of, -low), most=_amount(of, high))
    least, most = sorted((abs(low), abs(high)))
    sense = down if high < 0 else up
    return _ONE_WAY.filled(sense=sense, least=_amount(of, least), most=_amount(of, most))


def _amount(of: str, value: float) -> Label:
    """Days to a tenth, below two days hours, shares in points of a hundred."""
    if of != _MEDIAN:
        said = f"{100 * value:.1f} %"
        return Label(said, said)
    if abs(value) < 2:
        hours = f"{24 * value:.0f}"
        return Label(f"{hours} 小时", f"{hours} hour" if hours == "1" else f"{hours} hours")
    return Label(f"{value:.1f} 天", f"{value:.1f} days")


def _days(matters: Sequence[Measured]) -> list[float]:
    return [matter.days for matter in matters if matter.days is not None]


def _share(of: str, matters: Sequence[Measured]) -> tuple[int, int]:
    """How many, of how many of which it is known."""
    found = [value for matter in matters if (value := _SHARES[of](matter)) is not None]
    return sum(found), len(found)


def _side(counted: tuple[int, int]) -> _Side:
    many, of = counted
    return _Side(many / of if of else None, of)


def _wilson(many: int, of: int) -> tuple[float, float]:
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share = many / of
    middle, room = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - room) / (1 + z * z / of), (middle + room) / (1 + z * z / of)


def _resampled(ordered: Sequence[float], chance: random.Random) -> float:
    """The median of a sample drawn with replacement: the place of its middle one is beta distributed."""
    half = (len(ordered) + 1) / 2
    return ordered[min(int(chance.betavariate(half, half) * len(ordered)), len(ordered) - 1)]


def _honesty(groups: Groups) -> list[Label]:
    found = [_NOT_ALIKE] if View.BESIDE in groups.others else []
    found += [_OTHER_TIMES] if View.BEFORE in groups.others else []
    areas = len({matter.area for matter in groups.pilot})
    if areas < _FEW_AREAS:
        found.append(_FEW.filled(areas=areas))
    if unfinished := sum(matter.days is None for matter in groups.pilot):
        found.append(_UNFINISHED.filled(matters=unfinished))
    return found
