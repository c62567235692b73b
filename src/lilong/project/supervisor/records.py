"""Who runs under a home: one small file each in LILONG_HOME/run, believed only while its process lives."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lilong.project.home import Home
from lilong.project.programs import Mark

SUPERVISOR = "serve"
CHILDREN = ("web", "worker")


@dataclass(frozen=True, slots=True)
class Record:
    """One running part: its process, which leads a group of its own, and the address it serves, if any."""

    name: str
    mark: Mark
    url: str = ""

    def write(self, home: Home) -> None:
        """Put it on record."""
        path = _path(home, self.name)
        draft = path.with_suffix(".new")
        facts = {"pid": self.mark.pid, "started": self.mark.started, "url": self.url}
        draft.write_text(json.dumps(facts), encoding="utf-8")
        draft.replace(path)


def recorded(home: Home, name: str) -> Record | None:
    """The part on record under ``name``, while it lives. A record whose process is gone counts for nothing."""
    try:
        facts = json.loads(_path(home, name).read_text(encoding="utf-8"))
        record = Record(name, Mark(int(facts["pid"]), float(facts["started"])), str(facts["url"]))
    except (OSError, ValueError, KeyError):
        return None
    return record if record.mark.alive else None


def forget(home: Home, name: str) -> None:
    """Take a part off the record."""
    _path(home, name).unlink(missing_ok=True)


def end(mark: Mark, *, patience: float, group: bool) -> None:
    """Ask a process to end, wait, then make it (with its whole group, when it leads one)."""
    for sign, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        if mark.ends_within(0):
            break
        with suppress(ProcessLookupError):
            os.kill(mark.pid, sign)
        mark.ends_within(seconds)
    if group:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(mark.pid, signal.SIGKILL)


def _path(home: Home, name: str) -> Path:
    return home.run / f"{name}.json"
