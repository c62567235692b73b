-- Statements of seed.py, each under its name; the placeholders are the driver's.

-- name: stand
CREATE TEMPORARY TABLE seed_place (n int PRIMARY KEY, area text COLLATE "C", street text COLLATE "C", x float8, y float8);
CREATE TEMPORARY TABLE seed_matter (n int PRIMARY KEY, category text, standard int, hours int, title text, body text,
                                    grams text[], units jsonb);
CREATE TEMPORARY TABLE seed_road (n int PRIMARY KEY, name text, grams text[]);
CREATE TEMPORARY TABLE seed_row (
    id uuid, area text COLLATE "C", number text, state text, category text, standard int, hours int, unit int,
    place point, opened_at timestamptz, due_at timestamptz, closed_at timestamptz, title text, body text, address text,
    grams text[], salt bytea);

-- name: rows
-- Where a case stands: of a hundred, four open in every open state, the rest archived but for the last weeks'.
INSERT INTO seed_row
SELECT (lpad(to_hex((extract(epoch FROM d.opened_at) * 1000)::bigint), 12, '0') || '7' || substr(r.noise, 1, 3) || 'a'
        || substr(r.noise, 4, 15))::uuid,
       p.area, to_char(d.opened_at, 'YYYYMMDD') || lpad(r.n::text, 8, '0'), d.state, m.category, m.standard, m.hours,
       coalesce((m.units ->> p.street)::int, (m.units ->> '')::int), point(p.x + r.a * 400 - 200, p.y + r.b * 400 - 200),
       d.opened_at, d.opened_at + make_interval(hours => m.hours),
       CASE WHEN d.is_open THEN NULL
            ELSE least(d.opened_at + make_interval(hours => greatest(1, (m.hours * r.c * 1.3)::int)), %(at)s) END,
       m.title, m.body, o.name || (r.n %% 380 + 2) || '号',
       m.grams || o.grams, decode(r.noise, 'hex')
FROM (SELECT n, md5(n::text || %(seed)s) AS noise, random() AS a, random() AS b, random() AS c, random() AS d,
             random() AS e, random() AS f, random() AS g, random() AS h,
             random() AS i, random() AS j
      FROM generate_series(%(first)s::int, %(last)s::int) AS n) AS r
CROSS JOIN LATERAL (SELECT r.d < 0.04 AS is_open) AS s
CROSS JOIN LATERAL (SELECT s.is_open, CASE WHEN s.is_open THEN %(at)s - r.e * r.e * interval '60 days'
                                           ELSE %(at)s - interval '2 days' - r.e * interval '728 days' END AS opened_at,
    CASE WHEN s.is_open THEN (%(open)s::text[])[1 + floor(r.g * 6)::int] WHEN r.f < 0.03 THEN 'declined'
         WHEN r.e < 0.03 THEN 'closed' ELSE 'archived' END AS state) AS d
JOIN seed_place AS p ON p.n = floor(r.h * %(places)s)::int
JOIN seed_matter AS m ON m.n = floor(r.i * r.j * %(matters)s)::int
JOIN seed_road AS o ON o.n = r.n %% %(roads)s

-- name: cases
INSERT INTO cases_case (id, area, state, version, number, category, standard, source, lead_unit, place, opened_at, due_at,
                        clock_from, limit_amount, limit_kind, closed_at, scenario, progress, anonymous, private, because, updated_at)
SELECT id, area, state, CASE WHEN closed_at IS NULL THEN 1 ELSE 2 END, number, category, standard, 'resident_web',
       CASE WHEN state IN ('reported', 'verified', 'filed', 'declined') THEN NULL ELSE unit END, place, opened_at, due_at,
       opened_at, hours, 'natural_hours', closed_at, %(scenario)s,
       CASE WHEN closed_at IS NULL THEN '{"done": {"verify": "done"}}'::jsonb ELSE %(progress)s::jsonb END, true, false, %(because)s::jsonb,
       coalesce(closed_at, opened_at)
FROM seed_row

-- name: texts
INSERT INTO cases_text (case_id, area, title, body, address, salt, grams)
SELECT id, area, title, body, address, salt, grams FROM seed_row

-- name: tasks
INSERT INTO work_task (id, area, state, version, kind, subject, step, label, hand_in, role, unit, limit_amount, limit_kind,
                       started_at, due_at, ended_at, because)
SELECT gen_random_uuid(), area, CASE WHEN closed_at IS NULL THEN 'open' ELSE 'done' END, 0, 'cases.case', id, 'handle',
       %(label)s::jsonb, %(label)s::jsonb, 'lead', unit, hours, 'natural_hours', opened_at, due_at, closed_at,
       %(because)s::jsonb
FROM seed_row

-- name: journal
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
