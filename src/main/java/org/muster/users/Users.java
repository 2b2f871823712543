package org.muster.users;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Ids;
import org.muster.database.Sql;

/** The accounts, in SQL. */
public final class Users {
    private static final String CREATE = """
            INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
            VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (email_key) DO NOTHING
            RETURNING user_id, email, display_name, zone, created_at
            """;

    private static final String FIND = """
            SELECT user_id, email, display_name, zone, created_at
              FROM user_account
             WHERE user_id = ?
            """;

    private static final String CHANGE = """
            UPDATE user_account
               SET display_name = ?, zone = ?
             WHERE user_id = ?
            RETURNING user_id, email, display_name, zone, created_at
            """;

    private static final String ACCOUNT = """
            SELECT user_id, password_hash
              FROM user_account
             WHERE email_key = ?
            """;

    private static final String PASSWORD_HASH = """
            SELECT password_hash
              FROM user_account
             WHERE user_id = ?
            """;

    private static final String CHANGE_PASSWORD = """
            UPDATE user_account
               SET password_hash = ?
             WHERE user_id = ?
            """;

    private final Sql sql;

    public Users(DataSource pool) {
        sql = new Sql(pool);
    }

    /** Who has an e-mail address, and how to check that it is them. */
    public record Account(UUID user, String passwordHash) {
        @Override
        public String toString() {
            return user.toString();
        }
    }

    /** The new account; empty if its e-mail address has one. */
    public Optional<User> create(NewUser user, String passwordHash) {
        return sql.optional(
                CREATE,
                Users::user,
                Ids.next(),
                user.email(),
                key(user.email()),
                user.profile().displayName(),
                user.profile().zone().getId(),
                passwordHash);
    }

    public Optional<User> find(UUID user) {
        return sql.optional(FIND, Users::user, user);
    }

    /** The account as it is afterwards. */
    public Optional<User> change(UUID user, User.Profile profile) {
        return sql.optional(
                CHANGE, Users::user, profile.displayName(), profile.zone().getId(), user);
    }

    public Optional<Account> account(String email) {
        return sql.optional(
                ACCOUNT,
                row -> new Account(row.getObject("user_id", UUID.class), row.getString("password_hash")),
                key(email));
    }

    public Optional<String> passwordHash(UUID user) {
        return sql.optional(PASSWORD_HASH, row -> row.getString("password_hash"), user);
    }

    public void changePassword(UUID user, String passwordHash) {
        sql.update(CHANGE_PASSWORD, passwordHash, user);
    }

    private static String key(String email) {
        return email.toLowerCase(Locale.ROOT);
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(
                row.getObject("user_id", UUID.class),
                row.getString("email"),
                new User.Profile(row.getString("display_name"), ZoneId.of(row.getString("zone"))),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
