package org.muster.connections;

import java.sql.SQLException;
import java.util.Optional;

/** A borrower's request to open a connection, and its result. Used by one thread. */
final class OpenRequest {
    private final OpenPolicy policy;
    private final Optional<Deadline> deadline;
    private SQLException failure;
    private boolean connectionLost;

    private OpenRequest(OpenPolicy policy, Optional<Deadline> deadline) {
        this.policy = policy;
        this.deadline = deadline;
    }

    /** A request of a borrower with a deadline. */
    static OpenRequest within(Deadline deadline, OpenPolicy policy) {
        return new OpenRequest(policy, Optional.of(deadline));
    }

    /** A request without a deadline: each connection gets the acquire timeout. */
    static OpenRequest withoutDeadline(OpenPolicy policy) {
        return new OpenRequest(policy, Optional.empty());
    }

    OpenPolicy policy() {
        return policy;
    }

    /** The deadline of the caller; empty if it has none. */
    Optional<Deadline> deadline() {
        return deadline;
    }

    /** @throws SQLException what an earlier attempt for this request failed with, if one did */
    void rethrowFailure() throws SQLException {
        if (failure != null) {
            throw failure;
        }
    }

    void failed(SQLException cause) {
        failure = cause;
    }

    /** Whether the connection that the pool was about to lend turned out to be lost. */
    boolean connectionLost() {
        return connectionLost;
    }

    void connectionLost(boolean lost) {
        connectionLost = lost;
    }
}
