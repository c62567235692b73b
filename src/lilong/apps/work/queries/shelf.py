"""The scenarios in force, in process memory: one primary-key query at most every two seconds, none in between.

Of several publications that fit a matter the most specific one decides: the longer code of its category (a whole code
before a prefix), then the nearer area, then a named type of area before any, then the later one. One that takes a share
of the matters takes those whose own id falls into it, always the same ones, and leaves the others to the next.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from lilong.apps.organisations import public as organisations
from lilong.apps.work.models import Edition, Publication, ScenarioVersion
from lilong.apps.work.models.frames import ready_of
from lilong.apps.work.rules.planning import Ready
from lilong.apps.work.terms import ANY, WHOLE_SHARE, Reach, fits
from lilong.kernel.areas import AreaCode
from lilong.ledger.shelves import Keeper

_FILES = Path(__file__).parent.parent / "data" / "scenarios"
_BUILT_IN = (_FILES / "dispatch-handle-check.yaml").read_text(encoding="utf-8")
_Order = tuple[int, bool, int, bool, float]


@dataclass(frozen=True, slots=True)
class InForce:
    """One publication that has not ended, with the text it puts in force. ``categories`` are codes, without scheme."""

    reference: str
    kind: str
    categories: tuple[str, ...]
    reach: Reach
    since: float
    text: str

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.reference.partition("@")[0]

    def order(self, code: str) -> _Order | None:
        """How specific it is for a category's code, the more specific the greater; None when it is not meant."""
        fitting = [pattern for pattern in self.categories or (ANY,) if fits(pattern, code)]
        if not fitting:
            return None
        best = max(fitting, key=_length)
        area, types = self.reach.area, self.reach.area_types
        return len(best.removesuffix(ANY)), ANY not in best, len(area.digits), ANY not in types, self.since

    def takes(self, subject: UUID) -> bool:
        """Whether the matter falls into its share."""
        share = self.reach.share
        return share >= WHOLE_SHARE or zlib.crc32(self.name.encode() + subject.bytes) % WHOLE_SHARE < share


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is in force at one edition; other versions are opened when first asked for."""

    mark: UUID | None
    by_place: Mapping[tuple[str, str], tuple[InForce, ...]]
    opened: dict[str, Ready] = field(default_factory=dict)

    def around(self, kind: str, area: AreaCode) -> Iterator[InForce]:
        """Everything in force for ``kind`` in ``area`` or an area around it."""
        for width in range(len(area.digits) + 1):
            yield from self.by_place.get((kind, area.digits[:width]), ())

    def ready(self, reference: str) -> Ready:
        """Any version that was ever in force. Two threads may both read it; both read the same."""
        found = self.opened.get(reference)
        if found is None:
            found = self.opened[reference] = ready_of(_text(reference))
        return found


def scenario_for(kind: str, code: str, *, area: AreaCode, subject: UUID) -> Ready:
    """The version by which a new matter of ``kind`` and of the category ``code`` is handled in ``area``.

    The ordinary way where nothing else is in force. Raises ``LookupError`` for a kind that has no ordinary way.
    """
    here = _KEEPER.shelf().around(kind, area)
    chosen = _first(((found, order) for found in here if (order := found.order(code))), area, subject)
    if chosen is not None:
        return ready_of(chosen.text)
    if kind != ordinary().scenario.kind:
        raise LookupError(f"nothing is in force for {kind} in {area}")
    return ordinary()


def scenario_named(kind: str, name: str, *, area: AreaCode, subject: UUID) -> Ready:
    """The version of the scenario ``name`` by which a new matter is handled in ``area``.

    Raises ``LookupError`` when none is in force there.
    """
    named = (found for found in _KEEPER.shelf().around(kind, area) if found.name == name)
    chosen = _first(((found, order) for found in named if (order := found.order(""))), area, subject)
    if chosen is None:
        raise LookupError(f"no version of {name} is in force in {area}")
    return ready_of(chosen.text)


def scenarios_in_force(kind: str, area: AreaCode) -> tuple[Ready, ...]:
    """The version of each scenario of ``kind`` that most matters in ``area`` are begun with, by name."""
    types = organisations.area_types(area)
    here = [found for found in _KEEPER.shelf().around(kind, area) if found.reach.fits(types)]
    found: dict[str, InForce] = {}
    for each in sorted(here, key=lambda each: (each.reach.share, each.order("") or (0, False, 0, False, 0.0))):
        found[each.name] = each
    return tuple(ready_of(found[name].text) for name in sorted(found))


def ready(reference: str) -> Ready:
    """Any version that was ever in force, also a withdrawn one: what runs by it goes on.

    Raises ``LookupError`` for any other reference.
    """
    return ordinary() if reference == ordinary().scenario.reference else _KEEPER.shelf().ready(reference)


def ordinary() -> Ready:
    """The way of handling a matter that comes with the platform."""
    return ready_of(_BUILT_IN)


def forget() -> None:
    """Read everything anew at the next question; for a process that exchanged its database."""
    _KEEPER.forget()


def _first(fitting: Iterable[tuple[InForce, _Order]], area: AreaCode, subject: UUID) -> InForce | None:
    """The most specific one that takes the matter."""
    here = sorted(fitting, key=lambda pair: pair[1], reverse=True)
    types = organisations.area_types(area) if any(ANY not in found.reach.area_types for found, _ in here) else ()
    for found, _ in here:
        if found.reach.fits(types) and found.takes(subject):
            return found
    return None


def _length(pattern: str) -> tuple[int, bool]:
    return len(pattern.removesuffix(ANY)), not pattern.endswith(ANY)


def _text(reference: str) -> str:
    name, _, number = reference.partition("@")
    versions = ScenarioVersion.objects.filter(name=name, number=int(number) if number.isdigit() else 0)
    published = Publication.objects.filter(version__in=versions)
    text = versions.filter(pk__in=published.values("version")).values_list("text", flat=True).first()
    if text is None:
        raise LookupError(f"{reference or 'nothing'} was never in force")
    return text


def _read(mark: UUID | None) -> Shelf:
    by_place: dict[tuple[str, str], list[InForce]] = defaultdict(list)
    for found in _running():
        by_place[found.kind, found.reach.area.digits].append(found)
    return Shelf(mark, {place: tuple(here) for place, here in by_place.items()})


def _running() -> Iterator[InForce]:
    for row in Publication.objects.filter(until__isnull=True).select_related("version").order_by("since", "id"):
        version = row.version
        reference, categories = version.reference, tuple(version.categories)
        yield InForce(reference, version.kind, categories, row.reach, row.since.timestamp(), version.text)


_KEEPER = Keeper(Edition, _read)
