package org.muster.lifecycle;

import static java.util.function.Predicate.not;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.muster.connections.CircuitBreaker.Outage;
import org.muster.connections.Condition;
import org.muster.credentials.CredentialsManager;
import org.muster.credentials.CredentialsStatus;
import org.muster.database.Database;
import org.muster.database.Replicas;

/** Whether the database may be used now, and if not, why. */
@ApplicationScoped
public class Readiness {
    private static final String STOPPING = "stopping";

    @Inject
    Database database;

    private volatile boolean started;
    private volatile boolean leaving;
    private volatile boolean stopping;
    private volatile Now now = Now.not("starting", false, "");
    private volatile Supplier<Optional<String>> migration = Optional::empty;
    private volatile CredentialsManager credentials;

    /**
     * The state at one moment.
     *
     * @param ready whether requests are let in
     * @param condition of the database that is the reason; empty if it is well, or not known yet
     * @param reason why not, or why only some succeed: one line for the operator; empty if all is well
     * @param fatal whether waiting does not resolve it
     * @param address host, port and name of the database; empty if not known yet
     */
    public record Now(boolean ready, Optional<Condition> condition, String reason, boolean fatal, String address) {
        private static Now not(String reason, boolean fatal, String address) {
            return new Now(false, Optional.empty(), reason, fatal, address);
        }

        /** Whether requests are let in, and some of them fail or wait. */
        public boolean degraded() {
            return ready && !reason.isEmpty();
        }
    }

    /** The state now. */
    public Now now() {
        var known = now;
        if (!known.ready) {
            return migration
                    .get()
                    .map(running -> Now.not("migrating the database: " + running, false, known.address))
                    .orElse(known);
        }
        return database.pool()
                .totalOutage()
                .map(outage -> now(replicasServe() || outage.failingOver(), Diagnosis.of(outage)))
                .or(() -> impairment().map(diagnosis -> now(true, diagnosis)))
                .orElse(known);
    }

    /** What probes are told: the state now, or that the server is about to stop although it still serves requests. */
    public Now reported() {
        return leaving ? Now.not(STOPPING, false, now.address) : now();
    }

    private Now now(boolean ready, Diagnosis diagnosis) {
        return new Now(
                ready,
                Optional.of(diagnosis.condition()),
                diagnosis.reason(now.address, credentials().source()),
                !ready && diagnosis.condition().fatal(),
                now.address);
    }

    /** What some requests fail with, although there are connections. */
    private Optional<Diagnosis> impairment() {
        var pool = database.pool();
        if (pool.waitingCommits().isPresent()) {
            return pool.waitingCommits().map(detail -> new Diagnosis(Condition.COMMITS_WAITING, "", detail));
        }
        var full = database.impairments().diskFull();
        if (full.isPresent()) {
            return full.map(seen -> new Diagnosis(Condition.DISK_FULL, seen.code(), seen.message()));
        }
        var refused = database.impairments().refused();
        if (refused.isPresent()) {
            return refused.map(seen -> new Diagnosis(Condition.STATEMENT_REFUSED, seen.code(), seen.message()));
        }
        if (pool.factory()
                .filter(factory -> factory.register().readOnlyDatabase())
                .isPresent()) {
            return Optional.of(new Diagnosis(
                    Condition.READ_ONLY, "25006", "default_transaction_read_only is on; requests that write fail"));
        }
        return pool.breaker().outage().filter(Outage::confirmed).map(Diagnosis::ofNewConnections);
    }

    /** Whether requests are let in now. */
    public boolean accepting() {
        return now.ready
                && database.pool()
                        .totalOutage()
                        .filter(not(Outage::failingOver))
                        .isEmpty();
    }

    /** Whether requests that only read are let in now: replicas answer them while there is no primary. */
    public boolean acceptingReads() {
        return accepting() || now.ready && replicasServe();
    }

    private boolean replicasServe() {
        return database.replicas().filter(Replicas::serving).isPresent();
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
        return accepting() && pool.breaker().outage().isEmpty() && figures.active() < figures.max();
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

    /** @param progress returns which migration is running; empty if none is */
    void showMigration(Supplier<Optional<String>> progress) {
        migration = progress;
    }

    synchronized void ready() {
        started = true;
        if (!stopping) {
            now = new Now(true, Optional.empty(), "", false, now.address);
        }
    }

    synchronized void unready(String reason, boolean fatal) {
        if (!stopping) {
            now = Now.not(reason, fatal, now.address);
        }
    }

    /** Not ready, because of this. */
    synchronized void unready(Diagnosis diagnosis) {
        if (!stopping) {
            now = now(false, diagnosis);
        }
    }

    /** Has probes fail from now on, while requests are served. */
    void leave() {
        leaving = true;
    }

    synchronized void stop() {
        leaving = true;
        stopping = true;
        now = Now.not(STOPPING, false, now.address);
    }

    synchronized void at(String address) {
        now = new Now(now.ready, now.condition, now.reason, now.fatal, address);
    }
}
