-- NOTIFY takes one lock for the whole database until its transaction has committed: commits of different groups waited for each
-- other. The trigger only records what has changed; after a commit the application notifies.
CREATE OR REPLACE FUNCTION record_group_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RETURN NULL;
END
$$;
