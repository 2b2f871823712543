-- For pgbench: what Muster sends for DELETE .../signups/me, by somebody who has signed up before.
-- Names in braces are filled in. Columns that Muster does not ask for are for \if.
SELECT user_id, scopes, email
  FROM user_session
  JOIN user_account USING (user_id, password_version)
 WHERE token_hash = '\x{token}'
   AND expires_at > now();
BEGIN;
SELECT activity.*
  FROM user_group
  JOIN activity USING (group_id)
 WHERE group_id = '{group}' AND activity_id = '{activity}'
   FOR SHARE OF user_group
   FOR NO KEY UPDATE OF activity \gset activity_
SELECT user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at,
       (state = 'cancelled')::integer AS cancelled, (state = 'confirmed')::integer AS confirmed,
       (state = 'waiting')::integer AS waiting
  FROM sign_up
 WHERE group_id = '{group}' AND activity_id = '{activity}' AND user_id = '{user}' \gset own_
\if :own_cancelled = 0
WITH counted AS (
    UPDATE activity
       SET seats_taken = seats_taken - :own_confirmed, waiting = waiting - :own_waiting, queue_number = queue_number + 0
     WHERE group_id = '{group}' AND activity_id = '{activity}'
    RETURNING group_id, activity_id, queue_number
), signed AS (
    INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
    SELECT group_id, activity_id, '{user}'::uuid, 'cancelled', 1, COALESCE(:own_queue_number::bigint, queue_number),
           '{user}'::uuid
      FROM counted
        ON CONFLICT (group_id, activity_id, user_id) DO UPDATE
       SET state = EXCLUDED.state, seats = EXCLUDED.seats, queue_number = EXCLUDED.queue_number,
           made_by = EXCLUDED.made_by, updated_at = now()
    RETURNING *
), logged AS (
    INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause, reason,
           made_by)
    SELECT group_id, activity_id, user_id, :own_state, state, seats, queue_number, 'left', '', made_by
      FROM signed
)
SELECT user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at
  FROM signed;
\if :activity_waiting > 0
WITH place AS (
    SELECT activity.group_id, activity.activity_id, capacity - seats_taken AS free
      FROM activity
      JOIN unnest('{{group}}'::uuid[], '{{activity}}'::uuid[]) AS wanted (group_id, activity_id)
           USING (group_id, activity_id)
     WHERE waiting > 0 AND state = 'published' AND starts_at > now()
), line AS (
    SELECT group_id, activity_id, user_id, free,
           sum(seats) OVER (PARTITION BY group_id, activity_id ORDER BY queue_number) AS needed
      FROM sign_up
      JOIN place USING (group_id, activity_id)
     WHERE state = 'waiting'
), admitted AS (
    UPDATE sign_up
       SET state = 'confirmed', updated_at = now()
      FROM line
     WHERE (free IS NULL OR needed <= free)
       AND sign_up.group_id = line.group_id AND sign_up.activity_id = line.activity_id
       AND sign_up.user_id = line.user_id
    RETURNING sign_up.*
), counted AS (
    UPDATE activity
       SET seats_taken = seats_taken + seats, waiting = waiting - people
      FROM (SELECT group_id, activity_id, sum(seats) AS seats, count(*) AS people
              FROM admitted
             GROUP BY group_id, activity_id) AS admission
     WHERE activity.group_id = admission.group_id AND activity.activity_id = admission.activity_id
), told AS (
    INSERT INTO notification (user_id, kind, group_id, activity_id)
    SELECT user_id, 'signup.promoted', group_id, activity_id
      FROM admitted
)
INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause)
SELECT group_id, activity_id, user_id, 'waiting', 'confirmed', seats, queue_number, 'seat_freed'
  FROM admitted
 ORDER BY queue_number;
\endif
\endif
COMMIT;
