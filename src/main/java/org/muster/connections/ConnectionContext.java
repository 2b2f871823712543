package org.muster.connections;

import org.muster.credentials.CredentialsManager;

/** What all physical connections of a pool share. */
record ConnectionContext(
        Servers servers,
        boolean pooled,
        CircuitBreaker breaker,
        Timeouts timeouts,
        CredentialsManager credentials,
        PoolStatistics statistics,
        LostCommits lostCommits) {}
