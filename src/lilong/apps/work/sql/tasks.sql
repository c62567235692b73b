-- Opens the tasks of a plan and returns their number. Opening one that is open already changes nothing.
CREATE OR REPLACE FUNCTION work_open_tasks(p_kind text, p_subject uuid, p_area text, p_at timestamptz, p_tasks jsonb)
RETURNS int LANGUAGE sql AS $$
    WITH opened AS (
        INSERT INTO work_task (id, area, state, version, kind, subject, step, act, label, hand_in, role, unit,
                               limit_amount, limit_kind, started_at, due_at, because)
        SELECT t.id, p_area, 'open', 0, p_kind, p_subject, t.step, t.act, t.label, t.hand_in, t.role, t.unit,
               t.limit_amount, t.limit_kind, p_at, t.due_at, t.because
        FROM jsonb_to_recordset(p_tasks) AS t(id uuid, step text, act text, label jsonb, hand_in jsonb, role text, unit int,
                                              limit_amount smallint, limit_kind text, due_at timestamptz, because jsonb)
        ON CONFLICT (subject, step, role, unit) WHERE ended_at IS NULL DO NOTHING
        RETURNING 1)
    SELECT count(*)::int FROM opened
$$;
