"""``lilong worker``."""

from __future__ import annotations

from typing import Annotated

import typer
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.utils import connector_params

from lilong.project.instance import opened

app = typer.Typer()


@app.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=16, help="Jobs done at the same time.")] = 2,
) -> None:
    """Run only the worker: outbox, clocks, retention. `lilong serve` runs one already; more may be added."""
    with opened():
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=concurrency + 2)
        with jobs.replace_connector(connector) as ready:
            ready.run_worker(concurrency=concurrency, shutdown_graceful_timeout=15, delete_jobs="successful")
