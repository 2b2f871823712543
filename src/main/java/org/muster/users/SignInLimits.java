package org.muster.users;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sha256;
import org.muster.database.Sql;
import org.muster.problems.Problem;
import org.muster.users.SecurityLog.Event;

/**
 * The limits of failed sign-ins, in SQL. Within 15 minutes: 100 for one account, and 10 for one account from one network, or 3 if 200
 * from that network have failed. The first does not keep an account out of the networks that it is known from: it has signed in there
 * within 90 days. A network has no limit of its own: many people may share it. But those who sign in for the first time take turns, once
 * it is suspect. Only hashes are stored.
 */
final class SignInLimits {
    private static final int FOR_ACCOUNT = 100;
    private static final int FOR_ACCOUNT_FROM_NETWORK = 10;
    private static final int FOR_ACCOUNT_FROM_SUSPECT = 3;
    private static final int SUSPECT = 200;

    private static final String KNOWN = """
        SELECT EXISTS (SELECT
                         FROM known_network
                        WHERE user_id = ?::uuid AND network_hash = decode(?, 'hex')
                          AND used_at > now() - interval '90 days') AS known""";

    private static final String STANDING = """
        SELECT known,
               coalesce(max(failures) FILTER (WHERE place = 1), 0) AS for_both,
               coalesce(max(failures) FILTER (WHERE place = 2 AND NOT known), 0) AS for_account,
               coalesce(max(failures) FILTER (WHERE place = 3), 0) AS from_network,
               ceil(extract(epoch FROM max(resets_at) FILTER (WHERE place = 1 OR place = 2 AND NOT known) - now()))::bigint
                   AS seconds
          FROM (%s) AS network
          LEFT JOIN (sign_in_failure
                     JOIN unnest(?::text[]) WITH ORDINALITY AS keys (hash, place) ON key = decode(hash, 'hex'))
            ON resets_at > now()
         GROUP BY known
        """.formatted(KNOWN);

    private static final String FAILED = """
        WITH network AS (
            %s
        ), spent AS (
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
        SELECT known,
               max(failures - 1) FILTER (WHERE place = 1) AS for_both,
               coalesce(max(failures - 1) FILTER (WHERE place = 2 AND NOT known), 0) AS for_account,
               max(failures - 1) FILTER (WHERE place = 3) AS from_network,
               ceil(extract(epoch FROM max(resets_at) FILTER (WHERE place = 1 OR place = 2 AND NOT known) - now()))::bigint
                   AS seconds
          FROM network
         CROSS JOIN counted
          JOIN unnest(?::text[]) WITH ORDINALITY AS keys (hash, place) ON key = decode(hash, 'hex')
         GROUP BY known
        """.formatted(KNOWN);

    private static final String SUCCEEDED = """
        DELETE FROM sign_in_failure
         WHERE key = decode(?, 'hex')
        """;

    private static final String SIGNED_IN = """
        WITH here AS (
            SELECT ?::uuid AS user_id, decode(?, 'hex') AS network_hash
        ), forgiven AS (
            DELETE FROM sign_in_failure
             WHERE key = decode(?, 'hex')
        ), expired AS (
            DELETE FROM known_network
             WHERE (user_id, network_hash) IN (SELECT user_id, network_hash
                                                 FROM known_network
                                                WHERE used_at < now() - interval '90 days'
                                                  AND (user_id, network_hash) <> (SELECT user_id, network_hash FROM here)
                                                LIMIT 100
                                                  FOR UPDATE SKIP LOCKED)
        ), others AS (
            SELECT known_network.user_id, known_network.network_hash
              FROM known_network
              JOIN here ON here.user_id = known_network.user_id AND here.network_hash <> known_network.network_hash
             ORDER BY used_at DESC
            OFFSET 19
               FOR UPDATE OF known_network SKIP LOCKED
        ), surplus AS (
            DELETE FROM known_network
             USING others
             WHERE known_network.user_id = others.user_id AND known_network.network_hash = others.network_hash
        )
        INSERT INTO known_network (user_id, network_hash)
        SELECT user_id, network_hash
          FROM here
          JOIN user_account USING (user_id)
         WHERE password_version = ?
           FOR SHARE OF user_account
            ON CONFLICT (user_id, network_hash) DO UPDATE
           SET used_at = EXCLUDED.used_at
        """;

    private final Sql sql;
    private final SecurityLog log;

    SignInLimits(Sql sql, SecurityLog log) {
        this.sql = sql;
        this.log = log;
    }

    /**
     * An attempt to prove a password.
     *
     * @param name what failures of the account are counted by
     * @param user whose account it is; empty if there is none
     * @param network the client's, as limits count it
     */
    record Attempt(String name, Optional<UUID> user, String network) {
        /** Somebody signs in. It counts for the e-mail address, so that nobody learns which ones have accounts. */
        static Attempt signIn(String email, Optional<UUID> user, String network) {
            return new Attempt(EmailAddress.key(email), user, network);
        }

        /** Somebody who is signed in gives the password again. No e-mail address has a line break. */
        static Attempt confirmation(UUID user, String network) {
            return new Attempt("account\n" + user, Optional.of(user), network);
        }

        private String[] keys() {
            return new String[] {both(), hash("account", name), networkHash(network)};
        }

        private String both() {
            return hash("both", name, network);
        }
    }

    /** The hash of a network, in hexadecimal. */
    static String networkHash(String network) {
        return hash("address", network);
    }

    private static String hash(String... parts) {
        return HexFormat.of().formatHex(Sha256.of(String.join("\n", parts)));
    }

    /**
     * What earlier failures mean for an attempt.
     *
     * @param known whether the account is known from the network
     * @param both failures of the account from the network
     * @param account failures of the account from any network; 0 if they do not matter, because it is known
     * @param network failures of any account from the network
     * @param seconds until those of the account do not count any more
     */
    record Standing(boolean known, int both, int account, int network, long seconds) {
        /** How long to wait before the attempt; empty if it is allowed now. */
        Optional<Duration> retryAfter() {
            return Optional.of(Duration.ofSeconds(seconds)).filter(any -> exhausted());
        }

        private boolean exhausted() {
            return account >= FOR_ACCOUNT
                    || both >= (network >= SUSPECT ? FOR_ACCOUNT_FROM_SUSPECT : FOR_ACCOUNT_FROM_NETWORK);
        }

        /** Whether the attempt takes turns with others from the network. */
        boolean takesTurns() {
            return network >= SUSPECT && !known;
        }
    }

    /** The problem of whoever has to wait. */
    static Problem refusal(String why, Duration wait) {
        return Problem.tooManyRequests("sign-in-failures", why, wait);
    }

    /** What the failures until now mean for an attempt. */
    Standing standing(Attempt attempt) {
        return sql.optional(
                        STANDING,
                        SignInLimits::standing,
                        attempt.user.orElse(null),
                        networkHash(attempt.network),
                        attempt.keys())
                .orElseThrow();
    }

    /**
     * Counts a failure. Returns what those before it mean, of which some may be of concurrent attempts: if it exceeds the limit, the
     * response must not reveal the failure.
     */
    Standing failed(Attempt attempt) {
        var keys = attempt.keys();
        var standing = sql.optional(
                        FAILED,
                        SignInLimits::standing,
                        attempt.user.orElse(null),
                        networkHash(attempt.network),
                        keys,
                        keys,
                        keys)
                .orElseThrow();
        if (standing.network == SUSPECT - 1) {
            log.add(Event.ADDRESS_SUSPECTED, Optional.empty(), attempt.network);
        }
        return standing;
    }

    private static Standing standing(ResultSet row) throws SQLException {
        return new Standing(
                row.getBoolean("known"),
                row.getInt("for_both"),
                row.getInt("for_account"),
                row.getInt("from_network"),
                row.getLong("seconds"));
    }

    /** Resets the failures of the account from this network. */
    void succeeded(Attempt attempt) {
        sql.update(SUCCEEDED, attempt.both());
    }

    /**
     * Does the same for somebody who has signed in, and notes that the account is known from this network, one of its last 20; not if it
     * has got another password meanwhile, or is erased.
     */
    void signedIn(Attempt attempt, Users.Account account) {
        sql.update(SIGNED_IN, account.user(), networkHash(attempt.network), attempt.both(), account.passwordVersion());
    }
}
