-- The vault: what is kept of a person, sealed (AES-256-GCM) under keys that are not in the database.
-- No role of the application may touch its tables. Its functions are the only way in, and vault.open gives a sealed text
-- only for a read that is already committed, together with its entry in the hash-chained journal of that person: who
-- rolls back has seen nothing.

CREATE SCHEMA vault;
GRANT USAGE ON SCHEMA vault TO lilong_app, lilong_resident;

CREATE TABLE vault.contact (
    person uuid NOT NULL REFERENCES people_person (id),
    kind text NOT NULL CHECK (kind IN ('name', 'phone', 'email', 'address')),
    sealed bytea NOT NULL,
    key_number int NOT NULL,
    -- The blind index by which a telephone is found again; other kinds have none.
    phone_digest bytea CHECK ((kind = 'phone') = (phone_digest IS NOT NULL)),
    -- What the journal keeps of the datum. The salt is here alone: with this row the last way to guess it is gone.
    salt bytea NOT NULL,
    mark bytea NOT NULL,
    purpose text NOT NULL,
    proven boolean NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (person, kind)
);
-- A number that a code proved is one person's; an unproven one may have been left by anybody.
CREATE UNIQUE INDEX contact_proven_phone ON vault.contact (phone_digest) WHERE proven;
CREATE INDEX contact_phone ON vault.contact (phone_digest) WHERE phone_digest IS NOT NULL;
CREATE INDEX contact_since ON vault.contact (since);

CREATE TABLE vault.read (
    id uuid PRIMARY KEY,
    person uuid NOT NULL REFERENCES people_person (id),
    kinds text[] NOT NULL,
    purpose text NOT NULL,
    matter uuid NOT NULL,
    actor text NOT NULL,
    post jsonb NOT NULL,
    unit int,
    because jsonb NOT NULL,
    own boolean NOT NULL,
    at timestamptz NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    asked_in xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX read_of_person ON vault.read (person, at DESC, id DESC);

-- Which key a number stands for: a restored instance with the wrong key directory stops instead of sealing anew.
CREATE TABLE vault.key (number int PRIMARY KEY, mark bytea NOT NULL);

REVOKE ALL ON ALL TABLES IN SCHEMA vault FROM PUBLIC, lilong_app;

ALTER TABLE vault.contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault.contact FORCE ROW LEVEL SECURITY;
ALTER TABLE vault.read ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault.read FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON vault.contact TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY upkeep ON vault.read TO CURRENT_USER USING (true) WITH CHECK (true);
-- A resident sees of themselves that something is kept, and every read; the sealed text itself only by vault.open.
-- people_person shows a resident themselves and the guests that turned out to be them.
CREATE POLICY own ON vault.contact FOR SELECT TO lilong_resident USING (person IN (SELECT id FROM people_person));
CREATE POLICY own ON vault.read FOR SELECT TO lilong_resident USING (person IN (SELECT id FROM people_person));
GRANT SELECT (person, kind, purpose, proven, since) ON vault.contact TO lilong_resident;
GRANT SELECT (id, person, kinds, purpose, matter, post, unit, because, own, at) ON vault.read TO lilong_resident;

CREATE FUNCTION vault.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < clock_timestamp() - interval '3 years' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'reads are kept as they were for three years' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER kept_as_it_was BEFORE UPDATE OR DELETE ON vault.read FOR EACH ROW EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON vault.read FOR EACH STATEMENT EXECUTE FUNCTION ledger_journal_refuses();

-- Stops a resident's transaction at anybody but the resident it was opened for.
CREATE FUNCTION vault.stop_strangers(p_person uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_setting('role') = 'lilong_resident' AND NOT EXISTS (
        SELECT 1 FROM people_person WHERE id = p_person
           AND nullif(current_setting('lilong.person', true), '')::uuid IN (id, joined_to_id))
    THEN
        RAISE EXCEPTION 'not your own data' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Holds a person's chain for this transaction, so that the journal's next entry has one writer; LL404 when there is nobody.
CREATE FUNCTION vault.claim(p_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM vault.stop_strangers(p_person);
    PERFORM 1 FROM people_person WHERE id = p_person FOR NO KEY UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'nobody' USING ERRCODE = 'LL404'; END IF;
END $$;

-- A person's number, that of whom a guest turned out to be, and those of the guests who turned out to be this person.
CREATE FUNCTION vault.same_person(p_person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT id FROM people_person WHERE p_person IN (id, joined_to_id)
    UNION SELECT joined_to_id FROM people_person WHERE id = p_person AND joined_to_id IS NOT NULL
$$;

-- Keeps or replaces one datum. The caller journals it.
CREATE FUNCTION vault.keep(p_person uuid, p_contact jsonb, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM vault.claim(p_person);
    INSERT INTO vault.contact (person, kind, sealed, key_number, phone_digest, salt, mark, purpose, proven, since)
    SELECT p_person, c.kind, decode(c.sealed, 'hex'), c.key_number, decode(c.phone_digest, 'hex'), decode(c.salt, 'hex'),
           decode(c.mark, 'hex'), c.purpose, c.proven, p_at
    FROM jsonb_to_record(p_contact) AS c (kind text, sealed text, key_number int, phone_digest text, salt text,
                                          mark text, purpose text, proven boolean)
    ON CONFLICT (person, kind) DO UPDATE SET sealed = EXCLUDED.sealed, key_number = EXCLUDED.key_number,
        phone_digest = EXCLUDED.phone_digest, salt = EXCLUDED.salt, mark = EXCLUDED.mark, purpose = EXCLUDED.purpose,
        proven = EXCLUDED.proven, since = EXCLUDED.since;
END $$;

-- A new guest with what they left, journalled, inside the transaction of the matter they report. Once for one number.
CREATE FUNCTION vault.welcome(p_person uuid, p_contacts jsonb, p_at timestamptz, p_actor text, p_data jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO people_person (id, created_at) VALUES (p_person, p_at) ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN RETURN; END IF;
    INSERT INTO vault.contact (person, kind, sealed, key_number, phone_digest, salt, mark, purpose, proven, since)
    SELECT p_person, c.kind, decode(c.sealed, 'hex'), c.key_number, decode(c.phone_digest, 'hex'), decode(c.salt, 'hex'),
           decode(c.mark, 'hex'), c.purpose, false, p_at
    FROM jsonb_to_recordset(p_contacts) AS c (kind text, sealed text, key_number int, phone_digest text, salt text,
                                              mark text, purpose text);
    PERFORM ledger_append(p_person, 'people.person', '', p_at, p_actor, 'people.person.register_guest', p_data);
END $$;

-- Erases what is kept of these kinds and answers what the journal may keep of it.
CREATE FUNCTION vault.forget(p_person uuid, p_kinds text[]) RETURNS TABLE (kind text, mark bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM vault.claim(p_person);
    RETURN QUERY DELETE FROM vault.contact AS c
                 WHERE c.person IN (SELECT vault.same_person(p_person)) AND c.kind = ANY (p_kinds)
                 RETURNING c.kind, c.mark;
END $$;

-- Writes down a read before it may happen. The caller journals it under the same number.
CREATE FUNCTION vault.ask(p_read jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM vault.claim((p_read ->> 'person')::uuid);
    INSERT INTO vault.read (id, person, kinds, purpose, matter, actor, post, unit, because, own, at)
    SELECT r.id, r.person, r.kinds, r.purpose, r.matter, r.actor, r.post, r.unit, r.because,
           current_setting('role') = 'lilong_resident', r.at
    FROM jsonb_to_record(p_read) AS r (id uuid, person uuid, kinds text[], purpose text, matter uuid, actor text,
                                       post jsonb, unit int, because jsonb, at timestamptz);
END $$;

-- The sealed texts of a read: only once it is committed and journalled, only for ten minutes, only for who asked.
CREATE FUNCTION vault.open(p_read uuid, p_actor text) RETURNS TABLE (person uuid, kind text, sealed bytea, key_number int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE asked vault.read;
BEGIN
    SELECT * INTO asked FROM vault.read WHERE id = p_read AND actor = p_actor;
    IF NOT FOUND OR asked.asked_in = pg_current_xact_id() OR NOT EXISTS (
        SELECT 1 FROM ledger_journal
        WHERE subject = asked.person AND step = 'people.person.read_contact' AND data ->> 'read' = p_read::text)
    THEN
        RAISE EXCEPTION 'this read is not in the journal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF asked.asked_at < clock_timestamp() - interval '10 minutes' THEN
        RAISE EXCEPTION 'this read is over' USING ERRCODE = 'LL410';
    END IF;
    RETURN QUERY SELECT DISTINCT ON (c.kind) c.person, c.kind, c.sealed, c.key_number
                 FROM vault.contact AS c
                 WHERE c.person IN (SELECT vault.same_person(asked.person)) AND c.kind = ANY (asked.kinds)
                 ORDER BY c.kind, c.person <> asked.person, c.proven DESC, c.since DESC;
END $$;

-- Which kinds are kept, to know how somebody can be reached; not the data.
CREATE FUNCTION vault.kinds(p_person uuid) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT kind FROM vault.contact WHERE person IN (SELECT vault.same_person(p_person))
$$;

-- Whether this person signs in by the telephone that is kept.
CREATE FUNCTION vault.signs_in(p_person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM vault.contact WHERE person = p_person AND kind = 'phone' AND proven)
$$;

-- Who proved this telephone by a code, and the guests who left it.
CREATE FUNCTION vault.who_has(p_phone_digest bytea) RETURNS TABLE (person uuid, proven boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.person, c.proven FROM vault.contact AS c WHERE c.phone_digest = p_phone_digest
$$;

-- Guests whose contact has outlived its purpose.
CREATE FUNCTION vault.outlived(p_before timestamptz) RETURNS TABLE (person uuid, kinds text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.person, array_agg(c.kind) FROM vault.contact AS c JOIN people_person AS p ON p.id = c.person
    WHERE c.since < p_before AND p.account_id IS NULL AND p.joined_to_id IS NULL GROUP BY c.person
$$;

-- True when this key is the one that always had this number, which a first use settles.
CREATE FUNCTION vault.knows_key(p_number int, p_mark bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO vault.key (number, mark) VALUES (p_number, p_mark) ON CONFLICT DO NOTHING;
    RETURN (SELECT mark = p_mark FROM vault.key WHERE number = p_number);
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA vault TO lilong_app;
REVOKE EXECUTE ON FUNCTION vault.same_person, vault.stop_strangers, vault.refuse_change FROM lilong_app;
GRANT EXECUTE ON FUNCTION vault.claim, vault.keep, vault.welcome, vault.forget, vault.ask, vault.knows_key,
    vault.signs_in TO lilong_resident;
