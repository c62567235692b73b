-- Takes one report in a single call: idempotency, case, words, journal, tasks, news, receipt. The same key answers with
-- the same receipt and writes nothing; the same key with another digest raises LL422. The transaction's scope becomes the
-- area of the case, so row-level security holds here too.
CREATE FUNCTION cases_report(
    p_key uuid, p_digest bytea, p_at timestamptz, p_actor text, p_by jsonb, p_id uuid, p_area text, p_state text,
    p_category text, p_source text, p_place point, p_latitude float8, p_longitude float8, p_due timestamptz,
    p_limit_amount int, p_limit_kind text, p_scenario text,
    p_progress jsonb, p_known jsonb, p_reporter uuid, p_anonymous boolean, p_private boolean, p_because jsonb, p_title text, p_body text,
    p_address text, p_salt bytea, p_grams text[], p_tasks jsonb, p_facts jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE kept jsonb; number text; entry jsonb;
BEGIN
    PERFORM set_config('lilong.area_low', p_area, true), set_config('lilong.area_high', p_area || ':', true);
    kept := ledger_replay(p_key, p_digest, p_at);
    IF kept IS NOT NULL THEN RETURN kept || '{"replayed": true}'; END IF;
    number := cases_next_number(p_at);
    INSERT INTO cases_case (id, area, state, version, number, category, source, place, latitude, longitude, opened_at,
                            due_at, clock_from, limit_amount, limit_kind, scenario, progress, facts, reporter,
                            anonymous, private, because, updated_at)
    VALUES (p_id, p_area, p_state, 1, number, p_category, p_source, p_place, p_latitude, p_longitude, p_at,
            p_due, p_at, p_limit_amount, p_limit_kind, p_scenario, p_progress, p_known, p_reporter, p_anonymous,
            p_private, p_because, p_at);
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
