"""Which commands there are, and where each stands. A module is loaded only when its command is called.

Django costs a second and eighty megabytes: commands that need it say so, and it is made ready before their module
(which imports models) is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group
from typing_extensions import override

from lilong.project.home import Home


@dataclass(frozen=True, slots=True)
class Entry:
    """One command, or one group of commands: the ``app`` (a ``typer.Typer``) of ``lilong.project.cli.<module>``.

    ``django``: its module imports models. ``founds``: it may be called where there is no instance yet.
    """

    module: str
    help: str
    django: bool = False
    founds: bool = False
    group: bool = False

    def load(self, name: str, *, for_help: bool) -> Any:
        """The command itself. Raises ``Trouble`` when it needs an instance and there is none, never for its help."""
        if self.django:
            if not (self.founds or for_help):
                Home.here().refuse_absent()
            import_module("lilong.project.instance").wake(Home.here(), prepared=not for_help)
        app: typer.Typer = import_module(f"lilong.project.cli.{self.module}").app
        loaded = get_group(app) if self.group else get_command(app)
        loaded.name = name
        return loaded


ENTRIES: dict[str, Entry] = {
    "init": Entry("init", "Make an empty instance, or bring one up to date: database, roles, tables."),
    "demo": Entry(
        "demo", "The real Shanghai with a played day, served with accounts to try.", django=True, founds=True
    ),
    "serve": Entry("serve", "Serve the pages and run the worker until stopped."),
    "worker": Entry("worker", "Run only the worker: outbox, clocks, retention.", django=True),
    "stop": Entry("stop", "Stop everything that runs under this LILONG_HOME."),
    "areas": Entry("areas", "Import a city's areas and boundaries.", django=True, group=True),
    "requests": Entry("requests", "Import a city's service requests.", django=True, group=True),
    "calendars": Entry("calendars", "Import a year's working days, compare with a table.", django=True, group=True),
    "scenario": Entry("scenario", "Check, rehearse, publish, compare and draw scenarios.", django=True, group=True),
    "open311": Entry("open311", "Jurisdictions and keys of GeoReport v2.", django=True, group=True),
    "ledger": Entry("ledger", "Verify the journal and its signed roots.", django=True, group=True),
    "doctor": Entry("doctor", "Look for what is wrong with this instance and say what to do about it."),
}


class Commands(TyperGroup):
    """The commands of :data:`ENTRIES`, listed without loading them."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order in which one needs them."""
        return list(ENTRIES)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        """A stand-in that knows the help text."""
        entry = ENTRIES.get(cmd_name)
        return TyperCommand(name=cmd_name, help=entry.help) if entry else None

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was called, loaded."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, ENTRIES[str(name)].load(str(name), for_help="--help" in rest), rest
