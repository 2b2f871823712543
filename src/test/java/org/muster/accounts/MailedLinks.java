package org.muster.accounts;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.muster.Await;
import org.muster.run.EmbeddedDatabase;

/** The mail in the outbox of a server whose mail server cannot be reached: it stays there, and can be read. */
final class MailedLinks {
    private static final Pattern TOKEN = Pattern.compile("#/(?:reset|verify)/([A-Za-z0-9_-]{43})");

    private static final String MAIL = """
            SELECT kind, body_text
              FROM mail_delivery
             WHERE lower(address) = lower(?)
             ORDER BY created_at, delivery_id
            """;

    private static final String REQUESTS = """
            SELECT count(*)
              FROM account_request
            """;

    private final EmbeddedDatabase database;

    MailedLinks(EmbeddedDatabase database) {
        this.database = database;
    }

    /** A mail. */
    record Mail(String kind, String text) {
        /** The token in its link. */
        String token() {
            var token = TOKEN.matcher(text);
            if (!token.find()) {
                throw new AssertionError("no link with a token in: " + text);
            }
            return token.group(1);
        }
    }

    /** The mails of these kinds to an address, the oldest first, once all that was asked for has been done. */
    List<Mail> to(String address, String... kinds) {
        Await.await("all links to be sent", Duration.ofSeconds(20), () -> requests() == 0);
        var mails = new ArrayList<Mail>();
        try (var connection = database.connect();
                var statement = connection.prepareStatement(MAIL)) {
            statement.setString(1, address);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    mails.add(new Mail(rows.getString("kind"), rows.getString("body_text")));
                }
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return mails.stream().filter(mail -> List.of(kinds).contains(mail.kind)).toList();
    }

    /** The token in the last mail of a kind to an address. */
    Optional<String> lastToken(String address, String kind) {
        var mails = to(address, kind);
        return mails.isEmpty()
                ? Optional.empty()
                : Optional.of(mails.get(mails.size() - 1).token());
    }

    private long requests() {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(REQUESTS)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
