-- Names of groups as they are searched: Java folds case, accents and letters that some keyboards lack. Its own table, because filling
-- it is no change of a group. Nothing is filled here: each node does it in the background, in small batches.

CREATE TABLE group_search (
    group_id uuid     NOT NULL PRIMARY KEY REFERENCES user_group ON DELETE CASCADE,
    name     text     NOT NULL, -- what the terms are of
    terms    tsvector           -- null: an earlier version of Muster stored the name
);

CREATE INDEX group_search_terms ON group_search USING gin (terms) WITH (fastupdate = off);

-- Until they have terms, names are found as that version found them.
CREATE INDEX group_search_words ON group_search USING gin (plain_words(name)) WHERE terms IS NULL;

-- A node of this version has stored the terms already when this runs.
CREATE FUNCTION forget_group_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO group_search (group_id, name)
    VALUES (NEW.group_id, NEW.name)
        ON CONFLICT (group_id) DO UPDATE
       SET name = EXCLUDED.name, terms = NULL
     WHERE group_search.name <> EXCLUDED.name;
    RETURN NULL;
END
$$;

CREATE TRIGGER forget_terms AFTER INSERT OR UPDATE OF name ON user_group
    FOR EACH ROW EXECUTE FUNCTION forget_group_terms();

-- The last day of each month: -1, as in BYMONTHDAY of iCalendar.
ALTER TABLE activity_series
    ADD COLUMN month_day integer CHECK (month_day = -1);
