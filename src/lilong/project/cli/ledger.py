"""``lilong ledger``."""

from __future__ import annotations

from dataclasses import asdict

import typer

from lilong.ledger.verify import sign_root, verify
from lilong.project import clock
from lilong.project.cli.telling import AsJson, tell, voice
from lilong.project.home import Home
from lilong.project.instance import opened

app = typer.Typer(help="The journal of everything that was done.", no_args_is_help=True)


@app.command("verify")
def verify_command(*, as_json: AsJson = False) -> None:
    """Recompute every chain and compare with the signed roots. Status 1 when anything is wrong."""
    home = Home.here()
    with opened(home), voice.status("Recomputing every chain…"):
        read, findings = verify(home.roots / "journal.jsonl", home.keys / "journal.pem")
    facts = {"read": read, "findings": [asdict(finding) for finding in findings], "whole": not findings}
    told = [f"{f.kind}: {f.subject or 'root'} #{f.seq}" for f in findings] or ["Nothing was changed."]
    tell(facts, [f"{read} entries read.", *told], as_json=as_json)
    if findings:
        raise typer.Exit(1)


@app.command("sign")
def sign_command(*, as_json: AsJson = False) -> None:
    """Sign what was written since the last root; keep the roots file outside this machine."""
    home = Home.here()
    with opened(home):
        root = sign_root(home.roots / "journal.jsonl", home.keys / "journal.pem", clock.now())
    tell(asdict(root), [f"Signed {root.entries} entries up to number {root.upto}."], as_json=as_json)
