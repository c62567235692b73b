-- A published catalogue changes no more: matters routed by it point at its rows. Only its end may be set, once.
CREATE FUNCTION organisations_refuse_published(p_catalogue bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM organisations_catalogue WHERE id = p_catalogue AND valid_from IS NOT NULL) THEN
        RAISE EXCEPTION 'catalogue % is published', p_catalogue USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION organisations_row_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM organisations_refuse_published(OLD.catalogue_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM organisations_refuse_published(NEW.catalogue_id); RETURN NEW; END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION organisations_standard_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM organisations_refuse_published(catalogue_id) FROM organisations_category
    WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.category_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.category_id END);
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION organisations_catalogue_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.valid_from IS NOT NULL AND (NEW.valid_from, NEW.name, NEW.area, NEW.digest, NEW.subject)
                                      IS DISTINCT FROM (OLD.valid_from, OLD.name, OLD.area, OLD.digest, OLD.subject) THEN
        RAISE EXCEPTION 'catalogue % is published', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to THEN
        RAISE EXCEPTION 'catalogue % has ended', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON organisations_category
    FOR EACH ROW EXECUTE FUNCTION organisations_row_frozen();
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON organisations_responsibility
    FOR EACH ROW EXECUTE FUNCTION organisations_row_frozen();
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON organisations_standard
    FOR EACH ROW EXECUTE FUNCTION organisations_standard_frozen();
CREATE TRIGGER frozen BEFORE UPDATE ON organisations_catalogue
    FOR EACH ROW EXECUTE FUNCTION organisations_catalogue_frozen();
