"""A million cases, set by set: some two years of a city's matters, four in a hundred still open.

Written by the owner, who loads in bulk: cases, words, tasks, and for each case the entries of a journal whose chains
verify. Indexes are taken away first and made again after.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import datetime, timedelta

import psycopg
from psycopg import sql

from benchmarks.stand import owner
from lilong.apps.cases.rules import ORDINARY_WAY, grams, steps_done
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import Stage
from lilong.apps.places import public as places
from lilong.kernel.areas import Level
from lilong.project import clock
from lilong.project.demo.founding import CITY
from lilong.project.demo.matters import invented, matters

_CHUNK = 50_000
_TABLES = ("cases_case", "cases_text", "work_task", "ledger_journal")
_STAND = """
CREATE TEMPORARY TABLE seed_place (n int PRIMARY KEY, area text COLLATE "C", street text COLLATE "C", x float8, y float8);
CREATE TEMPORARY TABLE seed_matter (n int PRIMARY KEY, category text, standard int, hours int, title text, body text,
                                    grams text[], units jsonb);
CREATE TEMPORARY TABLE seed_road (n int PRIMARY KEY, name text, grams text[]);
CREATE TEMPORARY TABLE seed_row (
    id uuid, area text COLLATE "C", number text, state text, category text, standard int, hours int, unit int,
    place point, opened_at timestamptz, due_at timestamptz, closed_at timestamptz, title text, body text, address text,
    grams text[], salt bytea);
"""
# Where a case stands: of a hundred, 4 open in every open state, the rest archived but for the last month's.
_ROWS = """
INSERT INTO seed_row
SELECT (lpad(to_hex((extract(epoch FROM d.opened_at) * 1000)::bigint), 12, '0') || '7' || substr(r.noise, 1, 3) || 'a'
        || substr(r.noise, 4, 15))::uuid,
       p.area, to_char(d.opened_at, 'YYYYMMDD') || lpad(r.n::text, 8, '0'), d.state, m.category, m.standard, m.hours,
       coalesce((m.units ->> p.street)::int, (m.units ->> '')::int), point(p.x + r.a * 400 - 200, p.y + r.b * 400 - 200),
       d.opened_at, d.opened_at + make_interval(hours => m.hours),
       CASE WHEN d.is_open THEN NULL
            ELSE least(d.opened_at + make_interval(hours => greatest(1, (m.hours * r.c * 1.3)::int)), %(at)s) END,
       m.title, m.body, o.name || (r.n %% 380 + 2) || '号',
       m.grams || o.grams || ARRAY[(r.n %% 380 + 2) || '号'], decode(r.noise, 'hex')
FROM (SELECT n, md5(n::text || %(seed)s) AS noise, random() AS a, random() AS b, random() AS c, random() AS d,
             random() AS e, random() AS f FROM generate_series(%(first)s, %(last)s) AS n) AS r
CROSS JOIN LATERAL (SELECT r.d < 0.04 AS is_open) AS s
CROSS JOIN LATERAL (SELECT s.is_open, CASE WHEN s.is_open THEN %(at)s - r.e * r.e * interval '60 days'
                                           ELSE %(at)s - interval '2 days' - r.e * interval '728 days' END AS opened_at,
    CASE WHEN s.is_open THEN (%(open)s::text[])[1 + floor(r.f * 6)::int] WHEN r.f < 0.03 THEN 'declined'
         WHEN r.e < 0.03 THEN 'closed' ELSE 'archived' END AS state) AS d
JOIN seed_place AS p ON p.n = floor(r.a * r.b * %(places)s)::int
JOIN seed_matter AS m ON m.n = floor(r.c * r.d * %(matters)s)::int
JOIN seed_road AS o ON o.n = r.n %% %(roads)s
"""
_CASES = """
INSERT INTO cases_case (id, area, state, version, number, category, standard, source, lead_unit, place, opened_at, due_at,
                        clock_from, limit_amount, limit_kind, closed_at, way, done, anonymous, private, because, updated_at)
SELECT id, area, state, CASE WHEN closed_at IS NULL THEN 1 ELSE 2 END, number, category, standard, 'resident_web',
       CASE WHEN state IN ('reported', 'verified', 'filed', 'declined') THEN NULL ELSE unit END, place, opened_at, due_at,
       opened_at, hours, 'natural_hours', closed_at, %(way)s,
       CASE WHEN closed_at IS NULL THEN '{verify}'::text[] ELSE %(done)s END, true, false, %(because)s::jsonb,
       coalesce(closed_at, opened_at)
FROM seed_row
"""
_TEXTS = """
INSERT INTO cases_text (case_id, area, title, body, address, salt, grams)
SELECT id, area, title, body, address, salt, grams FROM seed_row
"""
_TASKS = """
INSERT INTO work_task (id, area, state, version, kind, subject, step, label, hand_in, role, unit, limit_amount, limit_kind,
                       started_at, due_at, ended_at, because)
SELECT gen_random_uuid(), area, CASE WHEN closed_at IS NULL THEN 'open' ELSE 'done' END, 0, 'cases.case', id, 'handle',
       %(label)s::jsonb, %(label)s::jsonb, 'lead', unit, hours, 'natural_hours', opened_at, due_at, closed_at,
       %(because)s::jsonb
FROM seed_row
"""
_JOURNAL = """
WITH births AS MATERIALIZED (
    SELECT id, area, opened_at, closed_at, state, jsonb_build_object(
        'state', 'reported', 'by', %(by)s::jsonb, 'because', %(because)s::jsonb, 'category', category, 'source',
        'resident_web', 'text', encode(sha256(salt || convert_to(concat_ws(E'\n', title, body, address), 'UTF8')), 'hex')
        ) AS data
    FROM seed_row),
first AS (
    INSERT INTO ledger_journal (subject, seq, kind, area, at, actor, step, data, prev, hash)
    SELECT id, 1, 'cases.case', area, opened_at, 'system:', 'cases.case.report', data, NULL, ledger_entry_hash(
        NULL, id, 1, 'cases.case', area, opened_at, 'system:', 'cases.case.report', data)
    FROM births RETURNING subject, hash)
INSERT INTO ledger_journal (subject, seq, kind, area, at, actor, step, data, prev, hash)
SELECT b.id, 2, 'cases.case', b.area, b.closed_at, 'system:', 'cases.case.close', e.data, f.hash, ledger_entry_hash(
    f.hash, b.id, 2, 'cases.case', b.area, b.closed_at, 'system:', 'cases.case.close', e.data)
FROM births AS b JOIN first AS f ON f.subject = b.id
CROSS JOIN LATERAL (SELECT jsonb_build_object('state', b.state, 'by', %(by)s::jsonb, 'because', '[]'::jsonb) OFFSET 0) AS e(data)
WHERE b.closed_at IS NOT NULL
"""
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
    connection.execute(_STAND)
    counts = {"places": _places(connection), "matters": _matters(connection, at), "roads": _roads(connection)}
    chosen = {
        "at": at - timedelta(minutes=1),
        "seed": "lilong",
        "open": ["reported", "verified", "filed", "dispatched", "handling", "handed_in"],
        **counts,
    }
    way = {"way": ORDINARY_WAY.reference, "done": steps_done(ORDINARY_WAY, None), "because": json.dumps(_BECAUSE)}
    entry = {"by": json.dumps(_BY), "because": json.dumps(_BECAUSE)}
    task = {"label": json.dumps({"zh": "处理", "en": "Handle"}), "because": json.dumps(_BECAUSE)}
    for begin in range(first + 1, wanted + 1, _CHUNK):
        with connection.transaction():
            connection.execute("TRUNCATE seed_row")
            connection.execute(_ROWS, {**chosen, "first": begin, "last": min(begin + _CHUNK - 1, wanted)})
            connection.execute(_CASES, way)
            connection.execute(_TEXTS)
            connection.execute(_TASKS, task)
            connection.execute(_JOURNAL, entry)
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
            routed = organisations.route_stage(key, area=CITY, stage=Stage.HANDLE, at=at)
            hours = 24 * (1 + n % 5) if routed else 24
            copying.write_row((n, str(key), standard.id, hours, title, body, grams(title, body), nearest))
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
