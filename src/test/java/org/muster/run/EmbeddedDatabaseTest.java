package org.muster.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
    @TempDir
    Path directory;

    @Test
    void keepsTheDataBetweenRuns() throws SQLException {
        var data = directory.resolve("data");
        try (var first = EmbeddedDatabase.in(data);
                var connection = first.connect()) {
            execute(connection, "CREATE TABLE kept AS SELECT 42 AS answer");
        }

        try (var second = EmbeddedDatabase.in(data);
                var connection = second.connect()) {
            assertThat(value(connection, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void keepsCommittedDataWhenItIsKilled() throws Exception {
        var data = directory.resolve("data");
        try (var first = EmbeddedDatabase.in(data)) {
            try (var connection = first.connect()) {
                execute(connection, "CREATE TABLE kept AS SELECT 42 AS answer");
            }
            kill(new DataDirectory(data).postmaster().orElseThrow());
        }
        assertThat(data.resolve("postmaster.pid")).exists();

        try (var second = EmbeddedDatabase.in(data);
                var connection = second.connect()) {
            assertThat(value(connection, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void startsAfterAPowerLossWhenAnotherProgramHasReusedTheProcessId() throws IOException {
        var data = directory.resolve("data");
        EmbeddedDatabase.in(data).close();
        Files.writeString(
                data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");

        try (var database = EmbeddedDatabase.in(data)) {
            assertThat(database.port()).isPositive();
        }
    }

    @Test
    void restartsOnTheSamePortWithTheSameData() throws SQLException {
        try (var database = EmbeddedDatabase.temporary()) {
            var port = database.port();
            try (var connection = database.connect()) {
                execute(connection, "CREATE TABLE kept AS SELECT 42 AS answer");
            }

            database.stop();
            assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
            database.start();

            assertThat(database.port()).isEqualTo(port);
            try (var connection = database.connect()) {
                assertThat(value(connection, "SELECT answer FROM kept")).isEqualTo("42");
            }
        }
    }

    @Test
    void appliesSettingsAndDeletesItsTemporaryData() throws SQLException {
        var database = EmbeddedDatabase.temporary(Map.of("max_connections", "17", "cluster_name", "it's ours"));
        Path data;
        try (database;
                var connection = database.connectAsSuperuser()) {
            assertThat(value(connection, "SHOW max_connections")).isEqualTo("17");
            assertThat(value(connection, "SHOW cluster_name")).isEqualTo("it's ours");
            data = Path.of(value(connection, "SHOW data_directory"));
        }

        assertThat(data).doesNotExist();
    }

    @Test
    void hasTheMajorVersionThatDataDirectoriesMustHave() throws SQLException {
        try (var database = EmbeddedDatabase.temporary();
                var connection = database.connect()) {
            assertThat(value(connection, "SHOW server_version")).startsWith(DataDirectory.MAJOR_VERSION + ".");
        }
    }

    @Test
    void refusesALoginWithAWrongPassword() {
        try (var database = EmbeddedDatabase.temporary()) {
            assertThatThrownBy(() -> DriverManager.getConnection(database.url(), "postgres", "guessed"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() throws SQLException {
        var data = directory.resolve("data");
        try (var first = EmbeddedDatabase.in(data)) {
            var running = new DataDirectory(data).postmaster().orElseThrow();

            assertThatThrownBy(() -> EmbeddedDatabase.in(data))
                    .isInstanceOf(CannotRunException.class)
                    .hasMessageContaining("is in use by PostgreSQL, process " + running.pid());
            try (var connection = first.connect()) {
                assertThat(value(connection, "SELECT 42")).isEqualTo("42");
            }
        }
    }

    @Test
    void refusesDataOfAnotherMajorVersion() throws IOException {
        Files.writeString(directory.resolve("PG_VERSION"), "14\n");

        assertRefused(directory, "was created by PostgreSQL 14, but this is PostgreSQL 18");

        assertThat(directory.resolve("PG_VERSION")).hasContent("14\n");
    }

    @Test
    void refusesADirectoryWithOtherFiles() throws IOException {
        Files.writeString(directory.resolve("diary.txt"), "mine");

        assertRefused(directory, "is not empty and contains no database");

        assertThat(directory).isDirectoryContaining("glob:**/diary.txt");
    }

    @Test
    void refusesAnIncompleteDatabase() throws IOException {
        Files.writeString(directory.resolve("PG_VERSION"), DataDirectory.MAJOR_VERSION + "\n");

        assertRefused(directory, "did not finish creating");
    }

    @Test
    void refusesAFile() throws IOException {
        assertRefused(Files.createFile(directory.resolve("data")), "is not a directory");
    }

    @Test
    void refusesADirectoryThatCannotBeCreated() throws IOException {
        var file = Files.createFile(directory.resolve("file"));

        assertRefused(file.resolve("data"), "is not writable");
    }

    private static void assertRefused(Path data, String reason) {
        assertThatThrownBy(() -> EmbeddedDatabase.in(data))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining(reason)
                .message()
                .hasLineCount(1);
    }

    private static void kill(ProcessHandle postmaster) throws Exception {
        var children = postmaster.children().toList();
        postmaster.destroyForcibly();
        postmaster.onExit().get(30, TimeUnit.SECONDS);
        for (var child : children) {
            child.destroyForcibly();
            child.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
