package org.muster.connections;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.muster.connections.HostAttempt.Opened;
import org.muster.credentials.Login;
import org.muster.credentials.NoTokenException;

/**
 * One attempt to open a connection, with a time limit for the whole attempt. Its hosts have equal shares of the time, so that one that
 * does not answer leaves enough for the next.
 */
final class ConnectAttempt {
    private final Servers servers;
    private final Duration timeout;

    ConnectAttempt(Servers servers, Duration timeout) {
        this.servers = servers;
        this.timeout = timeout;
    }

    /**
     * Opens a connection to the first host that is one of the servers; preferably to one that is no last resort.
     *
     * @param properties of the driver, without the password
     * @param patience the caller's, which may end the attempt earlier; the shares are the same
     * @throws SQLException as the driver says of the host whose failure tells most, or 08001 if it takes longer
     */
    Opened open(Login login, Properties properties, Deadline patience) throws SQLException {
        var hosts = servers.candidates(login);
        var share = timeout.dividedBy(hosts.size());
        var deadline = Deadline.in(patience.remaining(timeout));
        Opened lastResort = null;
        SQLException failure = null;
        for (var host : hosts) {
            try {
                var opened = new HostAttempt(servers, login, host, properties).open(share, deadline);
                servers.opened(host);
                close(lastResort);
                if (!opened.lastResort()) {
                    return opened;
                }
                lastResort = opened;
            } catch (InterruptedException interrupted) {
                close(lastResort);
                throw interrupted();
            } catch (SQLException unusable) {
                if (noToken(unusable)) {
                    close(lastResort);
                    throw unusable;
                }
                servers.failed(host, unusable);
                if (failure == null || Servers.tellsMore(unusable, failure)) {
                    failure = unusable;
                }
            }
            if (deadline.passed()) {
                break;
            }
        }
        if (lastResort == null) {
            throw failure;
        }
        return lastResort;
    }

    private static boolean noToken(SQLException failure) {
        return SqlState.firstLine(failure).startsWith(NoTokenException.BEGINNING);
    }

    private static void close(Opened superfluous) throws SQLException {
        if (superfluous != null) {
            superfluous.connection().close();
        }
    }

    /** The calling thread was interrupted while it waited for a connection to be opened. */
    static SQLException interrupted() {
        Thread.currentThread().interrupt();
        return new SQLException("interrupted while opening a connection", "08001");
    }
}
