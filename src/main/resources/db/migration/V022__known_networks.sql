-- The networks that accounts have signed in from: failures from elsewhere do not keep them out there.
CREATE TABLE known_network (
    user_id      uuid        NOT NULL REFERENCES user_account ON DELETE CASCADE,
    network_hash bytea       NOT NULL, -- SHA-256, as for the network in sign_in_failure
    used_at      timestamptz NOT NULL DEFAULT now(), -- the last sign-in
    PRIMARY KEY (user_id, network_hash)
);

CREATE INDEX known_network_used ON known_network (used_at);
