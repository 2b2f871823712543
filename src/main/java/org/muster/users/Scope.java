package org.muster.users;

import java.util.Set;

/** What a program may do in somebody's name. */
public enum Scope {
    /** All that leaves things as they are. */
    READ,
    /** All that changes things. */
    WRITE;

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** What a request with this method needs. */
    static Scope of(String method) {
        return READING.contains(method) ? READ : WRITE;
    }
}
