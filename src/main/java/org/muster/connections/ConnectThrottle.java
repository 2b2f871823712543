package org.muster.connections;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How many may open connections at once: one, while it is in doubt whether it can be done, then two, and one more each
 * time that so many have done it. For a login keeps both sides busy: all at once, right after an outage, would keep those
 * waiting who have a connection already, and be slow enough to meet the next outage.
 */
final class ConnectThrottle {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final BooleanSupplier doubt;
    private volatile int opening;
    private volatile int allowed = 1;
    /** How many have done it since one more was allowed. */
    private int done;

    /** @param doubt whether it is in doubt now that connections can be opened */
    ConnectThrottle(BooleanSupplier doubt) {
        this.doubt = doubt;
    }

    /** Waits until the caller may open one, who then has to {@link #leave}; false if that takes too long. */
    boolean enter(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (opening >= allowed()) {
                if (deadline.passed()) {
                    return false;
                }
                room.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            }
            opening++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private int allowed() {
        if (doubt.getAsBoolean()) {
            startOver();
        }
        return allowed;
    }

    /** @param opened whether the caller has opened one */
    void leave(boolean opened) {
        lock.lock();
        try {
            opening--;
            if (!opened) {
                startOver();
            } else if (++done >= allowed) {
                done = 0;
                allowed++;
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void startOver() {
        allowed = 1;
        done = 0;
    }

    /** How many are being opened now. */
    int opening() {
        return opening;
    }

    /** Whether the next one would have to wait. */
    boolean full() {
        return opening >= allowed;
    }
}
