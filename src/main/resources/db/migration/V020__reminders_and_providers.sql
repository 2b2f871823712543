-- Reminders are given again when the time of an activity changes, not when only its place does. Their notices have the sequence for
-- nodes of an earlier version only.
ALTER TABLE mail_reminder ADD COLUMN starts_at timestamptz; -- null: noted by a node of an earlier version

UPDATE mail_reminder
   SET starts_at = activity.starts_at
  FROM activity
 WHERE activity.activity_id = mail_reminder.activity_id AND activity.sequence = mail_reminder.sequence;

CREATE UNIQUE INDEX mail_reminder_time ON mail_reminder (user_id, activity_id, starts_at);

-- What people name a linked identity by: its subject may be anything.
ALTER TABLE provider_identity ADD COLUMN identity_id uuid NOT NULL DEFAULT gen_random_uuid();
