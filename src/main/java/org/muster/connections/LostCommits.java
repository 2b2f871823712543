package org.muster.connections;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Commits whose connection was lost before the database had answered. Asks the database what became of them, also one that has taken over
 * meanwhile. Only for transactions that have a {@link TransactionMark}.
 */
public final class LostCommits {
    private static final Logger LOG = System.getLogger(LostCommits.class.getName());

    private static final String POSITION = "SELECT " + TransactionMark.Position.COLUMNS;
    /** Writes to the log only. The commit of a transaction that has written nothing waits for no standby. */
    private static final String WRITE = "SELECT pg_logical_emit_message(true, 'muster', '')";

    private static final String STATUS = "SELECT pg_xact_status(?::text::xid8)";

    /** A planned fail-over takes some seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** For how long a session that was lost may still be committing: longer if it waits for a standby that is gone. */
    private static final Duration IN_PROGRESS = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final PoolCall<? extends Connection> connections;
    private final BooleanSupplier stopping;
    private final PoolStatistics statistics;
    /** One asks at a time: connections are scarce while a database takes over. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile boolean marked;

    /**
     * @param connections opens a connection to the server that accepts writes
     * @param stopping whether no more connections may be opened
     */
    LostCommits(PoolCall<? extends Connection> connections, BooleanSupplier stopping, PoolStatistics statistics) {
        this.connections = connections;
        this.stopping = stopping;
        this.statistics = statistics;
    }

    /**
     * Has transactions marked from now on, if the database has the functions for it: Amazon Aurora has no log to ask for.
     *
     * @throws SQLException if it cannot be asked
     */
    public void mark() throws SQLException {
        try (var connection = connections.run()) {
            position(connection);
            marked = true;
        } catch (SQLException failure) {
            switch (SqlState.of(failure)) {
                case WRONG_SCHEMA, NOT_PERMITTED, DEFECT ->
                    LOG.log(
                            Level.INFO,
                            "Commits whose connection is lost have an unknown outcome: {0}",
                            SqlState.firstLine(failure));
                default -> throw failure;
            }
        }
    }

    /** Whether transactions are to be marked after each statement that writes. */
    public boolean marked() {
        return marked;
    }

    /**
     * What a commit failed with, once the database was asked; empty if the transaction was committed all the same.
     *
     * @param mark of the transaction; empty if it has not written
     */
    Optional<SQLException> resolve(Optional<TransactionMark> mark, SQLException failure) {
        if (mark.isEmpty() || !isUncertain(failure)) {
            return Optional.of(failure);
        }
        var outcome = outcome(mark.get());
        statistics.addLostCommit(outcome);
        LOG.log(Level.INFO, "A connection was lost during a commit. The transaction: {0}", outcome);
        return switch (outcome) {
            case COMMITTED -> Optional.empty();
            case ROLLED_BACK ->
                Optional.of(new SQLTransactionRollbackException(
                        "the connection was lost before the commit", "40000", failure));
            case UNKNOWN -> Optional.of(failure);
        };
    }

    private static boolean isUncertain(SQLException failure) {
        var state = SqlState.of(failure);
        return state == SqlState.LOST || state == SqlState.UNAVAILABLE || SqlState.codeIn(failure) == null;
    }

    private CommitOutcome outcome(TransactionMark mark) {
        var deadline = Deadline.in(PATIENCE);
        try {
            if (!turn.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                return CommitOutcome.UNKNOWN;
            }
            try {
                return ask(mark, deadline);
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return CommitOutcome.UNKNOWN;
        }
    }

    private CommitOutcome ask(TransactionMark mark, Deadline deadline) throws InterruptedException {
        Optional<Deadline> inProgress = Optional.empty();
        while (!deadline.passed() && !stopping.getAsBoolean()) {
            try (var connection = connections.run()) {
                if (!mark.isKnownAt(position(connection))) {
                    return CommitOutcome.UNKNOWN;
                }
                switch (status(connection, mark)) {
                    case "committed" -> {
                        if (confirms(connection, deadline)) {
                            return CommitOutcome.COMMITTED;
                        }
                    }
                    case "aborted" -> {
                        return CommitOutcome.ROLLED_BACK;
                    }
                    default -> inProgress = inProgress.or(() -> Optional.of(Deadline.in(IN_PROGRESS)));
                }
            } catch (SQLException unreachable) {
                LOG.log(Level.DEBUG, "The database cannot be asked for a transaction yet", unreachable);
            }
            if (inProgress.filter(Deadline::passed).isPresent()) {
                return CommitOutcome.UNKNOWN;
            }
            Thread.sleep(PAUSE.toMillis());
        }
        return CommitOutcome.UNKNOWN;
    }

    private static TransactionMark.Position position(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(POSITION)) {
            row.next();
            return TransactionMark.Position.of(row);
        }
    }

    /**
     * Commits, and returns whether the database confirms that. Then what was committed before is where commits must be: on a synchronous
     * standby too. A session that is ended while it waits for that has committed, but only until another server takes over.
     */
    private static boolean confirms(Connection connection, Deadline deadline) throws SQLException {
        connection.setNetworkTimeout(
                Runnable::run, (int) Math.max(1, deadline.remaining().toMillis()));
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(WRITE);
        }
        connection.commit();
        return connection.getWarnings() == null;
    }

    private static String status(Connection connection, TransactionMark mark) throws SQLException {
        try (var statement = connection.prepareStatement(STATUS)) {
            statement.setString(1, mark.id());
            try (var row = statement.executeQuery()) {
                row.next();
                return String.valueOf(row.getString(1));
            }
        }
    }
}
