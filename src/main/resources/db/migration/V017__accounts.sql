-- Recovery, proof of addresses, sign-in with a provider, and accounts that an operator has suspended.

-- With the tables of the view, in the order in which requests lock them.
LOCK TABLE live_session;

ALTER TABLE user_account
    ADD COLUMN suspended_at  timestamptz,
    ADD COLUMN pending_email text, -- takes the place of the address once it is proved
    DROP CONSTRAINT user_account_check1,
    -- Without a password, somebody signs in with a provider.
    ADD CONSTRAINT user_account_email_check
        CHECK ((email IS NULL) = (email_key IS NULL) AND (password_hash IS NULL OR email_key IS NOT NULL)) NOT VALID;

-- What links in mail, and those that operators hand out, are good for: once.
CREATE TABLE account_token (
    token_hash       bytea       NOT NULL PRIMARY KEY, -- SHA-256 of the token, which is not kept
    purpose          text        NOT NULL CHECK (purpose IN ('reset', 'verification')),
    user_id          uuid        NOT NULL REFERENCES user_account ON DELETE CASCADE,
    email            text, -- the address that it was sent to; null: an operator handed it out
    password_version integer, -- a reset counts while the account has the password that was forgotten
    created_at       timestamptz NOT NULL DEFAULT now(),
    expires_at       timestamptz NOT NULL,
    CHECK (purpose = 'reset' OR email IS NOT NULL),
    CHECK ((purpose = 'reset') = (password_version IS NOT NULL))
);

CREATE INDEX account_token_user ON account_token (user_id);
CREATE INDEX account_token_expiry ON account_token (expires_at);

-- What is done after the response, which so takes the same time whether there is an account with the address or not.
CREATE TABLE account_request (
    request_id bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind IN ('reset', 'registration', 'verification')),
    email_key  text,
    user_id    uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'verification') = (user_id IS NOT NULL) AND (email_key IS NULL) = (user_id IS NOT NULL))
);

-- Who somebody is at a provider.
CREATE TABLE provider_identity (
    issuer     text        NOT NULL,
    subject    text        NOT NULL,
    user_id    uuid        NOT NULL REFERENCES user_account ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX provider_identity_user ON provider_identity (user_id);

-- Sign-ins that people went to a provider for, and have not come back from. Nonce and code verifier are derived from what only the
-- browser and the address have.
CREATE TABLE provider_sign_in (
    state_hash   bytea       NOT NULL PRIMARY KEY, -- SHA-256 of the state in the address
    browser_hash bytea       NOT NULL, -- SHA-256 of the secret in the browser's cookie
    user_id      uuid        REFERENCES user_account ON DELETE CASCADE, -- whose account is to be linked; null: nobody is signed in
    return_to    text        NOT NULL,
    zone         text        NOT NULL,
    expires_at   timestamptz NOT NULL
);

CREATE INDEX provider_sign_in_user ON provider_sign_in (user_id);
CREATE INDEX provider_sign_in_expiry ON provider_sign_in (expires_at);

-- What operators did to accounts. Ids only, like the audit of groups.
CREATE TABLE account_audit (
    number     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor_id   uuid        NOT NULL,
    action     text        NOT NULL,
    user_id    uuid        NOT NULL,
    reason     text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX account_audit_user ON account_audit (user_id, number);
CREATE INDEX account_audit_actor ON account_audit (actor_id, number);

-- The sessions and tokens of a suspended account do not count. An address makes an operator once it is proved; where no mail is
-- sent none can be, and it counts as it is, unless the account was opened where it could be.
CREATE OR REPLACE VIEW live_session AS
SELECT token_hash, user_id, scopes, email, display_name, zone, user_account.created_at,
       CASE WHEN email_verified_at IS NOT NULL
              OR NOT email_proof_required AND NOT (SELECT sent FROM mail_state LIMIT 1) THEN email END AS operator_email,
       email_verified_at IS NOT NULL AS email_verified, pending_email
  FROM user_session
  JOIN user_account USING (user_id, password_version)
 WHERE expires_at > now() AND (name IS NOT NULL OR last_used_at > now() - interval '14 days') AND suspended_at IS NULL;

CREATE OR REPLACE FUNCTION group_access(token bytea, wanted uuid)
RETURNS TABLE (caller_id uuid, caller_scopes text, caller_email text, caller_name text, member_role text, member_state text,
               member_since timestamptz, group_group_id uuid, group_name text, group_slug text, group_description text,
               group_zone text, group_join_policy text, group_visibility text, group_state text, group_version integer,
               group_created_at timestamptz, group_updated_at timestamptz)
LANGUAGE sql STABLE AS $$
SELECT caller.user_id, caller.scopes,
       -- Nodes of an earlier version expect one.
       CASE WHEN caller.user_id IS NOT NULL THEN COALESCE(caller.operator_email, '') END,
       caller.display_name, membership.role, membership.state,
       membership.created_at, user_group.group_id, user_group.name, user_group.slug, user_group.description,
       user_group.zone, user_group.join_policy, user_group.visibility, user_group.state, user_group.version,
       user_group.created_at, user_group.updated_at
  FROM (SELECT 1) AS request
  LEFT JOIN live_session AS caller ON caller.token_hash = token
  LEFT JOIN user_group ON user_group.group_id = wanted
  LEFT JOIN membership ON membership.group_id = user_group.group_id AND membership.user_id = caller.user_id
$$;

-- Nodes end the streams of an account that is suspended.
CREATE TRIGGER notify_suspension AFTER UPDATE OF suspended_at ON user_account
    FOR EACH ROW WHEN (NEW.suspended_at IS NOT NULL) EXECUTE FUNCTION notify_session_end();
