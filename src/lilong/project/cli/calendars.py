"""``lilong calendars``: next year's notice, and a second opinion on the years that are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

import typer

from lilong.calendars.commands import import_year
from lilong.calendars.queries import published_years, working_days
from lilong.calendars.rules import BYTES_MAX, compare, notice_of, read_table
from lilong.calendars.terms import IMPORT_DUTY, YEAR_PUBLISHED, Comparison, NoticeTable, Source
from lilong.kernel.actors import machine
from lilong.kernel.areas import EVERYWHERE
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, amend
from lilong.project import clock
from lilong.project.cli.telling import tell, tell_refused
from lilong.project.instance import opened

app = typer.Typer(help="Working days: import a year's notice, compare with a table.", no_args_is_help=True)
_OPERATOR = machine(Label("命令行", "command line"), frozenset({IMPORT_DUTY}))
_IMPORT = Deed(
    "import", Label("导入工作日历", "import a working calendar"), IMPORT_DUTY, YEAR_PUBLISHED, "calendars.year"
)
_SHOWN_MAX = 20

Table = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or JSON: date,is_workday.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as one JSON object.")]
Year = Annotated[int | None, typer.Option(min=1950, max=9998, help="The notice's year; else the latest in FILE.")]
Origin = Annotated[str, typer.Option("--source", help="The notice and its document number, as people may look it up.")]


@app.command("import")
def import_command(file: Table, year: Year = None, source: Origin = "", *, as_json: AsJson = False) -> None:
    """Publish a year from its notice, or correct it: a whole year, or only holidays and make-up days.

    All of FILE is taken or nothing. Importing again reports the days that changed.
    """
    content, at = _content(file), clock.now()
    with opened():
        try:
            facts = _import(content, year, source, file.name, at)
        except Refused as refused:
            raise _refused({"read": 0, "created": 0, "changed": 0}, refused, as_json=as_json) from refused
    tell({**facts, "refused": 0, "refusals": []}, _import_sentences(facts), as_json=as_json)


@app.command("check")
def check_command(file: Table, *, as_json: AsJson = False) -> None:
    """Compare FILE with the calendar day by day. Succeeds only when every row agrees.

    Rows in years not yet published are compared with weekends, and counted.
    """
    content, at = _content(file), clock.now()
    with opened():
        try:
            found = compare(read_table(content, days_only=True), working_days(at))
        except Refused as refused:
            raise _refused({"read": 0, "agreed": 0, "disagreed": 0}, refused, as_json=as_json) from refused
    tell({**found.as_json(), "refused": 0, "refusals": []}, _check_sentences(found), as_json=as_json)
    if found.disagreements:
        raise typer.Exit(1)


def year_subject(year: int) -> UUID:
    """The year as a subject of the journal: the same in every instance."""
    return uuid5(NAMESPACE_URL, f"lilong:calendars.year:{year}")


def _import(content: bytes, year: int | None, given: str, file: str, at: datetime) -> dict[str, Any]:
    notice = notice_of(read_table(content), year)
    source = Source(given) if given else _known_source(notice) or Source(file)

    def change() -> Outcome:
        imported = import_year(content=content, source=source, at=at, year=notice.year)
        facts = {**imported.as_json(), "source": source.notice}
        return Outcome(data=facts, news={"year": imported.year}, details=facts)

    key, subject = CommandKey(new_id(at), at, body_digest(content)), year_subject(notice.year)
    receipt = amend(by=_OPERATOR, key=key, deed=_IMPORT, area=EVERYWHERE, subject=subject, change=change)
    return dict(receipt.details)


def _known_source(notice: NoticeTable) -> Source | None:
    """What is known of where these very days come from: repeating them is no news about their source."""
    same = (known for known in published_years() if (known.year, known.digest) == (notice.year, notice.digest))
    return next((known.source for known in same), None)


def _content(file: Path) -> bytes:
    """One byte more than is allowed is enough to see that there are too many."""
    with file.open("rb") as opened_file:
        return opened_file.read(BYTES_MAX + 1)


def _refused(counts: dict[str, int], refused: Refused, *, as_json: bool) -> typer.Exit:
    reasons = [
        {
            "row": int(refusal.reference.removeprefix("row:")) if refusal.reference.startswith("row:") else None,
            "reason": refusal.text.en,
            "remedy": refusal.remedy.en,
            "field": refusal.field,
            "code": refusal.code,
        }
        for refusal in refused.refusals
    ]
    tell_refused(refused, as_json=False)
    if as_json:
        tell({**counts, "refused": len(reasons), "refusals": reasons}, (), as_json=True)
    return typer.Exit(1)


def _import_sentences(facts: dict[str, Any]) -> Iterable[str]:
    verb = "published" if facts["first"] else "corrected" if facts["changed"] else "unchanged"
    yield (
        f"{facts['year']} {verb}: {facts['read']} row(s) read, {facts['created']} day(s) new, "
        f"{facts['changed']} changed. Source: {facts['source']}."
    )
    for change in facts["changes"]:
        yield f"  {change['date']}  {change['was']} -> {change['now']} {change['holiday']}".rstrip()


def _check_sentences(found: Comparison) -> Iterable[str]:
    yield (
        f"{found.read} row(s) read: {found.agreed} agree, {len(found.disagreements)} disagree; "
        f"{found.unpublished} of them in years not yet published, known by weekends only."
    )
    for each in found.disagreements[:_SHOWN_MAX]:
        theirs = "worked" if each.theirs else "off"
        note = "" if each.is_published else " (not published)"
        yield f"  row {each.row}: {each.day} is {each.ours.label.en} here{note} and {theirs} there"
    if len(found.disagreements) > _SHOWN_MAX:
        yield f"  and {len(found.disagreements) - _SHOWN_MAX} more; --json lists them all"
