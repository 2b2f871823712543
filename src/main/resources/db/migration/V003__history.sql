-- What happened in a group, for three readers: programs that follow it (group_change), people whom it concerns
-- (notification), and owners who want to know who did it (audit). group_change is written by triggers, so that no change
-- can be without its record.

CREATE TABLE change_epoch (
    epoch integer NOT NULL PRIMARY KEY
);
INSERT INTO change_epoch VALUES (1);

CREATE TABLE group_change (
    group_id    uuid        NOT NULL,
    epoch       integer     NOT NULL, -- grows when the database has been restored: its transaction numbers begin anew
    txid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    number      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind        text        NOT NULL,
    activity_id uuid,
    entity_id   uuid        NOT NULL, -- of a membership or a sign-up: the user
    action      text        NOT NULL CHECK (action IN ('created', 'updated', 'deleted')),
    audience    text        NOT NULL CHECK (audience IN ('members', 'organizers')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, epoch, txid, number)
);

-- For afterMigrate.sql.
CREATE INDEX group_change_txid ON group_change (txid);

CREATE TABLE audit (
    group_id    uuid        NOT NULL REFERENCES user_group,
    number      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    actor_id    uuid        NOT NULL REFERENCES user_account,
    action      text        NOT NULL,
    user_id     uuid        REFERENCES user_account, -- whom it was done to
    activity_id uuid,
    reason      text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, number)
);

CREATE TABLE notification (
    user_id     uuid        NOT NULL REFERENCES user_account,
    number      bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind        text        NOT NULL,
    group_id    uuid        NOT NULL,
    activity_id uuid,
    reason      text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    read_at     timestamptz,
    PRIMARY KEY (user_id, number)
);

CREATE INDEX notification_unread ON notification (user_id, number) WHERE read_at IS NULL;

-- Arguments: the kind, the column of the entity's id. A member who is not active any more is gone, for all who see the feed.
CREATE FUNCTION record_group_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was    jsonb := to_jsonb(OLD);
    entity jsonb := COALESCE(to_jsonb(NEW), was);
    owner  uuid  := (entity ->> 'group_id')::uuid;
    act    text  := CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END;
    seen   text  := 'members';
BEGIN
    IF TG_ARGV[0] = 'member' THEN
        IF entity ->> 'state' <> 'active' AND COALESCE(was ->> 'state', '') <> 'active' THEN
            seen := 'organizers';
        ELSIF entity ->> 'state' <> 'active' THEN
            act := 'deleted';
        ELSIF was ->> 'state' <> 'active' AND TG_OP = 'UPDATE' THEN
            act := 'created';
        END IF;
    ELSIF TG_ARGV[0] = 'invitation' OR TG_ARGV[0] = 'activity' AND entity ->> 'published_at' IS NULL THEN
        seen := 'organizers';
    END IF;
    INSERT INTO group_change (group_id, epoch, kind, activity_id, entity_id, action, audience)
    SELECT owner, max(epoch), TG_ARGV[0], (entity ->> 'activity_id')::uuid, (entity ->> TG_ARGV[1])::uuid, act, seen
      FROM change_epoch;
    PERFORM pg_notify('muster_change', owner || ' ' || pg_current_xact_id());
    RETURN NULL;
END
$$;

CREATE TRIGGER record_change AFTER INSERT OR UPDATE ON user_group
    FOR EACH ROW EXECUTE FUNCTION record_group_change('group', 'group_id');
CREATE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON membership
    FOR EACH ROW EXECUTE FUNCTION record_group_change('member', 'user_id');
CREATE TRIGGER record_insert AFTER INSERT OR DELETE ON activity
    FOR EACH ROW EXECUTE FUNCTION record_group_change('activity', 'activity_id');
-- Not when only seats were counted: those changes are of sign-ups.
CREATE TRIGGER record_update AFTER UPDATE ON activity
    FOR EACH ROW WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION record_group_change('activity', 'activity_id');
CREATE TRIGGER record_change AFTER INSERT OR UPDATE ON sign_up
    FOR EACH ROW EXECUTE FUNCTION record_group_change('signup', 'user_id');
