package org.muster.credentials;

/** The secret is unavailable. The message says why, and what to do about it if that is known, and never quotes the secret. */
final class SecretUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    SecretUnavailableException(String message) {
        super(message);
    }
}
