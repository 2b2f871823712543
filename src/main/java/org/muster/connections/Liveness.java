package org.muster.connections;

import java.io.IOException;
import java.net.Socket;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/** Checks whether a connection is alive. Queries the database only if that is in doubt. Used by one thread at a time. */
final class Liveness {
    /** A connection that answered this recently is not checked again, unless another was lost since. */
    private static final long TRUST_PERIOD = TimeUnit.MILLISECONDS.toNanos(50);
    /** The minimum interval between checks of the socket, each of which is a system call. */
    private static final long SOCKET_CHECK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(1);

    private final PgConnection connection;
    private final Socket socket;
    private final boolean openedReadOnly;
    private final NetworkTimeout networkTimeout;
    private final ConnectionContext context;
    private volatile long answeredAt = System.nanoTime();
    private long socketCheckedAt = System.nanoTime() - SOCKET_CHECK_INTERVAL;

    /** @param openedReadOnly whether the database accepted reads only when the connection was opened */
    Liveness(
            PgConnection connection,
            Socket socket,
            boolean openedReadOnly,
            NetworkTimeout networkTimeout,
            ConnectionContext context) {
        this.connection = connection;
        this.socket = socket;
        this.openedReadOnly = openedReadOnly;
        this.networkTimeout = networkTimeout;
        this.context = context;
    }

    /** Whether the connection can be lent: it answers, and takes writes if the database does. */
    boolean usable() throws SQLException {
        try {
            return trusted() || answers() && !readOnly();
        } catch (IOException broken) {
            context.breaker().recordLoss();
            return false;
        }
    }

    private boolean trusted() throws IOException {
        var now = System.nanoTime();
        if (now - answeredAt >= TRUST_PERIOD || context.breaker().requiresProof(answeredAt)) {
            return false;
        }
        if (now - socketCheckedAt < SOCKET_CHECK_INTERVAL) {
            return true;
        }
        if (!socketQuiet()) {
            return false;
        }
        socketCheckedAt = now;
        return true;
    }

    /** Whether the database has sent nothing unsolicited. Before it ends a session, it sends the reason. */
    private boolean socketQuiet() throws IOException {
        return socket.getInputStream().available() == 0;
    }

    private boolean answers() {
        if (context.breaker().presumesDead(answeredAt)) {
            return false;
        }
        var since = System.nanoTime();
        if (ping()) {
            context.breaker().recordAnswer();
            // A check by the monitor does not count: the next borrower's validation asks again.
            if (ThreadContext.request()
                    .filter(request -> request.policy() == OpenPolicy.NEVER)
                    .isEmpty()) {
                answeredAt = System.nanoTime();
            }
            return true;
        }
        context.breaker().recordLoss();
        // A pooler may have had no connection for it.
        if (!context.pooled()
                && System.nanoTime() - since >= context.timeouts().ping().toNanos()) {
            context.breaker().recordSilence();
        }
        return false;
    }

    private boolean ping() {
        try (var statement = connection.createStatement()) {
            networkTimeout.forPing();
            statement.execute("");
            return true;
        } catch (SQLException noAnswer) {
            return false;
        }
    }

    /** The database reports when it becomes a standby or a primary, or stops taking writes. */
    private boolean readOnly() {
        return !context.servers().include(connection) || ServerStatus.readOnlyByDefault(connection) && !openedReadOnly;
    }

    /**
     * Whether the database has ended the session since its last answer. If a transaction is open, it has then certainly not been
     * committed; once the commit was sent, nobody could tell.
     */
    boolean lostSinceLastAnswer() throws SQLException {
        if (connection.isClosed()) {
            return true;
        }
        try {
            return connection.getTransactionState() == TransactionState.OPEN && !socketQuiet() && !ping();
        } catch (IOException broken) {
            return true;
        }
    }
}
