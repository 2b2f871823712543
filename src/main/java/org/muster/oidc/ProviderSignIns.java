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
            RETURNING user_id, return_to, zone,
                      (SELECT password_version
                         FROM user_account
                        WHERE user_account.user_id = provider_sign_in.user_id) AS password_version
            """;

    private final Sql sql;

    ProviderSignIns(Sql sql) {
        this.sql = sql;
    }

    /**
     * What the attempt is for.
     *
     * @param owner whose account is to be linked; absent if somebody is to be signed in
     * @param returnTo the path of a view of the page
     * @param zone the name of the browser's time zone
     */
    record Purpose(Optional<Owner> owner, String returnTo, String zone) {}

    /** Somebody's account while it has the password, and the second factor, of this version. */
    record Owner(UUID user, int passwordVersion) {}

    void begin(Attempt attempt, Purpose purpose) {
        sql.update(
                BEGIN,
                attempt.state().hash(),
                attempt.browser().hash(),
                purpose.owner.map(Owner::user).orElse(null),
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
        var owner = new Owner(row.getObject("user_id", UUID.class), row.getInt("password_version"));
        return new Purpose(
                Optional.of(owner).filter(known -> known.user != null),
                row.getString("return_to"),
                row.getString("zone"));
    }
}
