-- Accounts without a person: of people who had theirs erased, and placeholders for the people of an imported group, until
-- they accept their invitation.
ALTER TABLE user_account
    ALTER email DROP NOT NULL,
    ALTER email_key DROP NOT NULL,
    ALTER password_hash DROP NOT NULL,
    ADD COLUMN erased_at      timestamptz,
    ADD COLUMN placeholder_of uuid, -- the person's id where the group comes from
    ADD CHECK ((email_key IS NULL) = (erased_at IS NOT NULL OR placeholder_of IS NOT NULL)),
    ADD CHECK ((email IS NULL) = (email_key IS NULL) AND (password_hash IS NULL) = (email_key IS NULL));

-- Who acts while their account is being erased waits for the end of that, and has to try again.
CREATE FUNCTION refuse_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM user_account WHERE user_id = NEW.user_id AND erased_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the account is erased' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER refuse_erased BEFORE INSERT ON membership
    FOR EACH ROW EXECUTE FUNCTION refuse_erased();
CREATE TRIGGER refuse_erased BEFORE INSERT ON sign_up
    FOR EACH ROW EXECUTE FUNCTION refuse_erased();

CREATE TABLE invitation (
    group_id       uuid        NOT NULL REFERENCES user_group,
    invitation_id  uuid        NOT NULL,
    role           text        NOT NULL CHECK (role IN ('owner', 'organizer', 'member')),
    max_uses       integer     NOT NULL CHECK (max_uses > 0),
    used           integer     NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND max_uses),
    note           text        NOT NULL DEFAULT '',
    placeholder_id uuid        REFERENCES user_account, -- whose membership it hands over; null: it makes a new one
    created_by     uuid        NOT NULL REFERENCES user_account,
    created_at     timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz NOT NULL,
    revoked_at     timestamptz,
    PRIMARY KEY (group_id, invitation_id),
    CHECK (role <> 'owner' OR placeholder_id IS NOT NULL),
    CHECK (placeholder_id IS NULL OR max_uses = 1)
);

CREATE INDEX invitation_creator ON invitation (created_by, group_id, invitation_id);

-- Not sharded: who accepts an invitation knows its token only.
CREATE TABLE invitation_directory (
    token_hash    bytea NOT NULL PRIMARY KEY, -- SHA-256 of the token, which is not kept
    group_id      uuid  NOT NULL,
    invitation_id uuid  NOT NULL
);

CREATE TRIGGER record_change AFTER INSERT OR UPDATE ON invitation
    FOR EACH ROW EXECUTE FUNCTION record_group_change('invitation', 'invitation_id');

-- A sign-up leaves its activity when a placeholder's becomes a person's.
CREATE TRIGGER record_delete AFTER DELETE ON sign_up
    FOR EACH ROW EXECUTE FUNCTION record_group_change('signup', 'user_id');

-- What an export looks for.
CREATE INDEX audit_actor ON audit (actor_id, group_id, number);
CREATE INDEX audit_user ON audit (user_id, group_id, number) WHERE user_id IS NOT NULL;
