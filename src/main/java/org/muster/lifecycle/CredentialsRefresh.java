package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.muster.connections.ConnectionFactory;
import org.muster.credentials.CredentialsManager;

/** Keeps the credentials fresh. The monitor does not wait for it: Secrets Manager may be slow. */
record CredentialsRefresh(CredentialsManager credentials, ConnectionFactory factory) implements Runnable {
    private static final Logger LOG = System.getLogger(CredentialsRefresh.class.getName());

    @Override
    public void run() {
        try {
            factory.searchLoginIfRequested();
            if (credentials.refreshDue()) {
                credentials.refresh().ifPresent(factory.unpooled()::verify);
            }
        } catch (RuntimeException defect) {
            LOG.log(Level.ERROR, "The credentials could not be refreshed", defect);
        }
    }
}
