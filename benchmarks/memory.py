"""What the demonstration keeps in memory when nobody asks it anything: the proportional share of all its processes."""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import time

import psutil

from lilong.project.home import Home
from lilong.project.supervisor import end_all
from lilong.project.supervisor.records import SUPERVISOR, recorded

_GOAL_MB = 600
_PORT = 8793
_IDLE_SECONDS = 20
_PAGES = ("/", "/report/", "/find/", "/desk/sign-in/", "/healthz")


def measure(_: argparse.Namespace) -> None:
    """Serve the demonstration, open a few pages in each worker, wait, and print the sum with its parts."""
    home = Home.here()
    lilong = [sys.executable, "-m", "lilong.project.cli"]
    subprocess.run([*lilong, "demo", "--no-serve"], env=dict(os.environ), check=True, stdout=sys.stderr)
    subprocess.run(
        [*lilong, "serve", "--detach", "--port", str(_PORT)], env=dict(os.environ), check=True, stdout=sys.stderr
    )
    try:
        for _round in range(8):
            for page in _PAGES:
                _open(page)
        time.sleep(_IDLE_SECONDS)
        parts = _parts(home)
    finally:
        end_all(home)
    total = sum(parts.values())
    print(f"  {total:.0f} MB in all, goal under {_GOAL_MB}: {'met' if total < _GOAL_MB else 'MISSED'}")
    for name, size in sorted(parts.items(), key=lambda pair: -pair[1]):
        print(f"    {size:6.0f} MB {name}")


def _open(page: str) -> None:
    asked = http.client.HTTPConnection("127.0.0.1", _PORT, timeout=10)
    asked.request("GET", page)
    answer = asked.getresponse()
    answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{page} answered {answer.status}")


def _parts(home: Home) -> dict[str, float]:
    """Megabytes of each kind of process: a page shared by several is counted once, in equal parts."""
    served = recorded(home, SUPERVISOR)
    if served is None:
        raise RuntimeError("nothing is recorded as serving")
    postmaster = int((home.pg / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    parts: dict[str, float] = {}
    for name, root in (("web, worker and supervisor", served.mark.pid), ("PostgreSQL", postmaster)):
        found = psutil.Process(root)
        for process in (found, *found.children(recursive=True)):
            kind = name if name == "PostgreSQL" else _kind(process)
            parts[kind] = parts.get(kind, 0.0) + process.memory_full_info().pss / 1e6
    return parts


def _kind(process: psutil.Process) -> str:
    words = " ".join(process.cmdline())
    return next((kind.strip() for kind in ("granian", " serve ", " worker") if kind in words), process.name())
