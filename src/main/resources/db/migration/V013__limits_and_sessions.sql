-- What accounts and addresses have used of limits that hold across nodes, in fixed windows of time.
CREATE TABLE limit_use (
    key       bytea       NOT NULL PRIMARY KEY, -- SHA-256 of the limit's name and of whom it is for
    uses      bigint      NOT NULL,
    resets_at timestamptz NOT NULL
);

CREATE INDEX limit_use_reset ON limit_use (resets_at);

-- A session also ends when nobody has used it for 14 days. Access tokens do not: programs may be idle for longer.
ALTER TABLE user_session
    ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now();

CREATE OR REPLACE VIEW live_session AS
SELECT token_hash, user_id, scopes, email, display_name, zone, user_account.created_at
  FROM user_session
  JOIN user_account USING (user_id, password_version)
 WHERE expires_at > now() AND (name IS NOT NULL OR last_used_at > now() - interval '14 days');

-- Nodes end the streams of sessions that have ended. The channel is the one on which they hear of commits; those have no payload.
CREATE FUNCTION notify_session_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('muster_commit', OLD.user_id::text);
    RETURN NULL;
END
$$;

CREATE TRIGGER notify_end AFTER DELETE ON user_session
    FOR EACH ROW WHEN (OLD.expires_at > now()) EXECUTE FUNCTION notify_session_end();
CREATE TRIGGER notify_end AFTER UPDATE OF password_version ON user_account
    FOR EACH ROW WHEN (OLD.password_version <> NEW.password_version) EXECUTE FUNCTION notify_session_end();
