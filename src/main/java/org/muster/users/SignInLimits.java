package org.muster.users;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.muster.database.Sql;
import org.muster.problems.Problem;

/**
 * The limits of failed sign-ins, in SQL. Within 15 minutes: 100 for one account, and 10 for one account from one address, or 3 if 200
 * from that address have failed. An address has no limit of its own: many people may share it. Only hashes are stored.
 */
final class SignInLimits {
    private static final int FOR_ACCOUNT = 100;
    private static final int FOR_ACCOUNT_FROM_ADDRESS = 10;
    private static final int FOR_ACCOUNT_FROM_SUSPECT = 3;
    private static final int SUSPECT = 200;

    private static final String COUNTERS = """
        SELECT coalesce(max(failures) FILTER (WHERE place = 1), 0) AS for_both,
               coalesce(max(failures) FILTER (WHERE place = 2), 0) AS for_account,
               coalesce(max(failures) FILTER (WHERE place = 3), 0) AS from_address,
               ceil(extract(epoch FROM max(resets_at) FILTER (WHERE place < 3) - now()))::bigint AS seconds
          FROM sign_in_failure
          JOIN unnest(?::text[]) WITH ORDINALITY AS keys (hash, place) ON key = decode(hash, 'hex')
         WHERE resets_at > now()
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
        SELECT max(failures - 1) FILTER (WHERE place = 1) AS for_both,
               max(failures - 1) FILTER (WHERE place = 2) AS for_account,
               max(failures - 1) FILTER (WHERE place = 3) AS from_address,
               ceil(extract(epoch FROM max(resets_at) FILTER (WHERE place < 3) - now()))::bigint AS seconds
          FROM counted
          JOIN unnest(?::text[]) WITH ORDINALITY AS keys (hash, place) ON key = decode(hash, 'hex')
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
     * @param address the client's network, as limits count it
     */
    record Attempt(String account, String address) {
        private String[] keys() {
            var name = EmailAddress.key(account);
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

    /** The problem of whoever has to wait. */
    static Problem refusal(String why, Duration wait) {
        return Problem.tooManyRequests("sign-in-failures", why, wait);
    }

    /** How long to wait before the attempt; empty if it is allowed now. */
    Optional<Duration> wait(Attempt attempt) {
        return refused(COUNTERS, (Object) attempt.keys());
    }

    /**
     * Counts a failure. Returns how long to wait if the failure exceeds the limit, as concurrent attempts can: the
     * response must not reveal the failure then.
     */
    Optional<Duration> failed(Attempt attempt) {
        var keys = attempt.keys();
        return refused(FAILED, keys, keys, keys);
    }

    private Optional<Duration> refused(String statement, Object... parameters) {
        return sql.optional(statement, SignInLimits::counters, parameters)
                .filter(Counters::exhausted)
                .map(counters -> Duration.ofSeconds(counters.seconds));
    }

    private static Counters counters(ResultSet row) throws SQLException {
        return new Counters(
                row.getInt("for_both"), row.getInt("for_account"), row.getInt("from_address"), row.getLong("seconds"));
    }

    /**
     * Earlier failures that count.
     *
     * @param both of the account from the address
     * @param account of the account from any address
     * @param address of any account from the address
     * @param seconds until those of the account do not count any more
     */
    private record Counters(int both, int account, int address, long seconds) {
        boolean exhausted() {
            return account >= FOR_ACCOUNT
                    || both >= (address >= SUSPECT ? FOR_ACCOUNT_FROM_SUSPECT : FOR_ACCOUNT_FROM_ADDRESS);
        }
    }

    /** Resets the failures of the account from this address. */
    void succeeded(Attempt attempt) {
        sql.update(SUCCEEDED, attempt.keys()[0]);
    }
}
