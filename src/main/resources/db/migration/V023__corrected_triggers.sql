-- Nobody is told by mail of a sign-up for what is over. Nor, when an activity that has begun is put off, are those who lose their seat
-- because they had left or were removed: they were told then, and may not see where and when it takes place now. The activity is not
-- joined: the plan is kept, and one that was made for an import would read the whole table.
CREATE OR REPLACE FUNCTION note_sign_up_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT enabled FROM mail_state LIMIT 1) THEN
        INSERT INTO mail_notice (kind, user_id, group_id, activity_id, reason)
        SELECT CASE WHEN to_state = 'confirmed' AND from_state = 'waiting' THEN 'signup.promoted'
                    ELSE 'signup.' || to_state END,
               user_id, group_id, activity_id, reason
          FROM added
         WHERE created_at = now() AND cause NOT IN ('erased', 'merged') AND from_state IS DISTINCT FROM to_state
           AND (SELECT starts_at + duration_minutes * interval '1 minute' > now()
                       AND (starts_at > now() OR added.cause NOT IN ('left_group', 'removed', 'banned'))
                  FROM activity
                 WHERE activity.group_id = added.group_id AND activity.activity_id = added.activity_id)
         ORDER BY move_number;
    END IF;
    RETURN NULL;
END
$$;

-- Nodes of an earlier version make occurrences without it. Not of those that an import brings as they are: what had begun or was cancelled
-- when the series became one of whole days has kept its time.
CREATE OR REPLACE FUNCTION take_all_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT all_day AND NEW.starts_local = date_trunc('day', NEW.starts_local) AND NEW.duration_minutes % 1440 = 0
      INTO NEW.all_day
      FROM activity_series
     WHERE group_id = NEW.group_id AND series_id = NEW.series_id;
    RETURN NEW;
END
$$;
