package org.muster.database;

import jakarta.enterprise.context.ApplicationScoped;

/** Whether the database may be used now, and why not. */
@ApplicationScoped
public class DatabaseState {
    private volatile Settings.Pool limits = Settings.Pool.DEFAULT;
    private volatile boolean started;
    private volatile Now now = new Now(false, "starting", false, "", "");

    /**
     * What is true now.
     *
     * @param ready whether requests may be let in
     * @param reason why not, one line for the operator; empty if ready
     * @param fatal whether waiting does not help
     * @param source where the credentials came from; empty if there are none yet
     * @param address host, port and name of the database; empty if not known yet
     */
    public record Now(boolean ready, String reason, boolean fatal, String source, String address) {}

    /** What is true now. */
    public Now now() {
        return now;
    }

    /** Whether the database has been ready once. */
    public boolean started() {
        return started;
    }

    /** The pool in figures, now. */
    public PoolFigures figures() {
        return PoolFigures.now(limits);
    }

    void configured(Settings.Pool limits) {
        this.limits = limits;
    }

    void ready() {
        started = true;
        now = new Now(true, "", false, now.source, now.address);
    }

    void unready(String reason, boolean fatal) {
        now = new Now(false, reason, fatal, now.source, now.address);
    }

    void signedInWith(Login login) {
        now = new Now(now.ready, now.reason, now.fatal, login.source(), login.address());
    }
}
