package org.muster.users;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.muster.database.Sql;

/**
 * The limits of failed sign-ins, in SQL. Within 15 minutes: 10 for one account from one address, 100 for one account,
 * 200 from one address. Only hashes are stored.
 */
final class SignInLimits {
    private static final String FOR_ACCOUNT_FROM_ADDRESS = "10";
    private static final String FOR_ACCOUNT = "100";
    private static final String FROM_ADDRESS = "200";
    /** In the order of an attempt's keys. */
    private static final String[] LIMITS = {FOR_ACCOUNT_FROM_ADDRESS, FOR_ACCOUNT, FROM_ADDRESS};

    private static final String WAIT = """
            SELECT ceil(extract(epoch FROM max(resets_at) - now()))::bigint AS seconds
              FROM sign_in_failure
              JOIN unnest(?::text[], ?::text[]::integer[]) AS limits (hash, most) ON key = decode(hash, 'hex')
             WHERE failures >= most AND resets_at > now()
            HAVING count(*) > 0
            """;

    private static final String FAILED = """
            WITH spent AS (
                DELETE FROM sign_in_failure
                 WHERE resets_at < now() - interval '1 minute'
                   AND key <> ALL (SELECT decode(hash, 'hex') FROM unnest(?::text[]) AS hash)
            ), counted AS (
                INSERT INTO sign_in_failure (key, failures, resets_at)
                SELECT decode(hash, 'hex'), 1, now() + interval '15 minutes'
                  FROM unnest(?::text[]) AS hash
                 ORDER BY hash
                    ON CONFLICT (key) DO UPDATE
                   SET failures = CASE WHEN sign_in_failure.resets_at > now() THEN sign_in_failure.failures + 1 ELSE 1 END,
                       resets_at = CASE WHEN sign_in_failure.resets_at > now() THEN sign_in_failure.resets_at
                                        ELSE EXCLUDED.resets_at END
                RETURNING key, failures, resets_at
            )
            SELECT ceil(extract(epoch FROM max(resets_at) - now()))::bigint AS seconds
              FROM counted
              JOIN unnest(?::text[], ?::text[]::integer[]) AS limits (hash, most) ON key = decode(hash, 'hex')
             WHERE failures > most
            HAVING count(*) > 0
            """;

    private static final String SUCCEEDED = """
            DELETE FROM sign_in_failure
             WHERE key = decode(?, 'hex')
            """;

    private final Sql sql;

    SignInLimits(Sql sql) {
        this.sql = sql;
    }

    /**
     * An attempt to sign in.
     *
     * @param account the e-mail address or the user's id
     * @param address the client's IP address
     */
    record Attempt(String account, String address) {
        private String[] keys() {
            var name = account.toLowerCase(Locale.ROOT);
            return List.of(hash("both", name, address), hash("account", name), hash("address", address))
                    .toArray(String[]::new);
        }

        private static String hash(String... parts) {
            try {
                var digest = MessageDigest.getInstance("SHA-256");
                return HexFormat.of()
                        .formatHex(digest.digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException unavailable) {
                throw new IllegalStateException(unavailable);
            }
        }
    }

    /** How long to wait before the attempt; empty if it is allowed now. */
    Optional<Duration> wait(Attempt attempt) {
        return seconds(WAIT, attempt.keys(), LIMITS);
    }

    /**
     * Counts a failure. Returns how long to wait if the failure exceeds the limit, as concurrent attempts can: the
     * response must not reveal the failure then.
     */
    Optional<Duration> failed(Attempt attempt) {
        var keys = attempt.keys();
        return seconds(FAILED, keys, keys, keys, LIMITS);
    }

    private Optional<Duration> seconds(String statement, Object... parameters) {
        return sql.optional(statement, row -> row.getLong("seconds"), parameters)
                .map(Duration::ofSeconds);
    }

    /** Resets the failures of the account from this address. */
    void succeeded(Attempt attempt) {
        sql.update(SUCCEEDED, attempt.keys()[0]);
    }
}
