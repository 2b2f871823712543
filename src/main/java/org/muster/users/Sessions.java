package org.muster.users;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** The sessions, in SQL. */
public final class Sessions {
    private static final Duration LIFETIME = Duration.ofDays(30);

    private static final String OPEN = """
            WITH spent AS (DELETE FROM user_session WHERE user_id = ? AND expires_at <= now())
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at, session_id, scopes)
            SELECT ?, user_id, password_version, ?, ?, CASE WHEN ? THEN '' END
              FROM user_account
             WHERE user_id = ? AND password_version = ?
            """;

    private static final String CALLER = """
            SELECT user_id AS caller_id, scopes AS caller_scopes, operator_email AS caller_email
              FROM live_session
             WHERE token_hash = ?
            """;

    private static final String CLOSE = """
            DELETE FROM user_session
             WHERE token_hash = ?
            """;

    private static final String LIVE = """
            SELECT token_hash
              FROM live_session
             WHERE token_hash = ANY (?) AND scopes IS DISTINCT FROM ''
            """;

    private static final String LIST = """
            SELECT session_id, token_hash = ? AS own, created_at, last_used_at, expires_at
              FROM user_session
             WHERE user_id = ? AND name IS NULL AND session_id < ?
               AND token_hash IN (SELECT token_hash FROM live_session WHERE live_session.user_id = user_session.user_id)
             ORDER BY session_id DESC
             LIMIT ?
            """;

    private static final String END = """
            WITH caller AS (
                SELECT user_id,
                       created_at > now() - interval '15 minutes' OR session_id IS NOT DISTINCT FROM ?::uuid AS allowed
                  FROM user_session
                 WHERE token_hash = ?
            ), ended AS (
                DELETE FROM user_session
                 USING caller
                 WHERE allowed AND user_session.user_id = caller.user_id AND name IS NULL
                   AND session_id = COALESCE(?::uuid, session_id)
                RETURNING session_id
            )
            SELECT allowed, (SELECT count(*) FROM ended) AS ended
              FROM caller
            """;

    private static final String END_ALL = """
            DELETE FROM user_session
             WHERE user_id = ? AND name IS NULL
            """;

    private static final String END_OTHERS = """
            WITH changed AS (
                UPDATE user_account
                   SET password_version = password_version + 1
                 WHERE user_id = ?
                RETURNING user_id, password_version
            ), ended AS (
                DELETE FROM user_session
                 USING changed
                 WHERE user_session.user_id = changed.user_id AND token_hash <> ? AND name IS NULL
            ), abandoned AS (
                DELETE FROM provider_sign_in USING changed WHERE provider_sign_in.user_id = changed.user_id
            ), programs AS (
                UPDATE user_session
                   SET password_version = changed.password_version
                  FROM changed
                 WHERE user_session.user_id = changed.user_id AND name IS NOT NULL
                   AND user_session.password_version = changed.password_version - 1
            )
            UPDATE user_session
               SET password_version = changed.password_version, scopes = CASE WHEN ? THEN '' END
              FROM changed
             WHERE user_session.user_id = changed.user_id AND token_hash = ?
               AND user_session.password_version = changed.password_version - 1
            """;

    private static final String USED = """
            UPDATE user_session
               SET last_used_at = now()
              FROM live_session
             WHERE live_session.token_hash = user_session.token_hash
               AND user_session.token_hash = ANY (?) AND last_used_at < now() - interval '1 hour'
            """;

    private final Sql sql;

    public Sessions(Sql sql) {
        this.sql = sql;
    }

    /**
     * A session: somebody is signed in.
     *
     * @param current whether it is the one that asks
     */
    record Session(UUID id, boolean current, Instant createdAt, Instant lastUsedAt, Instant expiresAt) {}

    /**
     * Opens a session for 30 days and deletes the user's expired ones. A change of the password ends it.
     *
     * @param settingUp whether it may only set up a second factor
     * @return the instant at which it ends; empty if the account has got another password meanwhile, or has turned a second factor on or off
     */
    Optional<Instant> open(Users.Account account, Token token, boolean settingUp) {
        var expiresAt = Instant.now().plus(LIFETIME).truncatedTo(ChronoUnit.SECONDS);
        var opened = sql.update(
                OPEN,
                new Parameters()
                        .set("spent.user_id", account.user())
                        .set("token_hash", token.hash())
                        .set("expires_at", OffsetDateTime.ofInstant(expiresAt, ZoneOffset.UTC))
                        .set("session_id", Ids.next())
                        .set("setting_up", settingUp)
                        .set("user_id", account.user())
                        .set("password_version", account.passwordVersion())
                        .values());
        return Optional.of(expiresAt).filter(any -> opened == 1);
    }

    /** The user with this token; empty if the token is unknown, expired or revoked, or older than the password. */
    Optional<Caller> caller(Token token, Operators operators) {
        return sql.optional(CALLER, row -> Requester.caller(row, token, operators), token.hash())
                .flatMap(Function.identity());
    }

    /**
     * Which of these hashes are those of sessions, or access tokens, that have not ended. Sessions that may only set up a second factor are
     * not among them.
     */
    public Set<ByteBuffer> live(Collection<ByteBuffer> hashes) {
        return Set.copyOf(sql.list(LIVE, row -> ByteBuffer.wrap(row.getBytes("token_hash")), (Object)
                hashes.stream().map(ByteBuffer::array).toArray(byte[][]::new)));
    }

    void close(Token token) {
        sql.update(CLOSE, token.hash());
    }

    /** The caller's sessions, without access tokens, the newest first. */
    List<Session> list(Caller caller, Optional<UUID> after, int limit) {
        return sql.list(LIST, Sessions::session, caller.token().hash(), caller.user(), after.orElse(Ids.MAX), limit);
    }

    /**
     * Ends this session of the caller's, or all of them.
     *
     * @return how many have ended
     * @throws Problem 403 if the caller signed in more than 15 minutes ago, unless it is the session that asks; 401 if that has ended
     */
    int end(Caller caller, Optional<UUID> session) {
        var id = session.orElse(null);
        return sql.optional(END, Sessions::ended, id, caller.token().hash(), id).orElseThrow(Caller::signedOut);
    }

    /** Ends all sessions of the user. */
    public void endAll(UUID user) {
        sql.update(END_ALL, user);
    }

    /**
     * Ends all sessions of the caller but this one, also those that are being opened, and what was begun in them to link a provider.
     * Access tokens stay.
     *
     * @param settingUp whether this one may only set up a second factor from now on
     * @return false if this one has ended
     */
    public boolean endOthers(Caller caller, boolean settingUp) {
        var session = caller.token().hash();
        return sql.update(END_OTHERS, caller.user(), session, settingUp, session) == 1;
    }

    /** Notes that the sessions with these hashes have been used. */
    void used(List<byte[]> hashes) {
        sql.update(USED, (Object) hashes.toArray(byte[][]::new));
    }

    private static int ended(ResultSet row) throws SQLException {
        if (!row.getBoolean("allowed")) {
            throw Problem.of(
                    ProblemType.SIGN_IN_TOO_OLD,
                    "You signed in more than 15 minutes ago. Sign in again with POST /api/v1/sessions, then repeat this with the"
                            + " new session.");
        }
        return row.getInt("ended");
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(
                row.getObject("session_id", UUID.class),
                row.getBoolean("own"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("last_used_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }
}
