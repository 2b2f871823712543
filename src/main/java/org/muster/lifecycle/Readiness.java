package org.muster.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.muster.connections.SqlState;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.CredentialsStatus;
import org.muster.database.Database;

/** Whether the database may be used now, and if not, why. */
@ApplicationScoped
public class Readiness {
    private static final String STOPPING = "stopping";

    @Inject
    Database database;

    private volatile boolean started;
    private volatile boolean leaving;
    private volatile boolean stopping;
    private volatile Now now = new Now(false, "starting", false, "");
    private volatile CredentialsManager credentials;

    /**
     * The state at one moment.
     *
     * @param ready whether requests are let in
     * @param reason why not, one line for the operator; empty if ready
     * @param fatal whether waiting does not resolve it
     * @param address host, port and name of the database; empty if not known yet
     */
    public record Now(boolean ready, String reason, boolean fatal, String address) {}

    /** The state now. */
    public Now now() {
        var known = now;
        return known.ready
                ? database.pool()
                        .totalOutage()
                        .map(outage -> new Now(false, reason(outage.reason(), outage.code()), false, known.address))
                        .orElse(known)
                : known;
    }

    /** What probes are told: the state now, or that the server is about to stop although it still serves requests. */
    public Now reported() {
        return leaving ? new Now(false, STOPPING, false, now.address) : now();
    }

    private String reason(String message, String code) {
        return SqlState.of(code) == SqlState.LOGIN_REFUSED
                ? "the database " + now.address + " refused the login from "
                        + credentials().source() + " (SQLSTATE " + code + ")"
                : "the database " + now.address + " cannot be used (SQLSTATE " + code + "): " + message;
    }

    /** Returns why the database is unavailable, as a clause that may be shown to every client. */
    public String publicReason() {
        return database.pool()
                .breaker()
                .outage()
                .map(outage -> outage.state().publicReason())
                .orElse("it is not ready");
    }

    /** Whether the database has been ready once. */
    public boolean started() {
        return started;
    }

    /** Whether the server has been told to stop: probes are told that it is not ready. It may still serve requests for a while. */
    public boolean leaving() {
        return leaving;
    }

    /** Whether the server is shutting down: requests in flight are finished, no others are let in. */
    public boolean stopping() {
        return stopping;
    }

    /** Whether a statement would run without waiting for a connection, as far as one can tell in advance. */
    public boolean immediate() {
        var pool = database.pool();
        var figures = pool.figures();
        return now().ready() && pool.breaker().outage().isEmpty() && figures.active() < figures.max();
    }

    /** When the database last answered; absent if never. */
    public Optional<Instant> lastAnswer() {
        return database.pool().breaker().lastSuccess();
    }

    /** The state of the credentials. */
    public CredentialsStatus credentials() {
        var known = credentials;
        return known == null ? CredentialsStatus.unknown() : known.status();
    }

    void use(CredentialsManager manager) {
        credentials = manager;
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

    /** Not ready, because of this failure. The driver's messages hold no password. */
    void unready(Exception failure) {
        var message = String.valueOf(failure.getMessage());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                message = sql.getMessage();
                break;
            }
        }
        unready(reason(message.lines().findFirst().orElse(""), SqlState.codeIn(failure)), false);
    }

    /** Has probes fail from now on, while requests are served. */
    void leave() {
        leaving = true;
    }

    synchronized void stop() {
        leaving = true;
        stopping = true;
        now = new Now(false, STOPPING, false, now.address);
    }

    synchronized void at(String address) {
        now = new Now(now.ready, now.reason, now.fatal, address);
    }
}
