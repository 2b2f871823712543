-- Web Push. A browser's subscription belongs to a session and ends with it. What is to be pushed is noted by triggers, once for each
-- subscription, in the transaction that causes it; a node words, encrypts and sends it, if it is still true.

-- In the order in which writers lock them. Reads go on.
LOCK TABLE user_account, user_session, sign_up_move, notification IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE push_subscription (
    session_hash    bytea       NOT NULL PRIMARY KEY REFERENCES user_session ON DELETE CASCADE,
    subscription_id uuid        NOT NULL UNIQUE,
    user_id         uuid        NOT NULL REFERENCES user_account ON DELETE CASCADE,
    endpoint        text        NOT NULL UNIQUE, -- at the push service; whoever knows it can send to it, but nothing readable
    p256dh          bytea       NOT NULL CHECK (octet_length(p256dh) = 65), -- the browser's public key
    auth            bytea       NOT NULL CHECK (octet_length(auth) = 16),   -- the secret that it shares with Muster
    language        text        NOT NULL CHECK (language IN ('en', 'fr')),
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX push_subscription_user ON push_subscription (user_id);

-- Without a foreign key: whoever changes a queue would wait for whoever ends a session.
CREATE TABLE push_delivery (
    delivery_id     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id uuid        NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('signup.promoted', 'activity.cancelled')),
    group_id        uuid        NOT NULL,
    activity_id     uuid        NOT NULL,
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    lease           uuid,       -- of the attempt under way
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL DEFAULT now() + interval '4 hours'
);

CREATE INDEX push_delivery_due ON push_delivery (next_attempt_at, delivery_id);

-- Moves of another time come with an imported group.
CREATE FUNCTION note_pushed_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO push_delivery (subscription_id, kind, group_id, activity_id)
    SELECT subscription_id, 'signup.promoted', group_id, activity_id
      FROM added
      JOIN push_subscription USING (user_id)
     WHERE from_state = 'waiting' AND to_state = 'confirmed' AND added.created_at = now() AND cause NOT IN ('erased', 'merged');
    RETURN NULL;
END
$$;

CREATE TRIGGER note_push AFTER INSERT ON sign_up_move
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_pushed_moves();

CREATE FUNCTION note_pushed_notifications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO push_delivery (subscription_id, kind, group_id, activity_id)
    SELECT subscription_id, kind, group_id, activity_id
      FROM added
      JOIN push_subscription USING (user_id)
     WHERE kind = 'activity.cancelled';
    RETURN NULL;
END
$$;

CREATE TRIGGER note_push AFTER INSERT ON notification
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_pushed_notifications();
