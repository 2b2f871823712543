package org.muster.users;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.json.EnumNames;

/** The access tokens, in SQL. A change of the password ends them, as it ends sessions. */
final class AccessTokens {
    private static final String LIST = """
            SELECT session_id, name, scopes, user_session.created_at, expires_at
              FROM user_session
              JOIN user_account USING (user_id, password_version)
             WHERE user_id = ? AND name IS NOT NULL AND expires_at > now() AND session_id < ?
             ORDER BY session_id DESC
             LIMIT ?
            """;

    private static final String COUNT = """
            SELECT count(*) AS tokens
              FROM user_session
             WHERE user_id = ? AND name IS NOT NULL AND expires_at > now()
            """;

    private static final String CREATE = """
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at, session_id, name, scopes)
            SELECT ?, user_id, password_version, ?, ?, ?, ?
              FROM user_account
             WHERE user_id = ?
            RETURNING session_id, name, scopes, created_at, expires_at
            """;

    private static final String REVOKE = """
            DELETE FROM user_session
             WHERE user_id = ? AND session_id = COALESCE(?::uuid, session_id) AND name IS NOT NULL
            """;

    private final Sql sql;

    AccessTokens(Sql sql) {
        this.sql = sql;
    }

    /** An access token, without its secret. */
    record AccessToken(UUID id, String name, Set<Scope> scopes, Instant createdAt, Instant expiresAt) {}

    /** The user's tokens, the newest first. */
    List<AccessToken> list(UUID user, Optional<UUID> after, int limit) {
        return sql.list(LIST, AccessTokens::token, user, after.orElse(Ids.MAX), limit);
    }

    int count(UUID user) {
        return sql.optional(COUNT, row -> row.getInt("tokens"), user).orElseThrow();
    }

    AccessToken create(UUID user, Token token, String name, Set<Scope> scopes, Instant expiresAt) {
        return sql.optional(
                        CREATE,
                        AccessTokens::token,
                        token.hash(),
                        expiresAt.atOffset(ZoneOffset.UTC),
                        Ids.next(),
                        name,
                        text(scopes),
                        user)
                .orElseThrow();
    }

    /** Revokes the token; false if there is none. */
    boolean revoke(UUID user, UUID token) {
        return sql.update(REVOKE, user, token) == 1;
    }

    /** Revokes all of the user's tokens. */
    void revokeAll(UUID user) {
        sql.update(REVOKE, user, null);
    }

    /** None of a session that may only set up a second factor. */
    static Set<Scope> scopes(String text) {
        return Arrays.stream(text.split(" "))
                .filter(scope -> !scope.isEmpty())
                .map(scope -> EnumNames.constant(Scope.class, scope))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
    }

    private static String text(Set<Scope> scopes) {
        return EnumSet.copyOf(scopes).stream().map(EnumNames::of).collect(Collectors.joining(" "));
    }

    private static AccessToken token(ResultSet row) throws SQLException {
        return new AccessToken(
                row.getObject("session_id", UUID.class),
                row.getString("name"),
                scopes(row.getString("scopes")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }
}
