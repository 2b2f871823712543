-- A token that a program uses in somebody's name is a session with a name, and with less that it may do.
ALTER TABLE user_session
    ADD COLUMN session_id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN name       text, -- null: somebody has signed in
    ADD COLUMN scopes     text CHECK (scopes IN ('read', 'write', 'read write')), -- null: everything
    ADD CHECK ((name IS NULL) = (scopes IS NULL));

CREATE INDEX user_session_token ON user_session (user_id, session_id) WHERE name IS NOT NULL;

-- Failed sign-ins, by the hash of an account, of an address, or of both.
CREATE TABLE sign_in_failure (
    key       bytea       NOT NULL PRIMARY KEY,
    failures  integer     NOT NULL,
    resets_at timestamptz NOT NULL
);

CREATE INDEX sign_in_failure_reset ON sign_in_failure (resets_at);
