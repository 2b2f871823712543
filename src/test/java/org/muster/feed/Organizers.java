package org.muster.feed;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.muster.Client;
import org.muster.run.EmbeddedDatabase;

/** Organizers of a group, who hear of everything in it, signed in without the time that hashing their passwords takes. */
final class Organizers {
    private static final String MAKE = """
            WITH person AS (
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
                SELECT gen_random_uuid(), address, address, 'Member', 'UTC', 'none'
                  FROM (SELECT ? || '-' || number AS address FROM generate_series(1, ?) AS number) AS made
                RETURNING user_id, email, password_version
            ), member AS (
                INSERT INTO membership (group_id, user_id, role, state)
                SELECT ?, user_id, 'organizer', 'active' FROM person
            )
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
            SELECT sha256(email::bytea), user_id, password_version, now() + interval '1 hour' FROM person
            """;

    private Organizers() {}

    /** @param path of the group */
    static List<Client> of(EmbeddedDatabase database, Client nobody, String path, int count) throws SQLException {
        var prefix = UUID.randomUUID().toString();
        try (var connection = database.connectAsSuperuser();
                var statement = connection.prepareStatement(MAKE)) {
            statement.setString(1, prefix);
            statement.setInt(2, count);
            statement.setObject(3, UUID.fromString(path.substring(path.lastIndexOf('/') + 1)));
            statement.executeUpdate();
        }
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> nobody.with("Authorization", "Bearer " + prefix + "-" + number))
                .toList();
    }
}
