-- The number of the next undertaking: the day by the wall, then six digits.
CREATE SEQUENCE work_undertaking_number;
CREATE FUNCTION work_next_number(p_at timestamptz) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT 'W' || to_char(p_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
               || lpad((nextval('work_undertaking_number') % 1000000)::text, 6, '0')
$$;

-- A street's matter may have work for one of its communities. Whoever sees a task of it, which row-level security
-- decides by the task's area and unit, may read the matter; writing stays with the matter's area.
CREATE POLICY party ON work_undertaking FOR SELECT TO lilong_app
    USING (EXISTS (SELECT FROM work_task AS t WHERE t.subject = work_undertaking.id));
CREATE POLICY party ON work_undertaking_note FOR SELECT TO lilong_app
    USING (EXISTS (SELECT FROM work_task AS t WHERE t.subject = work_undertaking_note.undertaking_id));
