package org.muster.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.muster.database.Command.Question;

/** How far replicas are behind the primary, and how far they may be. */
public final class ReplicaLag {
    /**
     * What a replica has replayed. On a replica, the list of running transactions in a snapshot is empty: only whether a transaction has been committed
     * tells that it can be seen.
     */
    private static final String POSITION = """
            SELECT pg_is_in_recovery() AS standby, (pg_last_wal_replay_lsn() - '0/0')::bigint AS replayed,
                   CASE WHEN seen < pg_snapshot_xmin(now_here) THEN true
                        WHEN all_before OR seen >= pg_snapshot_xmax(now_here) THEN false
                        ELSE pg_xact_status(seen) = 'committed' END AS has_seen
              FROM (SELECT ?::text::xid8 AS seen, ?::boolean AS all_before, pg_current_snapshot() AS now_here) AS question
            """.strip();

    private final Duration max;
    private final LogPositions primary;

    /** @param max while the primary can be asked, no read runs on a replica that is further behind */
    public ReplicaLag(Duration max, LogPositions primary) {
        this.max = max;
        this.primary = primary;
    }

    /**
     * What a replica has replayed when it was asked.
     *
     * @param standby whether it still is one
     * @param replayed the position in the write-ahead log
     * @param seen whether the transaction that it was asked for can be seen
     */
    record Position(boolean standby, long replayed, boolean seen) {
        static Position of(ResultSet row) throws SQLException {
            return new Position(row.getBoolean("standby"), row.getLong("replayed"), row.getBoolean("has_seen"));
        }
    }

    /** The question for its {@link Position}. */
    static Question question(Seen seen) {
        return new Question(POSITION, Long.toString(seen.transaction()), seen.all());
    }

    static Position ask(Connection replica) throws SQLException {
        var question = question(Seen.NOTHING);
        return new Command(question.text(), question.parameters(), 0, 0).execute(replica, executed -> {
            try (var answer = executed.getResultSet()) {
                answer.next();
                return Position.of(answer);
            }
        });
    }

    /** Whether it is known where the primary is. If not, a replica can be as old as it is. */
    boolean known() {
        return primary.current();
    }

    /** How old what can be read there is, at most; empty if it is older than all that is known. */
    Optional<Duration> age(Position position) {
        return primary.age(position.replayed);
    }

    /** How old what is older than all that is known is, at least. */
    Duration memory() {
        return primary.memory();
    }

    /** Whether what can be read is not too old. */
    boolean allows(Position position) {
        return age(position).filter(this::allows).isPresent();
    }

    private boolean allows(Duration duration) {
        return duration.compareTo(max) <= 0;
    }

    /** Whether it is too far behind the primary, or what was last known of it. */
    boolean tooFar(Position position) {
        return !primary.isEmpty()
                && primary.behind(position.replayed).filter(this::allows).isEmpty();
    }

    /**
     * Whether a server may be read from while others may too. If it is too far behind, or about to become the primary, it may be only if
     * there is neither a primary nor another replica.
     *
     * @throws SQLException if it may not be read from; with SQLSTATE 08001
     */
    public boolean prefers(Connection server) throws SQLException {
        var position = ask(server);
        if (position.standby && !tooFar(position)) {
            return true;
        }
        if (known()) {
            throw new SQLException(
                    position.standby
                            ? "the replica is more than " + max.toMillis() + " ms behind"
                            : "the server is no standby",
                    "08001");
        }
        return false;
    }
}
