package org.muster.oidc;

/** Somebody could not be signed in with the provider. The message is for the log, and has nothing of a person or a secret. */
final class ProviderException extends Exception {
    private static final long serialVersionUID = 1;

    /** What people are told. */
    enum Reason {
        /** They, or the provider, did not allow it. */
        DENIED,
        /** They have taken too long, have been here before, or began in another browser. */
        EXPIRED,
        /** The provider does not answer, or not as it should. */
        UNAVAILABLE,
        /** The provider's answer is not one to believe. */
        REJECTED
    }

    private final Reason reason;

    ProviderException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    ProviderException(Reason reason, String message) {
        this(reason, message, null);
    }

    Reason reason() {
        return reason;
    }
}
