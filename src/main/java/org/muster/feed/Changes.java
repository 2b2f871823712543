package org.muster.feed;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;
import org.muster.http.PageRequest;
import org.muster.http.Times;

/**
 * The changes of groups, in SQL; triggers write them. A change becomes visible when no older transaction can still
 * commit, so that none appears before a cursor that a reader has passed.
 */
final class Changes {
    private static final String LIST = """
            SELECT epoch, txid, number, kind, activity_id, entity_id, action, audience, created_at
              FROM group_change
             WHERE group_id = ? AND (epoch, txid, number) > (?, ?::text::xid8, ?)
               AND (epoch < (SELECT max(epoch) FROM change_epoch)
                    OR txid < pg_snapshot_xmin(pg_current_snapshot()))
               AND (? OR audience = 'members')
             ORDER BY epoch, txid, number
             LIMIT ?
            """;

    private static final String PROGRESS = """
            SELECT settled::text, begun::text,
                   ARRAY (SELECT DISTINCT group_id
                            FROM group_change
                           WHERE txid >= ?::text::xid8
                             AND txid < settled
                             AND group_id = ANY (?)) AS changed
              FROM pg_current_snapshot() AS snapshot,
                   pg_snapshot_xmin(snapshot) AS settled,
                   pg_snapshot_xmax(snapshot) AS begun
            """;

    private static final String NOW = """
            SELECT max(epoch) AS epoch, (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text AS txid,
                   9223372036854775807 AS number
              FROM change_epoch
            """;

    private final Sql sql;

    Changes(Sql sql) {
        this.sql = sql;
    }

    /**
     * A position in the feed.
     *
     * @param epoch grows when the database is restored into another cluster
     * @param transaction the id of the transaction that made the change
     * @param number of the change
     */
    record Cursor(int epoch, long transaction, long number) implements Comparable<Cursor> {
        static final Cursor BEGINNING = new Cursor(0, 0, 0);

        /** @throws RuntimeException of any kind if the text is not a cursor */
        static Cursor parse(String text) {
            var parts = text.split("/", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("not a cursor");
            }
            var cursor = new Cursor(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
            if (cursor.epoch < 0 || cursor.transaction < 0 || cursor.number < 0) {
                throw new IllegalArgumentException("not a cursor");
            }
            return cursor;
        }

        @Override
        public int compareTo(Cursor other) {
            return Comparator.comparingInt(Cursor::epoch)
                    .thenComparingLong(Cursor::transaction)
                    .thenComparingLong(Cursor::number)
                    .compare(this, other);
        }

        @Override
        public String toString() {
            return epoch + "/" + transaction + "/" + number;
        }
    }

    /**
     * A change: something was created, updated or deleted.
     *
     * @param entity its id; of a member or a sign-up, the user's id
     */
    record Change(
            Cursor cursor,
            String kind,
            UUID entity,
            Optional<UUID> activity,
            String action,
            boolean forOrganizers,
            Instant at) {

        /** Whether the group was deleted. No change follows. */
        boolean groupDeleted() {
            return kind.equals("group") && action.equals("deleted");
        }

        /** @param people whether to include the user's id of a sign-up */
        JsonObject json(boolean people) {
            var showId = people || !kind.equals("signup");
            return JSON.createObjectBuilder()
                    .add("cursor", PageRequest.cursor(cursor.toString()))
                    .add("kind", kind)
                    .add("id", showId ? JSON.createValue(entity.toString()) : JsonValue.NULL)
                    .add(
                            "activityId",
                            activity.<JsonValue>map(id -> JSON.createValue(id.toString()))
                                    .orElse(JsonValue.NULL))
                    .add("action", action)
                    .add("at", Times.utc(at))
                    .build();
        }
    }

    /**
     * The group's changes after this cursor, in order; with {@code organizer} also those that only organizers may
     * see.
     */
    List<Change> after(UUID group, Cursor cursor, boolean organizer, int limit) {
        return sql.list(
                LIST,
                Changes::change,
                group,
                cursor.epoch(),
                String.valueOf(cursor.transaction()),
                cursor.number(),
                organizer,
                limit);
    }

    /**
     * How far the database's transactions are.
     *
     * @param settled all transactions with lower numbers have ended
     * @param begun no transaction with this number or a higher one has begun
     * @param changed groups of which changes can be read that could not be read before
     */
    record Progress(long settled, long begun, List<UUID> changed) {}

    /**
     * How far the database's transactions are, and which of these groups have changes that have settled since.
     *
     * @param settledBefore the last known {@link Progress#settled}
     */
    Progress progress(long settledBefore, Collection<UUID> groups) {
        return sql.optional(
                        PROGRESS,
                        row -> new Progress(
                                Long.parseLong(row.getString("settled")),
                                Long.parseLong(row.getString("begun")),
                                List.of((UUID[]) row.getArray("changed").getArray())),
                        String.valueOf(settledBefore),
                        groups.toArray(UUID[]::new))
                .orElseThrow();
    }

    /** The cursor after all existing changes. */
    Cursor now() {
        return sql.optional(NOW, Changes::cursor).orElseThrow();
    }

    private static Change change(ResultSet row) throws SQLException {
        return new Change(
                cursor(row),
                row.getString("kind"),
                row.getObject("entity_id", UUID.class),
                Optional.ofNullable(row.getObject("activity_id", UUID.class)),
                row.getString("action"),
                row.getString("audience").equals("organizers"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static Cursor cursor(ResultSet row) throws SQLException {
        return new Cursor(row.getInt("epoch"), Long.parseLong(row.getString("txid")), row.getLong("number"));
    }
}
