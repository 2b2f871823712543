package org.muster.settings;

/** Who may open an account. */
public enum RegistrationMode {
    /** Everybody. */
    OPEN,
    /** Whoever has an invitation to a group. */
    INVITED,
    /** Nobody. */
    CLOSED
}
