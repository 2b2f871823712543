-- What requests with an Idempotency-Key were answered. Neither the key nor the answer is here in the clear.
CREATE TABLE idempotency_key (
    user_id     uuid        NOT NULL, -- all zero: nobody was signed in
    key_hash    bytea       NOT NULL, -- SHA-256
    fingerprint bytea       NOT NULL, -- HMAC-SHA-256 of the request, with the key
    answer      bytea,                -- AES-GCM, with the key; null until there is one
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key_hash)
);

CREATE INDEX idempotency_key_age ON idempotency_key (user_id, created_at);
