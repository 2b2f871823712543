package org.muster.run;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An embedded PostgreSQL on a free port of localhost, with a database {@code muster} that is owned by a user {@code muster}. The
 * password is generated with the database, and stored in the data directory in a file {@code pgpass} that only the owner can
 * read. It stays the same between runs, and other users of the machine cannot connect.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    /** The first version with locales of its own. */
    private static final int FIRST_WITH_LOCALES = 17;

    private static final String NAME = "muster";
    private static final String SUPERUSER = "postgres";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    /** A strong reference: otherwise the logger, and its level, might be garbage collected. */
    private static final Logger ZONKY = Logger.getLogger("io.zonky");

    static {
        ZONKY.setLevel(Level.OFF);
        // Not in /tmp, where other users could replace the binaries.
        System.setProperty("ot.epg.working-dir", binaries().toString());
    }

    private final Path data;
    private final Path log;
    private final boolean temporary;
    private final Map<String, String> settings;
    private final DataDirectory directory;
    private final int port = freePort();
    private String password;
    private EmbeddedPostgres postgres;
    private ProcessHandle postmaster;

    private EmbeddedDatabase(Path data, boolean temporary, Map<String, String> settings) {
        this.data = data;
        this.temporary = temporary;
        this.settings = settings;
        log = BuildDirectory.runFile(temporary ? "postgresql-" + port + ".log" : "postgresql.log");
        directory = new DataDirectory(data);
    }

    /**
     * Starts PostgreSQL with a persistent data directory, and creates the database if it does not exist.
     *
     * @throws CannotRunException if that is not possible; no data is deleted then
     */
    public static EmbeddedDatabase in(Path data) {
        // Persistent data must survive a power loss. The library's defaults do not ensure that.
        return open(new EmbeddedDatabase(
                data,
                false,
                Map.of(
                        "fsync", "on",
                        "synchronous_commit", "on",
                        "max_connections", "100",
                        // Muster shows mail with this database only.
                        "cluster_name", "muster-development")));
    }

    /**
     * Starts PostgreSQL with a temporary data directory, which is deleted on close.
     *
     * @param settings PostgreSQL settings such as {@code ssl} or {@code max_connections}
     */
    public static EmbeddedDatabase temporary(Map<String, String> settings) {
        try {
            return open(
                    new EmbeddedDatabase(Files.createTempDirectory("muster-postgresql-"), true, Map.copyOf(settings)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As {@link #temporary(Map)}, with default settings. */
    public static EmbeddedDatabase temporary() {
        return temporary(Map.of());
    }

    private static EmbeddedDatabase open(EmbeddedDatabase database) {
        try {
            Files.deleteIfExists(database.log);
            database.start();
            database.createDatabase();
            Runtime.getRuntime().addShutdownHook(new Thread(database::close));
            return database;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (SQLException | RuntimeException failure) {
            database.close();
            throw failure instanceof CannotRunException cannotRun ? cannotRun : database.failed(failure);
        }
    }

    /**
     * Starts it again after {@link #stop}, on the same port and data.
     *
     * @throws CannotRunException if that is not possible
     */
    public synchronized void start() {
        if (postgres != null) {
            return;
        }
        if (runsAsRoot() && !LinuxUtils.isUnshareAvailable()) {
            throw CannotRunException.rootWithoutNamespaces();
        }
        var isNew = !directory.claim();
        password = isNew ? UUID.randomUUID().toString() : directory.password();
        try {
            var passwordFile = Files.createTempFile(BuildDirectory.runFile(""), "password", null);
            try {
                Files.writeString(passwordFile, password);
                postgres = builder(passwordFile, isNew).start();
                postmaster = directory.postmaster().orElseThrow();
                restrictPermissions();
            } finally {
                Files.delete(passwordFile);
            }
        } catch (IOException | RuntimeException | ExceptionInInitializerError failure) {
            directory.postmaster().ifPresent(directory::stop);
            throw failed(failure);
        }
    }

    /** Stops PostgreSQL in fast shutdown mode: open transactions are rolled back. */
    public synchronized void stop() {
        if (postgres == null) {
            return;
        }
        try {
            postgres.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        // The library gives up silently after five seconds, or if Ctrl-C interrupts its pg_ctl.
        directory.stop(postmaster);
        postgres = null;
        directory.markStopped();
    }

    @Override
    public synchronized void close() {
        stop();
        if (temporary) {
            BuildDirectory.delete(data);
        }
    }

    public String host() {
        return "localhost";
    }

    public int port() {
        return port;
    }

    public String name() {
        return NAME;
    }

    public String user() {
        return NAME;
    }

    public String password() {
        return password;
    }

    /** Returns the JDBC URL of the database, without user and password. */
    public String url() {
        return url(NAME);
    }

    /** Returns PostgreSQL's data directory. */
    public Path data() {
        return data;
    }

    /** Returns PostgreSQL's log file. */
    public Path log() {
        return log;
    }

    /** Returns the variables that configure Muster to use this database. */
    public Map<String, String> environment() {
        return Map.of(
                "DB_HOST", host(),
                "DB_PORT", String.valueOf(port),
                "DB_NAME", name(),
                "DB_USER", user(),
                "DB_PASSWORD", password,
                "DB_SSL", "false");
    }

    /** Returns the postmaster process, for tests that send it signals. */
    public ProcessHandle postmaster() {
        return directory.postmaster().orElseThrow();
    }

    /** Opens a connection as {@link #user}, who owns all tables. */
    public Connection connect() throws SQLException {
        return connect(NAME, NAME);
    }

    /** Opens a connection to the same database as the superuser. */
    public Connection connectAsSuperuser() throws SQLException {
        return connect(SUPERUSER, NAME);
    }

    /** Executes these statements as the superuser in a database of its own, each by itself. */
    public void execute(String... statements) throws SQLException {
        try (var connection = connect(SUPERUSER, SUPERUSER);
                var statement = connection.createStatement()) {
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    /** Executes a statement that changes rows of {@link #connect}'s database, and returns how many it has changed. */
    public int update(String statement) throws SQLException {
        try (var connection = connect();
                var executed = connection.createStatement()) {
            return executed.executeUpdate(statement);
        }
    }

    /**
     * Counts sessions in {@code pg_stat_activity}.
     *
     * @param condition an SQL condition on its rows
     */
    public int sessions(String condition) throws SQLException {
        try (var connection = connectAsSuperuser();
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM pg_stat_activity WHERE " + condition)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    static Path binaries() {
        return BuildDirectory.path().resolve("postgresql").toAbsolutePath();
    }

    private EmbeddedPostgres.Builder builder(Path passwordFile, boolean isNew) {
        var output = ProcessBuilder.Redirect.appendTo(log.toFile());
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(data.toAbsolutePath())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_TIMEOUT)
                .setPort(port)
                .setOutputRedirector(output)
                .setErrorRedirector(output)
                .setConnectConfig("password", password)
                .setServerConfig("unix_socket_directories", "")
                .setDataDirectoryCustomizer(directoryOfPostgres -> {
                    if (isNew) {
                        directory.storePassword(password);
                    }
                    directory.markStarted();
                });
        // Options of initdb. The sort order must not depend on the machine's locale.
        builder.setLocaleConfig("auth-host", "scram-sha-256").setLocaleConfig("pwfile", passwordFile.toString());
        if (Integer.parseInt(DataDirectory.MAJOR_VERSION) < FIRST_WITH_LOCALES) {
            builder.setLocaleConfig("locale", "C.UTF-8");
        } else {
            builder.setLocaleConfig("locale", "C")
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8");
        }
        settings.forEach((name, value) -> builder.setServerConfig(name, quoted(value)));
        return builder;
    }

    /** Quotes a setting for the shell, which starts PostgreSQL. */
    private static String quoted(String value) {
        return value.matches("[\\w./:-]+") ? value : "'" + value.replace("'", "'\\''") + "'";
    }

    /** The library makes the directory of the binaries writable for all users. This reverts it. */
    private static void restrictPermissions() {
        var directory = binaries().toFile();
        directory.setWritable(false, false);
        directory.setWritable(true, true);
    }

    private void createDatabase() throws SQLException {
        try (var connection = connect(SUPERUSER, SUPERUSER);
                var statement = connection.createStatement()) {
            if (!statement
                    .executeQuery("SELECT 1 FROM pg_roles WHERE rolname = '" + NAME + "'")
                    .next()) {
                statement.execute("CREATE ROLE " + NAME + " LOGIN PASSWORD '" + password + "'");
            }
            if (!statement
                    .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")
                    .next()) {
                statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
            }
        }
    }

    private Connection connect(String user, String database) throws SQLException {
        var source = new PGSimpleDataSource();
        source.setURL(url(database));
        return source.getConnection(user, password);
    }

    private String url(String database) {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + database;
    }

    private CannotRunException failed(Throwable failure) {
        var cause = failure.getMessage();
        try {
            var lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines();
            cause = lines.filter(line -> line.matches(".*\\b(FATAL|PANIC|error):.*"))
                    .findFirst()
                    .orElse(cause);
        } catch (IOException unreadable) {
            // Use the library's message.
        }
        return CannotRunException.databaseFailed(data, cause, log);
    }

    private static boolean runsAsRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
