"""``lilong requests``: the service requests of a city nobody here wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from lilong.project.cli.telling import AsJson, tell, voice
from lilong.project.instance import opened
from lilong.project.requests.findings import Report
from lilong.project.requests.importing import Progress, Source, import_requests
from lilong.project.requests.mapping import read_mapping

app = typer.Typer(help="Service requests: import a city's history.", no_args_is_help=True)
_SHOWN_MAX = 10

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, plain or gzip.")]
MappingFile = Annotated[
    Path, typer.Option("--mapping", exists=True, dir_okay=False, readable=True, help="TOML: what the columns mean.")
]
AreasFile = Annotated[
    Path | None,
    typer.Option("--areas", exists=True, dir_okay=False, readable=True, help="GeoJSON instead of the mapping's."),
]


@app.callback()
def requests() -> None:
    """Service requests of a city nobody here wrote."""


@app.command("import")
def import_command(file: File, mapping: MappingFile, areas: AreasFile = None, *, as_json: AsJson = False) -> None:
    """Bring in the requests of FILE with their past: opening, target, closing, who had them.

    The first run makes the city, its areas, units and categories. A run that was killed goes on when called again:
    nothing is doubled. Rows that cannot be taken are refused one by one; status 1 when there are any.
    """
    source = Source(file, read_mapping(mapping), mapping.parent, areas)
    with opened(), _bar() as progress:
        report = import_requests(source, progress)
    tell(report.as_json(), _sentences(report), as_json=as_json)
    if not report.complete:
        raise typer.Exit(1)


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar on standard error; it leaves no trace."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=voice, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def _sentences(report: Report) -> Iterable[str]:
    rate = f", {round(report.read / report.seconds):,} rows/s" if report.seconds else ""
    yield (
        f"{report.read:,} row(s) read{rate}: {report.created:,} created, {report.changed:,} changed, "
        f"{report.unchanged:,} as they were, {len(report.refusals):,} refused."
    )
    for refusal in report.refusals[:_SHOWN_MAX]:
        yield f"  row {refusal.row}: {refusal.reason.en}"
    if len(report.refusals) > _SHOWN_MAX:
        yield f"  and {len(report.refusals) - _SHOWN_MAX:,} more; --json lists them all"
    for finding in report.tally.as_json():
        yield f"  {finding['count']:>7,}  {finding['text']}"
    if report.overdue_agreement is not None:
        share = f"{report.overdue_agreement:.2%}"
        yield f"Overdue as the file says in {share} of {report.compared:,} rows with a target."
