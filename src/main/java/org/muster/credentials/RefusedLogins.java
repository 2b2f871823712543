package org.muster.credentials;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The logins that the database has refused since it last accepted one, in the order in which their turn comes again. One of them
 * may become right again, and only one is tried at a time, because accounts may be locked otherwise.
 */
final class RefusedLogins {
    private static final int KEPT = 4;

    private final Deque<Login> refused = new ArrayDeque<>();

    synchronized void add(Login login) {
        refused.removeIf(login::sameAs);
        refused.addLast(login);
        if (refused.size() > KEPT) {
            refused.removeFirst();
        }
    }

    synchronized boolean contains(Login login) {
        return refused.stream().anyMatch(login::sameAs);
    }

    /** The login whose turn it is; there is one. */
    synchronized Login next() {
        return refused.getFirst();
    }

    synchronized void clear() {
        refused.clear();
    }
}
