"""Importing a table of service requests: survey, city, then batch by batch, each kept or not begun."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from django.db import connections

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import RecordedBatch, RecordedCase
from lilong.apps.places import public as places
from lilong.apps.places.terms import Located
from lilong.kernel.because import Because, Ground
from lilong.kernel.words import Label
from lilong.project import clock
from lilong.project.requests import catalogue
from lilong.project.requests.findings import Kind, Report, RowRefused
from lilong.project.requests.founding import Founded, command, found_areas, found_offices, operator
from lilong.project.requests.mapping import Mapping
from lilong.project.requests.placing import Gazetteer
from lilong.project.requests.reading import TableFile
from lilong.project.requests.rows import Request, RequestReader
from lilong.project.requests.survey import Survey, folded, survey
from lilong.project.trouble import Trouble

BATCH = 2_000
_TITLE_CHARACTERS_MAX = 200

Written = dict[str, int]
Progress = Callable[[str, int, int | None], None]
"""Called with what is going on, how many rows are done and how many there are (None: not known yet)."""


@dataclass(frozen=True, slots=True)
class Source:
    """What to import: the table, its mapping, the folder beside which the mapping names files, another areas file."""

    path: Path
    mapping: Mapping
    beside: Path
    areas: Path | None = None


def import_requests(source: Source, progress: Progress) -> Report:
    """Bring the requests of a table in and report what was found. Safe to repeat, and to go on with after a kill.

    Raises :class:`Trouble` for a file or mapping that cannot be used at all, ``Refused`` for a city in the way.
    """
    started, at = time.monotonic(), clock.now()
    table = TableFile(source.path, source.mapping)
    found = survey(RequestReader(table, source.mapping, at).requests(), lambda n: progress("reading", n, None))
    if not found.rows:
        raise Trouble(f"{source.path.name} has a heading and no rows.", "Choose a file with requests.")
    if not found.categories:
        return _nothing_usable(RequestReader(table, source.mapping, at), found)
    progress("areas and units", 0, None)
    areas = found_areas(source.mapping, source.beside, source.areas)
    defaults = places.repeated_points(found.positions.elements()) if found.positions else ()
    gazetteer = Gazetteer(source.mapping, [point.position for point in defaults])
    _refuse_unknown_areas(gazetteer)
    founded = found_offices(source.mapping, found)
    run = _Run(source.mapping, founded, gazetteer, at)
    run.report.city = {**founded.facts, "areas": areas}
    run.report.tally.details[Kind.DEFAULT_COORDINATE] = [
        {"latitude": p.position.latitude, "longitude": p.position.longitude, "count": p.count} for p in defaults
    ]
    for done in run.batches(RequestReader(table, source.mapping, at)):
        progress("importing", done, found.rows)
    run.report.seconds = time.monotonic() - started
    return run.report


class _Run:
    """One run over the rows: what was decided about each goes into ``report``."""

    def __init__(self, mapping: Mapping, founded: Founded, gazetteer: Gazetteer, at: datetime) -> None:
        self._mapping = mapping
        self._founded = founded
        self._gazetteer = gazetteer
        self._at = at
        self._by = operator(mapping)
        self._register = f"{mapping.categories.scheme}:{mapping.city.code}"
        self._becauses: dict[str, tuple[Because, ...]] = {}
        self.report = Report()

    def batches(self, reader: RequestReader) -> Iterator[int]:
        """Write batch by batch; yields how many rows are done."""
        batch: list[RecordedCase] = []
        with _Writer(self._record) as writer:
            for request in reader.requests():
                self.report.read += 1
                case = self._case(request)
                if case is not None:
                    batch.append(case)
                if len(batch) == BATCH:
                    self._count(writer.write(batch))
                    batch = []
                    yield self.report.read
            self._count(writer.write(batch))
            self._count(writer.write([]))
        yield self.report.read

    def _case(self, request: Request | RowRefused) -> RecordedCase | None:
        if isinstance(request, RowRefused):
            self.report.refusals.append(request)
            return None
        placed = self._gazetteer.place(request)
        if isinstance(placed, RowRefused):
            self.report.refusals.append(placed)
            return None
        for kind in (*request.findings, *placed.findings):
            self.report.tally.note(kind, request.line)
        self._compare(request)
        return self._recorded(request, placed.located)

    def _compare(self, request: Request) -> None:
        """Whether the clock of cases calls this request late exactly when the table does."""
        if request.target is None or not self._mapping.columns.on_time:
            return
        self.report.compared += 1
        if request.overdue is None:
            self.report.tally.note(Kind.ON_TIME_MISSING, request.line)
        elif cases.is_overdue(request.target, request.closed, self._at) is request.overdue:
            self.report.agreed += 1
        else:
            self.report.tally.note(Kind.ON_TIME_DISAGREES, request.line)

    def _recorded(self, request: Request, located: Located) -> RecordedCase:
        return RecordedCase(
            id=request.id,
            category=self._founded.categories[folded(request.category)],
            located=located,
            opened_at=request.opened,
            due_at=request.target,
            closed_at=request.closed,
            unit=self._founded.units[folded(request.unit)],
            title=catalogue.category_name(self._mapping, request.category)[:_TITLE_CHARACTERS_MAX],
            body=request.words or request.category,
            address=request.neighbourhood or located.words.en,
            channel=request.channel,
            because=self._because(request.unit),
        )

    def _because(self, unit: str) -> tuple[Because, ...]:
        if unit not in self._becauses:
            name = catalogue.unit_name(self._mapping, unit)
            text = Label("原登记簿写明由“{unit}”办理。", "The register it comes from gives it to “{unit}”.").filled(
                unit=name
            )
            self._becauses[unit] = (Because(Ground.DATA, text, f"register:{self._register}"),)
        return self._becauses[unit]

    def _record(self, batch: Sequence[RecordedCase]) -> Written:
        given = RecordedBatch(self._mapping.area, self._register, tuple(batch))
        return {**cases.record_cases(by=self._by, key=command(), batch=given).details, "rows": len(batch)}

    def _count(self, done: Written | None) -> None:
        if done is None:
            return
        self.report.created += done["created"]
        self.report.changed += done["changed"]
        self.report.unchanged += done["rows"] - done["created"] - done["changed"]
        self.report.tally.add(Kind.MOVED_ON_HERE, done["kept"])
        self.report.tally.add(Kind.DIFFERS_FROM_RECORD, done["differing"])


class _Writer:
    """Writes one batch while the next is being read: at most one is under way, in the order given."""

    def __init__(self, record: Callable[[Sequence[RecordedCase]], Written]) -> None:
        self._record = record
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="record")
        self._under_way: Future[Written] | None = None

    def write(self, batch: Sequence[RecordedCase]) -> Written | None:
        """Begin to write ``batch`` (nothing for an empty one) when the batch before is kept; what that one did."""
        before = self._under_way.result() if self._under_way else None
        self._under_way = self._thread.submit(self._record, batch) if batch else None
        return before

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The thread's own connection goes back before the thread ends.
        self._thread.submit(connections.close_all)
        self._thread.shutdown()


def _nothing_usable(reader: RequestReader, found: Survey) -> Report:
    """Every row is refused: nothing is made, not even the city."""
    return Report(read=found.rows, refusals=[row for row in reader.requests() if isinstance(row, RowRefused)])


def _refuse_unknown_areas(gazetteer: Gazetteer) -> None:
    missing = gazetteer.missing()
    if missing:
        raise Trouble(
            f"The mapping's neighbourhoods name areas the city does not have: {', '.join(missing[:5])}.",
            "Correct the names, or bring in those areas.",
        )
