-- A unit's part in a matter outside its own area: a scenario may give it one piece of work there. It then sees what the
-- inbox shows of the matter, and may act in it. Whose unit it is comes from the transaction's own setting.

CREATE FUNCTION cases_has_part(p_case uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM work_task AS t WHERE t.subject = p_case
                   AND t.unit = nullif(current_setting('lilong.unit', true), '')::int)
$$;

CREATE FUNCTION cases_cards(p_ids uuid[])
RETURNS TABLE (id uuid, number text, source text, title text, address text, here boolean, scenario text) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.number, c.source, x.title, x.address, s.here, c.scenario
    FROM cases_case AS c JOIN cases_text AS x ON x.case_id = c.id
    CROSS JOIN LATERAL (SELECT c.area >= current_setting('lilong.area_low', true)
                           AND c.area < current_setting('lilong.area_high', true)) AS s(here)
    WHERE c.id = ANY (p_ids) AND (s.here OR cases_has_part(c.id))
$$;

CREATE FUNCTION cases_area_of_part(p_case uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT c.area FROM cases_case AS c WHERE c.id = p_case AND cases_has_part(c.id)
$$;

GRANT CREATE ON SCHEMA public TO lilong_search;
ALTER FUNCTION cases_has_part(uuid) OWNER TO lilong_search;
ALTER FUNCTION cases_cards(uuid[]) OWNER TO lilong_search;
ALTER FUNCTION cases_area_of_part(uuid) OWNER TO lilong_search;
REVOKE CREATE ON SCHEMA public FROM lilong_search;
