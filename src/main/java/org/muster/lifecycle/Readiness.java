package org.muster.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import org.muster.connections.ConnectionFactory;
import org.muster.connections.GuardedPool;
import org.muster.connections.PoolFigures;
import org.muster.connections.SqlState;
import org.muster.credentials.CredentialsManager;
import org.muster.database.Database;

/** Whether the database may be used now, why not, and what is known of its connections and credentials. */
@ApplicationScoped
public class Readiness {
    @Inject
    Database database;

    private volatile boolean started;
    private volatile Now now = new Now(false, "starting", false, "");
    private volatile boolean stopping;
    private volatile CredentialsManager logins;
    private volatile ConnectionFactory opener;

    /**
     * What is true now.
     *
     * @param ready whether requests may be let in
     * @param reason why not, one line for the operator; empty if ready
     * @param fatal whether waiting does not help
     * @param address host, port and name of the database; empty if not known yet
     */
    public record Now(boolean ready, String reason, boolean fatal, String address) {}

    /** What is true now. */
    public Now now() {
        var known = now;
        return known.ready
                ? connections()
                        .away()
                        .map(outage -> new Now(false, reason(outage.reason(), outage.code()), false, known.address))
                        .orElse(known)
                : known;
    }

    /** Why the database cannot be used: one line for the operator. */
    String reason(String message, String code) {
        return SqlState.of(code) == SqlState.LOGIN_REFUSED
                ? "the database " + now.address + " refused the login from "
                        + credentials().source() + " (SQLSTATE " + code + ")"
                : "the database " + now.address + " cannot be used (SQLSTATE " + code + "): " + message;
    }

    /** Why the database cannot be used, in words for everybody. */
    public String cause() {
        return database.pool()
                .breaker()
                .outage()
                .map(outage -> outage.state().words())
                .orElse("it is not ready");
    }

    /** Whether the database has been ready once. */
    public boolean started() {
        return started;
    }

    /** Whether the server is on its way down: requests under way are finished, no others let in. */
    public boolean stopping() {
        return stopping;
    }

    /**
     * Whether a statement could run now without waiting for a connection, as far as one can tell before it tries.
     */
    public boolean atHand() {
        var figures = figures();
        return now().ready() && connections().breaker().outage().isEmpty() && figures.active() < figures.max();
    }

    /** When the database was last heard; absent if never. */
    public Optional<Instant> lastHeard() {
        return connections().breaker().lastSuccess();
    }

    /** The pool in figures, now. */
    public PoolFigures figures() {
        return database.pool().figures();
    }

    /** The state of the credentials. */
    public CredentialsManager.Status credentials() {
        var known = logins;
        return known == null ? CredentialsManager.unknown() : known.status();
    }

    /** What is borrowed, and how long that takes. */
    public GuardedPool connections() {
        return database.pool();
    }

    /** What opens connections; null before there are settings. */
    public ConnectionFactory opener() {
        return opener;
    }

    void configured(CredentialsManager known, ConnectionFactory opening) {
        logins = known;
        opener = opening;
    }

    synchronized void ready() {
        started = true;
        if (!stopping) {
            now = new Now(true, "", false, now.address);
        }
    }

    synchronized void unready(String reason, boolean fatal) {
        if (!stopping) {
            now = new Now(false, reason, fatal, now.address);
        }
    }

    synchronized void stop() {
        stopping = true;
        now = new Now(false, "stopping", false, now.address);
    }

    synchronized void at(String address) {
        now = new Now(now.ready, now.reason, now.fatal, address);
    }
}
