"""``lilong init``."""

from __future__ import annotations

import typer

from lilong.project.cli.telling import AsJson, tell, voice
from lilong.project.cluster.targets import own_server
from lilong.project.home import Home
from lilong.project.instance import initialise

app = typer.Typer()


@app.command()
def init(*, as_json: AsJson = False) -> None:
    """Make an empty instance, or bring one up to date: database, roles, tables; nothing of a city."""
    home = Home.here()
    with voice.status("Preparing the database…"):
        done = initialise(home)
    where = "DATABASE_URL" if own_server() else "embedded"
    facts = {
        "home": str(home.path),
        "database": where,
        "server": done.server,
        "migrations_applied": done.migrations_applied,
    }
    sentences = [
        f"Instance in {home.path}: {done.server} ({where}), {done.migrations_applied} migration(s) applied.",
        "`lilong serve` serves it.",
    ]
    tell(facts, sentences, as_json=as_json)
