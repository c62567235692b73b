"""Which area a request lies in: by its coordinates, else by the neighbourhood its register names."""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lilong.apps.places import public as places
from lilong.apps.places.terms import Area, Flag, Located, Position
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because, Ground
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label
from lilong.project.requests.findings import Kind, RowRefused
from lilong.project.requests.mapping import Mapping
from lilong.project.requests.rows import Request

_KEPT = 200_000
# What places says to somebody who stands before a map does not help with a row of a file.
_REMEDIES = {
    "places.outside_city": Label(
        "请更正坐标，或先导入它所在的区域。", "Correct the coordinate, or bring in the area it lies in."
    ),
    "places.coordinates_zero": Label("没有位置时请留空。", "Leave it empty where there is none."),
}
_FLAGGED = {Flag.IN_GAP: Kind.OUTSIDE_EVERY_POLYGON, Flag.OVERLAP: Kind.OVERLAPPING_POLYGONS}


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a request lies, and what is to be said about it."""

    located: Located
    findings: tuple[Kind, ...] = ()


class Gazetteer:
    """The areas of one city as a register speaks of them.

    ``defaults`` are coordinates that the register writes when it knows none: they are not believed.
    """

    def __init__(self, mapping: Mapping, defaults: Sequence[Position] = ()) -> None:
        self._city = mapping.area
        self._columns = mapping.columns
        self._defaults = frozenset(defaults)
        self._areas = {area.name: area for area in places.areas_below(self._city, mapping.level)}
        self._spoken: Named[str, tuple[str, ...]] = mapping.neighbourhoods
        self._at_point = lru_cache(maxsize=_KEPT)(self._located_point)
        self._by_word = lru_cache(maxsize=_KEPT)(_named)

    def place(self, request: Request) -> Placed | RowRefused:
        """Where ``request`` lies; refused when neither its coordinates nor its neighbourhood say."""
        meant = self._meant(request.neighbourhood)
        if request.latitude is None or request.longitude is None:
            return self._by_name(request, meant, ())
        if Position(request.latitude, request.longitude) in self._defaults:
            return self._by_name(request, meant, (Kind.DEFAULT_COORDINATE,))
        found = self._at_point(request.latitude, request.longitude)
        if isinstance(found, Refusal):
            column = self._columns.longitude if found.field == "long" else self._columns.latitude
            remedy = _REMEDIES.get(found.code, found.remedy)
            text = Label(f"{found.text.zh}{remedy.zh}", f"{found.text.en} {remedy.en}")
            return RowRefused(request.line, Label(f"{column}：{text.zh}", f"{column}: {text.en}"), column)
        findings = [kind for flag, kind in _FLAGGED.items() if flag in found.flags]
        if request.neighbourhood and meant is None:
            findings.append(Kind.NEIGHBOURHOOD_UNKNOWN)
        if meant and found.area not in {area.code for area in meant}:
            findings.append(Kind.NEIGHBOURHOOD_DISAGREES)
        return Placed(found, tuple(findings))

    def missing(self) -> list[str]:
        """The areas that the mapping names for a neighbourhood and the city does not have."""
        named = {name for names in self._spoken.values() for name in names}
        return sorted(named - self._areas.keys())

    def _meant(self, word: str) -> tuple[Area, ...] | None:
        """The areas a neighbourhood may stand for; empty for the whole city, None for a word nobody explained."""
        if word in self._spoken:
            return tuple(self._areas[name] for name in self._spoken[word])
        return (self._areas[word],) if word in self._areas else None

    def _located_point(self, latitude: float, longitude: float) -> Located | Refusal:
        return places.locate_point(latitude, longitude, city=self._city)

    def _by_name(
        self, request: Request, meant: tuple[Area, ...] | None, findings: tuple[Kind, ...]
    ) -> Placed | RowRefused:
        if meant is None and request.neighbourhood:
            word, column = request.neighbourhood[:60], self._columns.neighbourhood
            reason = Label(
                f"{column}：没有“{word}”这个区域，也没有可用坐标。请在映射的 neighbourhoods 里说明它是哪里。",
                f"{column}: there is no area “{word}”, nor a usable coordinate. Say in neighbourhoods of the mapping "
                "where it is.",
            )
            return RowRefused(request.line, reason, column)
        if meant is None and not findings:
            reason = Label(
                "没有说在哪里：坐标和街区都是空的。", "It does not say where: no coordinate, no neighbourhood."
            )
            return RowRefused(request.line, reason, self._columns.neighbourhood or self._columns.latitude)
        return Placed(self._coarse(meant or (), request.neighbourhood), (*findings, Kind.COARSE_PLACE))

    def _coarse(self, meant: tuple[Area, ...], word: str) -> Located:
        code, level = (meant[0].code, meant[0].level) if len(meant) == 1 else (self._city, Level.CITY)
        return self._by_word(code, level, word)


def _named(code: AreaCode, level: Level, word: str) -> Located:
    shown = " ".join(places.path_of(code)[-1:]) or str(code)
    text = (
        Label(f"登记簿写明街区是“{word}”。", f"The register names the neighbourhood “{word}”.")
        if word
        else Label(
            "登记簿没有可用的位置，记在全市。", "The register gives no usable place: it stands for the whole city."
        )
    )
    return Located(code, level, Label(shown, shown), (Because(Ground.DATA, text, f"area:{code}"),), (Flag.COARSE,))
