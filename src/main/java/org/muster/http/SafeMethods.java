package org.muster.http;

import java.util.Set;

/** The HTTP methods with which a request only reads, and has no body. */
public final class SafeMethods {
    private static final Set<String> NAMES = Set.of("GET", "HEAD", "OPTIONS");

    private SafeMethods() {}

    /** Whether this method is one of them. */
    public static boolean include(String method) {
        return NAMES.contains(method);
    }
}
