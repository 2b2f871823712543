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
 * A PostgreSQL of our own, on a free port of localhost, with a database {@code muster} that belongs to a user
 * {@code muster}. Its password is made with the data and kept in them, in a file {@code pgpass} for the owner's eyes
 * only: so it stays right between runs, and other users of the machine cannot sign in.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final String NAME = "muster";
    private static final String SUPERUSER = "postgres";
    private static final Duration START = Duration.ofSeconds(30);
    /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger ZONKY = Logger.getLogger("io.zonky");

    static {
        ZONKY.setLevel(Level.OFF);
        // Not in /tmp, where others could put binaries for us.
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
        log = BuildDirectory.forRuns(temporary ? "postgresql-" + port + ".log" : "postgresql.log");
        directory = new DataDirectory(data);
    }

    /**
     * Starts PostgreSQL on this directory, which keeps the data, and makes the database if it is not there yet.
     *
     * @throws CannotRun if that is not possible; nothing in the directory has been deleted
     */
    public static EmbeddedDatabase in(Path data) {
        // The data are somebody's: they must survive a power loss, which the library does not care for.
        return open(new EmbeddedDatabase(
                data, false, Map.of("fsync", "on", "synchronous_commit", "on", "max_connections", "100")));
    }

    /**
     * Starts PostgreSQL on a temporary directory, which is deleted on close.
     *
     * @param settings PostgreSQL's, such as {@code ssl} or {@code max_connections}
     */
    public static EmbeddedDatabase temporary(Map<String, String> settings) {
        try {
            return open(
                    new EmbeddedDatabase(Files.createTempDirectory("muster-postgresql-"), true, Map.copyOf(settings)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As {@link #temporary(Map)}, with PostgreSQL's usual settings. */
    public static EmbeddedDatabase temporary() {
        return temporary(Map.of());
    }

    private static EmbeddedDatabase open(EmbeddedDatabase database) {
        try {
            Files.deleteIfExists(database.log);
            database.start();
            database.provide();
            Runtime.getRuntime().addShutdownHook(new Thread(database::close));
            return database;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (SQLException | RuntimeException failure) {
            database.close();
            throw failure instanceof CannotRun cannotRun ? cannotRun : database.failed(failure);
        }
    }

    /**
     * Starts it again after {@link #stop}, on the same port and data.
     *
     * @throws CannotRun if that is not possible
     */
    public synchronized void start() {
        if (postgres != null) {
            return;
        }
        if (runsAsRoot() && !LinuxUtils.isUnshareAvailable()) {
            throw CannotRun.rootWithoutNamespaces();
        }
        var isNew = !directory.claim();
        password = isNew ? UUID.randomUUID().toString() : directory.password();
        try {
            var passwordFile = Files.createTempFile(BuildDirectory.forRuns(""), "password", null);
            try {
                Files.writeString(passwordFile, password);
                postgres = builder(passwordFile, isNew).start();
                postmaster = directory.postmaster().orElseThrow();
                keepOthersOut();
            } finally {
                Files.delete(passwordFile);
            }
        } catch (IOException | RuntimeException | ExceptionInInitializerError failure) {
            directory.postmaster().ifPresent(directory::stop);
            throw failed(failure);
        }
    }

    /** Stops it at once, though in order: transactions under way are rolled back. */
    public synchronized void stop() {
        if (postgres == null) {
            return;
        }
        try {
            postgres.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        // The library gives up after five seconds, or when Ctrl-C hits its pg_ctl, and does not say so.
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

    /** JDBC's address of the database, without user and password. */
    public String url() {
        return url(NAME);
    }

    /** PostgreSQL's own log. */
    public Path log() {
        return log;
    }

    /** The variables that make Muster use this database, and no other. */
    public Map<String, String> environment() {
        return Map.of(
                "DB_HOST", host(),
                "DB_PORT", String.valueOf(port),
                "DB_NAME", name(),
                "DB_USER", user(),
                "DB_PASSWORD", password,
                "DB_SSL", "false");
    }

    /** PostgreSQL's first process, while it runs: for tests that signal it. */
    public ProcessHandle postmaster() {
        return directory.postmaster().orElseThrow();
    }

    /** A new connection as {@link #user}, with which all tables are ours. */
    public Connection connect() throws SQLException {
        return connect(NAME, NAME);
    }

    /** A new connection as PostgreSQL's superuser, to the same database. */
    public Connection connectAsSuperuser() throws SQLException {
        return connect(SUPERUSER, NAME);
    }

    /**
     * How many sessions there are, by what PostgreSQL says.
     *
     * @param condition in SQL, on a row of {@code pg_stat_activity}
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
                .setPGStartupWait(START)
                .setPort(port)
                .setOutputRedirector(output)
                .setErrorRedirector(output)
                .setConnectConfig("password", password)
                .setServerConfig("unix_socket_directories", "")
                .setDataDirectoryCustomizer(directoryOfPostgres -> {
                    if (isNew) {
                        directory.keep(password);
                    }
                    directory.markStarted();
                });
        // These are initdb's options; the machine's locale must not decide how texts are sorted.
        builder.setLocaleConfig("auth-host", "scram-sha-256")
                .setLocaleConfig("pwfile", passwordFile.toString())
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8");
        settings.forEach((name, value) -> builder.setServerConfig(name, quoted(value)));
        return builder;
    }

    /** The settings pass through a shell on their way to PostgreSQL. */
    private static String quoted(String value) {
        return value.matches("[\\w./:-]+") ? value : "'" + value.replace("'", "'\\''") + "'";
    }

    /** The library lets everybody on the machine write where the binaries are. */
    private static void keepOthersOut() {
        var directory = binaries().toFile();
        directory.setWritable(false, false);
        directory.setWritable(true, true);
    }

    private void provide() throws SQLException {
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

    private CannotRun failed(Throwable failure) {
        var cause = failure.getMessage();
        try {
            var lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines();
            cause = lines.filter(line -> line.matches(".*\\b(FATAL|PANIC|error):.*"))
                    .findFirst()
                    .orElse(cause);
        } catch (IOException unreadable) {
            // Then the library's message has to do.
        }
        return CannotRun.databaseFailed(data, cause, log);
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
