package org.muster.credentials;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The logins that the database has refused since it last accepted one, in the order in which their turn comes again. One of them
 * may become right again, and only one is tried at a time, because accounts may be locked otherwise.
 */
final class RefusedLogins {
    private static final int KEPT = 4;

    private final Deque<Refusal> refused = new ArrayDeque<>();

    private record Refusal(Login login, long at) {
        boolean isOf(Login other) {
            return login.sameAs(other);
        }
    }

    synchronized void add(Login login) {
        refused.removeIf(refusal -> refusal.isOf(login));
        refused.addLast(new Refusal(login, System.nanoTime()));
        if (refused.size() > KEPT) {
            refused.removeFirst();
        }
    }

    synchronized boolean contains(Login login) {
        return refused.stream().anyMatch(refusal -> refusal.isOf(login));
    }

    /** Whether this login was refused after this {@link System#nanoTime}. */
    synchronized boolean containsSince(long time, Login login) {
        return refused.stream().anyMatch(refusal -> refusal.isOf(login) && refusal.at() - time >= 0);
    }

    /** The login whose turn it is; there is one. */
    synchronized Login next() {
        return refused.getFirst().login();
    }

    synchronized void clear() {
        refused.clear();
    }
}
