package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.muster.Installed;
import org.muster.replication.ReplicatedDatabase;

/** What a standby says about a transaction, while one that is younger has been replayed and the transaction itself has not. */
class ReplicaLagTest {
    private static ReplicatedDatabase database;
    private static Connection standby;

    @BeforeAll
    static void start() throws Exception {
        Installed.require(
                ReplicatedDatabase.installed().isPresent(),
                "no pg_basebackup under /usr/lib/postgresql: install Debian's package postgresql");
        database = ReplicatedDatabase.asynchronous(1);
        try (var primary = database.connectToPrimary()) {
            execute(primary, "CREATE TABLE note (id integer)");
        }
        standby = database.connectToStandby(0);
        await("the table", Duration.ofSeconds(20), () -> exists("SELECT to_regclass('note') IS NOT NULL"));
    }

    @AfterAll
    static void stop() throws SQLException {
        if (database != null) {
            standby.close();
            database.close();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static boolean exists(String sql) throws SQLException {
        return text(standby, sql).equals("t");
    }

    private static boolean has(String transaction) throws SQLException {
        return has(new Seen(Long.parseLong(transaction), false));
    }

    private static boolean has(Seen seen) throws SQLException {
        var question = ReplicaLag.question(seen);
        try (var statement = standby.prepareStatement(question.text())) {
            for (var i = 0; i < question.parameters().length; i++) {
                statement.setObject(i + 1, question.parameters()[i]);
            }
            try (var answer = statement.executeQuery()) {
                answer.next();
                return ReplicaLag.Position.of(answer).seen();
            }
        }
    }

    /** Begins a transaction with this many subtransactions, and returns its id. */
    private static String begin(Connection primary, int subtransactions, int id) throws SQLException {
        primary.setAutoCommit(false);
        var transaction = text(primary, "SELECT pg_current_xact_id()::text");
        execute(primary, "INSERT INTO note VALUES (" + id + ")");
        for (var i = 0; i < subtransactions; i++) {
            execute(primary, "SAVEPOINT s" + i);
            execute(primary, "INSERT INTO note VALUES (" + id + ")");
        }
        return transaction;
    }

    private static void notSeenBeforeItIsCommitted(int subtransactions, int id) throws SQLException {
        try (var older = database.connectToPrimary();
                var younger = database.connectToPrimary()) {
            var transaction = begin(older, subtransactions, id);
            execute(younger, "INSERT INTO note VALUES (" + -id + ")");
            await(
                    "the younger transaction",
                    Duration.ofSeconds(20),
                    () -> exists("SELECT EXISTS (SELECT FROM note WHERE id = " + -id + ")"));

            assertThat(has(transaction)).isFalse();
            assertThat(exists("SELECT pg_visible_in_snapshot('" + transaction + "'::xid8, pg_current_snapshot())"))
                    .as("what PostgreSQL's own function says on a standby; if this fails, it has been mended")
                    .isTrue();

            older.commit();
            await("the older transaction", Duration.ofSeconds(20), () -> has(transaction));
            assertThat(text(standby, "SELECT count(*) FROM note WHERE id = " + id))
                    .isEqualTo(String.valueOf(subtransactions + 1));
        }
    }

    @Test
    void aTransactionIsSeenOnceItsCommitIsReplayed() throws SQLException {
        notSeenBeforeItIsCommitted(0, 1);
    }

    /** The list of a snapshot overflows at 64. */
    @Test
    void aTransactionWithManySubtransactionsIsSeenOnceItsCommitIsReplayed() throws SQLException {
        notSeenBeforeItIsCommitted(100, 2);
    }

    @Test
    void aTransactionOfTheFutureIsNotSeen() throws SQLException {
        assertThat(has("9223372036854775807")).isFalse();
    }

    @Test
    void allThatIsOlderIsSeenOnceNoneIsOpenAnyMore() throws SQLException {
        try (var older = database.connectToPrimary();
                var younger = database.connectToPrimary()) {
            begin(older, 0, 4);
            var transaction = begin(younger, 0, 5);
            younger.commit();
            await("the younger transaction", Duration.ofSeconds(20), () -> has(transaction));

            assertThat(has(new Seen(Long.parseLong(transaction), true))).isFalse();

            older.commit();
            await("all", Duration.ofSeconds(20), () -> has(new Seen(Long.parseLong(transaction), true)));
        }
    }

    @Test
    void nothingIsAlwaysSeen() throws SQLException {
        assertThat(has(Seen.NOTHING)).isTrue();
    }

    @Test
    void aTransactionIsNotSeenWhileReplayIsPaused() throws SQLException {
        database.pauseReplay(0, true);
        String transaction;
        try (var primary = database.connectToPrimary()) {
            transaction = begin(primary, 0, 3);
            primary.commit();

            assertThat(has(transaction)).isFalse();
        } finally {
            database.pauseReplay(0, false);
        }
        await("the transaction", Duration.ofSeconds(20), () -> has(transaction));
    }
}
