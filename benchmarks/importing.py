"""Bringing in service requests, rows a second, beside bare PostgreSQL writing the very same rows with COPY."""

from __future__ import annotations

import argparse
import csv
import io
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.stand import owner
from lilong.project.requests.importing import Source, import_requests
from lilong.project.requests.mapping import read_mapping

_GOAL = 2_000
_ROOT = Path(__file__).parents[1]
_EXCERPT = _ROOT / "tests" / "data" / "boston_excerpt.csv"
_MAPPING = _ROOT / "src" / "lilong" / "project" / "mappings" / "boston_2011.toml"
_COPIES = 120
_TABLES = ("cases_case", "cases_text", "work_task", "ledger_journal")


def measure(given: argparse.Namespace) -> None:
    """Import once, again (nothing new), and print rates and the ratio to COPY."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(given.file) if given.file else _multiplied(Path(folder) / "requests.csv")
        source = Source(path, read_mapping(_MAPPING), _MAPPING.parent)
        first = import_requests(source, lambda *_: None)
        again = import_requests(source, lambda *_: None)
    rate = first.read / first.seconds
    met = "met" if rate >= _GOAL else "MISSED"
    print(f"  {first.read:,} rows, {first.created:,} created: {rate:,.0f} rows/s, goal {_GOAL:,}: {met}")
    print(f"  again: {again.read / again.seconds:,.0f} rows/s, {again.created} created, {again.unchanged:,} unchanged")
    if first.created:
        bare = _copied()
        print(f"  bare COPY of the rows it wrote, with their indexes: {bare:.1f} s, ratio {bare / first.seconds:.2f}")


def _multiplied(path: Path) -> Path:
    """The excerpt of the tests many times over, each time with numbers of its own."""
    with _EXCERPT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        for copy in range(_COPIES):
            writer.writerows({**row, "case_id": f"{row['case_id']}-{copy}"} for row in rows)
    return path


def _copied() -> float:
    """Seconds that it takes to write every row of the tables again, into tables with the same indexes."""
    with owner() as connection:
        taken = {table: _out(connection, table) for table in _TABLES}
        connection.execute("CREATE SCHEMA IF NOT EXISTS bench")
        for table in _TABLES:
            make = sql.SQL("DROP TABLE IF EXISTS bench.{0}; CREATE TABLE bench.{0} (LIKE public.{0} INCLUDING ALL)")
            connection.execute(make.format(sql.Identifier(table)))
        started = time.monotonic()
        for table, rows in taken.items():
            with (
                connection.transaction(),
                connection.cursor() as cursor,
                cursor.copy(sql.SQL("COPY bench.{} FROM STDIN").format(sql.Identifier(table))) as copying,
            ):
                copying.write(rows.getvalue())
        seconds = time.monotonic() - started
        connection.execute("DROP SCHEMA bench CASCADE")
    return seconds


def _out(connection: psycopg.Connection[tuple[object, ...]], table: str) -> io.BytesIO:
    found = io.BytesIO()
    # A table under row-level security is copied as a query.
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(table))) as copying,
    ):
        for block in copying:
            found.write(block)
    return found
