-- The ids of one page of cases for a list. Everything a list may filter by is decided here, in one plan, because array
-- operators may not use their index under a policy. The scope comes from the transaction's own settings, never from an
-- argument. NULL means "not filtered". Order: open ones by due time, all others by opening, latest first.
CREATE FUNCTION cases_matching(
    p_low text, p_high text, p_states text[], p_category text, p_source text, p_lead int, p_returned boolean,
    p_due_from timestamptz, p_due_to timestamptz, p_grams text[], p_by_due boolean,
    p_after_at timestamptz, p_after_id uuid, p_limit int
) RETURNS TABLE (id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    low text := greatest(p_low COLLATE "C", current_setting('lilong.area_low', true));
    high text := least(p_high COLLATE "C", current_setting('lilong.area_high', true));
    sql text := 'SELECT c.id FROM cases_case AS c';
BEGIN
    -- Only the conditions that are asked for stand in the statement, so that each combination gets a plan of its own.
    IF p_grams IS NOT NULL THEN sql := sql || ' JOIN cases_text AS t ON t.case_id = c.id'; END IF;
    sql := sql || ' WHERE c.area >= $1 AND c.area < $2';
    IF p_by_due THEN sql := sql || ' AND c.closed_at IS NULL'; END IF;
    IF p_states IS NOT NULL THEN
        sql := sql || CASE WHEN cardinality(p_states) = 1 THEN ' AND c.state = ($3::text[])[1]' ELSE ' AND c.state = ANY ($3)' END;
    END IF;
    IF p_category IS NOT NULL THEN sql := sql || ' AND c.category = $4'; END IF;
    IF p_source IS NOT NULL THEN sql := sql || ' AND c.source = $5'; END IF;
    IF p_lead IS NOT NULL THEN sql := sql || ' AND c.lead_unit = $6'; END IF;
    IF p_returned THEN sql := sql || ' AND c.returned > 0'; END IF;
    IF p_due_from IS NOT NULL THEN sql := sql || ' AND c.due_at >= $7'; END IF;
    IF p_due_to IS NOT NULL THEN sql := sql || ' AND c.due_at < $8'; END IF;
    IF p_grams IS NOT NULL THEN sql := sql || ' AND t.grams @> $9'; END IF;
    IF p_by_due THEN
        -- Cases without a due time stand last; the key of such a row has no moment.
        IF p_after_at IS NOT NULL THEN sql := sql || ' AND ((c.due_at, c.id) > ($10, $11) OR c.due_at IS NULL)';
        ELSIF p_after_id IS NOT NULL THEN sql := sql || ' AND c.due_at IS NULL AND c.id > $11';
        END IF;
        sql := sql || ' ORDER BY c.due_at, c.id LIMIT $12';
    ELSE
        IF p_after_id IS NOT NULL THEN sql := sql || ' AND (c.opened_at, c.id) < ($10, $11)'; END IF;
        sql := sql || ' ORDER BY c.opened_at DESC, c.id DESC LIMIT $12';
    END IF;
    RETURN QUERY EXECUTE sql USING low, high, p_states, p_category, p_source, p_lead, p_due_from, p_due_to, p_grams,
                                   p_after_at, p_after_id, p_limit;
END $$;
GRANT CREATE ON SCHEMA public TO lilong_search;
ALTER FUNCTION cases_matching(text, text, text[], text, text, int, boolean, timestamptz, timestamptz, text[], boolean,
                              timestamptz, uuid, int) OWNER TO lilong_search;
REVOKE CREATE ON SCHEMA public FROM lilong_search;
