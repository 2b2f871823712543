package org.muster.oidc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;

/** The attempts to sign in with the provider that are under way, in SQL: any node can end what another has begun. */
final class ProviderSignIns {
    /** People may have to find their password for the provider first. */
    static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final String BEGIN = """
            WITH spent AS (
                DELETE FROM provider_sign_in WHERE expires_at < now()
            )
            INSERT INTO provider_sign_in (state_hash, browser_hash, user_id, return_to, zone, expires_at)
            VALUES (?, ?, ?::uuid, ?, ?, now() + ? * interval '1 second')
            """;

    private static final String END = """
            DELETE FROM provider_sign_in
             WHERE state_hash = ? AND browser_hash = ? AND expires_at > now()
            RETURNING user_id, return_to, zone
            """;

    private final Sql sql;

    ProviderSignIns(Sql sql) {
        this.sql = sql;
    }

    /**
     * What the attempt is for.
     *
     * @param user whose account is to be linked; absent if somebody is to be signed in
     * @param returnTo the path of a view of the page
     * @param zone the name of the browser's time zone
     */
    record Purpose(Optional<UUID> user, String returnTo, String zone) {}

    void begin(Attempt attempt, Purpose purpose) {
        sql.update(
                BEGIN,
                attempt.state().hash(),
                attempt.browser().hash(),
                purpose.user.orElse(null),
                purpose.returnTo,
                purpose.zone,
                LIFETIME.toSeconds());
    }

    /** Ends the attempt; empty if it has been ended, is too old, or was begun in another browser. */
    Optional<Purpose> end(Attempt attempt) {
        return sql.optional(
                END,
                ProviderSignIns::purpose,
                attempt.state().hash(),
                attempt.browser().hash());
    }

    private static Purpose purpose(ResultSet row) throws SQLException {
        return new Purpose(
                Optional.ofNullable(row.getObject("user_id", UUID.class)),
                row.getString("return_to"),
                row.getString("zone"));
    }
}
