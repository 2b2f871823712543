package org.muster.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of the credentials, for the operator.
 *
 * @param source where the login in use came from; empty if there is none yet
 * @param login the login in use; absent if there is none yet
 * @param age the time since its source last confirmed it; absent if there is none yet
 * @param nextRefresh when its source is asked again; absent if that is never done
 * @param changed when another login came into use; absent if none has
 * @param lastFailure when and why the source last failed; absent if it never did
 * @param failing true if the last read failed
 * @param refreshes how often the secret was read
 * @param rejections how often the database refused a login
 * @param pendingUses how often a pending version signed in before it was current
 */
public record CredentialsStatus(
        String source,
        Optional<Login> login,
        Optional<Duration> age,
        Optional<Instant> nextRefresh,
        Optional<Instant> changed,
        Optional<Failure> lastFailure,
        boolean failing,
        long refreshes,
        long rejections,
        long pendingUses) {

    /** When the source of the credentials failed, and why, in one line. */
    public record Failure(Instant at, String reason) {
        @Override
        public String toString() {
            return at + ": " + reason;
        }
    }

    /** The state while nothing has been loaded yet. */
    public static CredentialsStatus unknown() {
        return new CredentialsStatus(
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                0,
                0);
    }
}
