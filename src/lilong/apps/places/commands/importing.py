"""Importing areas from a table: the first one writes, a later one reports and waits to be told to apply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from lilong.apps.places.commands.writing import (
    keep_vintage,
    known_areas,
    lock_city,
    new_version,
    refuse_nested,
    write_areas,
)
from lilong.apps.places.models import Vintage
from lilong.apps.places.rules.comparing import compare
from lilong.apps.places.rules.plans import Closure, Plan, Update
from lilong.apps.places.rules.tables import Table, read_table
from lilong.apps.places.terms import AreaFile, ImportReport, Progress
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.ledger.scope import reading

IMPORT_AREAS = Deed(
    "import", Label("导入区划", "import areas"), "places.area.import", "places.areas_imported", "places.area"
)
_LISTS = ("renamed", "moved", "swapped", "shifted", "vanished")


def import_areas(
    *,
    by: Actor,
    key: CommandKey,
    file: AreaFile,
    apply: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring ``file`` into its city, all of it or nothing.

    Written at once when the city has no area yet; a city that has areas is only compared unless ``apply``. With
    ``dry_run``, or with any refused row, nothing is written. ``applied`` in the report says whether the city now is
    as the file. Raises :class:`~lilong.kernel.refusals.Refused`: denied, invalid (the city overlaps another one),
    stale (areas appeared since the comparison), key reused.
    """
    table = read_table(file.content)
    with reading(by):
        refuse_nested(file.city)
        report = compare(table, file.city, known_areas(file.city)).report
    if report.refusals or dry_run or not (apply or report.first):
        return report
    if not report.would_create and not report.would_change:
        return replace(report, applied=True)
    return _write(by, key, file, Seen(table, report), progress)


@dataclass(frozen=True, slots=True)
class Seen:
    """The table, and what comparing it showed before anything was locked."""

    table: Table
    report: ImportReport


def _write(by: Actor, key: CommandKey, file: AreaFile, seen: Seen, progress: Progress | None) -> ImportReport:
    table = seen.table
    vintage = Vintage(
        id=new_id(key.at),
        city=file.city.digits,
        kind="areas",
        source=file.name,
        scheme=file.scheme,
        vintage=file.vintage,
        imported_at=key.at,
        digest=table.digest,
    )
    reports: list[ImportReport] = []

    def change() -> Outcome:
        lock_city(file.city)
        refuse_nested(file.city)
        found = compare(table, file.city, known_areas(file.city))
        _refuse_changed(seen.report, found.report)
        write_plan(found.plan, keep_vintage(vintage), progress)
        new_version(file.city, vintage.id)
        report = replace(
            found.report, created=found.report.would_create, changed=found.report.would_change, applied=True
        )
        reports.append(report)
        return _outcome(file, table, report)

    receipt = amend(by=by, key=key, deed=IMPORT_AREAS, area=file.city, subject=vintage.id, change=change)
    done = receipt.details
    if reports:
        return reports[0]
    return replace(seen.report, created=done["created"], changed=done["changed"], applied=True)


def write_plan(plan: Plan, vintage: Vintage, progress: Progress | None = None) -> None:
    """Write everything a plan says, set by set; what hangs on a moved area moves with it."""
    write_areas(plan.creations, vintage, progress)
    _write_updates(plan.updates, vintage)
    _write_closures(plan.closures, vintage)


def _refuse_changed(seen: ImportReport, found: ImportReport) -> None:
    """What is written is what was shown: another import in between must be looked at first."""
    if replace(seen, first=False) == replace(found, first=False) and not found.refusals:
        return
    refusal = Refusal(
        "places.areas_changed",
        Label("比对之后，本市区划又有了变化。", "The city's areas changed after the comparison."),
        Label("请重新导入一次，看过新的比对再应用。", "Import again and look at the new comparison."),
    )
    raise Refused(RefusalKind.STALE, (refusal,))


def _outcome(file: AreaFile, table: Table, report: ImportReport) -> Outcome:
    counts = {"read": report.read, "created": report.created, "changed": report.changed}
    lists: dict[str, Any] = {name: list(getattr(report, name)) for name in _LISTS}
    because = Because(
        Ground.DATA,
        Label(f"按《{file.name}》导入。", f"As “{file.name}” says."),
        f"sha256:{table.digest}",
    )
    origin = {"source": file.name, "scheme": file.scheme, "vintage": file.vintage, "digest": table.digest}
    return Outcome((because,), {**origin, **counts, **lists}, {"city": file.city.digits, **counts}, counts)


def _write_updates(updates: list[Update], vintage: Vintage) -> None:
    if not updates:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE places_area AS area
               SET name = new.name, kind = new.kind, source_code = new.source_code, vintage_id = %s, synthetic = false,
                   valid_to = CASE WHEN new.reopens THEN NULL ELSE area.valid_to END,
                   successor_id = CASE WHEN new.reopens THEN NULL ELSE area.successor_id END
               FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bool[])
                    AS new (code, name, kind, source_code, reopens)
               WHERE area.code = new.code""",
            [
                vintage.id,
                [update.code for update in updates],
                [update.name for update in updates],
                [update.kind for update in updates],
                [update.source_code for update in updates],
                [update.reopens for update in updates],
            ],
        )


_CLOSING = (
    # Where an area went on under another code, its boundary, its buildings and their rooms go with it.
    """INSERT INTO places_boundary (area_id, version, geometry, synthetic, vintage_id, valid_from)
       SELECT gone.successor, 1, old.geometry, old.synthetic, old.vintage_id, %(at)s
       FROM {gone} JOIN places_boundary old ON old.area_id = gone.code AND old.valid_to IS NULL
       WHERE gone.successor <> ''""",
    """UPDATE places_building SET area_id = gone.successor FROM {gone}
       WHERE area_id = gone.code AND gone.successor <> ''""",
    """UPDATE places_room SET area = gone.successor FROM {gone} WHERE area = gone.code AND gone.successor <> ''""",
    """UPDATE places_boundary SET valid_to = %(at)s FROM {gone} WHERE area_id = gone.code AND valid_to IS NULL""",
    """UPDATE places_area AS area SET valid_to = %(at)s, successor_id = nullif(gone.successor, '') FROM {gone}
       WHERE area.code = gone.code""",
)
_GONE = "unnest(%(codes)s::text[], %(successors)s::text[]) AS gone (code, successor)"


def _write_closures(closures: list[Closure], vintage: Vintage) -> None:
    if not closures:
        return
    values: dict[str, Any] = {
        "codes": [closure.code for closure in closures],
        "successors": [closure.successor for closure in closures],
        "at": vintage.imported_at,
    }
    with connection.cursor() as cursor:
        for statement in _CLOSING:
            cursor.execute(statement.format(gone=_GONE), values)
