-- A series makes its occurrences as ordinary activities: those of the next 180 days, and day by day those that follow.

CREATE TABLE activity_series (
    group_id         uuid        NOT NULL REFERENCES user_group,
    series_id        uuid        NOT NULL,
    title            text        NOT NULL,
    description      text        NOT NULL,
    place            text        NOT NULL,
    online_url       text        NOT NULL,
    starts_local     timestamp   NOT NULL, -- of the first occurrence
    zone             text        NOT NULL,
    duration_minutes integer     NOT NULL CHECK (duration_minutes > 0),
    capacity         integer     CHECK (capacity > 0), -- null: no limit
    guests_allowed   integer     NOT NULL CHECK (guests_allowed >= 0),
    waitlist         boolean     NOT NULL,
    visibility       text        NOT NULL CHECK (visibility IN ('group', 'public')),
    publish          boolean     NOT NULL, -- whether occurrences are made published, or as drafts
    frequency        text        NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    every            integer     NOT NULL CHECK (every > 0), -- so many days, weeks or months
    weekdays         text[]      NOT NULL,
    nth              integer     CHECK (nth IN (-1, 1, 2, 3, 4, 5)), -- of the weekday in its month; -1: the last
    until            date,
    times            integer     CHECK (times > 0),
    state            text        NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ended')),
    made_through     date        NOT NULL, -- all occurrences up to this day have been made
    next_on          date,                 -- the first that has not; null: none is left to be made
    version          integer     NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, series_id),
    CHECK ((until IS NULL) <> (times IS NULL))
);

CREATE INDEX activity_series_next ON activity_series (next_on, group_id) WHERE next_on IS NOT NULL;

ALTER TABLE activity
    ADD COLUMN series_id  uuid,
    ADD COLUMN occurs_on  date, -- the day that the series has it on; its own start may be another
    ADD COLUMN overridden boolean NOT NULL DEFAULT false, -- edited by itself
    ADD CHECK ((series_id IS NULL) = (occurs_on IS NULL)),
    ADD FOREIGN KEY (group_id, series_id) REFERENCES activity_series,
    -- Looked at when a statement ends, not row by row: a whole series may move by a day.
    ADD UNIQUE (group_id, series_id, occurs_on) DEFERRABLE;

CREATE TRIGGER record_change AFTER INSERT OR UPDATE ON activity_series
    FOR EACH ROW EXECUTE FUNCTION record_group_change('series', 'series_id');
