package org.muster.settings;

/** The configuration is invalid. The message is one line for the operator and never contains a secret. */
public final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidSettingsException(String message) {
        super(message);
    }
}
