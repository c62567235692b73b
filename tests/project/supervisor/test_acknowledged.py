"""Acknowledged means kept: reports answered with 201 are there, once, after everything was killed at once."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import pytest

from lilong.project.cluster import Cluster, in_use
from lilong.project.cluster.targets import OWNER, target
from lilong.project.home import Home
from lilong.project.supervisor import end_all
from tests.project.conftest import cli_on, environment
from tests.project.supervisor.test_serving import detached, gone, living, until

_WRITERS = 6
_ENOUGH = 60
_FOUNDED = """
from lilong.project.home import Home
from lilong.project.instance import initialise, opened, wake

home = Home.here()
initialise(home)
wake(home)
with opened(home):
    from lilong.project import clock
    from lilong.project.demo.founding import found_city

    for _ in found_city(clock.now(), lambda *_: None):
        pass
"""
_REPORT = json.dumps(
    {
        "category": "gbt30428.2:2013:C0101",
        "body": "弄口的窨井盖松动，车一过就响",
        "latitude": 31.2304,
        "longitude": 121.4737,
        "source": "api",
    }
).encode()


@dataclass
class Writer:
    """One client that reports without pause, each time under a key of its own, until it gets no receipt any more."""

    port: int
    sent: list[UUID] = field(default_factory=list)
    kept: dict[UUID, str] = field(default_factory=dict)

    def __call__(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            self.sent.append(uuid4())
            while number := receipt(self.port, self.sent[-1]):
                self.kept[self.sent[-1]] = number
                self.sent.append(uuid4())


def receipt(port: int, key: UUID) -> str:
    """Report the matter under ``key``; its number, or nothing when it was not acknowledged."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        head = {"Content-Type": "application/json", "Idempotency-Key": str(key)}
        connection.request("POST", "/api/v1/cases", _REPORT, head)
        answer = connection.getresponse()
        return str(json.loads(answer.read())["details"]["number"]) if answer.status == 201 else ""
    finally:
        connection.close()


@pytest.fixture
def city(home: Home, free_port: int) -> Iterator[tuple[Home, int]]:
    """The demonstration's city without its day, served."""
    subprocess.run([sys.executable, "-c", _FOUNDED], env=environment(home), check=True, timeout=180)
    ran = detached(home, free_port)
    assert ran.returncode == 0, ran.stderr
    yield home, free_port
    end_all(home)


def test_what_was_answered_is_there_once_after_everything_was_killed(city: tuple[Home, int]) -> None:
    home, port = city
    writers = [Writer(port) for _ in range(_WRITERS)]
    threads = [threading.Thread(target=writer) for writer in writers]
    for thread in threads:
        thread.start()
    until(lambda: sum(len(writer.kept) for writer in writers) >= _ENOUGH)
    killed = living(home)
    # The database first: whoever still answers then has only what it holds.
    for process in reversed(killed):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    for thread in threads:
        thread.join()
    until(lambda: gone(killed), 20)
    assert not Cluster(home).answers()
    assert detached(home, port).returncode == 0

    kept = {key: number for writer in writers for key, number in writer.kept.items()}
    under_way = {key for writer in writers for key in writer.sent} - kept.keys()
    assert (len(kept) >= _ENOUGH, len(under_way)) == (True, _WRITERS)
    assert {key: receipt(port, key) for key in kept} == kept
    again = [receipt(port, key) for key in under_way]
    with in_use(home), psycopg.connect(target(home, OWNER, {}).conninfo) as owner:
        numbers = owner.execute("SELECT number FROM cases_case").fetchall()
        tasks = owner.execute("SELECT count(*) FROM work_task GROUP BY subject").fetchall()
        news = owner.execute("SELECT count(*) FROM ledger_journal GROUP BY subject").fetchall()
    assert sorted(number for (number,) in numbers) == sorted([*kept.values(), *again])
    assert set(tasks) == {(1,)}
    assert len(tasks) == len(numbers)
    assert news.count((1,)) >= len(numbers)
    assert cli_on(home)("ledger", "verify").returncode == 0
