package org.muster.limits;

import java.time.Duration;

/** What somebody waits for a turn for, if they, or the node, already do as much of it as they may. */
public enum Turn {
    /** To have an import executed. */
    IMPORT(
            ConcurrencyLimit.IMPORTS_AT_ONCE,
            ConcurrencyLimit.ALL_IMPORTS_AT_ONCE,
            ConcurrencyLimit.WAITING_IMPORTS,
            ConcurrencyLimit.ALL_WAITING_IMPORTS,
            Duration.ofSeconds(10)),
    /** To sign in from an address where many have failed. However fast that is, the next one waits. */
    SUSPECT_SIGN_IN(
            ConcurrencyLimit.SUSPECT_SIGN_INS,
            ConcurrencyLimit.ALL_SUSPECT_SIGN_INS,
            ConcurrencyLimit.WAITING_SIGN_INS,
            ConcurrencyLimit.ALL_WAITING_SIGN_INS,
            Duration.ofSeconds(10),
            Duration.ofSeconds(2)),
    /** To have a large response sent. */
    LARGE_RESPONSE(
            ConcurrencyLimit.LARGE_RESPONSES,
            ConcurrencyLimit.ALL_LARGE_RESPONSES,
            ConcurrencyLimit.WAITING_RESPONSES,
            ConcurrencyLimit.ALL_WAITING_RESPONSES,
            Duration.ofSeconds(1)),
    /** To have a body received. For a moment: most follow their head at once. */
    SLOW_BODY(
            ConcurrencyLimit.SLOW_BODIES,
            ConcurrencyLimit.ALL_SLOW_BODIES,
            ConcurrencyLimit.WAITING_BODIES,
            ConcurrencyLimit.ALL_WAITING_BODIES,
            Duration.ofMillis(100));

    final ConcurrencyLimit own;
    final ConcurrencyLimit ofNode;
    final ConcurrencyLimit waiting;
    final ConcurrencyLimit allWaiting;
    final Duration patience;
    /** How long a turn keeps its places at least. */
    final Duration shortest;

    Turn(
            ConcurrencyLimit own,
            ConcurrencyLimit ofNode,
            ConcurrencyLimit waiting,
            ConcurrencyLimit allWaiting,
            Duration patience) {
        this(own, ofNode, waiting, allWaiting, patience, Duration.ZERO);
    }

    Turn(
            ConcurrencyLimit own,
            ConcurrencyLimit ofNode,
            ConcurrencyLimit waiting,
            ConcurrencyLimit allWaiting,
            Duration patience,
            Duration shortest) {
        this.own = own;
        this.ofNode = ofNode;
        this.waiting = waiting;
        this.allWaiting = allWaiting;
        this.patience = patience;
        this.shortest = shortest;
    }
}
