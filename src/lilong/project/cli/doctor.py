"""``lilong doctor``."""

from __future__ import annotations

from dataclasses import asdict

import typer

from lilong.project.cli.telling import AsJson, tell
from lilong.project.doctor import Finding, Grade, examine
from lilong.project.home import Home

app = typer.Typer()
_SIGNS = {Grade.FINE: "✓", Grade.NOTE: "·", Grade.WRONG: "✗"}


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Look for what is wrong with this instance and say what to do about it. Status 1 when anything is."""
    home = Home.here()
    report = examine(home)
    facts = {
        "home": str(home.path),
        "wrong": report.wrong,
        "findings": [asdict(finding) for finding in report.findings],
    }
    sentences = [*(_line(finding) for finding in report.findings), f"{report.wrong} thing(s) to mend."]
    tell(facts, sentences, as_json=as_json)
    raise typer.Exit(1 if report.wrong else 0)


def _line(finding: Finding) -> str:
    return f"{_SIGNS[finding.grade]} {finding.check}: {finding.text} {finding.remedy}".rstrip()
