"""``lilong serve``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from lilong.project.cli.telling import tell, voice
from lilong.project.home import Home
from lilong.project.programs import Background
from lilong.project.supervisor import Serving, serve
from lilong.project.supervisor.records import SUPERVISOR, recorded
from lilong.project.supervisor.serving import answers, clear_the_way
from lilong.project.trouble import Trouble

app = typer.Typer()
_PATIENCE = 120.0

Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Port to listen on.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Web worker processes.")]
Detach = Annotated[bool, typer.Option("--detach", help="Return once it answers; `lilong stop` ends it.")]


@app.command("serve")
def serve_command(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 2,
    detach: Detach = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --detach: print the facts as one JSON object.")] = False,
) -> None:
    """Serve the pages and run the worker until stopped."""
    home, serving = Home.here(), Serving(host, port, workers)
    home.refuse_absent()
    if detach:
        pid = _detached(home, serving)
        tell({"url": serving.url, "pid": pid, "home": str(home.path)}, [f"Serving {serving.url}"], as_json=as_json)
        return
    serve(home, serving, lambda url: voice.print(f"Serving {url} — Ctrl-C or `lilong stop` ends it."))


def _detached(home: Home, serving: Serving) -> int:
    clear_the_way(home, serving)
    words = [sys.executable, "-m", "lilong.project.cli", "serve", "--host", serving.host, "--port", str(serving.port)]
    log_path = home.log / "serve.log"
    with log_path.open("ab") as log:
        environ = {**os.environ, "LILONG_HOME": str(home.path)}
        supervisor = Background([*words, "--workers", str(serving.workers)], environ=environ, output=log.fileno())
    deadline = time.monotonic() + _PATIENCE
    while not (recorded(home, SUPERVISOR) and answers(serving)):
        if supervisor.poll() is not None or time.monotonic() > deadline:
            raise Trouble(f"It did not start: {_last_line(log_path)}", f"The whole story stands in {log_path}.")
        time.sleep(0.1)
    return supervisor.pid


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    told = [number for number, line in enumerate(lines) if line.startswith("lilong: ")]
    return " ".join(lines[told[-1] :] if told else lines[-1:]).removeprefix("lilong: ")
