"""Which area a point lies in: a prepared tree of boundaries, asked from the finest level up.

It never chooses silently: a point on an edge, in overlapping polygons or in a gap says so, names the other candidates,
and gets the same answer every time (the lowest code).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from lilong.apps.places.rules.planes import metres_per_degree
from lilong.apps.places.terms import Flag, Position
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because, Ground
from lilong.kernel.words import Label

GAP_METRES_MAX = 100.0
# Some 5 cm: closer than any phone or surveyor can tell on which side of a line somebody stands.
_EDGE_DEGREES = 5e-7


@dataclass(frozen=True, slots=True)
class Outline:
    """The boundary in force of one area."""

    code: AreaCode
    level: Level
    name: str
    version: int
    synthetic: bool
    polygon: BaseGeometry

    @property
    def reference(self) -> str:
        """How the journal names this boundary."""
        return f"boundary:{self.code}@{self.version}"


@dataclass(frozen=True, slots=True)
class Hit:
    """The finest area a point lies in, and why."""

    outline: Outline
    because: Because
    flags: tuple[Flag, ...]
    candidates: tuple[AreaCode, ...]


class PlaceIndex:
    """The boundaries of one city, prepared once and asked often; threads share it and take turns.

    A prepared geometry builds its own indexes at its first questions, and shapely lets go of the interpreter's lock
    while GEOS does so: two threads asking at once crash the process.
    """

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self.outlines = tuple(sorted(outlines, key=lambda outline: outline.code))
        self._polygons = [outline.polygon for outline in self.outlines]
        shapely.prepare(self._polygons)
        self._tree = shapely.STRtree(self._polygons)
        self._turn = threading.Lock()
        self._finest = max((outline.level for outline in self.outlines), default=Level.COUNTRY)

    def __len__(self) -> int:
        return len(self.outlines)

    def locate(self, position: Position) -> Hit | None:
        """The finest area at ``position`` (WGS-84); None when it lies outside everything by more than the gap."""
        with self._turn:
            return self._located(position)

    def _located(self, position: Position) -> Hit | None:
        point = shapely.points(position.longitude, position.latitude)
        hits = [self.outlines[int(at)] for at in self._tree.query(point, predicate="intersects")]
        inside = _finest(hits)
        if inside and inside[0].level >= min(self._finest, Level.COMMUNITY):
            return self._inside(position, inside, hits)
        nearby = self._nearest(position, above=inside[0].level if inside else Level.COUNTRY)
        if nearby:
            return _in_gap(*nearby)
        return self._inside(position, inside, hits) if inside else None

    def _inside(self, position: Position, inside: Sequence[Outline], hits: Sequence[Outline]) -> Hit:
        chosen = min(inside, key=lambda outline: outline.code)
        x, y = position.longitude, position.latitude
        around = shapely.box(x - _EDGE_DEGREES, y - _EDGE_DEGREES, x + _EDGE_DEGREES, y + _EDGE_DEGREES)
        near_edge = not shapely.contains_properly(chosen.polygon, around)
        flags = [
            (Flag.SYNTHETIC, chosen.synthetic),
            (Flag.ON_EDGE, near_edge),
            (Flag.OVERLAP, len(inside) > 1 and not near_edge),
            (Flag.LEVELS_DISAGREE, not _levels_agree(chosen, hits)),
            (Flag.COARSE, chosen.level < min(self._finest, Level.COMMUNITY)),
        ]
        raised = tuple(flag for flag, is_raised in flags if is_raised)
        others = tuple(outline.code for outline in inside if outline is not chosen)
        return Hit(chosen, _because_inside(chosen, raised), raised, others)

    def _nearest(self, position: Position, above: Level) -> tuple[Outline, float] | None:
        """The nearest area finer than ``above`` within the gap, the finest level first."""
        east, north = metres_per_degree(position.latitude)
        reach = shapely.box(
            position.longitude - GAP_METRES_MAX / east,
            position.latitude - GAP_METRES_MAX / north,
            position.longitude + GAP_METRES_MAX / east,
            position.latitude + GAP_METRES_MAX / north,
        )
        found = [self.outlines[int(at)] for at in self._tree.query(reach) if self.outlines[int(at)].level > above]
        measured = [(outline, _metres_to(outline.polygon, position)) for outline in found]
        near = [pair for pair in measured if pair[1] <= GAP_METRES_MAX]
        return min(near, key=lambda pair: (-pair[0].level, pair[1], pair[0].code), default=None)


def _finest(hits: Sequence[Outline]) -> list[Outline]:
    level = max((outline.level for outline in hits), default=None)
    return [outline for outline in hits if outline.level == level]


def _levels_agree(chosen: Outline, hits: Sequence[Outline]) -> bool:
    """At each coarser level that has any boundary here, one of them belongs to an area above the chosen one."""
    coarser = {outline.level for outline in hits if outline.level < chosen.level}
    above = {outline.level for outline in hits if outline.level < chosen.level and outline.code.contains(chosen.code)}
    return coarser == above


def _metres_to(geometry: BaseGeometry, position: Position) -> float:
    """The distance in metres, for what is at most a few hundred metres away."""
    scale = metres_per_degree(position.latitude)
    here = Point(position.longitude * scale[0], position.latitude * scale[1])
    return float(shapely.transform(geometry, lambda degrees: degrees * scale).distance(here))


def _because_inside(outline: Outline, flags: Sequence[Flag]) -> Because:
    notes_zh = "".join(f"；{flag.label.zh}" for flag in flags)
    notes_en = "".join(f"; {flag.label.en}" for flag in flags)
    return Because(
        Ground.DATA,
        Label(
            f"坐标在“{outline.name}”的边界内（第 {outline.version} 版{notes_zh}）。",
            f"The point lies inside the boundary of “{outline.name}” (version {outline.version}{notes_en}).",
        ),
        outline.reference,
    )


def _in_gap(outline: Outline, metres: float) -> Hit:
    raised = (*((Flag.SYNTHETIC,) if outline.synthetic else ()), Flag.IN_GAP)
    text = Label(
        f"坐标不在任何一块边界内，离“{outline.name}”的边界最近，{metres:.0f} 米（第 {outline.version} 版）。",
        f"The point lies in no boundary; that of “{outline.name}” is nearest, {metres:.0f} m (v{outline.version}).",
    )
    return Hit(outline, Because(Ground.DATA, text, outline.reference), raised, ())
