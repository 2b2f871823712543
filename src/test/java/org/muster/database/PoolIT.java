package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.muster.Await.await;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.assertj.core.api.Assertions;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Await;
import org.muster.connections.SqlState;
import org.muster.lifecycle.Readiness;
import org.muster.run.EmbeddedDatabase;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/**
 * Tests the pool inside the server, and observes its backends in PostgreSQL. The idle timeout is shortened to {@value
 * #IDLE_SECONDS} s.
 */
@ExtendWith(ArquillianExtension.class)
class PoolIT {
    private static final int IDLE_SECONDS = 5;
    private static final boolean WILDFLY = System.getProperty("jboss.home.dir") != null;
    private static final boolean LIBERTY = System.getProperty("wlp.install.dir") != null;
    /** The idle timeout that the server applies. WildFly's is in whole minutes; Open Liberty does not read the file of variables. */
    private static final Duration IDLE_TIMEOUT =
            WILDFLY ? Duration.ofMinutes(1) : LIBERTY ? Duration.ofSeconds(40) : Duration.ofSeconds(IDLE_SECONDS);
    /**
     * The maximum time that a forgotten transaction may stay open. Payara ends it when the connection is returned, WildFly at its next
     * validation, and with Open Liberty the database ends it when the connection is closed.
     */
    private static final Duration FORGOTTEN_TIMEOUT =
            WILDFLY ? Duration.ofSeconds(20) : LIBERTY ? Duration.ofSeconds(1) : Duration.ZERO;
    /** The maximum number of forgotten transactions that are not counted, because WildFly or Open Liberty closes the connection. */
    private static final long UNCOUNTED = WILDFLY ? 10 : LIBERTY ? 8_000 : 0;
    /** The state of a caller that gets no connection because others use all of them, bypassing Muster. */
    private static final SqlState EXHAUSTED = LIBERTY ? SqlState.LOST : SqlState.BUSY;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    UserTransaction transaction;

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    /** Runs outside the server: starts the database, writes the file of variables, and deploys the WAR that Maven built. */
    @Deployment
    static WebArchive muster() throws IOException {
        var variables = EmbeddedDatabase.temporary().environment().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .collect(Collectors.joining("\n", "DB_IDLE_TIMEOUT_S=" + IDLE_SECONDS + "\n", "\n"));
        Files.writeString(Path.of(System.getenv("MUSTER_ENV_FILE")), variables);
        return ShrinkWrap.createFromZipFile(WebArchive.class, new File(System.getProperty("muster.war")))
                .addAsLibrary(new File(Assertions.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()))
                .addClass(Await.class);
    }

    @BeforeEach
    void ready() {
        await(
                "the database to be ready",
                Duration.ofSeconds(30),
                () -> readiness.now().ready());
    }

    @Test
    void theMinimumStaysOpenWhileIdle() throws Exception {
        var period = IDLE_TIMEOUT.plusSeconds(2 * IDLE_SECONDS).toNanos();
        // What is done at the start, at the same time, may need one more until it has been idle.
        var end = System.nanoTime() + 3 * period;
        var kept = backends();
        var since = System.nanoTime();

        while (System.nanoTime() - since < period) {
            assertThat(System.nanoTime()).as("two connections that stay open").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
            var open = backends();
            since = open.equals(kept) ? since : System.nanoTime();
            kept = open;
        }
        assertThat(kept).hasSize(2);
    }

    @Test
    void thePoolGrowsToItsMaximumAndShrinksToItsMinimum() throws Exception {
        var executor = Executors.newFixedThreadPool(20);
        var most = 0;
        try {
            Callable<Boolean> slow = () -> {
                try (var connection = pool.getConnection();
                        var statement = connection.createStatement()) {
                    return statement.execute("SELECT pg_sleep(1.5)");
                }
            };
            var callers = Stream.generate(() -> executor.submit(slow)).limit(20).toList();
            while (!callers.stream().allMatch(caller -> caller.isDone())) {
                most = Math.max(most, backends().size());
            }
            for (var caller : callers) {
                assertThat(caller.get()).isTrue();
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(most).isEqualTo(10);
        awaitBackends(pids -> pids.size() == 2);
    }

    @Test
    void aTransactionKeepsItsConnectionBetweenStatements() throws Exception {
        var sql = database.sql(pool);
        transaction.begin();
        try {
            var before = sql.list("SELECT pg_backend_pid()", row -> row.getInt(1));

            // Longer than it takes to end a session that does not answer.
            TimeUnit.SECONDS.sleep(6);

            assertThat(sql.list("SELECT pg_backend_pid()", row -> row.getInt(1)))
                    .isEqualTo(before);
        } finally {
            transaction.rollback();
        }
    }

    @Test
    void theEleventhCallerFailsAfterTheAcquireTimeout() throws Exception {
        var held = new ArrayList<Connection>();
        try {
            for (var i = 0; i < 10; i++) {
                held.add(pool.getConnection());
            }
            var since = System.nanoTime();

            var refused = catchThrowableOfType(
                    DatabaseException.class, () -> database.sql(pool).list("SELECT 1", row -> row.getInt(1)));

            assertThat(refused.state()).isEqualTo(EXHAUSTED);
            assertThat((System.nanoTime() - since) / 1e9).isEqualTo(10.0, within(0.2));
        } finally {
            for (var connection : held) {
                connection.close();
            }
        }
    }

    @Test
    void aDeadConnectionIsReplacedBeforeItIsBorrowed() throws Exception {
        awaitBackends(pids -> pids.size() >= 2);
        try (var connection = observer();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    + " AND application_name = 'muster'");
        }

        for (var i = 0; i < 20; i++) {
            assertThat(database.sql(pool).list("SELECT 1", row -> row.getInt(1)))
                    .containsExactly(1);
        }
    }

    @Test
    void theConnectionOfATransactionCountsAsInUse() throws Exception {
        transaction.begin();
        try {
            var sql = database.sql(pool);
            var first = sql.list("SELECT pg_backend_pid()", row -> row.getInt(1));
            var second = sql.list("SELECT pg_backend_pid()", row -> row.getInt(1));

            assertThat(second).isEqualTo(first);
            assertThat(database.pool().figures().active()).isEqualTo(1);
        } finally {
            transaction.rollback();
        }
        assertThat(database.pool().figures().active()).isZero();
    }

    /** This is the state after a transaction timeout. It depends on the server whether statements can still run. */
    @Test
    void aTransactionMarkedForRollbackBorrowsNoSecondConnection() throws Exception {
        transaction.begin();
        try {
            var sql = database.sql(pool);
            sql.list("SELECT 1", row -> row.getInt(1));
            transaction.setRollbackOnly();

            try {
                sql.list("SELECT 1", row -> row.getInt(1));
            } catch (DatabaseException refused) {
                assertThat(refused.phase()).isEqualTo(DatabaseException.Phase.EXECUTING);
            }

            assertThat(database.pool().figures().active()).isEqualTo(1);
        } finally {
            transaction.rollback();
        }
        assertThat(database.pool().figures().active()).isZero();
    }

    @Test
    void aRollbackUndoesTheTransaction() throws Exception {
        var sql = database.sql(pool);
        var slug = Ids.next().toString();

        transaction.begin();
        sql.update("INSERT INTO group_directory (slug, group_id) VALUES (?, ?)", slug, Ids.next());
        transaction.rollback();

        assertThat(sql.list("SELECT slug FROM group_directory WHERE slug = ?", row -> row.getString(1), slug))
                .isEmpty();
    }

    /** Ten borrowers, a thousand times each, leave transactions open, fail in the middle, or change session settings. */
    @Test
    void forgottenTransactionsAndSettingsAreReset() throws Exception {
        var slug = "forgotten-" + Ids.next();
        var forgottenBefore = database.pool().statistics().forgottenTransactions();
        var opened = new LongAdder();
        Callable<Void> borrower = () -> {
            var random = ThreadLocalRandom.current();
            for (var i = 0; i < 1_000; i++) {
                try (var connection = pool.getConnection();
                        var statement = connection.createStatement()) {
                    assertThat(connection.getAutoCommit()).isTrue();
                    assertThat(connection.isReadOnly()).isFalse();
                    try (var row = statement.executeQuery("SHOW search_path")) {
                        row.next();
                        assertThat(row.getString(1)).doesNotContain("pg_catalog");
                    }
                    connection.setAutoCommit(false);
                    switch (random.nextInt(4)) {
                        case 0 ->
                            statement.execute("INSERT INTO group_directory (slug, group_id) VALUES ('" + slug + "-"
                                    + random.nextLong() + "', gen_random_uuid())");
                        case 1 -> {
                            statement.execute("SET search_path TO pg_catalog");
                            statement.execute("SELECT 1 / 0");
                        }
                        case 2 -> connection.setSchema("pg_catalog");
                        default -> statement.execute("SELECT 1");
                    }
                    opened.increment();
                } catch (SQLException divisionByZero) {
                    assertThat(divisionByZero.getSQLState()).isEqualTo("22012");
                    opened.increment();
                }
            }
            return null;
        };
        var executor = Executors.newFixedThreadPool(10);
        try {
            for (var borrowed : executor.invokeAll(Collections.nCopies(10, borrower))) {
                borrowed.get();
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(opened.sum()).isEqualTo(10_000);
        await(
                "the last forgotten transactions",
                FORGOTTEN_TIMEOUT,
                () -> backends("state LIKE 'idle in transaction%'").isEmpty());
        assertThat(database.pool().statistics().forgottenTransactions() - forgottenBefore)
                .isBetween(10_000L - UNCOUNTED, 10_000L);
        assertThat(database.sql(pool)
                        .list(
                                "SELECT slug FROM group_directory WHERE slug LIKE ?",
                                row -> row.getString(1),
                                slug + "%"))
                .isEmpty();
    }

    @Test
    void connectionsHaveAStatementTimeout() {
        assertThat(database.sql(pool).list("SHOW statement_timeout", row -> row.getString(1)))
                .isEqualTo(List.of("30s"));
    }

    private static void awaitBackends(Predicate<Set<Integer>> wanted) {
        await("the backends", IDLE_TIMEOUT.multipliedBy(2).plusSeconds(IDLE_SECONDS), () -> wanted.test(backends()));
    }

    /** Returns the process ids of the pool's backends. */
    private static Set<Integer> backends() throws SQLException {
        return backends("true");
    }

    private static Set<Integer> backends(String condition) throws SQLException {
        var pids = new TreeSet<Integer>();
        try (var connection = observer();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT pid FROM pg_stat_activity WHERE application_name = 'muster' AND " + condition)) {
            while (rows.next()) {
                pids.add(rows.getInt(1));
            }
        }
        return pids;
    }

    private static Connection observer() throws SQLException {
        var settings = SettingsReader.read(Environment.ofProcess());
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + settings.port() + "/"
                        + settings.name().orElseThrow() + "?ApplicationName=observer",
                settings.user().orElseThrow(),
                settings.password().orElseThrow().value());
    }
}
