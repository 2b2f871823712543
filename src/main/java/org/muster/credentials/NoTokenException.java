package org.muster.credentials;

/** There is no token to sign in with. The message says why. */
public final class NoTokenException extends Exception {
    private static final long serialVersionUID = 1;

    /** How the message begins. */
    public static final String BEGINNING = "no IAM token can be made";

    NoTokenException(String why) {
        super(BEGINNING + ": " + why);
    }
}
