-- Mail. What is to be told is noted by triggers, in the transaction that causes it, so that nothing happens without its notice
-- (mail_notice). A node words it, in the recipient's language, and stores the message (mail_delivery); then a node sends it. A
-- message that was accepted is deleted; one that was refused remains for 30 days, without its content.

-- In the order in which writers lock them.
LOCK TABLE activity, user_account, sign_up_move, notification;

-- An address counts once its owner has proved it. Nobody has yet: accounts that exist keep what they may do, and get no mail but
-- about their security until they prove their address.
ALTER TABLE user_account
    ADD COLUMN language               text        NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'fr')),
    ADD COLUMN email_proof_required   boolean     NOT NULL DEFAULT false, -- before the account may do everything
    ADD COLUMN email_verified_at      timestamptz,
    ADD COLUMN email_undeliverable_at timestamptz, -- a mail server has refused the address
    ADD COLUMN unsubscribe_token      uuid; -- can do nothing but end mail

-- Not of rows that exist: that would write the table anew. They get one by V018.
ALTER TABLE user_account ALTER COLUMN unsubscribe_token SET DEFAULT gen_random_uuid();

CREATE INDEX user_account_undeliverable ON user_account (user_id) WHERE email_undeliverable_at IS NOT NULL;
CREATE UNIQUE INDEX user_account_unsubscribe ON user_account (unsubscribe_token);

-- Without a row, the defaults hold.
CREATE TABLE notification_setting (
    user_id              uuid    NOT NULL PRIMARY KEY REFERENCES user_account ON DELETE CASCADE,
    sign_ups             boolean NOT NULL DEFAULT true,
    activities           boolean NOT NULL DEFAULT true,
    groups               boolean NOT NULL DEFAULT true,
    calendar_invitations boolean NOT NULL DEFAULT true,
    reminder             text    NOT NULL DEFAULT 'evening' CHECK (reminder IN ('none', 'evening', 'morning')),
    digest               boolean NOT NULL DEFAULT false,
    digest_on            date    -- the Monday of the last digest
);

CREATE INDEX notification_setting_digest ON notification_setting (user_id) WHERE digest;

-- Whether mail is configured: one row. Nodes on which it is say so again and again; those on which it is not end it when none has for
-- some minutes.
CREATE TABLE mail_state (
    enabled boolean     NOT NULL,
    sent    boolean     NOT NULL, -- false: mail is only shown, and proves no address
    seen_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO mail_state VALUES (false, false);

CREATE TABLE mail_notice (
    notice_id   bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text        NOT NULL,
    user_id     uuid,
    email       text,       -- null: the account's address when it is worded
    language    text,
    group_id    uuid,
    activity_id uuid,
    sequence    integer,    -- of the activity that a reminder is about
    subject     text,       -- the name of what has been deleted
    reason      text        NOT NULL DEFAULT '',
    not_before  timestamptz NOT NULL DEFAULT now(),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX mail_notice_user ON mail_notice (user_id, activity_id, notice_id);

CREATE TABLE mail_delivery (
    delivery_id     uuid        NOT NULL PRIMARY KEY, -- and the stable part of Message-ID
    channel         text        NOT NULL DEFAULT 'mail' CHECK (channel = 'mail'),
    kind            text        NOT NULL,
    user_id         uuid,       -- null: whom it is for has no account
    address         text        NOT NULL,
    language        text        NOT NULL,
    subject         text        NOT NULL,
    body_text       text        NOT NULL,
    body_html       text        NOT NULL,
    calendar        text,       -- an iCalendar object with a METHOD
    unsubscribe_url text,       -- null: about the account's security
    state           text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'failed')),
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    lease           uuid,       -- of the attempt under way
    failure         text,       -- the kind of the last one
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL
);

-- What nobody can unsubscribe from is about the security of an account, and does not wait for the rest.
CREATE INDEX mail_delivery_due ON mail_delivery ((unsubscribe_url IS NOT NULL), next_attempt_at) WHERE state = 'pending';
CREATE INDEX mail_delivery_user ON mail_delivery (user_id);
CREATE INDEX mail_delivery_created ON mail_delivery (created_at);

-- What a person's calendar was told by mail: SEQUENCE grows with each message, whatever the person does.
CREATE TABLE calendar_invitation (
    user_id     uuid        NOT NULL REFERENCES user_account ON DELETE CASCADE,
    activity_id uuid        NOT NULL,
    sequence    integer     NOT NULL,
    invited     boolean     NOT NULL, -- false: it was told to remove the event
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, activity_id)
);

CREATE INDEX calendar_invitation_age ON calendar_invitation (updated_at);

-- The reminders that were given: once for each time that an activity was moved to.
CREATE TABLE mail_reminder (
    user_id     uuid        NOT NULL REFERENCES user_account ON DELETE CASCADE,
    activity_id uuid        NOT NULL,
    sequence    integer     NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, activity_id, sequence)
);

CREATE INDEX mail_reminder_age ON mail_reminder (created_at);

-- What reminders look for.
CREATE INDEX activity_published_start ON activity (starts_at) WHERE state = 'published';

-- Sign-ups are noted by their moves: people are also told what they did themselves.
CREATE FUNCTION note_notifications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT enabled FROM mail_state LIMIT 1) THEN
        INSERT INTO mail_notice (kind, user_id, group_id, activity_id, subject, reason)
        SELECT kind, user_id, group_id, activity_id, subject, reason
          FROM added
         WHERE kind NOT LIKE 'signup.%';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER note_mail AFTER INSERT ON notification
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_notifications();

-- Moves of another time come with an imported group.
CREATE FUNCTION note_sign_up_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT enabled FROM mail_state LIMIT 1) THEN
        INSERT INTO mail_notice (kind, user_id, group_id, activity_id, reason)
        SELECT CASE WHEN to_state = 'confirmed' AND from_state = 'waiting' THEN 'signup.promoted'
                    ELSE 'signup.' || to_state END,
               user_id, group_id, activity_id, reason
          FROM added
         WHERE created_at = now() AND cause NOT IN ('erased', 'merged') AND from_state IS DISTINCT FROM to_state
         ORDER BY move_number;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER note_mail AFTER INSERT ON sign_up_move
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_sign_up_moves();

-- An erased account is told at the address that it had; nothing else is kept for it.
CREATE FUNCTION note_account_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.email IS NULL THEN
        DELETE FROM mail_notice WHERE user_id = OLD.user_id;
        DELETE FROM mail_delivery WHERE user_id = OLD.user_id;
        DELETE FROM notification_setting WHERE user_id = OLD.user_id;
        DELETE FROM calendar_invitation WHERE user_id = OLD.user_id;
        DELETE FROM mail_reminder WHERE user_id = OLD.user_id;
    END IF;
    IF (SELECT enabled FROM mail_state LIMIT 1) THEN
        INSERT INTO mail_notice (kind, user_id, email, language)
        SELECT CASE WHEN NEW.email IS NULL THEN 'account.erased' ELSE 'password.changed' END,
               CASE WHEN NEW.email IS NOT NULL THEN OLD.user_id END, OLD.email, OLD.language;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER note_mail AFTER UPDATE OF password_version ON user_account
    FOR EACH ROW WHEN (OLD.password_version <> NEW.password_version AND OLD.email IS NOT NULL)
    EXECUTE FUNCTION note_account_change();
