-- A second factor for accounts: codes that change every 30 seconds (RFC 6238), and recovery codes in their place.

-- With the tables of the view, in the order in which requests lock them.
LOCK TABLE live_session;

CREATE TABLE second_factor (
    user_id      uuid        NOT NULL PRIMARY KEY REFERENCES user_account ON DELETE CASCADE,
    secret       bytea       NOT NULL CHECK (octet_length(secret) = 20), -- shared with the person's authenticator
    created_at   timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz, -- null: does not count yet, and cannot be confirmed 15 minutes after it was created
    last_step    bigint      NOT NULL DEFAULT 0 -- of the last code that was accepted: this one and earlier ones are spent
);

CREATE INDEX second_factor_begun ON second_factor (created_at) WHERE confirmed_at IS NULL;

CREATE TABLE recovery_code (
    user_id   uuid  NOT NULL REFERENCES second_factor ON DELETE CASCADE,
    code_hash bytea NOT NULL, -- SHA-256 of 120 random bits, which are not kept
    PRIMARY KEY (user_id, code_hash)
);

-- A session without scopes may only set up the second factor that the server requires.
ALTER TABLE user_session
    DROP CONSTRAINT user_session_scopes_check,
    DROP CONSTRAINT user_session_check,
    ADD CONSTRAINT user_session_scopes_check CHECK (scopes IN ('read', 'write', 'read write', '')) NOT VALID,
    ADD CONSTRAINT user_session_check CHECK ((name IS NULL) = (COALESCE(scopes, '') = '')) NOT VALID;

-- Turning a second factor on or off changes the version of the password too: sessions that are being opened end with those that are
-- open. Only a new password is told as one.
CREATE OR REPLACE TRIGGER note_mail AFTER UPDATE OF password_version ON user_account
    FOR EACH ROW WHEN (OLD.password_version <> NEW.password_version AND OLD.email IS NOT NULL
                       AND (NEW.email IS NULL OR OLD.password_hash IS DISTINCT FROM NEW.password_hash))
    EXECUTE FUNCTION note_account_change();
