CREATE SEQUENCE cases_number;
GRANT USAGE ON SEQUENCE cases_number TO lilong_app, lilong_resident;

-- The number of a case: the day it came and a running number, 16 digits.
CREATE FUNCTION cases_next_number(p_at timestamptz) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT to_char(p_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || lpad((nextval('cases_number') % 100000000)::text, 8, '0')
$$;

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
