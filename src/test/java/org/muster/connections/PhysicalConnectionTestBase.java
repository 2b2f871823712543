package org.muster.connections;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.muster.connector.PhysicalDataSource;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.database.TestPool;
import org.muster.run.EmbeddedDatabase;
import org.muster.settings.Environment;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;

/** Opens physical connections to the shared test database, as the server's pool does. */
abstract class PhysicalConnectionTestBase {
    @TempDir
    static Path directory;

    final EmbeddedDatabase database = TestPool.shared().database();
    final PhysicalDataSource connector = new PhysicalDataSource();
    final CircuitBreaker breaker = new CircuitBreaker();

    @AfterEach
    void unregister() {
        Registry.unregister(Registry.PRIMARY);
    }

    /** Registers a factory for connections to the test database, with these additional variables. */
    ConnectionFactory register(Map<String, String> variables) throws Exception {
        var settings = settings(variables);
        var credentials = new CredentialsManager(settings);
        credentials.load();
        var factory = new ConnectionFactory(settings, Servers.primary(), credentials, breaker);
        Registry.register(Registry.PRIMARY, factory);
        return factory;
    }

    /** Ends the backend of a connection. */
    void terminate(Connection connection) throws SQLException {
        try (var superuser = database.connectAsSuperuser()) {
            text(superuser, "SELECT pg_terminate_backend(" + text(connection, "SELECT pg_backend_pid()") + ", 5000)");
        }
    }

    Settings settings(Map<String, String> variables) {
        var all = new HashMap<>(database.environment());
        all.putAll(variables);
        return SettingsReader.read(Environment.of(all, directory));
    }

    /** Returns the first column of the first row. */
    static String text(Connection connection, String statement) throws SQLException {
        try (var rows = connection.createStatement().executeQuery(statement)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
