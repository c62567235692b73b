"""The first reading of a table: what it speaks of, before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from lilong.apps.places.terms import Position
from lilong.project.requests.findings import RowRefused
from lilong.project.requests.rows import FAR_AWAY, Request


@dataclass
class Spoken:
    """What the table says of one category: how often it stands in which group and with which unit, and its targets."""

    groups: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    seconds: list[int] = field(default_factory=list)

    @property
    def group(self) -> str:
        """The group it stands in most often; the first by name among equals."""
        return _most(self.groups)

    @property
    def unit(self) -> str:
        """The unit that had it most often."""
        return _most(self.units)

    @property
    def usual(self) -> timedelta | None:
        """The median of its targets, half of which were sooner; None when it has none."""
        return timedelta(seconds=median(self.seconds)) if self.seconds else None


@dataclass
class Survey:
    """What a whole table speaks of."""

    rows: int = 0
    categories: dict[str, Spoken] = field(default_factory=lambda: defaultdict(Spoken))
    units: Counter[str] = field(default_factory=Counter)
    neighbourhoods: Counter[str] = field(default_factory=Counter)
    positions: Counter[Position] = field(default_factory=Counter)
    earliest: datetime | None = None
    _spelling: dict[str, str] = field(default_factory=dict)

    def spelled(self, name: str) -> str:
        """The spelling in which this name was first met: capitals and spaces make no other name."""
        return self._spelling.setdefault(folded(name), name)


def folded(name: str) -> str:
    """A name without what makes no difference: capitals and repeated spaces."""
    return " ".join(name.lower().split())


def survey(requests: Iterable[Request | RowRefused], progress: Callable[[int], None]) -> Survey:
    """Read a table once. ``progress`` is called with how many rows were read."""
    found = Survey()
    for request in requests:
        found.rows += 1
        if found.rows % 1000 == 0:
            progress(found.rows)
        if isinstance(request, Request):
            _count(found, request)
    return found


def _count(found: Survey, request: Request) -> None:
    spoken = found.categories[found.spelled(request.category)]
    spoken.groups[request.group] += 1
    unit = found.spelled(request.unit)
    spoken.units[unit] += 1
    found.units[unit] += 1
    if request.neighbourhood:
        found.neighbourhoods[request.neighbourhood] += 1
    if request.latitude is not None and request.longitude is not None:
        found.positions[Position(request.latitude, request.longitude)] += 1
    if request.target is not None and timedelta(0) < request.target - request.opened < FAR_AWAY:
        spoken.seconds.append(round((request.target - request.opened).total_seconds()))
    if found.earliest is None or request.opened < found.earliest:
        found.earliest = request.opened


def _most(counted: Counter[str]) -> str:
    return min(counted, key=lambda name: (-counted[name], name))
