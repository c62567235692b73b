-- Opens, for many subjects at once, tasks that their units already have: the set-based twin of opening and accepting.
-- Returns how many. A subject that has such a task open already keeps it.
CREATE OR REPLACE FUNCTION work_record_tasks(p_kind text, p_tasks jsonb) RETURNS int LANGUAGE sql AS $$
    WITH opened AS (
        INSERT INTO work_task (id, area, state, version, kind, subject, step, act, label, hand_in, role, unit,
                               limit_amount, limit_kind, started_at, due_at, because)
        SELECT t.id, t.area, 'accepted', 0, p_kind, t.subject, t.step, t.act, t.label, t.hand_in, t.role, t.unit,
               t.limit_amount, t.limit_kind, t.started_at, t.due_at, t.because
        FROM jsonb_to_recordset(p_tasks) AS t(id uuid, subject uuid, area text, step text, act text, label jsonb, hand_in jsonb,
                                              role text, unit int, limit_amount smallint, limit_kind text,
                                              started_at timestamptz, due_at timestamptz, because jsonb)
        ON CONFLICT (subject, step, role, unit) WHERE ended_at IS NULL DO NOTHING
        RETURNING 1)
    SELECT count(*)::int FROM opened
$$;

-- Ends every open task of these subjects, each at its own moment; returns how many.
CREATE OR REPLACE FUNCTION work_finish_tasks(p_subjects uuid[], p_ended timestamptz[]) RETURNS int LANGUAGE sql AS $$
    WITH ended AS (
        UPDATE work_task SET state = 'done', ended_at = greatest(past.at, started_at)
        FROM unnest(p_subjects, p_ended) AS past(subject, at)
        WHERE work_task.subject = past.subject AND work_task.ended_at IS NULL
        RETURNING 1)
    SELECT count(*)::int FROM ended
$$;
