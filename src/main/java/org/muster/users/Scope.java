package org.muster.users;

import java.util.Set;

/** What an access token allows. */
public enum Scope {
    /** Requests that read. */
    READ,
    /** Requests that change something. */
    WRITE;

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** The scope that a request with this method needs. */
    static Scope of(String method) {
        return READING.contains(method) ? READ : WRITE;
    }
}
