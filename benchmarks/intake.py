"""Taking reports through HTTP to commit, beside the same SQL through psycopg alone, at the same concurrency."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from psycopg import sql

from benchmarks import city
from benchmarks.load import Load, load
from benchmarks.raw import Call, raw_rate
from benchmarks.stand import application_conninfo, owner, percentile, spread, web
from benchmarks.twin import recorded_calls
from lilong.apps.organisations import public as organisations
from lilong.project import clock
from lilong.project.demo.founding import CITY
from lilong.project.demo.matters import matters
from lilong.project.demo.stage import Spot, spot_for

_LANES = (8, 32)
_GOAL = 0.45
_SPOTS = 64
_ACCEPTED = 201
_SINCE = clock.now()


@dataclass(frozen=True, slots=True)
class _Written:
    """What an accepted report leaves behind, counted: each must grow by one for each acceptance."""

    counts: dict[str, int]
    sessions: int

    def since(self, before: _Written) -> dict[str, int]:
        """How much of each there is more."""
        return {name: count - before.counts[name] for name, count in self.counts.items()}


def measure(given: argparse.Namespace) -> None:
    """Print rates, times, errors and the ratio for each concurrency; rows written against reports accepted."""
    city.measure(given)
    chosen = random.Random(11)
    reports = _reports(chosen)
    calls = recorded_calls(reports)
    bodies = [_body(*report) for report in reports]
    print(f"  {len(calls)} reports; web: granian, 2 workers; {given.rounds} rounds of {given.seconds:.0f} s each")
    with web() as port, owner() as told:
        # Both workers read the city at their first report.
        _load(port, bodies, chosen, max(_LANES), 5.0)
        for lanes in _LANES:
            _compare(given, (port, bodies, chosen), calls, lanes, told)


def _compare(
    given: argparse.Namespace,
    target: tuple[int, list[bytes], random.Random],
    calls: list[Call],
    lanes: int,
    told: psycopg.Connection[tuple[object, ...]],
) -> None:
    """Turn about, so that what else the machine does weighs on both."""
    port, bodies, chosen = target
    ratios, through, raw, loads, lost = [], [], [], [], []
    sessions = 0
    for _ in range(given.rounds):
        bare, _took = raw_rate(application_conninfo(), calls, lanes, given.seconds)
        before = _written(told)
        found = _load(port, bodies, chosen, lanes, given.seconds)
        after = _settled(told, before, found)
        sessions = max(sessions, after.sessions - before.sessions)
        lost.append({n: count - found.statuses.get(_ACCEPTED, 0) for n, count in after.since(before).items()})
        ratios.append(found.rate / bare)
        through.append(found.rate)
        raw.append(bare)
        loads.append(found)
    _tell(lanes, ratios, through, raw, loads)
    odd = [one for one in lost if any(one.values())]
    print(f"    rows written = accepted: {'yes' if not odd else f'NO, off by {odd}'}; new connections: {sessions}")


def _tell(lanes: int, ratios: list[float], through: list[float], raw: list[float], loads: list[Load]) -> None:
    times = [one for found in loads for one in found.seconds]
    statuses: dict[int, int] = {}
    for found in loads:
        for status, count in found.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    errors = sum(count for status, count in statuses.items() if status != _ACCEPTED)
    met = "met" if statistics.median(ratios) >= _GOAL else "MISSED"
    shown = f"p50 {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms"
    print(f"  at {lanes}: ratio {spread(ratios)}, goal {_GOAL}: {met}")
    print(f"    through HTTP {spread(through)}/s, {shown}")
    print(f"    through psycopg {spread(raw)}/s; {errors} errors of {len(times)} {statuses if errors else ''}")


def _load(port: int, bodies: list[bytes], chosen: random.Random, lanes: int, seconds: float) -> Load:
    heads = f"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"

    def request() -> bytes:
        body = chosen.choice(bodies)
        return f"{heads}Idempotency-Key: {uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    return load(port, lanes, seconds, request)


def _settled(told: psycopg.Connection[tuple[object, ...]], before: _Written, found: Load) -> _Written:
    """What is there when the last answer's statistics have arrived."""
    deadline = time.monotonic() + 5
    while True:
        now = _written(told)
        if now.since(before)["cases_case"] >= found.statuses.get(_ACCEPTED, 0) or time.monotonic() > deadline:
            return now
        time.sleep(0.2)


def _written(told: psycopg.Connection[tuple[object, ...]]) -> _Written:
    """Rows of every table a report writes, since this measurement began; sessions since the server began."""
    counts = {}
    for table, column in (
        ("cases_case", "opened_at"),
        ("ledger_journal", "at"),
        ("ledger_outbox", "at"),
        ("ledger_receipts", "at"),
        ("work_task", "started_at"),
    ):
        question = sql.SQL("SELECT count(*) FROM {} WHERE {} >= %s")
        asked = question.format(sql.Identifier(table), sql.Identifier(column))
        (count,) = told.execute(asked, [_SINCE]).fetchone() or (0,)
        counts[table] = int(str(count))
    (sessions,) = told.execute(
        "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
    ).fetchone() or (0,)
    return _Written(counts, int(str(sessions)))


def _reports(chosen: random.Random) -> list[tuple[str, str, Spot]]:
    cards = {card.key.code: card for card in organisations.categories(area=CITY, at=clock.now())}
    told = [matter for matter in matters() if matter.category in cards and matter.area_type == "*"]
    spoken = [chosen.choice(told) for _ in range(_SPOTS)]
    return [
        (str(cards[matter.category].key), matter.body_zh, spot_for("*", matter.location_hint, chosen))
        for matter in spoken
    ]


def _body(category: str, body: str, spot: Spot) -> bytes:
    report = {
        "category": category,
        "body": body,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "address": spot.words,
        "source": "api",
    }
    return json.dumps(report, ensure_ascii=False).encode()
