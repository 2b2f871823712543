package org.muster.limits;

import java.time.Duration;
import org.muster.database.Sha256;
import org.muster.database.Sql;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;

/** The uses of limits that hold across nodes, in SQL. Only hashes of accounts and addresses are stored. */
public final class RateLimits {
    private static final String USE = """
            WITH spent AS (
                DELETE FROM limit_use
                 WHERE key IN (SELECT key
                                 FROM limit_use
                                WHERE resets_at < now() - interval '7 days' AND key <> ?
                                LIMIT 100
                                  FOR UPDATE SKIP LOCKED)
            )
            INSERT INTO limit_use AS used (key, uses, resets_at)
            VALUES (?, ?, now() + make_interval(secs => ?))
                ON CONFLICT (key) DO UPDATE
               SET uses = CASE WHEN used.resets_at > now() THEN used.uses ELSE 0 END + EXCLUDED.uses,
                   resets_at = CASE WHEN used.resets_at > now() THEN used.resets_at ELSE EXCLUDED.resets_at END
            RETURNING uses, ceil(extract(epoch FROM resets_at - now()))::bigint AS seconds
            """;

    private static final String GIVE_BACK = """
            UPDATE limit_use
               SET uses = uses - 1
             WHERE key = ? AND uses > 0
            """;

    private final Sql sql;
    private final Metrics metrics;

    public RateLimits(Sql sql, Metrics metrics) {
        this.sql = sql;
        this.metrics = metrics;
    }

    private record Used(long uses, Duration resetsIn) {}

    /**
     * Counts one use. In a transaction, a use is counted if that commits.
     *
     * @param whose the account or address
     * @throws Problem 429 if that exceeds the limit
     */
    public void use(RateLimit limit, Object whose) {
        use(limit, whose, 1);
    }

    /**
     * Counts as many uses.
     *
     * @throws Problem 429 if that exceeds the limit
     */
    public void use(RateLimit limit, Object whose, int times) {
        var key = key(limit, whose);
        var used = sql.optional(
                        USE,
                        row -> new Used(row.getLong("uses"), Duration.ofSeconds(Math.max(1, row.getLong("seconds")))),
                        key,
                        key,
                        (long) times,
                        (double) limit.window.toSeconds())
                .orElseThrow();
        if (used.uses > limit.most) {
            metrics.countRefusal(limit.metric());
            throw Problem.tooManyRequests(limit.metric(), limit.refusal, used.resetsIn);
        }
    }

    /** Counts one use less. */
    public void giveBack(RateLimit limit, Object whose) {
        sql.update(GIVE_BACK, key(limit, whose));
    }

    /** Counts one use, and returns whether that keeps the limit. */
    public boolean allows(RateLimit limit, Object whose) {
        try {
            use(limit, whose);
            return true;
        } catch (Problem exceeded) {
            return false;
        }
    }

    private static byte[] key(RateLimit limit, Object whose) {
        return Sha256.of(limit.metric() + "\n" + whose);
    }
}
