package org.muster.groups;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Columns;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.json.EnumNames;
import org.muster.mail.Language;
import org.muster.users.Token;

/** The invitations to groups, in SQL. Writers lock the group first. */
final class Invitations {
    private static final Columns COLUMNS = Columns.of("""
            invitation_id, role, max_uses, used, note, placeholder_id, created_by, created_at, expires_at
            """);

    private static final String CREATE = """
            WITH created AS (
                INSERT INTO invitation (group_id, invitation_id, role, max_uses, expires_at, note, created_by)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                RETURNING group_id, %1$s
            ), listed AS (
                INSERT INTO invitation_directory (token_hash, group_id, invitation_id)
                SELECT ?, group_id, invitation_id FROM created
            )
            SELECT %1$s, 'open' AS state FROM created
            """.formatted(COLUMNS);

    private static final String LANGUAGE = """
            SELECT language
              FROM user_account
             WHERE user_id = ?
            """;

    private static final String LIST = """
            SELECT %s,
                   CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
                        WHEN used >= max_uses THEN 'spent'
                        WHEN expires_at <= now() THEN 'expired'
                        ELSE 'open'
                   END AS state
              FROM invitation
             WHERE group_id = ? AND invitation_id < ?
             ORDER BY invitation_id DESC
             LIMIT ?
            """.formatted(COLUMNS);

    private static final String REVOKE = """
            UPDATE invitation
               SET revoked_at = now()
             WHERE group_id = ? AND invitation_id = ? AND revoked_at IS NULL
            """;

    private static final String REVOKE_OF = """
            UPDATE invitation
               SET revoked_at = now()
             WHERE created_by = ? AND group_id = ? AND revoked_at IS NULL AND used < max_uses AND expires_at > now()
               AND NOT (? OR ? AND role = 'member')
            """;

    private static final String EXISTS = """
            SELECT invitation_id
              FROM invitation
             WHERE group_id = ? AND invitation_id = ?
            """;

    private static final String FIND = """
            SELECT group_id, invitation_id, placeholder_id
              FROM invitation_directory
              JOIN invitation USING (group_id, invitation_id)
             WHERE token_hash = ?
            """;

    private static final String USABLE = """
            used < max_uses AND revoked_at IS NULL AND expires_at > now()
               AND EXISTS (SELECT FROM membership
                            WHERE membership.group_id = invitation.group_id AND user_id = created_by AND state = 'active'
                              AND (membership.role = 'owner' OR membership.role = 'organizer' AND invitation.role = 'member'))
               AND (placeholder_id IS NULL
                    OR EXISTS (SELECT FROM membership
                                WHERE membership.group_id = invitation.group_id AND user_id = placeholder_id
                                  AND state <> 'banned'))\
            """;

    private static final String USE = """
            UPDATE invitation
               SET used = used + 1
             WHERE group_id = ? AND invitation_id = ?
               AND %s
            RETURNING role
            """.formatted(USABLE);

    private static final String OFFER = """
            SELECT %s, invitation.role AS offered_role, expires_at, display_name,
                   %s AS usable
              FROM invitation_directory
              JOIN invitation USING (group_id, invitation_id)
              JOIN user_group USING (group_id)
              JOIN user_account ON user_account.user_id = created_by
             WHERE token_hash = ?
            """.formatted(Groups.COLUMNS.qualified("user_group"), USABLE);

    private final Sql sql;

    Invitations(Sql sql) {
        this.sql = sql;
    }

    /** What a token refers to; immutable. */
    record Key(UUID group, UUID id, Optional<UUID> placeholder) {}

    /** Creates an invitation with this token. */
    Invitation create(UUID group, Invitation.Terms terms, UUID by, Token token) {
        return sql.optional(
                        CREATE,
                        Invitations::invitation,
                        new Parameters()
                                .set("group_id", group)
                                .set("invitation_id", Ids.next())
                                .set("role", EnumNames.of(terms.role()))
                                .set("max_uses", terms.max())
                                .set("expires_at", terms.expiresAt().atOffset(ZoneOffset.UTC))
                                .set("note", terms.note())
                                .set("created_by", by)
                                .set("token_hash", token.hash())
                                .values())
                .orElseThrow();
    }

    /** The language of who makes invitations. */
    Language language(UUID user) {
        return sql.optional(LANGUAGE, row -> Language.of(row.getString("language")), user)
                .orElse(Language.EN);
    }

    /** The group's invitations, the newest first. */
    List<Invitation> list(UUID group, Optional<UUID> after, int limit) {
        return sql.list(LIST, Invitations::invitation, group, after.orElse(Ids.MAX), limit);
    }

    /** Whether the invitation exists, in any state. */
    boolean exists(UUID group, UUID invitation) {
        return sql.optional(EXISTS, row -> row.getObject("invitation_id", UUID.class), group, invitation)
                .isPresent();
    }

    /** Revokes the invitation; false if it is revoked already or does not exist. */
    boolean revoke(UUID group, UUID invitation) {
        return sql.update(REVOKE, group, invitation) == 1;
    }

    /**
     * Revokes the user's open invitations that this role does not allow them to make.
     *
     * @param role absent if they are no active member any more
     * @return whether there were any
     */
    boolean revokeOf(UUID group, UUID user, Optional<Role> role) {
        return sql.update(
                        REVOKE_OF,
                        user,
                        group,
                        role.filter(Role.OWNER::equals).isPresent(),
                        role.filter(Role.ORGANIZER::equals).isPresent())
                > 0;
    }

    /** The invitation with this token, in any state. */
    Optional<Key> find(Token token) {
        return sql.optional(FIND, Invitations::key, token.hash());
    }

    /** What the invitation with this token offers, in any state. */
    Optional<InvitationOffer> offer(Token token) {
        return sql.optional(OFFER, Invitations::offered, token.hash());
    }

    /**
     * Uses the invitation once and returns the role that it gives; empty if it is used up, expired or revoked, if whoever
     * made it could not make it now, or if its placeholder no longer exists.
     */
    Optional<Role> use(Key invitation) {
        return sql.optional(
                USE, row -> EnumNames.constant(Role.class, row.getString("role")), invitation.group(), invitation.id());
    }

    private static InvitationOffer offered(ResultSet row) throws SQLException {
        return new InvitationOffer(
                Groups.group(row),
                row.getString("display_name"),
                EnumNames.constant(Role.class, row.getString("offered_role")),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("usable"));
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(
                row.getObject("group_id", UUID.class),
                row.getObject("invitation_id", UUID.class),
                Optional.ofNullable(row.getObject("placeholder_id", UUID.class)));
    }

    private static Invitation invitation(ResultSet row) throws SQLException {
        return new Invitation(
                row.getObject("invitation_id", UUID.class),
                EnumNames.constant(Invitation.State.class, row.getString("state")),
                new Invitation.Terms(
                        EnumNames.constant(Role.class, row.getString("role")),
                        row.getInt("max_uses"),
                        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                        row.getString("note")),
                row.getInt("used"),
                Optional.ofNullable(row.getObject("placeholder_id", UUID.class)),
                row.getObject("created_by", UUID.class),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
