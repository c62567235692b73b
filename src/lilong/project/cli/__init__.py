"""The command line ``lilong``."""

from __future__ import annotations

import sys

import typer

from lilong.kernel.refusals import Refused
from lilong.project.cli.commands import Commands
from lilong.project.cli.telling import tell_refused, tell_trouble
from lilong.project.trouble import Trouble

app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


@app.callback()
def lilong() -> None:
    """里弄 Lilong — the platform on which a city looks after its smallest places.

    State lives in LILONG_HOME (./var). DATABASE_URL uses a PostgreSQL of your own instead of the embedded one.
    """


def main() -> None:
    """Run one command. What can be expected to fail ends in one sentence with its remedy and a status that is not 0."""
    as_json = "--json" in sys.argv
    try:
        app(prog_name="lilong")
    except Trouble as trouble:
        tell_trouble(trouble, as_json=as_json)
    except Refused as refused:
        tell_refused(refused, as_json=as_json)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(1)
