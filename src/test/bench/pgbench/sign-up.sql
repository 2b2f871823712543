-- For pgbench: what Muster sends for PUT .../signups/me, by somebody who has signed up before.
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
SELECT user_group.*, membership.role AS member_role, membership.state AS member_state
  FROM user_group
  LEFT JOIN membership ON membership.group_id = user_group.group_id AND membership.user_id = '{user}'
 WHERE user_group.group_id = '{group}';
SELECT user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at,
       (state = 'cancelled')::integer AS cancelled
  FROM sign_up
 WHERE group_id = '{group}' AND activity_id = '{activity}' AND user_id = '{user}' \gset own_
\if :own_cancelled = 1
\if :activity_waiting = 0 and :activity_seats_taken < {seats}
WITH counted AS (
    UPDATE activity
       SET seats_taken = seats_taken + 1, waiting = waiting + 0, queue_number = queue_number + 1
     WHERE group_id = '{group}' AND activity_id = '{activity}'
    RETURNING group_id, activity_id, queue_number
), signed AS (
    INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
    SELECT group_id, activity_id, '{user}'::uuid, 'confirmed', 1, COALESCE(NULL::bigint, queue_number), '{user}'::uuid
      FROM counted
        ON CONFLICT (group_id, activity_id, user_id) DO UPDATE
       SET state = EXCLUDED.state, seats = EXCLUDED.seats, queue_number = EXCLUDED.queue_number,
           made_by = EXCLUDED.made_by, updated_at = now()
    RETURNING *
), logged AS (
    INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause, reason,
           made_by)
    SELECT group_id, activity_id, user_id, 'cancelled', state, seats, queue_number, 'joined', '', made_by
      FROM signed
)
SELECT user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at
  FROM signed;
\else
WITH counted AS (
    UPDATE activity
       SET seats_taken = seats_taken + 0, waiting = waiting + 1, queue_number = queue_number + 1
     WHERE group_id = '{group}' AND activity_id = '{activity}'
    RETURNING group_id, activity_id, queue_number
), signed AS (
    INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
    SELECT group_id, activity_id, '{user}'::uuid, 'waiting', 1, COALESCE(NULL::bigint, queue_number), '{user}'::uuid
      FROM counted
        ON CONFLICT (group_id, activity_id, user_id) DO UPDATE
       SET state = EXCLUDED.state, seats = EXCLUDED.seats, queue_number = EXCLUDED.queue_number,
           made_by = EXCLUDED.made_by, updated_at = now()
    RETURNING *
), logged AS (
    INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause, reason,
           made_by)
    SELECT group_id, activity_id, user_id, 'cancelled', state, seats, queue_number, 'joined', '', made_by
      FROM signed
)
SELECT user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at
  FROM signed;
\endif
\endif
COMMIT;
