package org.muster.totp;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.muster.database.Sql;

/** The second factors of accounts, in SQL. One that is not confirmed does not count. Whoever changes one locks the account first. */
public final class SecondFactors {
    private static final int RECOVERY_CODES = 10;
    /** How long a secret that is not confirmed can be, in SQL. */
    private static final String PENDING_FOR = "interval '15 minutes'";

    private static final String FIND = """
            SELECT confirmed_at, (SELECT count(*) FROM recovery_code WHERE recovery_code.user_id = second_factor.user_id) AS recovery_codes
              FROM second_factor
             WHERE user_id = ? AND confirmed_at IS NOT NULL
            """;

    private static final String BEGIN = """
            WITH expired AS (
                DELETE FROM second_factor
                 WHERE user_id IN (SELECT user_id
                                     FROM second_factor
                                    WHERE confirmed_at IS NULL AND created_at < now() - %1$s AND user_id <> ?
                                    LIMIT 100
                                      FOR UPDATE SKIP LOCKED)
            )
            INSERT INTO second_factor (user_id, secret)
            VALUES (?, ?)
                ON CONFLICT (user_id) DO UPDATE
               SET secret = EXCLUDED.secret, created_at = now()
             WHERE second_factor.confirmed_at IS NULL
            RETURNING created_at + %1$s AS expires_at
            """.formatted(PENDING_FOR);

    private static final String PENDING = """
            SELECT secret
              FROM second_factor
             WHERE user_id = ? AND confirmed_at IS NULL AND created_at > now() - %s
            """.formatted(PENDING_FOR);

    private static final String CONFIRM = """
            UPDATE second_factor
               SET confirmed_at = now(), last_step = ?
             WHERE user_id = ? AND confirmed_at IS NULL AND secret = ?
            """;

    private static final String SECRET = """
            SELECT secret
              FROM second_factor
             WHERE user_id = ? AND confirmed_at IS NOT NULL
            """;

    private static final String SPEND_STEP = """
            UPDATE second_factor
               SET last_step = ?
             WHERE user_id = ? AND secret = ? AND last_step < ?
            """;

    private static final String SPEND_RECOVERY_CODE = """
            DELETE FROM recovery_code
             WHERE user_id = ? AND code_hash = ?
            """;

    private static final String RENEW_RECOVERY_CODES = """
            WITH replaced AS (
                DELETE FROM recovery_code WHERE user_id = ?
            )
            INSERT INTO recovery_code (user_id, code_hash)
            SELECT user_id, code_hash
              FROM second_factor
             CROSS JOIN unnest(?::bytea[]) AS code_hash
             WHERE user_id = ? AND confirmed_at IS NOT NULL
            """;

    private static final String END = """
            DELETE FROM second_factor
             WHERE user_id = ? AND confirmed_at IS NOT NULL
            """;

    private final Sql sql;

    public SecondFactors(Sql sql) {
        this.sql = sql;
    }

    /** A second factor that counts. */
    public record SecondFactor(Instant enabledAt, int recoveryCodes) {}

    /** How somebody has proved their second factor. */
    public enum Proof {
        /** With a code of the authenticator. */
        AUTHENTICATOR,
        /** With a recovery code, which is spent now. */
        RECOVERY_CODE
    }

    /** The account's, unless it has none, or has not confirmed it. */
    public Optional<SecondFactor> find(UUID user) {
        return sql.optional(
                FIND,
                row -> new SecondFactor(
                        row.getObject("confirmed_at", OffsetDateTime.class).toInstant(), row.getInt("recovery_codes")),
                user);
    }

    /**
     * Stores a secret that {@link #confirm} makes count, in place of one that is not confirmed.
     *
     * @return until when it can be confirmed; empty if there is one that is
     */
    public Optional<Instant> begin(UUID user, SharedSecret secret) {
        return sql.optional(
                BEGIN,
                row -> row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                user,
                user,
                secret.bytes());
    }

    /** The secret that can be confirmed now. */
    public Optional<SharedSecret> pending(UUID user) {
        return sql.optional(PENDING, row -> new SharedSecret(row.getBytes("secret")), user);
    }

    /** Makes the secret count, with its present code, which is spent then; false if the code is wrong, or another secret was stored. */
    public boolean confirm(UUID user, SharedSecret pending, String code) {
        var step = pending.step(TypedCode.plain(code), Instant.now());
        return step.isPresent() && sql.update(CONFIRM, step.getAsLong(), user, pending.bytes()) == 1;
    }

    /** Spends a code of the authenticator, or a recovery code; empty if it is wrong, or spent. */
    public Optional<Proof> spend(UUID user, String code) {
        if (spendStep(user, TypedCode.plain(code))) {
            return Optional.of(Proof.AUTHENTICATOR);
        }
        var spent =
                sql.update(SPEND_RECOVERY_CODE, user, RecoveryCode.typed(code).hash());
        return Optional.of(Proof.RECOVERY_CODE).filter(any -> spent == 1);
    }

    private boolean spendStep(UUID user, String code) {
        return sql.optional(SECRET, row -> new SharedSecret(row.getBytes("secret")), user)
                .filter(secret -> {
                    var step = secret.step(code, Instant.now());
                    return step.isPresent()
                            && sql.update(SPEND_STEP, step.getAsLong(), user, secret.bytes(), step.getAsLong()) == 1;
                })
                .isPresent();
    }

    /** Ten new recovery codes in place of those that there are. */
    public List<RecoveryCode> renewRecoveryCodes(UUID user) {
        var codes = Stream.generate(RecoveryCode::random).limit(RECOVERY_CODES).toList();
        sql.update(
                RENEW_RECOVERY_CODES,
                user,
                codes.stream().map(RecoveryCode::hash).toArray(byte[][]::new),
                user);
        return codes;
    }

    /** Ends the account's second factor; false if it has none. */
    public boolean end(UUID user) {
        return sql.update(END, user) == 1;
    }
}
