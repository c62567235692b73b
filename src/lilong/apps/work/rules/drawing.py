"""A scenario as a drawing: lanes of who takes what, boxes of steps, arrows of what waits for what.

Pure layout in whole units, the same for the same scenario. No two boxes touch, and no arrow runs through a box: arrows
travel in the channels between columns and in the gutters under rows, each on a track of its own. A draft whose steps
wait for one another in a circle, or for a step that is not there, is drawn all the same, so that it can be mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from lilong.apps.work.rules.phrases import condition_words, join_words, limit_words
from lilong.apps.work.terms.scenarios import Fact, Responsible, Scenario, Step
from lilong.kernel.words import Label

BOX_WIDTH, BOX_HEIGHT = 184, 76
LANE_NAME_WIDTH = 132
_CHANNEL, _TRACK, _MARGIN = 56, 10, 14
_GUTTER, _GUTTER_TRACK = 14, 16

Names = Callable[[Responsible], Label]


class ArrowKind(StrEnum):
    """Onward, back by a result (bounded), or a circle that the check refuses."""

    ONWARD = "onward"
    BACK = "back"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class Loop:
    """A result of a step that leads back: its words, the number of the step it goes back to, how often at most."""

    label: Label
    to: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Box:
    """One step: what the drawing and the list both say of it. ``x`` and ``y`` are its upper left corner."""

    step: str
    number: int
    title: Label
    who: Label
    limit: Label
    x: int
    y: int
    after: tuple[int, ...] = ()
    join: Label | None = None
    when: Label | None = None
    repeat: Label | None = None
    loops: tuple[Loop, ...] = ()
    ends_as: tuple[Label, ...] = ()
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line of right angles from one box to another; ``points`` are its corners."""

    kind: ArrowKind
    source: str
    target: str
    points: tuple[tuple[int, int], ...]
    at_most: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """One who takes steps, from ``y`` down."""

    name: Label
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole drawing, and with its boxes the list that says the same."""

    title: Label
    width: int
    height: int
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    def box(self, step: str) -> Box:
        """The box of a step. Raises ``KeyError`` when there is none."""
        for box in self.boxes:
            if box.step == step:
                return box
        raise KeyError(step)


@dataclass(frozen=True, slots=True)
class _Edge:
    kind: ArrowKind
    source: str
    target: str
    at_most: int = 0


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where a box stands: column, lane, row in the whole drawing."""

    column: int
    lane: int
    row: int


def drawing(
    scenario: Scenario, names: Names, hidden: frozenset[str] = frozenset(), known: tuple[Fact, ...] = ()
) -> Drawing:
    """The drawing of ``scenario``; results named in ``hidden`` (those any life-cycle has) are left out.

    ``known`` are the facts that its kind of subject brings: for the words of conditions.
    """
    scenario = replace(scenario, facts=(*scenario.facts, *known))
    lane_names = list(dict.fromkeys(names(step.who) for step in scenario.steps))
    columns = _columns(scenario)
    cells, rows_of_lane = _cells(scenario, columns, [lane_names.index(names(step.who)) for step in scenario.steps])
    edges = _edges(scenario, columns, hidden)
    grid = _Grid(cells, edges, sum(rows_of_lane))
    boxes = tuple(
        _box(scenario, step, names(step.who), (grid.box_x(step.name), grid.box_y(step.name)), hidden)
        for step in scenario.steps
    )
    arrows = tuple(Arrow(edge.kind, edge.source, edge.target, grid.points(edge), edge.at_most) for edge in edges)
    return Drawing(scenario.title, grid.width, grid.height, tuple(grid.lanes(lane_names, rows_of_lane)), boxes, arrows)


def _columns(scenario: Scenario) -> dict[str, int]:
    """For each step the length of the longest way to it. Where steps wait in a circle, the first in the file begins."""
    known = {step.name for step in scenario.steps}
    left, found = list(scenario.steps), dict[str, int]()
    while left:
        turn = next((step for step in left if all(name in found or name not in known for name in step.after)), left[0])
        left.remove(turn)
        found[turn.name] = 1 + max((found[name] for name in turn.after if name in found), default=-1)
    return found


def _cells(
    scenario: Scenario, columns: Mapping[str, int], lanes: Iterable[int]
) -> tuple[dict[str, _Cell], tuple[int, ...]]:
    """A place for each step: steps of one lane in one column stand under one another."""
    taken: dict[tuple[int, int], list[str]] = {}
    for step, lane in zip(scenario.steps, lanes, strict=True):
        taken.setdefault((lane, columns[step.name]), []).append(step.name)
    count = 1 + max((lane for lane, _ in taken), default=-1)
    rows = tuple(max(len(names) for (lane, _), names in taken.items() if lane == wanted) for wanted in range(count))
    first = (0, *accumulate(rows))
    return {
        name: _Cell(column, lane, first[lane] + place)
        for (lane, column), names in taken.items()
        for place, name in enumerate(names)
    }, rows


def _edges(scenario: Scenario, columns: Mapping[str, int], hidden: frozenset[str]) -> tuple[_Edge, ...]:
    found = []
    for step in scenario.steps:
        for name in dict.fromkeys(step.after):
            if name in columns:
                kind = ArrowKind.ONWARD if columns[name] < columns[step.name] else ArrowKind.CIRCLE
                found.append(_Edge(kind, name, step.name))
        found += [
            _Edge(ArrowKind.BACK, step.name, result.back_to, result.at_most)
            for result in step.results
            if result.back_to in columns and result.name not in hidden
        ]
    return tuple(dict.fromkeys(found))


class _Grid:
    """Columns with channels before them, rows with gutters under them, and the tracks of every arrow in both."""

    def __init__(self, cells: Mapping[str, _Cell], edges: tuple[_Edge, ...], rows: int) -> None:
        self._cells = cells
        self._channels: dict[int, list[tuple[str, str]]] = {}
        self._gutters: dict[int, list[_Edge]] = {}
        for edge in edges:
            self._lay(edge)
        columns = 1 + max((cell.column for cell in cells.values()), default=0)
        widths = [_CHANNEL + _TRACK * len(self._channels.get(column, ())) for column in range(columns + 1)]
        starts = accumulate((widths[column] + BOX_WIDTH for column in range(columns)), initial=LANE_NAME_WIDTH)
        self._channel_x = tuple(starts)
        self._widths = widths
        heights = [
            _MARGIN + BOX_HEIGHT + _GUTTER + _GUTTER_TRACK * len(self._gutters.get(row, ())) for row in range(rows)
        ]
        self._row_y = (0, *accumulate(heights))
        self.width = self._channel_x[-1] + widths[-1]
        self.height = self._row_y[-1]

    def box_x(self, step: str) -> int:
        """The left edge of a step's box."""
        column = self._cells[step].column
        return self._channel_x[column] + self._widths[column]

    def box_y(self, step: str) -> int:
        """The upper edge of a step's box."""
        return self._row_y[self._cells[step].row] + _MARGIN

    def lanes(self, names: Iterable[Label], rows: Iterable[int]) -> Iterable[Lane]:
        """The lanes, from above down."""
        row = 0
        for name, count in zip(names, rows, strict=True):
            yield Lane(name, self._row_y[row], self._row_y[row + count] - self._row_y[row])
            row += count

    def points(self, edge: _Edge) -> tuple[tuple[int, int], ...]:
        """The corners of an arrow, from the box it leaves to the box it enters."""
        source, target = self._cells[edge.source], self._cells[edge.target]
        end_x, end_y = self.box_x(edge.target), self.box_y(edge.target) + BOX_HEIGHT // 2
        out_x = self.box_x(edge.source) + BOX_WIDTH
        out_y = self.box_y(edge.source) + BOX_HEIGHT // 2
        if edge.kind is ArrowKind.ONWARD:
            first = self._track_x(source.column + 1, ("from", edge.source))
            if target.column == source.column + 1:
                return _straightened((out_x, out_y), (first, out_y), (first, end_y), (end_x, end_y))
            across, last = self._gutter_y(source.row, edge), self._track_x(target.column, ("to", edge.target))
            return _straightened(
                (out_x, out_y), (first, out_y), (first, across), (last, across), (last, end_y), (end_x, end_y)
            )
        end_y += BOX_HEIGHT // 4
        across, last = self._gutter_y(source.row, edge), self._track_x(target.column, ("back", edge.target))
        down_x = out_x - BOX_WIDTH // 4 - _TRACK * self._place_among_own(source.row, edge)
        down = (down_x, self.box_y(edge.source) + BOX_HEIGHT)
        return down, (down_x, across), (last, across), (last, end_y), (end_x, end_y)

    def _lay(self, edge: _Edge) -> None:
        source, target = self._cells[edge.source], self._cells[edge.target]
        onward = edge.kind is ArrowKind.ONWARD
        if onward:
            self._take(source.column + 1, ("from", edge.source))
        if not onward or target.column > source.column + 1:
            self._take(target.column, ("to" if onward else "back", edge.target))
            self._gutters.setdefault(source.row, []).append(edge)

    def _take(self, channel: int, track: tuple[str, str]) -> None:
        taken = self._channels.setdefault(channel, [])
        if track not in taken:
            taken.append(track)

    def _track_x(self, channel: int, track: tuple[str, str]) -> int:
        return self._channel_x[channel] + _MARGIN + _TRACK * self._channels[channel].index(track)

    def _gutter_y(self, row: int, edge: _Edge) -> int:
        return self._row_y[row] + _MARGIN + BOX_HEIGHT + _GUTTER + _GUTTER_TRACK * self._gutters[row].index(edge)

    def _place_among_own(self, row: int, edge: _Edge) -> int:
        back = [other for other in self._gutters[row] if other.kind is not ArrowKind.ONWARD]
        own = [other for other in back if other.source == edge.source]
        return min(own.index(edge), 8)


def _straightened(*points: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """The corners without those that turn nowhere."""
    found: list[tuple[int, int]] = []
    for point in points:
        if found and point == found[-1]:
            continue
        if len(found) > 1 and (found[-2][0] == found[-1][0] == point[0] or found[-2][1] == found[-1][1] == point[1]):
            found.pop()
        found.append(point)
    return tuple(found)


def _box(scenario: Scenario, step: Step, who: Label, corner: tuple[int, int], hidden: frozenset[str]) -> Box:
    numbers = {other.name: number for number, other in enumerate(scenario.steps, 1)}
    results = [result for result in step.results if result.name not in hidden]
    repeated = scenario.fact(step.repeat)
    return Box(
        step.name,
        numbers[step.name],
        step.title,
        who,
        limit_words(step.limit, scenario),
        *corner,
        after=tuple(numbers[name] for name in step.after if name in numbers),
        join=join_words(step) if len(step.after) > 1 else None,
        when=condition_words(step.when, scenario) if step.when else None,
        repeat=repeated.label if repeated else None,
        loops=tuple(Loop(r.label, numbers[r.back_to], r.at_most) for r in results if r.back_to in numbers),
        ends_as=tuple(result.label for result in results if result.ends),
        is_end=not any(step.name in other.after for other in scenario.steps),
    )
