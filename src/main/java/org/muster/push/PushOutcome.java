package org.muster.push;

import org.muster.json.EnumNames;

/** What came of an attempt to hand a message to a push service. */
enum PushOutcome {
    /** It is accepted: the browser gets it when it is online. */
    SENT,
    /** The push service does not know the subscription any more. */
    GONE,
    /** Refused for now. */
    DEFERRED,
    /** There was no answer. */
    UNREACHABLE,
    /** Refused for good. */
    REFUSED;

    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int NO_MORE = 410;
    private static final int TOO_MANY_REQUESTS = 429;

    static PushOutcome of(int status) {
        return switch (status) {
            case NOT_FOUND, NO_MORE -> GONE;
            case REQUEST_TIMEOUT, TOO_MANY_REQUESTS -> DEFERRED;
            default -> status / 100 == 2 ? SENT : status >= 500 ? DEFERRED : REFUSED;
        };
    }

    /** Whether another attempt may succeed. */
    boolean temporary() {
        return this == DEFERRED || this == UNREACHABLE;
    }

    /** As metrics name it. */
    String code() {
        return EnumNames.of(this);
    }
}
