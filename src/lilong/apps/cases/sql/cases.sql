CREATE SEQUENCE cases_number;
GRANT USAGE ON SEQUENCE cases_number TO lilong_app, lilong_resident;

-- The number of a case: the day it came and a running number, 16 digits.
CREATE FUNCTION cases_next_number(p_at timestamptz) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT to_char(p_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || lpad((nextval('cases_number') % 100000000)::text, 8, '0')
$$;

-- Takes one report in a single call: idempotency, case, words, journal, tasks, news, receipt. The same key answers with
-- the same receipt and writes nothing; the same key with another digest raises LL422. The transaction's scope becomes the
-- area of the case, so row-level security holds here too.
CREATE FUNCTION cases_report(
    p_key uuid, p_digest bytea, p_at timestamptz, p_actor text, p_by jsonb, p_id uuid, p_area text, p_state text,
    p_category text, p_source text, p_place point, p_latitude float8, p_longitude float8, p_due timestamptz,
    p_limit_amount int, p_limit_kind text, p_way text,
    p_done text[], p_reporter uuid, p_anonymous boolean, p_private boolean, p_because jsonb, p_title text, p_body text,
    p_address text, p_salt bytea, p_grams text[], p_tasks jsonb, p_facts jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE kept jsonb; number text; entry jsonb;
BEGIN
    PERFORM set_config('lilong.area_low', p_area, true), set_config('lilong.area_high', p_area || ':', true);
    kept := ledger_replay(p_key, p_digest, p_at);
    IF kept IS NOT NULL THEN RETURN kept || '{"replayed": true}'; END IF;
    number := cases_next_number(p_at);
    INSERT INTO cases_case (id, area, state, version, number, category, source, place, latitude, longitude, opened_at,
                            due_at, clock_from, limit_amount, limit_kind, way, done, reporter, anonymous, private, because, updated_at)
    VALUES (p_id, p_area, p_state, 1, number, p_category, p_source, p_place, p_latitude, p_longitude, p_at,
            p_due, p_at, p_limit_amount, p_limit_kind, p_way, p_done, p_reporter, p_anonymous, p_private, p_because, p_at);
    INSERT INTO cases_text (case_id, area, title, body, address, salt, grams)
    VALUES (p_id, p_area, p_title, p_body, p_address, p_salt, p_grams);
    entry := p_facts || jsonb_build_object('state', p_state, 'by', p_by, 'because', p_because, 'category', p_category,
        'text', encode(sha256(p_salt || convert_to(concat_ws(E'\n', p_title, p_body, p_address), 'UTF8')), 'hex'));
    PERFORM ledger_append(p_id, 'cases.case', p_area, p_at, p_actor, 'cases.case.report', entry);
    PERFORM work_open_tasks('cases.case', p_id, p_area, p_at, p_tasks);
    INSERT INTO ledger_outbox (topic, subject, version, payload, at)
    VALUES ('cases.case_reported', p_id, 1, jsonb_build_object('area', p_area, 'category', p_category, 'state', p_state), p_at);
    kept := jsonb_build_object('subject', p_id, 'version', 1, 'state', p_state,
                               'details', jsonb_build_object('number', number, 'due', p_due));
    PERFORM ledger_keep(p_key, kept);
    RETURN kept;
END $$;

-- The case behind a receipt number, and the one it was merged into: what its reporter may follow. The caller proves
-- the secret of the number before it reads anything of either.
CREATE FUNCTION cases_by_number(p_number text) RETURNS TABLE (id uuid, original uuid) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT c.id, c.original FROM cases_case AS c WHERE c.number = p_number
$$;

-- A person's own matters and those they were merged into: what a signed-in resident may see.
CREATE FUNCTION cases_of_reporter(p_reporter uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT unnest(ARRAY[id, original]) FROM cases_case WHERE reporter = p_reporter
$$;

-- Cases of the scope within p_metres of a point, nearest first. Geometric operators may not use their index under a
-- policy, hence a definer function, which takes the scope from the transaction's own settings.
CREATE FUNCTION cases_near(p_place point, p_metres float8, p_category text, p_since timestamptz, p_limit int)
RETURNS TABLE (id uuid, metres float8) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.place <-> p_place FROM cases_case AS c
    WHERE c.place <@ circle(p_place, p_metres) AND c.category = p_category AND c.opened_at >= p_since
      AND c.area >= current_setting('lilong.area_low', true) AND c.area < current_setting('lilong.area_high', true)
    ORDER BY c.place <-> p_place LIMIT p_limit
$$;
CREATE INDEX cases_case_place ON cases_case USING gist (place);

GRANT CREATE ON SCHEMA public TO lilong_search;
ALTER FUNCTION cases_by_number(text) OWNER TO lilong_search;
ALTER FUNCTION cases_of_reporter(uuid) OWNER TO lilong_search;
ALTER FUNCTION cases_near(point, float8, text, timestamptz, int) OWNER TO lilong_search;
REVOKE CREATE ON SCHEMA public FROM lilong_search;
