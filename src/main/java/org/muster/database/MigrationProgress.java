package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Which migration is running, and for how long. */
final class MigrationProgress implements Callback {
    private static final Logger LOG = System.getLogger(MigrationProgress.class.getName());

    private volatile Running running;

    private record Running(String migration, long since) {}

    /** Returns it as a clause; empty if none is running. */
    Optional<String> now() {
        return Optional.ofNullable(running)
                .map(now -> now.migration + ", for "
                        + Duration.ofNanos(System.nanoTime() - now.since).toSeconds() + " s");
    }

    void end() {
        running = null;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        var info = context.getMigrationInfo();
        var migration = "version " + info.getVersion() + " (" + info.getDescription() + ")";
        running = new Running(migration, System.nanoTime());
        LOG.log(Level.INFO, "Migrating the database to {0}", migration);
    }

    @Override
    public String getCallbackName() {
        return "progress";
    }
}
