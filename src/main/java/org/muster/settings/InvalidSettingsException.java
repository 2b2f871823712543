package org.muster.settings;

/** The configuration makes no sense. The message is one line for the operator and never holds a secret. */
public final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidSettingsException(String message) {
        super(message);
    }
}
