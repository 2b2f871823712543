package org.muster;

import org.junit.jupiter.api.Assumptions;

/** Programs that a test needs beside Java. Without one it is skipped; in CI it fails. */
public final class Installed {
    private Installed() {}

    /**
     * Skips the test, or fails it in CI, unless the program is there.
     *
     * @param what is missing otherwise, and what to do
     */
    public static void require(boolean there, String what) {
        if (!there && (Boolean.parseBoolean(System.getenv("CI")) || Boolean.getBoolean("CI"))) {
            throw new IllegalStateException(what);
        }
        Assumptions.assumeTrue(there, what);
    }
}
