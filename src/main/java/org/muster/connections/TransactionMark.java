package org.muster.connections;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A transaction that has written, and where its server was then: with it, another connection can tell what became of the transaction.
 *
 * @param id its {@code xid8}
 * @param position after it had written
 */
public record TransactionMark(String id, Position position) {
    /** Has one row, of which {@link #of} makes a mark. To be executed in a transaction, after a statement that writes. */
    public static final String QUERY = "SELECT " + Position.COLUMNS + ", pg_current_xact_id()::text";

    /**
     * Where a server that accepts writes is.
     *
     * @param timeline increases when a standby takes over
     * @param written the end of its write-ahead log
     * @param replayed the end of the log that it had replayed before it accepted writes; 0 if there was none
     * @param started when it started, as text
     */
    record Position(long timeline, long written, long replayed, String started) {
        static final String COLUMNS = """
                pg_walfile_name(pg_current_wal_insert_lsn()),
                (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint,
                COALESCE(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 0)::bigint,
                pg_postmaster_start_time()::text
                """;

        private static final int TIMELINE_DIGITS = 8;

        static Position of(ResultSet row) throws SQLException {
            return new Position(
                    Long.parseLong(row.getString(1).substring(0, TIMELINE_DIGITS), 16),
                    row.getLong(2),
                    row.getLong(3),
                    row.getString(4));
        }
    }

    public static TransactionMark of(ResultSet row) throws SQLException {
        return new TransactionMark(row.getString(5), Position.of(row));
    }

    /**
     * Whether a server that is at a position knows this transaction: it is the same server, or it has replayed what the transaction had
     * written. Any other may have given its id to another transaction.
     */
    boolean isKnownAt(Position now) {
        var same = now.timeline == position.timeline
                && now.started.equals(position.started)
                && now.replayed == position.replayed;
        var successor = now.timeline == position.timeline || now.timeline == position.timeline + 1;
        return same || successor && now.replayed >= position.written;
    }
}
