"""The two programs below a supervisor, each in a session of its own so that a terminal's Ctrl-C reaches only us."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence

from lilong.project.databases import THREADS
from lilong.project.home import Home
from lilong.project.programs import Background, Mark
from lilong.project.supervisor.records import Record, end, forget

_GRACE = 20.0
_LONGEST_PAUSE = 30.0
_LONG_ENOUGH = 10.0


def web_words(host: str, port: int, workers: int) -> list[str]:
    """The web server's command line: as many threads for each worker as its pool has connections."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--backpressure", str(THREADS * 4), "--respawn-failed-workers", "--workers-kill-timeout", "10"),
        *("--log-level", "error", "lilong.project.wsgi:application"),
    ]


def worker_words() -> list[str]:
    """The job worker's command line."""
    return [sys.executable, "-m", "lilong.project.cli", "worker"]


class Keeper:
    """Keeps one program running: started again when it dies, ever more slowly while it keeps dying young."""

    def __init__(self, home: Home, name: str, words: Sequence[str], environ: Mapping[str, str], lease: int) -> None:
        self.name = name
        self.young_deaths = 0
        self._home, self._words, self._environ, self._lease = home, words, environ, lease
        self._child: Background | None = None
        self._not_before = 0.0

    def look_after(self) -> None:
        """Start it when it does not run and its time has come."""
        if self._child is not None and self._child.poll() is not None:
            self._mourn(self._child)
            self._child = None
        if self._child is None and time.monotonic() >= self._not_before:
            self._child = Background(
                self._words, environ=self._environ, output=sys.stderr.fileno(), inherited=[self._lease]
            )
            if mark := Mark.of(self._child.pid):
                Record(self.name, mark).write(self._home)

    def _mourn(self, child: Background) -> None:
        died_young = time.monotonic() - child.since < _LONG_ENOUGH
        self.young_deaths = self.young_deaths + 1 if died_young else 0
        pause = min(2.0**self.young_deaths - 1, _LONGEST_PAUSE)
        self._not_before = time.monotonic() + pause
        sys.stderr.write(
            f"lilong: {self.name} ended with status {child.returncode}; it starts again in {pause:.0f} s.\n"
        )

    def end(self) -> None:
        """Stop it and whatever it started."""
        if self._child is not None:
            if mark := Mark.of(self._child.pid):
                end(mark, patience=_GRACE, group=True)
            self._child.wait()
        forget(self._home, self.name)
