"""What the measurements stand on: connections of their own, the web alone, percentiles."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from lilong.project.cluster.targets import APP, OWNER, target
from lilong.project.home import Home
from lilong.project.supervisor.children import web_words

WORKERS = 2


@contextmanager
def owner() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of the owner, who may load in bulk and look at everything."""
    with psycopg.connect(target(Home.here(), OWNER, {}).conninfo, autocommit=True) as connection:
        yield connection


def application_conninfo() -> str:
    """How the application's own role reaches the database."""
    return target(Home.here(), APP, {}).conninfo


def collect() -> None:
    """Collect the static files, as serving does before its first answer."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "lilong.project.settings"}
    subprocess.run([sys.executable, "-m", "lilong.project.supervisor.preflight"], env=environ, check=True)


@contextmanager
def web() -> Iterator[int]:
    """The web server as `lilong serve` runs it, two workers, without the job worker beside it; yields its port."""
    home = Home.here()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {**os.environ, "PORT": str(port), "DJANGO_SETTINGS_MODULE": "lilong.project.settings"}
    collect()
    with (home.log / "bench-web.log").open("ab") as log:
        words = web_words("127.0.0.1", port, WORKERS)
        server = subprocess.Popen(words, env=environ, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_until_it_answers(port)
            yield port
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def percentile(seconds: Sequence[float], share: float) -> float:
    """The time that ``share`` of these did not exceed, in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def spread(values: Sequence[float]) -> str:
    """Median, lowest and highest."""
    return f"{statistics.median(values):,.2f} ({min(values):,.2f} to {max(values):,.2f})"


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no answer on port {port} within a minute")
