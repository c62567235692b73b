-- A person has no area. The application's own role sees numbers only; a resident's transaction sees the resident and the
-- guests that turned out to be them.
ALTER TABLE people_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_person FORCE ROW LEVEL SECURITY;
CREATE POLICY numbers ON people_person TO lilong_app USING (true) WITH CHECK (true);
CREATE POLICY own ON people_person FOR SELECT TO lilong_resident
    USING (nullif(current_setting('lilong.person', true), '')::uuid IN (id, joined_to_id));
CREATE POLICY upkeep ON people_person TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON people_person TO lilong_resident;
