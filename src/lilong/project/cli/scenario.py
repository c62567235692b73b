"""``lilong scenario``: the library, the check, rehearsal, differences, publication, comparison, withdrawal, drawing.

A scenario is named by its reference (``lift-entrapment@3``, or the name alone for its latest version) or by a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from lilong.apps.places import public as places
from lilong.apps.work import public as work
from lilong.apps.work.terms import (
    Finding,
    LibraryFilter,
    LibraryRow,
    Reach,
    Rehearsal,
    RehearsalWanted,
    Scenario,
    ScenarioFaults,
    Severity,
    VersionCard,
)
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label
from lilong.project import clock
from lilong.project.cli.telling import AsJson, tell, voice
from lilong.project.instance import opened
from lilong.project.trouble import Trouble

app = typer.Typer(help="Scenarios: how one thing is handled, as files.", no_args_is_help=True)
_DUTIES = frozenset({"work.scenario.publish", "work.scenario.write"})
_SHOWN_MAX = 12
_DAYS_BACK = 365
_SHANGHAI = ZoneInfo("Asia/Shanghai")

What = Annotated[str, typer.Argument(help="A reference (name or name@number), or the path of a file.")]
Reference = Annotated[str, typer.Argument(help="name@number, or a name for its latest version.")]
AreaOption = Annotated[str, typer.Option("--area", help="Code of the area; the whole city when left out.")]


class Form(StrEnum):
    """What a drawing is written as."""

    SVG = "svg"
    MERMAID = "mermaid"


@app.command("list")
def list_command(
    text: Annotated[str, typer.Argument(help="Words of the title or purpose.")] = "",
    category: Annotated[str, typer.Option(help="Only for this category's code.")] = "",
    state: Annotated[str, typer.Option(help="draft, submitted, approved, published or withdrawn.")] = "",
    *,
    every: Annotated[bool, typer.Option("--every", help="Older versions, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """The library: the latest version of each scenario in each area, with where it is in force and what it saved."""
    with opened():
        wanted = LibraryFilter(text=text, category=category, state=state, every=every, size=100)
        rows: list[LibraryRow] = []
        while True:
            page = work.library(seen_by=_operator(), wanted=wanted)
            rows += page.rows
            if not page.after:
                break
            wanted = LibraryFilter(text=text, category=category, state=state, every=every, size=100, after=page.after)
    facts = [
        {
            "reference": row.reference,
            "title": row.title.as_json(),
            "kind": row.kind,
            "area": row.area.digits,
            "state": row.state,
            "running": row.running,
            "areas_using": row.areas_using,
            "median_days_saved": row.median_days_saved,
        }
        for row in rows
    ]
    said = (f"{r.reference:<28}{r.state_label.en:<12}{r.running:>6} running  {r.title.zh} {r.title.en}" for r in rows)
    tell({"scenarios": facts, "total": len(facts)}, said if rows else ["No scenario fits."], as_json=as_json)


@app.command("check")
def check_command(what: What, area: AreaOption = "", *, as_json: AsJson = False) -> None:
    """Whether a scenario may go in force in an area: every finding, with the path or the areas that show it."""
    with opened():
        scenario = _scenario(what, as_json=as_json)
        findings = work.checked(scenario, area=_area(area), at=clock.now())
    must = [finding for finding in findings if finding.severity is Severity.MUST]
    facts = {
        "reference": scenario.reference,
        "clean": not must,
        "must": len(must),
        "look": len(findings) - len(must),
        "findings": [_finding_facts(finding) for finding in findings],
    }
    tell(facts, _finding_sentences(scenario, findings), as_json=as_json)
    if must:
        raise typer.Exit(1)


@app.command("rehearse")
def rehearse_command(
    what: What,
    present: Annotated[str, typer.Option(help="The version beside it; the one in force when left out.")] = "",
    period: Annotated[str, typer.Option(help="FROM..TO as 2026-01-01..2026-07-01; the last year when left out.")] = "",
    area: AreaOption = "",
    seed: Annotated[int, typer.Option(help="The same seed gives the same report.")] = 1,
    *,
    as_json: AsJson = False,
) -> None:
    """Let past matters live through a scenario beside the present one: lateness, load, what would have changed."""
    at = clock.now()
    since, until = _period(period, at)
    with opened(), _bar("matters") as step:
        scenario = _scenario(what, as_json=as_json)
        wanted = RehearsalWanted(scenario, present, _area(area), since, until, seed)
        report = work.rehearsed(wanted, at=at, progress=step)
    tell(_report_facts(scenario, report), _report_sentences(report), as_json=as_json)


@app.command("diff")
def diff_command(old: What, new: What, *, as_json: AsJson = False) -> None:
    """What differs between two versions or files, as people say it."""
    with opened():
        first, second = _scenario(old, as_json=as_json), _scenario(new, as_json=as_json)
        found = work.differences(first, second)
    facts = {
        "old": first.reference,
        "new": second.reference,
        "differences": [
            {"where": d.where, "what": d.what.as_json(), "before": d.before, "after": d.after} for d in found
        ],
    }
    said = (f"{d.where}: {d.what.en}" + (f"  {d.before} → {d.after}" if d.before or d.after else "") for d in found)
    tell(facts, said if found else ["They say the same."], as_json=as_json)


@app.command("publish")
def publish_command(
    reference: Reference,
    evidence: Annotated[str, typer.Option(help="What the decision rests on.")],
    area: AreaOption = "",
    area_types: Annotated[
        list[str] | None, typer.Option("--area-type", help="Only areas of this type; repeat.")
    ] = None,
    share: Annotated[int, typer.Option(min=1, max=100, help="Per cent of the matters there.")] = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """Put an approved version in force in an area, for some types of area, for a share of the matters."""
    with opened():
        card = _card(reference)
        reach = Reach(_area(area) if area else card.area, tuple(area_types or ("*",)), share)
        key = _key(f"publish {card.id} {reach} {evidence}")
        receipt = work.publish_scenario_version(
            by=_operator(), key=key, version=card.id, reach=reach, evidence=evidence
        )
    facts = {"reference": card.scenario.reference, "state": receipt.state, **receipt.details}
    tell(
        facts,
        [f"{card.scenario.reference} is in force in {reach.area} for {share} %."],
        as_json=as_json,
    )


@app.command("compare")
def compare_command(reference: Reference, *, as_json: AsJson = False) -> None:
    """A version in force beside other places and beside the time before, with intervals that admit ignorance."""
    with opened():
        card = _card(reference)
        found = work.comparison(seen_by=_operator(), card=card, at=clock.now())
    rows = found.rows if found else ()
    facts: dict[str, Any] = {
        "reference": card.scenario.reference,
        "measures": [
            {
                "measure": row.measure,
                "beside": row.view.value,
                "pilot": row.pilot,
                "other": row.other,
                "pilot_count": row.pilot_count,
                "other_count": row.other_count,
                "low": row.low,
                "high": row.high,
                "verdict": row.verdict.value,
            }
            for row in rows
        ],
        "honesty": [label.as_json() for label in (found.honesty if found else ())],
    }
    said = [*(row.sentence.en for row in rows), *(label.en for label in (found.honesty if found else ()))]
    tell(
        facts,
        said or ["There is nothing to compare yet: it was never in force, or names no measures."],
        as_json=as_json,
    )


@app.command("withdraw")
def withdraw_command(
    reference: Reference, reason: Annotated[str, typer.Option(help="Why.")], *, as_json: AsJson = False
) -> None:
    """Take a version out of force everywhere; matters that run by it go on by it to their end."""
    with opened():
        card = _card(reference)
        key = _key(f"withdraw {card.id} {reason}")
        receipt = work.withdraw_scenario_version(by=_operator(), key=key, version=card.id, reason=reason)
    facts = {"reference": card.scenario.reference, "state": receipt.state, **receipt.details}
    running = receipt.details.get("running", 0)
    tell(facts, [f"{card.scenario.reference} is withdrawn; {running} matter(s) go on by it."], as_json=as_json)


@app.command("draw")
def draw_command(
    what: What,
    form: Annotated[Form, typer.Option("--as", help="svg or mermaid.")] = Form.SVG,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    *,
    as_json: AsJson = False,
) -> None:
    """The steps of a scenario as a drawing, written to standard output."""
    with opened():
        scenario = _scenario(what, as_json=as_json)
        text = work.drawn(scenario, language=language, mermaid=form is Form.MERMAID)
    tell({"reference": scenario.reference, "form": form.value, "drawing": text}, [text], as_json=as_json)


def _scenario(what: str, *, as_json: bool) -> Scenario:
    """The scenario of a file, or of a version. Ends with every fault of a file that is none."""
    path = Path(what)
    if not path.is_file():
        return _card(what).scenario
    try:
        return work.read_scenario_file(path.read_bytes())
    except ScenarioFaults as faults:
        for fault in faults.faults:
            voice.print(f"line {fault.line}, {fault.where}: {fault.text.en} {fault.remedy.en}", soft_wrap=True)
        if as_json:
            rows = [
                {"row": f.line, "where": f.where, "reason": f"{f.text.en} {f.remedy.en}", "reason_zh": f.text.zh}
                for f in faults.faults
            ]
            tell({"refused": len(rows), "refusals": rows}, (), as_json=True)
        raise typer.Exit(1) from faults


def _card(reference: str) -> VersionCard:
    return work.version_named(seen_by=_operator(), reference=reference)


def _operator() -> Actor:
    return machine(Label("命令行", "command line"), _DUTIES)


def _area(digits: str) -> AreaCode:
    if digits:
        found = places.area(AreaCode(digits)) if digits.isascii() and digits.isdigit() else None
        if found is None:
            raise typer.BadParameter(f"there is no area {digits}", param_hint="--area")
        return found.code
    cities = places.cities()
    if not cities:
        raise Trouble("No city was imported here yet.", "Run `lilong areas import` first.")
    return cities[0].code


def _period(text: str, at: datetime) -> tuple[datetime, datetime]:
    """From the midnight of the first day to that of the second, which does not belong to it; else the year to now."""
    if not text:
        return at - timedelta(days=_DAYS_BACK), at
    first, _, last = text.partition("..")
    try:
        since, until = (datetime.combine(date.fromisoformat(day), time(), _SHANGHAI) for day in (first, last))
    except ValueError as error:
        raise typer.BadParameter("write it as 2026-01-01..2026-07-01", param_hint="--period") from error
    if since >= until:
        raise typer.BadParameter("it ends before it begins", param_hint="--period")
    return since, until


def _key(body: str) -> CommandKey:
    at = clock.now()
    return CommandKey(new_id(at), at, body_digest(body.encode()))


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=voice, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _finding_facts(finding: Finding) -> Mapping[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity.value,
        "step": finding.step,
        "text": finding.text.as_json(),
        "remedy": finding.remedy.as_json(),
        "path": [label.as_json() for label in finding.path],
        "areas": [area.digits for area in finding.areas],
    }


def _finding_sentences(scenario: Scenario, findings: Iterable[Finding]) -> Iterable[str]:
    found = list(findings)
    if not found:
        yield f"{scenario.reference} is clean."
    for finding in found:
        where = f" [{finding.step}]" if finding.step else ""
        yield f"{finding.severity.value.upper():<5}{where} {finding.text.en} {finding.remedy.en}"
        yield from (f"        {label.en}" for label in finding.path)
        if finding.areas:
            shown = ", ".join(area.digits for area in finding.areas[:_SHOWN_MAX])
            more = len(finding.areas) - _SHOWN_MAX
            yield f"        areas: {shown}" + (f" and {more} more; --json lists them all" if more > 0 else "")


def _report_facts(scenario: Scenario, report: Rehearsal) -> Mapping[str, Any]:
    def version(outcome: Any) -> Mapping[str, Any]:
        return {
            "reference": outcome.reference,
            "matters": outcome.matters,
            "late_share": outcome.late_share,
            "back_share": outcome.back_share,
            "median_hours": outcome.took.median,
            "ninth_decile_hours": outcome.took.ninth,
            "pieces": outcome.pieces,
            "stuck": outcome.stuck,
        }

    return {
        "reference": scenario.reference,
        "seed": report.seed,
        "present": version(report.present),
        "new": version(report.new),
        "newly_late": report.changes.newly_late,
        "no_longer_late": report.changes.no_longer_late,
        "ended_otherwise": report.changes.ended_otherwise,
        "more_work": [
            {"unit": s.unit, "before": s.pieces_before, "after": s.pieces_after}
            for s in report.shifts
            if s.pieces_after > s.pieces_before
        ],
        "validity": [
            {"distance": v.distance, "allowed": v.allowed, "compared": v.compared, "holdout": v.holdout, "ok": v.passes}
            for v in report.validity
        ],
        "honesty": [label.as_json() for label in report.honesty],
    }


def _report_sentences(report: Rehearsal) -> Iterable[str]:
    for outcome in (report.present, report.new):
        yield (
            f"{outcome.reference:<28}{outcome.matters:>8} matters  late {outcome.late_share:6.1%}  "
            f"back {outcome.back_share:6.1%}  median {outcome.took.median:8.1f} h  pieces {outcome.pieces}"
        )
    changes = report.changes
    yield f"{changes.newly_late} newly late, {changes.no_longer_late} no longer."
    yield f"{changes.ended_otherwise} end otherwise."
    more = [shift for shift in report.shifts if shift.pieces_after > shift.pieces_before]
    for shift in more[:_SHOWN_MAX]:
        yield f"unit {shift.unit}: {shift.pieces_before} → {shift.pieces_after} pieces of work"
    for validity in report.validity:
        which = "later ones" if validity.holdout else "the same ones"
        yield (
            f"Repeats what happened, on {which} ({validity.compared}): distance {validity.distance:.3f} of "
            f"{validity.allowed:.3f} allowed{'' if validity.passes else ' — NOT within it'}."
        )
    yield from (label.en for label in report.honesty)
