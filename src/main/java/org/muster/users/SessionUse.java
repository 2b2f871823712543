package org.muster.users;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.lifecycle.BackgroundThread;

/**
 * Notes in the database when sessions were last used, which ends idle ones: all that were used within a minute together, and each at
 * most once an hour. Requests do not wait for that.
 */
@ApplicationScoped
public class SessionUse {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration PRECISION = Duration.ofHours(1);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    private final Set<ByteBuffer> used = ConcurrentHashMap.newKeySet();
    /** When each was saved, in the nanoseconds of this JVM. */
    private final Map<ByteBuffer, Long> saved = new ConcurrentHashMap<>();

    private final BackgroundThread thread = new BackgroundThread();

    /** The session with this token has been used just now. */
    void note(Token token) {
        var hash = token.key();
        if (!saved.containsKey(hash)) {
            used.add(hash);
        }
        thread.start(threads, this::run);
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    private void run() throws InterruptedException {
        var sessions = new Sessions(database.sql(pool));
        Thread.sleep(INTERVAL.toMillis());
        BackgroundThread.repeat(() -> save(sessions), INTERVAL, "The use of sessions could not be noted");
    }

    private Duration save(Sessions sessions) {
        var now = System.nanoTime();
        saved.values().removeIf(at -> now - at > PRECISION.toNanos());
        var noted = List.copyOf(used);
        if (!noted.isEmpty()) {
            sessions.used(noted.stream().map(ByteBuffer::array).toList());
            noted.forEach(hash -> saved.put(hash, now));
            used.removeAll(noted);
        }
        return INTERVAL;
    }
}
