package org.muster.settings;

/** How connections to the database are encrypted, by the values of {@code DB_SSL}. */
public enum Tls {
    /** {@code false}: not encrypted. */
    OFF("disable"),
    /** {@code true}: encrypted; the server's certificate and host name are verified. */
    VERIFY_FULL("verify-full"),
    /** {@code require}: encrypted; the server's certificate is not verified. */
    REQUIRE("require");

    private final String sslmode;

    Tls(String sslmode) {
        this.sslmode = sslmode;
    }

    /** Returns the value of the driver's {@code sslmode} property. */
    public String sslmode() {
        return sslmode;
    }
}
