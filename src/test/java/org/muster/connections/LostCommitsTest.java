package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.muster.Installed;
import org.muster.replication.ReplicatedDatabase;

class LostCommitsTest extends PhysicalConnectionTestBase {
    private static final SQLException LOST = new SQLException("An I/O error occurred", "08006");

    private ConnectionFactory factory;

    @BeforeEach
    void connect() throws Exception {
        factory = register(Map.of());
    }

    @Test
    void whatTheDatabaseHasCommittedIsCommitted() throws Exception {
        try (var connection = transaction(database.connectAsSuperuser())) {
            var mark = write(connection);
            connection.commit();

            assertThat(resolve(mark)).isEmpty();
            assertThat(factory.statistics().lostCommits(CommitOutcome.COMMITTED))
                    .isEqualTo(1);
        }
    }

    @Test
    void whatTheDatabaseHasRolledBackMayBeExecutedAgain() throws Exception {
        try (var connection = transaction(database.connectAsSuperuser())) {
            var mark = write(connection);
            connection.rollback();

            assertThat(resolve(mark).map(SqlState::of)).contains(SqlState.CONFLICT);
            assertThat(factory.statistics().lostCommits(CommitOutcome.ROLLED_BACK))
                    .isEqualTo(1);
        }
    }

    @Test
    void theOutcomeOfATransactionThatIsStillOpenIsUnknown() throws Exception {
        try (var connection = transaction(database.connectAsSuperuser())) {
            var mark = write(connection);

            assertThat(resolve(mark)).containsSame(LOST);
            assertThat(factory.statistics().lostCommits(CommitOutcome.UNKNOWN)).isEqualTo(1);
            connection.rollback();
        }
    }

    @Test
    void whatNoSynchronousStandbyHasIsNotConfirmed() throws Exception {
        requireTools();
        try (var replicated = ReplicatedDatabase.synchronous()) {
            factory = register(replicated);
            replicated.killStandby(0);
            var connection = transaction(replicated.connectToPrimary());
            var mark = write(connection);
            var backend = text(connection, "SELECT pg_backend_pid()");
            try (var other = replicated.connectToPrimary()) {
                commitUntilItWaits(connection, other, backend);
                text(other, "SELECT pg_terminate_backend(" + backend + ", 5000)");
                assertThat(text(other, "SELECT pg_xact_status('" + mark.id() + "')"))
                        .isEqualTo("committed");
            }

            assertThat(resolve(mark)).containsSame(LOST);
        }
    }

    private static void commitUntilItWaits(Connection connection, Connection other, String backend) throws Exception {
        var committing = new Thread(() -> {
            try {
                connection.commit();
            } catch (SQLException terminated) {
                // As intended.
            }
        });
        committing.start();
        await(
                "the commit to wait",
                Duration.ofSeconds(10),
                () -> text(
                                other,
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid = "
                                        + backend)
                        .equals("1"));
    }

    @Test
    void aFailureThatIsCertainIsNotAskedAbout() throws Exception {
        var refused = new SQLException("could not serialize access", "40001");

        try (var connection = transaction(database.connectAsSuperuser())) {
            var mark = write(connection);
            connection.commit();

            assertThat(factory.lostCommits().resolve(Optional.of(mark), refused))
                    .containsSame(refused);
        }
    }

    @Test
    void aStandbyThatTakesOverKnowsWhatItHasReceived() throws Exception {
        requireTools();
        try (var replicated = ReplicatedDatabase.synchronous()) {
            factory = register(replicated);
            var committed = transaction(replicated.connectToPrimary());
            var open = transaction(replicated.connectToPrimary());
            var openMark = write(open);
            // Has the standby receive what was written before.
            var committedMark = write(committed);
            committed.commit();

            replicated.killPrimary();
            replicated.promoteStandby();

            assertThat(resolve(committedMark)).isEmpty();
            assertThat(resolve(openMark).map(SqlState::of)).contains(SqlState.CONFLICT);
        }
    }

    @Test
    void aStandbyThatTakesOverMayUseTheIdOfATransactionThatItHasNotReceivedForAnother() throws Exception {
        requireTools();
        try (var replicated = ReplicatedDatabase.asynchronous(1)) {
            factory = register(replicated);
            replicated.killStandby(0);
            var connection = transaction(replicated.connectToPrimary());
            var mark = write(connection);
            connection.commit();

            replicated.killPrimary();
            replicated.startStandby(0);
            replicated.promoteStandby();
            try (var other = replicated.connectToStandby(0)) {
                while (Long.parseLong(text(other, "SELECT pg_current_xact_id()::text")) < Long.parseLong(mark.id())) {
                    // Each takes an id.
                }
                assertThat(text(other, "SELECT pg_xact_status('" + mark.id() + "')"))
                        .isEqualTo("committed");
            }

            assertThat(resolve(mark)).containsSame(LOST);
        }
    }

    private Optional<SQLException> resolve(TransactionMark mark) {
        return factory.lostCommits().resolve(Optional.of(mark), LOST);
    }

    private static Connection transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return connection;
    }

    /** Writes a row, and leaves the transaction open. */
    private static TransactionMark write(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t" + UUID.randomUUID().toString().replace("-", "") + " ()");
            try (var row = statement.executeQuery(TransactionMark.QUERY)) {
                row.next();
                return TransactionMark.of(row);
            }
        }
    }

    private ConnectionFactory register(ReplicatedDatabase replicated) throws Exception {
        return register(Map.of(
                "DB_HOST",
                replicated.hosts(),
                "DB_NAME",
                "muster",
                "DB_USER",
                "muster",
                "DB_PASSWORD",
                replicated.password()));
    }

    private static void requireTools() {
        Installed.require(
                ReplicatedDatabase.installed().isPresent(),
                "no pg_basebackup under /usr/lib/postgresql: install Debian's package postgresql");
    }
}
