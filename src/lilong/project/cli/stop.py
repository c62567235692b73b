"""``lilong stop``."""

from __future__ import annotations

import typer

from lilong.project.cli.telling import AsJson, tell
from lilong.project.home import Home
from lilong.project.supervisor import end_all

app = typer.Typer()


@app.command()
def stop(*, as_json: AsJson = False) -> None:
    """Stop everything that runs under this LILONG_HOME: web, worker, embedded database."""
    home = Home.here()
    ended = end_all(home)
    said = f"Stopped: {', '.join(ended.parts)}." if ended.parts else f"Nothing ran under {home.path}."
    tell({"home": str(home.path), "stopped": list(ended.parts)}, [said], as_json=as_json)
