"""The raw side of a comparison: one statement through psycopg alone, in processes that know nothing of Django."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

PROCESSES = 2
# Where the call carries what must be new each time: key, digest, time, id; and the tasks, which carry ids of their own.
_KEY, _DIGEST, _AT, _ID, _TASKS = 0, 1, 2, 5, 28


@dataclass(frozen=True, slots=True)
class Call:
    """The statement and its values as one report made them."""

    statement: str
    values: tuple[Any, ...]

    def renewed(self) -> list[Any]:
        """The same for another report."""
        values = list(self.values)
        key = uuid4()
        values[_KEY], values[_DIGEST], values[_AT], values[_ID] = key, key.bytes * 2, datetime.now(UTC), uuid4()
        values[_TASKS] = json.dumps([{**task, "id": str(uuid4())} for task in json.loads(values[_TASKS])])
        return values


def raw_rate(conninfo: str, calls: Sequence[Call], lanes: int, seconds: float) -> tuple[float, list[float]]:
    """How many calls a second ``lanes`` connections in two processes make, and how long each took."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        share = lanes // PROCESSES
        results = pool.starmap(_client, [(conninfo, list(calls), share, seconds)] * PROCESSES)
    took = [one for part, _ in results for one in part]
    return len(took) / max(lasted for _, lasted in results), took


def _client(conninfo: str, calls: list[Call], lanes: int, seconds: float) -> tuple[list[float], float]:
    """One process: a thread for each connection."""
    took: list[list[float]] = [[] for _ in range(lanes)]
    ready = threading.Barrier(lanes + 1)
    threads = [threading.Thread(target=_lane, args=(conninfo, calls, ready, seconds, took[n])) for n in range(lanes)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return [one for part in took for one in part], time.perf_counter() - started


def _lane(conninfo: str, calls: list[Call], ready: threading.Barrier, seconds: float, took: list[float]) -> None:
    with psycopg.connect(conninfo, autocommit=True) as own:
        own.execute("SELECT 1")
        ready.wait()
        until = time.perf_counter() + seconds
        number = 0
        while time.perf_counter() < until:
            call = calls[number % len(calls)]
            values = call.renewed()
            began = time.perf_counter()
            own.execute(call.statement, values).fetchone()
            took.append(time.perf_counter() - began)
            number += 1
