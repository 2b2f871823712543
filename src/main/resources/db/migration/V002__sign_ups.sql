-- Seats are counted on the activity's row, which every writer of its sign-ups locks first. They do not change its version.

ALTER TABLE activity
    ADD COLUMN seats_taken  integer NOT NULL DEFAULT 0 CHECK (seats_taken >= 0), -- of confirmed sign-ups
    ADD COLUMN waiting      integer NOT NULL DEFAULT 0 CHECK (waiting >= 0),     -- sign-ups, not seats
    ADD COLUMN queue_number bigint  NOT NULL DEFAULT 0,                          -- the last one that was given out
    ADD CHECK (capacity IS NULL OR seats_taken <= capacity);

CREATE TABLE sign_up (
    group_id     uuid        NOT NULL,
    activity_id  uuid        NOT NULL,
    user_id      uuid        NOT NULL REFERENCES user_account,
    state        text        NOT NULL CHECK (state IN ('confirmed', 'waiting', 'cancelled')),
    seats        integer     NOT NULL CHECK (seats > 0), -- one and the guests
    queue_number bigint      NOT NULL,
    attendance   text        NOT NULL DEFAULT 'unknown' CHECK (attendance IN ('unknown', 'attended', 'no_show')),
    made_by      uuid        NOT NULL REFERENCES user_account,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, activity_id, user_id),
    FOREIGN KEY (group_id, activity_id) REFERENCES activity,
    UNIQUE (group_id, activity_id, queue_number)
);

CREATE INDEX sign_up_waiting ON sign_up (group_id, activity_id, queue_number) WHERE state = 'waiting';
CREATE INDEX sign_up_user ON sign_up (user_id, group_id, activity_id);

-- What happened to a sign-up, and why: what the queue is explained by.
CREATE TABLE sign_up_move (
    group_id     uuid        NOT NULL,
    activity_id  uuid        NOT NULL,
    move_number  bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    user_id      uuid        NOT NULL REFERENCES user_account,
    from_state   text        CHECK (from_state IN ('confirmed', 'waiting', 'cancelled')), -- null: it is new
    to_state     text        NOT NULL CHECK (to_state IN ('confirmed', 'waiting', 'cancelled')),
    seats        integer     NOT NULL,
    queue_number bigint      NOT NULL,
    cause        text        NOT NULL,
    reason       text        NOT NULL DEFAULT '', -- an organizer's words
    made_by      uuid        REFERENCES user_account, -- null: by the queue itself
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, activity_id, move_number),
    FOREIGN KEY (group_id, activity_id) REFERENCES activity
);
