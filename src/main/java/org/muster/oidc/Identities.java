package org.muster.oidc;

import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** Who has which account, by issuer and subject, in SQL. */
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

    private final Sql sql;

    Identities(Sql sql) {
        this.sql = sql;
    }

    /** Whose account the person is linked with. */
    Optional<UUID> find(Person person) {
        return sql.optional(FIND, row -> row.getObject("user_id", UUID.class), person.issuer(), person.subject());
    }

    /** Links the person with the account; false if they are linked with one. */
    boolean link(Person person, UUID user) {
        return sql.update(LINK, person.issuer(), person.subject(), user) == 1;
    }
}
