package org.muster.feed;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.junit.jupiter.api.Test;
import org.muster.database.Database;

class ChangeBroadcasterTest {
    @Test
    void itEndsWhenTheServerInterruptsItDuringAnOutage() throws Exception {
        var threads = new Threads();
        var broadcaster = new ChangeBroadcaster();
        broadcaster.threads = threads;
        // Without a pool nobody can listen.
        broadcaster.database = new Database();
        broadcaster.start();
        broadcaster.listen();
        var thread = threads.made.get(0);

        thread.interrupt();

        thread.join(Duration.ofSeconds(3).toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    private static final class Threads implements ManagedThreadFactory {
        private final List<Thread> made = new ArrayList<>();

        @Override
        public Thread newThread(Runnable task) {
            var thread = new Thread(task, "broadcaster");
            thread.setDaemon(true);
            made.add(thread);
            return thread;
        }

        @Override
        public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
            throw new UnsupportedOperationException();
        }
    }
}
