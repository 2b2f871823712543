package org.muster.oidc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** Who has which account, by issuer and subject, in SQL. Whoever unlinks one locks the account first. */
final class Identities {
    private static final String FIND = """
            SELECT user_id
              FROM provider_identity
             WHERE issuer = ? AND subject = ?
            """;

    private static final String LINK = """
            INSERT INTO provider_identity (issuer, subject, user_id)
            VALUES (?, ?, ?)
                ON CONFLICT (issuer, subject) DO NOTHING
            """;

    private static final String LIST = """
            SELECT identity_id, issuer, created_at
              FROM provider_identity
             WHERE user_id = ?
             ORDER BY created_at, identity_id
            """;

    private static final String UNLINK = """
            DELETE FROM provider_identity
             USING user_account
             WHERE provider_identity.user_id = ? AND identity_id = ? AND user_account.user_id = provider_identity.user_id
               AND (password_hash IS NOT NULL
                    OR EXISTS (SELECT
                                 FROM provider_identity AS other
                                WHERE other.user_id = provider_identity.user_id AND other.issuer = provider_identity.issuer
                                  AND other.identity_id <> provider_identity.identity_id))
            """;

    private final Sql sql;

    Identities(Sql sql) {
        this.sql = sql;
    }

    /** An identity that an account is linked with. */
    record Identity(UUID id, String issuer, Instant linkedAt) {}

    /** Whose account the person is linked with. */
    Optional<UUID> find(Person person) {
        return sql.optional(FIND, row -> row.getObject("user_id", UUID.class), person.issuer(), person.subject());
    }

    /** Links the person with the account; false if they are linked with one. */
    boolean link(Person person, UUID user) {
        return sql.update(LINK, person.issuer(), person.subject(), user) == 1;
    }

    /** What the account is linked with, in the order in which that was done. */
    List<Identity> list(UUID user) {
        return sql.list(LIST, Identities::identity, user);
    }

    /** Ends the link with an identity; false if there is none, or nobody could sign in to the account without it. */
    boolean unlink(UUID user, UUID identity) {
        return sql.update(UNLINK, user, identity) == 1;
    }

    private static Identity identity(ResultSet row) throws SQLException {
        return new Identity(
                row.getObject("identity_id", UUID.class),
                row.getString("issuer"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
