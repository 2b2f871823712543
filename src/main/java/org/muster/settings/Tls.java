package org.muster.settings;

/** How connections are encrypted: the values of {@code DB_SSL}. */
public enum Tls {
    /** {@code false}: not encrypted. */
    OFF("disable"),
    /** {@code true}: encrypted, and the server's certificate and host name are verified. */
    VERIFY_FULL("verify-full"),
    /** {@code require}: encrypted, but whoever answers is trusted. */
    REQUIRE("require");

    private final String sslmode;

    Tls(String sslmode) {
        this.sslmode = sslmode;
    }

    /** The driver's name for it. */
    public String sslmode() {
        return sslmode;
    }
}
