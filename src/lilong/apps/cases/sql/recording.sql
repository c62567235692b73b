-- Brings in a batch of cases with their past, from the temporary table cases_recording that the caller filled with COPY:
-- the set-based twin of reporting, closing and archiving, in the same journal. A case that is here already is not made
-- again; if it is still open (in one of p_closable) and the batch knows when it was closed, it is closed.
-- Entries: record at the opening, record_closing at the closing, archive at p_at when the rating window was over by then
-- (the row's own "archive"). Answers with counts; "kept" are cases that went on here, "differing" those whose past differs.
CREATE FUNCTION cases_record(p_at timestamptz, p_actor text, p_by jsonb, p_scenario text, p_closable text[],
                             p_archive jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE fresh uuid[]; ended uuid[]; kept int; differing int;
BEGIN
    WITH made AS (
        INSERT INTO cases_case (id, area, state, version, number, category, standard, source, lead_unit, place, latitude,
                                longitude, opened_at, due_at, closed_at, scenario, progress, anonymous, private, because,
                                updated_at)
        SELECT r.id, r.area, CASE WHEN r.archive THEN 'archived' WHEN r.closed_at IS NULL THEN 'handling' ELSE 'closed' END,
               CASE WHEN r.archive THEN 3 WHEN r.closed_at IS NULL THEN 1 ELSE 2 END, cases_next_number(r.opened_at),
               r.category, r.standard, 'import', r.lead_unit, r.place, r.latitude, r.longitude, r.opened_at, r.due_at,
               r.closed_at, p_scenario, r.progress, false, false, r.because, p_at
        FROM cases_recording AS r WHERE NOT EXISTS (SELECT FROM cases_case AS c WHERE c.id = r.id)
        ON CONFLICT (id) DO NOTHING RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO fresh FROM made;

    INSERT INTO cases_text (case_id, area, title, body, address, salt, grams)
    SELECT id, area, title, body, address, salt, grams FROM cases_recording JOIN unnest(fresh) AS f(id) USING (id);

    -- Entry by entry, each a link to the one before; MATERIALIZED so that the words of an entry are put together once.
    WITH births AS MATERIALIZED (
        SELECT r.id, r.area, r.opened_at, r.closed_at, r.archive, r.closing, r.facts || jsonb_build_object(
            'state', 'handling', 'by', p_by, 'because', r.because, 'category', r.category, 'unit', r.lead_unit,
            'recorded_at', p_at, 'text',
            encode(sha256(r.salt || convert_to(concat_ws(E'\n', r.title, r.body, r.address), 'UTF8')), 'hex')) AS data
        FROM cases_recording AS r JOIN unnest(fresh) AS f(id) ON f.id = r.id),
    first AS (
        INSERT INTO ledger_journal (subject, seq, kind, area, at, actor, step, data, prev, hash)
        SELECT id, 1, 'cases.case', area, opened_at, p_actor, 'cases.case.record', data, NULL, ledger_entry_hash(
            NULL, id, 1, 'cases.case', area, opened_at, p_actor, 'cases.case.record', data)
        FROM births RETURNING subject, hash),
    second AS (
        INSERT INTO ledger_journal (subject, seq, kind, area, at, actor, step, data, prev, hash)
        SELECT b.id, 2, 'cases.case', b.area, b.closed_at, p_actor, 'cases.case.record_closing', e.data, f.hash,
               ledger_entry_hash(f.hash, b.id, 2, 'cases.case', b.area, b.closed_at, p_actor, 'cases.case.record_closing',
                                 e.data)
        FROM births AS b JOIN first AS f ON f.subject = b.id
        CROSS JOIN LATERAL (SELECT b.closing || jsonb_build_object('state', 'closed', 'by', p_by, 'recorded_at', p_at)
                            OFFSET 0) AS e(data)
        WHERE b.closed_at IS NOT NULL RETURNING subject, hash)
    INSERT INTO ledger_journal (subject, seq, kind, area, at, actor, step, data, prev, hash)
    SELECT b.id, 3, 'cases.case', b.area, p_at, p_actor, 'cases.case.archive', e.data, s.hash, ledger_entry_hash(
        s.hash, b.id, 3, 'cases.case', b.area, p_at, p_actor, 'cases.case.archive', e.data)
    FROM births AS b JOIN second AS s ON s.subject = b.id
    CROSS JOIN (SELECT p_archive || jsonb_build_object('state', 'archived', 'by', p_by) OFFSET 0) AS e(data)
    WHERE b.archive;

    PERFORM work_record_tasks('cases.case', (SELECT coalesce(jsonb_agg(task), '[]') FROM cases_recording
                                             JOIN unnest(fresh) AS f(id) USING (id) WHERE task IS NOT NULL));

    -- What is here already: closed since, or gone on here, or told differently now. Locked in one order.
    PERFORM FROM cases_case AS c JOIN cases_recording AS r ON r.id = c.id
    WHERE c.closed_at IS NULL AND r.closed_at IS NOT NULL ORDER BY c.id FOR NO KEY UPDATE OF c;
    WITH closed AS (
        UPDATE cases_case AS c SET state = CASE WHEN r.archive THEN 'archived' ELSE 'closed' END, closed_at = r.closed_at,
               version = c.version + CASE WHEN r.archive THEN 2 ELSE 1 END, progress = r.progress,
               updated_at = p_at
        FROM cases_recording AS r
        WHERE r.id = c.id AND c.closed_at IS NULL AND r.closed_at IS NOT NULL AND r.closed_at >= c.opened_at
          AND c.state = ANY (p_closable) RETURNING c.id)
    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO ended FROM closed;
    PERFORM ledger_append(c.id, 'cases.case', c.area, r.closed_at, p_actor, 'cases.case.record_closing',
                          r.closing || jsonb_build_object('state', 'closed', 'by', p_by, 'recorded_at', p_at))
    FROM unnest(ended) AS e(id) JOIN cases_case AS c ON c.id = e.id JOIN cases_recording AS r ON r.id = e.id;
    PERFORM ledger_append(c.id, 'cases.case', c.area, p_at, p_actor, 'cases.case.archive',
                          p_archive || jsonb_build_object('state', 'archived', 'by', p_by))
    FROM unnest(ended) AS e(id) JOIN cases_case AS c ON c.id = e.id WHERE c.state = 'archived';
    PERFORM work_finish_tasks(ended, (SELECT array_agg(closed_at ORDER BY id)
                                      FROM cases_recording JOIN unnest(ended) AS e(id) USING (id)));

    SELECT count(*) FILTER (WHERE c.closed_at IS NULL AND r.closed_at IS NOT NULL),
           count(*) FILTER (WHERE c.opened_at <> r.opened_at OR c.category <> r.category OR c.closed_at <> r.closed_at)
    INTO kept, differing
    FROM cases_recording AS r JOIN cases_case AS c ON c.id = r.id
    WHERE NOT EXISTS (SELECT FROM unnest(fresh) AS f(id) WHERE f.id = r.id);
    RETURN jsonb_build_object('created', cardinality(fresh), 'changed', cardinality(ended), 'kept', kept,
                              'differing', differing);
END $$;
