package org.muster.lifecycle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.muster.database.DatabaseException;

/** A thread for work that goes on until the application stops. */
public final class BackgroundThread {
    private static final Logger LOG = System.getLogger(BackgroundThread.class.getName());

    private volatile Thread thread;

    /** What the thread does, until it is interrupted. */
    @FunctionalInterface
    public interface Work {
        void run() throws InterruptedException;
    }

    /** A part of the work, which is repeated. */
    @FunctionalInterface
    public interface Step {
        /** @return the time to wait before the next */
        Duration run() throws InterruptedException;
    }

    /** Starts the thread, unless it has been started. */
    public void start(ThreadFactory threads, Work work) {
        if (thread == null) {
            startOnce(threads, work);
        }
    }

    private synchronized void startOnce(ThreadFactory threads, Work work) {
        if (thread == null) {
            thread = threads.newThread(() -> run(work));
            thread.start();
        }
    }

    private static void run(Work work) {
        try {
            work.run();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Interrupts the thread, if it has been started. Does not wait for its end. */
    public synchronized void stop() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /**
     * Repeats a step until this thread is interrupted. A step that fails is repeated too. That the database is unavailable is not logged
     * here.
     *
     * @param retryDelay the time to wait after a step that has failed
     * @param failure what a step that fails has not done, for the log
     */
    public static void repeat(Step step, Duration retryDelay, String failure) throws InterruptedException {
        while (true) {
            Thread.sleep(attempt(step, retryDelay, failure).toMillis());
        }
    }

    private static Duration attempt(Step step, Duration retryDelay, String failure) throws InterruptedException {
        try {
            return step.run();
        } catch (DatabaseException unavailable) {
            // The next step may find it available again.
        } catch (RuntimeException defect) {
            LOG.log(Level.ERROR, failure, defect);
        }
        return retryDelay;
    }
}
