"""``lilong demo``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lilong.project import clock
from lilong.project.cli.serve import Host, Port
from lilong.project.cli.telling import AsJson, tell, voice
from lilong.project.demo.accounts import RESIDENT_PHONE, ROLES, SIGN_IN_WITH, make_accounts
from lilong.project.demo.day import play_day
from lilong.project.demo.founding import found_city, open_to_programs
from lilong.project.demo.scenarios import play_undertakings, put_in_force
from lilong.project.home import Home
from lilong.project.instance import initialise, opened
from lilong.project.supervisor import Serving, serve

app = typer.Typer()
NoServe = Annotated[bool, typer.Option("--no-serve", help="Prepare only; `lilong serve` serves it later.")]
_MARK = "demo-played"


@app.command()
def demo(*, host: Host = "127.0.0.1", port: Port = 8000, no_serve: NoServe = False, as_json: AsJson = False) -> None:
    """The real Shanghai with synthetic grids, people and a played day, served with accounts to try."""
    home, serving = Home.here(), Serving(host, port, 2)
    if not (home.path / _MARK).exists():
        with voice.status("Preparing the database…"):
            initialise(home)
        with opened(home):
            _prepare()
        (home.path / _MARK).write_text("The demonstration's day was played.\n", encoding="utf-8")
    if no_serve:
        facts = {"url": serving.url, "password": SIGN_IN_WITH, "accounts": [role.name for role in ROLES]}
        tell(facts, ["The demonstration is ready; `lilong serve` serves it."], as_json=as_json)
        return
    serve(home, serving, _welcome)


def _prepare() -> None:
    at = clock.now()
    with _bar("synthetic boundaries") as step:
        for part in found_city(at, step):
            voice.print(f"  {part.zh} {part.en}")
    for role, post in make_accounts(at):
        voice.print(f"  {role.name:<12}{post}")
    for title in put_in_force(at):
        voice.print(f"  {title.zh} {title.en}")
    with _bar("a day of matters") as step:
        play_day(at, step)
    with _bar("undertakings") as step:
        play_undertakings(at, step)
    if key := open_to_programs(at):
        voice.print(f"  Open311 at /open311/v2/, jurisdiction shanghai.demo, key {key} (shown once)")


@contextmanager
def _bar(words: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=voice, transient=True) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _welcome(url: str) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("account")
    table.add_column("role")
    for role in ROLES:
        table.add_row(role.name, f"{role.label.zh} {role.label.en}")
    voice.print(f"\n里弄 Lilong serves [bold]{url}[/]  (stop: Ctrl-C or `lilong stop`)")
    voice.print(f"Residents need no account; to sign in use {RESIDENT_PHONE}, the code is printed here.")
    voice.print(f"Staff: {url}/desk/sign-in/ with password [bold]{SIGN_IN_WITH}[/] and one of")
    voice.print(table)
    voice.print("Boundaries, grids, people and matters are synthetic; areas are the real ones of 2023.", soft_wrap=True)
