package org.muster.users;

import org.muster.http.SafeMethods;

/** What an access token allows. */
public enum Scope {
    /** Requests that read. */
    READ,
    /** Requests that change something. */
    WRITE;

    /** The scope that a request with this method needs. */
    static Scope of(String method) {
        return SafeMethods.include(method) ? READ : WRITE;
    }
}
