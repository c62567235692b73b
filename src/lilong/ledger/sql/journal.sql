-- What one entry's hash covers. Every field has one textual form: jsonb is canonical, time is whole microseconds.
CREATE FUNCTION ledger_entry_hash(
    p_prev bytea, p_subject uuid, p_seq int, p_kind text, p_area text, p_at timestamptz, p_actor text, p_step text, p_data jsonb
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(coalesce(p_prev, ''::bytea) || convert_to(jsonb_build_array(
        p_subject, p_seq, p_kind, p_area, (extract(epoch FROM p_at) * 1000000)::bigint, p_actor, p_step, p_data)::text, 'UTF8'))
$$;

-- The last link of a subject's chain, also when it lies outside the caller's scope: a person's chain has entries of many
-- areas, and the next one must follow them all. It gives away a number and a hash.
CREATE FUNCTION ledger_last(p_subject uuid, OUT seq int, OUT hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT entry.seq, entry.hash FROM ledger_journal AS entry WHERE entry.subject = p_subject ORDER BY entry.seq DESC LIMIT 1
$$;

-- Appends the next entry of a subject's chain and returns its number. The caller holds the subject's row lock;
-- the unique (subject, seq) refuses a second writer that does not.
CREATE FUNCTION ledger_append(
    p_subject uuid, p_kind text, p_area text, p_at timestamptz, p_actor text, p_step text, p_data jsonb
) RETURNS int LANGUAGE plpgsql AS $$
DECLARE last_seq int; last_hash bytea;
BEGIN
    SELECT seq, hash INTO last_seq, last_hash FROM ledger_last(p_subject);
    last_seq := coalesce(last_seq, 0) + 1;
    INSERT INTO ledger_journal (subject, seq, kind, area, at, actor, step, data, prev, hash)
    VALUES (p_subject, last_seq, p_kind, p_area, p_at, p_actor, p_step, p_data, last_hash,
            ledger_entry_hash(last_hash, p_subject, last_seq, p_kind, p_area, p_at, p_actor, p_step, p_data));
    RETURN last_seq;
END $$;

-- The journal takes entries and gives none back, whoever asks.
CREATE FUNCTION ledger_journal_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_journal
    FOR EACH ROW EXECUTE FUNCTION ledger_journal_refuses();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_journal_refuses();
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_journal FROM lilong_app;

-- Takes the idempotency key or answers with what it was used for: NULL when it is new, the kept receipt when it is a
-- repeat; raises LL422 when the key comes back with another body. The row is completed by ledger_keep.
CREATE FUNCTION ledger_replay(p_key uuid, p_digest bytea, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE kept record;
BEGIN
    INSERT INTO ledger_receipts (key, digest, receipt, at) VALUES (p_key, p_digest, '{}', p_at) ON CONFLICT DO NOTHING;
    IF FOUND THEN RETURN NULL; END IF;
    SELECT digest, receipt INTO kept FROM ledger_receipts WHERE key = p_key;
    IF kept.digest <> p_digest THEN
        RAISE EXCEPTION 'idempotency key % was used for something else', p_key USING ERRCODE = 'LL422';
    END IF;
    RETURN kept.receipt;
END $$;

CREATE FUNCTION ledger_keep(p_key uuid, p_receipt jsonb) RETURNS void LANGUAGE sql AS $$
    UPDATE ledger_receipts SET receipt = p_receipt WHERE key = p_key
$$;

-- The highest entry after which nothing older can still appear: waits for the writers under way, lets new ones pass after.
CREATE FUNCTION ledger_settled() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE ledger_journal IN SHARE MODE;
    RETURN (SELECT coalesce(max(id), 0) FROM ledger_journal);
END $$;
