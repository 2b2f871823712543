package org.muster;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.muster.run.EmbeddedDatabase;

/** Rows for as many groups as wanted, with 100 activities and 500 sign-ups for each, and all that goes with them. */
public final class LargeDatabase {
    /** The group's first activity to come is full, and 400 people wait for it. */
    private static final String FILL = """
            CREATE TEMP TABLE person AS
            SELECT n, uuidv7() AS user_id FROM generate_series(1, #people) AS n;
            INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
            SELECT user_id, n || '@example.org', n || '@example.org', 'Person ' || n, 'UTC', 'none' FROM person;
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
            SELECT sha256(user_id::text::bytea), user_id, 1, now() + interval '1 day' FROM person;
            INSERT INTO calendar_token (user_id, token_hash) SELECT user_id, sha256(user_id::text::bytea) FROM person;
            INSERT INTO idempotency_key (user_id, key_hash, fingerprint)
            SELECT user_id, sha256(user_id::text::bytea), sha256('request') FROM person;
            INSERT INTO provider_identity (issuer, subject, user_id)
            SELECT 'https://login.example.org', user_id::text, user_id FROM person;
            INSERT INTO provider_sign_in (state_hash, browser_hash, user_id, return_to, zone, expires_at)
            SELECT sha256(user_id::text::bytea), sha256('browser'), user_id, '/', 'UTC', now() + interval '1 day' FROM person;
            INSERT INTO account_token (token_hash, purpose, user_id, email, expires_at)
            SELECT sha256(user_id::text::bytea), 'verification', user_id, n || '@example.org', now() + interval '1 day' FROM person;
            INSERT INTO second_factor (user_id, secret, confirmed_at)
            SELECT user_id, decode(repeat('00', 20), 'hex'), now() FROM person;
            INSERT INTO recovery_code (user_id, code_hash)
            SELECT user_id, sha256(code::text::bytea) FROM person CROSS JOIN generate_series(1, 10) AS code;
            INSERT INTO known_network (user_id, network_hash) SELECT user_id, sha256('192.0.2.1') FROM person;
            INSERT INTO sign_in_failure (key, failures, resets_at)
            SELECT sha256(user_id::text::bytea), 1, now() + interval '1 day' FROM person;
            INSERT INTO account_audit (actor_id, action, user_id) SELECT user_id, 'account.suspended', user_id FROM person;
            INSERT INTO notification_setting (user_id) SELECT user_id FROM person;
            INSERT INTO calendar_invitation (user_id, activity_id, sequence, invited)
            SELECT user_id, uuidv7(), 1, true FROM person;
            INSERT INTO mail_reminder (user_id, activity_id, sequence) SELECT user_id, uuidv7(), 0 FROM person;
            INSERT INTO push_subscription (session_hash, subscription_id, user_id, endpoint, p256dh, auth, language)
            SELECT sha256(user_id::text::bytea), user_id, user_id, 'https://push.example.org/' || user_id,
                   decode(repeat('04', 65), 'hex'), decode(repeat('00', 16), 'hex'), 'en'
              FROM person;
            INSERT INTO push_delivery (subscription_id, kind, group_id, activity_id)
            SELECT user_id, 'signup.promoted', uuidv7(), uuidv7() FROM person;
            INSERT INTO mail_delivery (delivery_id, kind, user_id, address, language, subject, body_text, body_html, expires_at)
            SELECT uuidv7(), 'digest', user_id, n || '@example.org', 'en', '', '', '', now() + interval '1 day' FROM person;
            CREATE TEMP TABLE place AS
            SELECT n, CASE n WHEN 1 THEN :group::uuid ELSE uuidv7() END AS group_id
              FROM generate_series(1, #groups) AS n;
            INSERT INTO user_group (group_id, name, slug, description, zone, join_policy, visibility)
            SELECT group_id, 'Group ' || n, 'group-' || n, '', 'UTC', 'open', CASE n % 3 WHEN 0 THEN 'private' ELSE 'public' END
              FROM place WHERE n > 1;
            INSERT INTO group_directory (slug, group_id) SELECT 'group-' || n, group_id FROM place WHERE n > 1;
            INSERT INTO group_search (group_id, name, terms, folded_name)
            SELECT group_id, 'Group ' || n, to_tsvector('simple', 'group ' || n), 'Group ' || n FROM place WHERE n > 1
                ON CONFLICT (group_id) DO UPDATE SET terms = EXCLUDED.terms, folded_name = EXCLUDED.folded_name;
            INSERT INTO membership (group_id, user_id, role, state)
            SELECT group_id, user_id, CASE k WHEN 0 THEN 'owner' ELSE 'member' END, 'active'
              FROM place
             CROSS JOIN generate_series(0, 19) AS k
              JOIN person ON person.n = (place.n * 20 + k) % #people + 1;
            INSERT INTO membership (group_id, user_id, role, state)
            SELECT group_id, :ann, 'member', 'active' FROM place WHERE n BETWEEN 2 AND 300;
            CREATE TEMP TABLE event AS
            SELECT group_id, place.n AS place, k, uuidv7() AS activity_id
              FROM place
             CROSS JOIN generate_series(1, 100) AS k;
            INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, starts_at, tzdb_version, capacity, guests_allowed, waitlist, visibility, state,
                   published_at, seats_taken, waiting, queue_number)
            SELECT group_id, activity_id, 'Activity ' || k, '', '', '', moment, 'UTC', 60, moment AT TIME ZONE 'UTC', '2026a',
                   CASE WHEN place = 1 AND k = 51 THEN 100 END, 2, true, CASE k % 2 WHEN 0 THEN 'public' ELSE 'group' END,
                   'published', now(), CASE WHEN place = 1 AND k = 51 THEN 100 ELSE 5 END,
                   CASE WHEN place = 1 AND k = 51 THEN 400 ELSE 0 END, 500
              FROM event
             CROSS JOIN LATERAL (SELECT CASE WHEN k <= 50 THEN timestamp '2020-01-01' ELSE timestamp '2090-01-01' END
                                        + k * interval '1 day' AS moment) AS times;
            CREATE TEMP TABLE repeated AS
            SELECT group_id, n AS place, s, uuidv7() AS series_id FROM place CROSS JOIN generate_series(1, 20) AS s;
            INSERT INTO activity_series (group_id, series_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, guests_allowed, waitlist, visibility, publish, frequency, every, weekdays, until,
                   made_through, next_on)
            SELECT group_id, series_id, 'Series ' || s, '', '', '', timestamp '2090-01-01' + (50 + s) * interval '1 day', 'UTC',
                   60, 2, true, 'group', true, 'daily', 20, '{}', date '2090-04-01', date '2090-04-01', NULL
              FROM repeated;
            UPDATE activity
               SET series_id = repeated.series_id, occurs_on = starts_local::date
              FROM event
              JOIN repeated USING (group_id)
             WHERE activity.group_id = event.group_id AND activity.activity_id = event.activity_id
               AND k > 50 AND (k - 51) % 20 + 1 = s AND event.place <= 500;
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
            SELECT group_id, activity_id, user_id, 'confirmed', 1, s, user_id
              FROM event
             CROSS JOIN generate_series(1, 5) AS s
              JOIN person ON person.n = (place * 7 + k * 500 + s) % #people + 1
             WHERE NOT (place = 1 AND k = 51);
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
            SELECT group_id, activity_id, user_id, CASE WHEN person.n <= 100 THEN 'confirmed' ELSE 'waiting' END, 1, person.n,
                   user_id
              FROM event
              JOIN person ON person.n <= 500
             WHERE place = 1 AND k = 51;
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
            SELECT group_id, activity_id, :ann, 'confirmed', 1, 499, :ann FROM event WHERE place BETWEEN 2 AND #attended AND k % 20 = 0;
            INSERT INTO sign_up_move (group_id, activity_id, user_id, to_state, seats, queue_number, cause)
            SELECT group_id, activity_id, user_id, state, 1, queue_number, 'joined' FROM sign_up WHERE seats = 1 AND queue_number <= 2;
            INSERT INTO notification (user_id, kind, group_id)
            SELECT user_id, 'member.approved', :group FROM person;
            INSERT INTO audit (group_id, actor_id, action)
            SELECT group_id, user_id, 'group.changed' FROM membership CROSS JOIN generate_series(1, 20) WHERE role = 'owner';
            INSERT INTO invitation (group_id, invitation_id, role, max_uses, created_by, expires_at)
            SELECT group_id, uuidv7(), 'member', 1, user_id, now() + interval '1 day'
              FROM membership
             CROSS JOIN generate_series(1, 20)
             WHERE role = 'owner';
            INSERT INTO group_change (group_id, epoch, kind, entity_id, action, audience)
            SELECT group_id, 1, 'activity', activity_id, 'created', 'members' FROM event
            """;

    private LargeDatabase() {}

    /**
     * The size of a database.
     *
     * @param groups at least 100
     * @param people at least 500
     * @param attended in how many groups, at most 300, the owner has signed up five times
     */
    public record Size(int groups, int people, int attended) {}

    /**
     * Starts a database that is filled fast.
     *
     * @param more further settings of PostgreSQL's
     */
    public static EmbeddedDatabase start(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.putAll(Map.of(
                "shared_buffers", "2GB",
                "wal_level", "minimal",
                "max_wal_senders", "0",
                "max_wal_size", "8GB",
                "synchronous_commit", "off"));
        return EmbeddedDatabase.temporary(settings);
    }

    /**
     * Fills the database.
     *
     * @param group a group that is there, and becomes the first one
     * @param owner its owner, who also belongs to up to 299 others
     */
    public static void fill(EmbeddedDatabase database, UUID group, UUID owner, Size size) throws SQLException {
        var since = System.nanoTime();
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica; SET auto_explain.log_min_duration = -1");
            var indexes = dropped(statement);
            for (var step : FILL.split(";")) {
                statement.execute(step.replace(":ann", "'" + owner + "'")
                        .replace(":group", "'" + group + "'")
                        .replace("#groups", String.valueOf(size.groups))
                        .replace("#attended", String.valueOf(size.attended))
                        .replace("#people", String.valueOf(size.people)));
            }
            for (var index : indexes) {
                statement.execute(index);
            }
            statement.execute("ANALYZE");
        }
        System.out.printf(
                "%,d activities and %,d sign-ups made in %.0f s%n",
                size.groups * 100, size.groups * 500, (System.nanoTime() - since) / 1e9);
    }

    /** The definitions of the sign-ups' indexes, which are faster made when the rows are there. */
    private static List<String> dropped(Statement statement) throws SQLException {
        var definitions = new ArrayList<String>();
        var names = new ArrayList<String>();
        try (var rows = statement.executeQuery("""
                SELECT indexname, indexdef
                  FROM pg_indexes
                 WHERE tablename = 'sign_up' AND indexname NOT IN (SELECT conname FROM pg_constraint)
                """)) {
            while (rows.next()) {
                names.add(rows.getString("indexname"));
                definitions.add(rows.getString("indexdef"));
            }
        }
        for (var name : names) {
            statement.execute("DROP INDEX " + name);
        }
        return definitions;
    }
}
