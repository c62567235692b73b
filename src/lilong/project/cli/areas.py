"""``lilong areas``: a city's areas from a table, their boundaries from GeoJSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from lilong.apps.places import public as places
from lilong.apps.places.terms import AreaFile, BoundaryFile, BoundaryReport, ImportReport, Progress
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from lilong.project import clock
from lilong.project.cli.telling import AsJson, tell, tell_refused, voice
from lilong.project.instance import opened

app = typer.Typer(help="Areas: import a table, import boundaries.", no_args_is_help=True)
_DUTIES = frozenset({"places.area.import", "places.boundary.import"})
_SHOWN_MAX = 10

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file, plain or gzip.")]
CityOption = Annotated[str, typer.Option("--city", help="Code of the city: 31, 310000 or 310000000000.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")]
Vintage = Annotated[str, typer.Option(help="The date of the table, such as 2023-06-30.")]


@app.command("import")
def import_command(
    file: File,
    city: CityOption,
    vintage: Vintage = "",
    *,
    dry_run: DryRun = False,
    apply: Annotated[bool, typer.Option("--apply", help="Write the changes of a re-import.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import areas from FILE (CSV: code,level,name,parent_code,type), all of them or none.

    A city without areas is written at once. A city that has areas is only compared: look at what was renamed, moved,
    swapped, is new or has vanished, then run it again with --apply.
    """
    code = _city(city)
    area_file = AreaFile(code, file.read_bytes(), file.name, vintage=vintage)
    with opened(), _bar("areas") as progress, _refusing(_NOTHING_READ, as_json=as_json):
        report = places.import_areas(
            by=_operator(code),
            key=_key(area_file.content),
            file=area_file,
            apply=apply,
            dry_run=dry_run,
            progress=progress,
        )
    tell(report.as_json(), _area_sentences(report), as_json=as_json)
    if report.refusals:
        raise typer.Exit(1)


@app.command("boundaries")
def boundaries_command(
    file: File,
    city: CityOption,
    level: Annotated[int, typer.Option(min=1, max=5, help="1 city, 2 district, 3 street, 4 community, 5 grid.")],
    name_property: Annotated[str, typer.Option(help="The property that holds the area's name or code.")],
    city_name: Annotated[str, typer.Option(help="The name of a city that is not known yet.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Import boundaries from FILE (GeoJSON in WGS-84), all of them or none.

    In a city without areas the features become its areas. Invalid polygons are repaired and listed.
    """
    code = _city(city)
    drawing = BoundaryFile(code, file.read_bytes(), file.name, Level(level), name_property, city_name)
    with opened(), _refusing(_NOTHING_READ, as_json=as_json):
        report = places.import_boundaries(by=_operator(code), key=_key(drawing.content), file=drawing)
    tell(report.as_json(), _boundary_sentences(report), as_json=as_json)
    if report.refusals:
        raise typer.Exit(1)


_NOTHING_READ: Mapping[str, Any] = {"read": 0, "created": 0, "changed": 0, "by_level": {}, "applied": False}


def _city(text: str) -> AreaCode:
    try:
        return places.city_code(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--city") from error


def _operator(city: AreaCode) -> Actor:
    return machine(Label("命令行", "command line"), _DUTIES, city)


def _key(content: bytes) -> CommandKey:
    at = clock.now()
    return CommandKey(new_id(at), at, body_digest(content))


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    """A progress bar on standard error; it leaves no trace."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=voice, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _refusing(counts: Mapping[str, Any], *, as_json: bool) -> Iterator[None]:
    """Tell a refusal of the whole command in the same form as those of rows, and end with a status that is not 0."""
    try:
        yield
    except Refused as refused:
        tell_refused(refused, as_json=False)
        if as_json:
            reasons = [
                {"row": None, "reason": f"{r.text.en} {r.remedy.en}", "reason_zh": f"{r.text.zh}{r.remedy.zh}"}
                for r in refused.refusals
            ]
            tell({**counts, "refused": len(reasons), "refusals": reasons}, (), as_json=True)
        raise typer.Exit(1) from refused


def _area_sentences(report: ImportReport) -> Iterable[str]:
    levels = ", ".join(f"level {level}: {count}" for level, count in report.by_level.items())
    yield f"{report.read} row(s) read ({levels})."
    yield from _refusal_sentences(report)
    if report.refusals:
        return
    for name in ("renamed", "moved", "swapped", "shifted", "new", "vanished"):
        yield from _list_sentences(name, getattr(report, name))
    if report.applied:
        yield f"{report.created} area(s) created, {report.changed} changed."
    elif report.would_create or report.would_change:
        yield f"Nothing was written. {report.would_create} area(s) would be created, {report.would_change} changed."
        yield (
            "Run again with --apply to write this." if not report.first else "Run again without --dry-run to write it."
        )
    else:
        yield "The city already is as this table says."


def _boundary_sentences(report: BoundaryReport) -> Iterable[str]:
    yield f"{report.read} feature(s) read."
    yield from _refusal_sentences(report)
    if report.refusals:
        return
    for name in ("repaired", "overlapping", "new_areas"):
        yield from _list_sentences(name.replace("_", " "), getattr(report, name))
    verb = "written" if report.applied else "to be written"
    yield f"{report.created} boundary(ies) of new areas and {report.changed} of known ones {verb}."


def _list_sentences(name: str, items: tuple[dict[str, object], ...]) -> Iterable[str]:
    if items:
        yield f"{name}: {len(items)}"
    for item in items[:_SHOWN_MAX]:
        yield "  " + ", ".join(f"{key} {value}" for key, value in item.items() if value not in (None, ""))
    if len(items) > _SHOWN_MAX:
        yield f"  and {len(items) - _SHOWN_MAX} more; --json lists them all"


def _refusal_sentences(report: ImportReport | BoundaryReport) -> Iterable[str]:
    if report.refusals:
        yield f"Nothing was written: {len(report.refusals)} refused."
    for refusal in report.refusals[:_SHOWN_MAX]:
        yield f"  row {refusal.row}: {refusal.reason.en}"
    if len(report.refusals) > _SHOWN_MAX:
        yield f"  and {len(report.refusals) - _SHOWN_MAX} more; --json lists them all"
