package org.muster.connections;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Limits how many callers open connections at the same time. The limit is one while it is in doubt whether the database accepts
 * connections, and rises by one each time that as many as the limit have been opened. A login costs CPU time on both sides: many at
 * once, right after an outage, would slow down the sessions that exist.
 */
final class ConnectThrottle {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition vacancy = lock.newCondition();
    private final BooleanSupplier doubt;
    private volatile int opening;
    private volatile int allowed = 1;
    /** How many have succeeded since the limit was raised last. */
    private int succeeded;

    /** @param doubt whether it is in doubt now that the database accepts connections */
    ConnectThrottle(BooleanSupplier doubt) {
        this.doubt = doubt;
    }

    /** Waits until the caller may open a connection, and must then {@link #leave}; false once the deadline has passed. */
    boolean enter(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (opening >= allowed()) {
                if (deadline.passed()) {
                    return false;
                }
                vacancy.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
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
            } else if (++succeeded >= allowed) {
                succeeded = 0;
                allowed++;
            }
            vacancy.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void startOver() {
        allowed = 1;
        succeeded = 0;
    }

    /** How many are being opened now. */
    int opening() {
        return opening;
    }

    /** Whether the next caller would have to wait. */
    boolean full() {
        return opening >= allowed;
    }
}
