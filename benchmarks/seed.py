"""A million cases, set by set: some two years of a city's matters, four in a hundred still open.

Written by the owner, who loads in bulk: cases, words, tasks, and for each case the entries of a journal whose chains
verify. Indexes are taken away first and made again after.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.stand import owner
from lilong.apps.cases.rules import grams, progress_until
from lilong.apps.organisations import public as organisations
from lilong.apps.places import public as places
from lilong.apps.work import public as work
from lilong.kernel.areas import Level
from lilong.project import clock
from lilong.project.demo.founding import CITY
from lilong.project.demo.matters import invented, matters

_CHUNK = 50_000
_TABLES = ("cases_case", "cases_text", "work_task", "ledger_journal")
_SQL = {
    name.strip(): text
    for name, _, text in (
        part.partition("\n")
        for part in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split("-- name:")[1:]
    )
}
_BY = {"zh": "演示数据", "en": "made-up data"}
_BECAUSE = [{"ground": "data", "text": {"zh": "合成数据。", "en": "Made-up data."}, "reference": "benchmarks"}]


def measure(given: argparse.Namespace) -> None:
    """Seed up to ``--cases`` cases; says how long it took."""
    at = clock.now()
    started = time.monotonic()
    with owner() as connection:
        there = _count(connection)
        if there >= given.cases:
            print(f"  {there:,} cases are there already")
            return
        connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '64MB'")
        connection.execute("SET client_min_messages = error")
        # What is reported later must not meet the numbers given here.
        connection.execute("SELECT setval('cases_number', greatest(last_value, %s)) FROM cases_number", [given.cases])
        taken = _without_indexes(connection)
        try:
            _fill(connection, at, there, given.cases)
        finally:
            for definition in taken:
                connection.execute(definition)
        for table in _TABLES:
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
        made = _count(connection) - there
    seconds = time.monotonic() - started
    print(f"  {made:,} cases with words, tasks and journal in {seconds:.0f} s ({made / seconds:,.0f}/s)")


def _fill(connection: psycopg.Connection[tuple[object, ...]], at: datetime, first: int, wanted: int) -> None:
    connection.execute(_SQL["stand"])
    counts = {"places": _places(connection), "matters": _matters(connection, at), "roads": _roads(connection)}
    chosen = {
        "at": at - timedelta(minutes=1),
        "seed": "lilong",
        "open": ["reported", "verified", "filed", "dispatched", "handling", "handed_in"],
        **counts,
    }
    scenario = work.ordinary().scenario
    progress = json.dumps(progress_until(scenario, None).as_json())
    handled = {"scenario": scenario.reference, "progress": progress, "because": json.dumps(_BECAUSE)}
    entry = {"by": json.dumps(_BY), "because": json.dumps(_BECAUSE)}
    task = {"label": json.dumps({"zh": "处理", "en": "Handle"}), "because": json.dumps(_BECAUSE)}
    for begin in range(first + 1, wanted + 1, _CHUNK):
        with connection.transaction():
            connection.execute("TRUNCATE seed_row")
            connection.execute(_SQL["rows"], {**chosen, "first": begin, "last": min(begin + _CHUNK - 1, wanted)})
            connection.execute(_SQL["cases"], handled)
            connection.execute(_SQL["texts"])
            connection.execute(_SQL["tasks"], task)
            connection.execute(_SQL["journal"], entry)
        print(f"  {min(begin + _CHUNK - 1, wanted):,}", end="\r", flush=True)


def _places(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """Every grid, shuffled so that the busy ones lie everywhere; a made-up middle in metres for each."""
    grids = [area.code.digits for area in places.areas_below(CITY, Level.GRID)]
    connection.execute(
        """INSERT INTO seed_place SELECT row_number() OVER (ORDER BY md5(g)) - 1, g, substr(g, 1, 9),
                  (('x' || substr(md5(g), 1, 6))::bit(24)::int %% 60000) - 30000,
                  (('x' || substr(md5(g), 7, 6))::bit(24)::int %% 60000) - 30000 FROM unnest(%s::text[]) AS g""",
        [grids],
    )
    return len(grids)


def _matters(connection: psycopg.Connection[tuple[object, ...]], at: datetime) -> int:
    """The demonstration's matters as patterns, each with the unit that handles it in each street."""
    cards = {card.key.code: card for card in organisations.categories(area=CITY, at=at)}
    units = {unit.area.digits: unit.id for unit in organisations.units_within(CITY, level=Level.STREET)}
    nearest = json.dumps({**units, "": min(units.values())})
    spoken = {matter.category for matter in matters()}
    patterns = [(matter.category, matter.title_zh, matter.body_zh) for matter in matters()]
    patterns += [(code, card.name.zh, card.resident.zh) for code, card in cards.items() if code not in spoken]
    known = [pattern for pattern in patterns if pattern[0] in cards]
    with connection.cursor() as cursor, cursor.copy("COPY seed_matter FROM STDIN") as copying:
        for n, (code, title, body) in enumerate(known):
            key = cards[code].key
            standard = organisations.standards_of(key, area=CITY, at=at)[0]
            copying.write_row((n, str(key), standard.id, 24 * (1 + n % 5), title, body, grams(title, body), nearest))
    return len(known)


def _roads(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    names = [f"{road}{lane}" for road in invented("road") for lane in invented("lane")]
    with connection.cursor() as cursor, cursor.copy("COPY seed_road FROM STDIN") as copying:
        for n, name in enumerate(names):
            copying.write_row((n, name, grams(name)))
    return len(names)


def _without_indexes(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Drop every index that no constraint needs; returns how to make them again."""
    found = connection.execute(
        """SELECT i.indexname, i.indexdef FROM pg_indexes AS i
           WHERE i.tablename = ANY (%s) AND i.schemaname = 'public'
             AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conname = i.indexname)
             AND i.indexdef NOT LIKE 'CREATE UNIQUE%%'""",
        [list(_TABLES)],
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(str(name))))
    return [str(definition) for _, definition in found]


def _count(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    (count,) = connection.execute("SELECT count(*) FROM cases_case").fetchone() or (0,)
    return int(str(count))
