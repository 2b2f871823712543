-- Ready to shard by group: the key of every table that a group owns starts with group_id, its foreign keys stay inside
-- the group, and nothing unique leaves group_id out. user_account, user_session and group_directory are not sharded.

CREATE TABLE user_account (
    user_id          uuid        NOT NULL PRIMARY KEY,
    email            text        NOT NULL,
    email_key        text        NOT NULL UNIQUE, -- the address in lower case
    display_name     text        NOT NULL,
    zone             text        NOT NULL,
    password_hash    text        NOT NULL,
    password_version integer     NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_session (
    token_hash       bytea       NOT NULL PRIMARY KEY, -- SHA-256 of the token, which is not kept
    user_id          uuid        NOT NULL REFERENCES user_account ON DELETE CASCADE,
    password_version integer     NOT NULL, -- a session counts while its account has the password it began with
    created_at       timestamptz NOT NULL DEFAULT now(),
    expires_at       timestamptz NOT NULL
);

CREATE INDEX user_session_user ON user_session (user_id);
CREATE INDEX user_session_expiry ON user_session (expires_at);

CREATE TABLE group_directory (
    slug     text NOT NULL PRIMARY KEY,
    group_id uuid NOT NULL UNIQUE
);

CREATE TABLE user_group (
    group_id    uuid        NOT NULL PRIMARY KEY,
    name        text        NOT NULL,
    slug        text        NOT NULL, -- unique by group_directory
    description text        NOT NULL,
    zone        text        NOT NULL,
    join_policy text        NOT NULL CHECK (join_policy IN ('open', 'request', 'invite')),
    visibility  text        NOT NULL CHECK (visibility IN ('public', 'private')),
    state       text        NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'archived')),
    version     integer     NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX user_group_public ON user_group (group_id) WHERE visibility = 'public';

CREATE TABLE membership (
    group_id   uuid        NOT NULL REFERENCES user_group,
    user_id    uuid        NOT NULL REFERENCES user_account,
    role       text        NOT NULL CHECK (role IN ('owner', 'organizer', 'member')),
    state      text        NOT NULL CHECK (state IN ('requested', 'active', 'banned')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, user_id),
    CHECK (state = 'active' OR role = 'member')
);

CREATE INDEX membership_user ON membership (user_id, group_id);
CREATE INDEX membership_owner ON membership (group_id) WHERE role = 'owner';

CREATE TABLE activity (
    group_id         uuid        NOT NULL REFERENCES user_group,
    activity_id      uuid        NOT NULL,
    title            text        NOT NULL,
    description      text        NOT NULL,
    place            text        NOT NULL,
    online_url       text        NOT NULL,
    starts_local     timestamp   NOT NULL, -- with zone and duration the truth
    zone             text        NOT NULL,
    duration_minutes integer     NOT NULL CHECK (duration_minutes > 0),
    starts_at        timestamptz NOT NULL, -- derived in Java by the rules of tzdb_version
    tzdb_version     text        NOT NULL,
    capacity         integer     CHECK (capacity > 0), -- null: no limit
    guests_allowed   integer     NOT NULL CHECK (guests_allowed >= 0),
    waitlist         boolean     NOT NULL,
    signup_opens_at  timestamptz,
    signup_closes_at timestamptz,
    visibility       text        NOT NULL CHECK (visibility IN ('group', 'public')),
    state            text        NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published', 'cancelled')),
    version          integer     NOT NULL DEFAULT 1,
    published_at     timestamptz, -- null: only organizers have ever seen it
    sequence         integer     NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, activity_id)
);

CREATE INDEX activity_start ON activity (group_id, starts_at, activity_id);
CREATE INDEX activity_public_start ON activity (group_id, starts_at, activity_id)
    WHERE visibility = 'public' AND published_at IS NOT NULL;
