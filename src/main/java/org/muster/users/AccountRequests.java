package org.muster.users;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;
import org.muster.json.EnumNames;

/**
 * What people ask for by an address, in SQL. It is done after the response, so that neither that nor its time tells whether there is an
 * account with the address.
 */
public final class AccountRequests {
    private static final String ADD = """
            INSERT INTO account_request (kind, email_key)
            VALUES (?, ?)
            """;

    private static final String ADD_VERIFICATION = """
            INSERT INTO account_request (kind, user_id)
            VALUES ('verification', ?)
            """;

    private static final String FORGET = """
            DELETE FROM account_request
             WHERE created_at < now() - interval '1 day'
            """;

    private static final String TAKE = """
            DELETE FROM account_request
             WHERE request_id = (SELECT request_id
                                   FROM account_request
                                  WHERE created_at >= now() - interval '1 day'
                                  ORDER BY request_id
                                  LIMIT 1
                                    FOR UPDATE SKIP LOCKED)
            RETURNING kind, email_key, user_id
            """;

    private final Sql sql;

    public AccountRequests(Sql sql) {
        this.sql = sql;
    }

    /** What was asked for. */
    public enum Kind {
        /** A link to a new password. */
        RESET,
        /** An account with an address that has one. */
        REGISTRATION,
        /** A link to verify an account's address, or the one that is to take its place. */
        VERIFICATION
    }

    /**
     * A request.
     *
     * @param email the address in lower case; empty of a verification
     * @param user the account of a verification
     */
    public record AccountRequest(Kind kind, Optional<String> email, Optional<UUID> user) {}

    /** Adds a request for an address, which is not of a verification. */
    public void add(Kind kind, String email) {
        sql.update(ADD, EnumNames.of(kind), email.toLowerCase(Locale.ROOT));
    }

    /** Adds a request for a link to verify the account's address. */
    public void addVerification(UUID user) {
        sql.update(ADD_VERIFICATION, user);
    }

    /** Takes the oldest request of the last day that nobody else takes. It is gone once the transaction commits. */
    public Optional<AccountRequest> take() {
        return sql.optional(TAKE, AccountRequests::request);
    }

    /** Deletes the requests that nobody has taken for a day: who has made one expects nothing any more. */
    public void forget() {
        sql.update(FORGET);
    }

    private static AccountRequest request(ResultSet row) throws SQLException {
        return new AccountRequest(
                EnumNames.constant(Kind.class, row.getString("kind")),
                Optional.ofNullable(row.getString("email_key")),
                Optional.ofNullable(row.getObject("user_id", UUID.class)));
    }
}
