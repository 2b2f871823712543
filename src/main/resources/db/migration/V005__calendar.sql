CREATE TABLE calendar_token (
    user_id    uuid        NOT NULL PRIMARY KEY REFERENCES user_account ON DELETE CASCADE,
    token_hash bytea       NOT NULL UNIQUE, -- SHA-256 of the token, which is not kept
    created_at timestamptz NOT NULL DEFAULT now()
);
