-- Who has a token, and what that allows: joined with what is asked for, both take one round trip.

-- A session ends when it expires, is closed, or the password changes.
CREATE VIEW live_session AS
SELECT token_hash, user_id, scopes, email, display_name, zone, user_account.created_at
  FROM user_session
  JOIN user_account USING (user_id, password_version)
 WHERE expires_at > now();

-- One row: the caller's columns are null if nobody has the token, the group's if there is none, the member's if there is no
-- membership.
CREATE FUNCTION group_access(token bytea, wanted uuid)
RETURNS TABLE (caller_id uuid, caller_scopes text, caller_email text, caller_name text, member_role text, member_state text,
               member_since timestamptz, group_group_id uuid, group_name text, group_slug text, group_description text,
               group_zone text, group_join_policy text, group_visibility text, group_state text, group_version integer,
               group_created_at timestamptz, group_updated_at timestamptz)
LANGUAGE sql STABLE AS $$
SELECT caller.user_id, caller.scopes, caller.email, caller.display_name, membership.role, membership.state,
       membership.created_at, user_group.group_id, user_group.name, user_group.slug, user_group.description,
       user_group.zone, user_group.join_policy, user_group.visibility, user_group.state, user_group.version,
       user_group.created_at, user_group.updated_at
  FROM (SELECT 1) AS request
  LEFT JOIN live_session AS caller ON caller.token_hash = token
  LEFT JOIN user_group ON user_group.group_id = wanted
  LEFT JOIN membership ON membership.group_id = user_group.group_id AND membership.user_id = caller.user_id
$$;
