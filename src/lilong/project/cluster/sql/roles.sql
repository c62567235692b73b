-- Roles of Lilong, to be run inside its database by a role that may create roles. May be run again.
-- lilong_owner    owns everything and runs migrations
-- lilong_app      what the web and the worker connect as: owns nothing, is held by row-level security
-- lilong_resident taken by SET LOCAL ROLE for what residents do; never inherited
-- lilong_search   owns the few SECURITY DEFINER functions that search inside the scope of the transaction
DO $roles$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['lilong_owner', 'lilong_app', 'lilong_resident', 'lilong_search'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO lilong_owner', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO lilong_app', current_database());
END
$roles$;
ALTER ROLE lilong_owner LOGIN INHERIT;
ALTER ROLE lilong_app LOGIN NOINHERIT;
ALTER ROLE lilong_resident NOLOGIN;
ALTER ROLE lilong_search NOLOGIN;
GRANT lilong_resident TO lilong_app;
GRANT lilong_search TO lilong_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO lilong_owner;
GRANT USAGE, CREATE ON SCHEMA public TO lilong_search;
GRANT USAGE ON SCHEMA public TO lilong_app, lilong_resident;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
