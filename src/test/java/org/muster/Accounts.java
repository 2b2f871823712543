package org.muster;

import java.sql.SQLException;
import java.util.UUID;
import org.muster.database.Ids;
import org.muster.run.EmbeddedDatabase;
import org.muster.users.Token;

/** Makes accounts in the database itself. Muster would hash two passwords for each, and tests need thousands. */
public final class Accounts {
    private static final String CREATE = """
            WITH account AS (
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
                VALUES (?, ?, lower(?), ?, 'America/Toronto', ?)
                RETURNING user_id, password_version
            )
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
            SELECT ?, user_id, password_version, now() + interval '30 days'
              FROM account
            """;

    private static final String HASH = """
            SELECT password_hash
              FROM user_account
             WHERE email = ?
            """;

    private final EmbeddedDatabase database;
    private String passwordHash;

    Accounts(EmbeddedDatabase database) {
        this.database = database;
    }

    /** Creates an account with the password {@code correct horse} and a session, and returns its token. */
    String create(Client anybody, String email, String name) {
        var token = Token.random();
        try (var connection = database.connect();
                var insert = connection.prepareStatement(CREATE)) {
            insert.setObject(1, Ids.next());
            insert.setString(2, email);
            insert.setString(3, email);
            insert.setString(4, name);
            insert.setString(5, passwordHash(anybody));
            insert.setBytes(6, token.hash());
            insert.executeUpdate();
            return token.value();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private synchronized String passwordHash(Client anybody) throws SQLException {
        if (passwordHash == null) {
            passwordHash = passwordHash(anybody, database);
        }
        return passwordHash;
    }

    /** Returns a hash of the password {@code correct horse}, made by Muster for a new account. */
    public static String passwordHash(Client anybody, EmbeddedDatabase database) throws SQLException {
        var email = "hash-" + UUID.randomUUID() + "@example.org";
        anybody.createAccount(email, "Hash");
        try (var connection = database.connect();
                var select = connection.prepareStatement(HASH)) {
            select.setString(1, email);
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
