package org.muster.connections;

import java.sql.SQLException;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.Login;
import org.muster.settings.Settings;
import org.postgresql.jdbc.PgConnection;

/**
 * Opens connections outside the pool. Neither success nor failure tells the breaker anything, but if the login in use is refused, another
 * one is searched for.
 */
public final class UnpooledConnections {
    private final Settings settings;
    private final Servers servers;
    private final boolean pooled;
    private final CredentialsManager credentials;
    private final Timeouts timeouts;
    private final OpenConnections register;
    private final LoginRefusals refusals;

    UnpooledConnections(
            Settings settings,
            Servers servers,
            CredentialsManager credentials,
            Timeouts timeouts,
            OpenConnections register,
            LoginRefusals refusals) {
        this.settings = settings;
        var direct = settings.pooler().flatMap(Settings.Pooler::directHosts);
        this.servers = servers.at(direct);
        this.pooled = settings.pooler().isPresent() && direct.isEmpty();
        this.credentials = credentials;
        this.timeouts = timeouts;
        this.register = register;
        this.refusals = refusals;
    }

    /** Whether they are sessions of their own: without one, nothing that is set or listened for lasts. */
    public boolean areSessions() {
        return !pooled;
    }

    /**
     * Opens a connection with the login in use, which must have been loaded.
     *
     * @param applicationName what {@code pg_stat_activity} shows
     * @throws SQLException if it cannot be opened; at once if the login was refused a short time ago; 57P01 while Muster is stopping
     */
    public PgConnection open(String applicationName) throws SQLException {
        register.requireOpen();
        var login = credentials.current();
        refusals.requireNone(login);
        try {
            return open(login, applicationName);
        } catch (SQLException failure) {
            refusals.add(login, failure);
            throw failure;
        }
    }

    private PgConnection open(Login login, String applicationName) throws SQLException {
        var properties = login.properties(settings, pooled);
        properties.setProperty("ApplicationName", applicationName);
        return new ConnectAttempt(servers, timeouts.connect())
                .open(login, properties, Deadline.in(timeouts.connect()))
                .connection();
    }

    /**
     * Whether the database accepts writes on a connection that is opened now.
     *
     * @throws SQLException if none can be opened
     */
    public boolean acceptWrites() throws SQLException {
        try (var connection = open("muster")) {
            return !ServerStatus.readOnlyByDefault(connection);
        }
    }

    /** Signs in with a login that is newer than the one in use, and replaces that if the database accepts it. */
    public void verify(Login login) {
        try {
            open(login, "muster").close();
            credentials.verified(login);
        } catch (SQLException failure) {
            credentials.unverified(login, "SQLSTATE " + failure.getSQLState());
        }
    }
}
