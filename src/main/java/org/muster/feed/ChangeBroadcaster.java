package org.muster.feed;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.muster.database.Channel;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;
import org.muster.limits.ConcurrencyLimits.Place;
import org.muster.problems.Problem;
import org.muster.users.Sessions;

/**
 * Sends changes of groups to all open streams. While there are listeners, one thread receives notifications from the
 * database on a connection of its own. When something has changed, it reads the changes of each group once for all listeners that
 * follow the group. New and slow listeners catch up one by one, each as fast as its client reads, and then follow. It also reads every few seconds without a notification: a node may have died between its commit and its notification.
 */
@ApplicationScoped
public class ChangeBroadcaster {
    private static final Logger LOG = System.getLogger(ChangeBroadcaster.class.getName());
    private static final int CATCH_UP_THREADS = 8;
    private static final int PROBES = 3;
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int PAGE_SIZE = 200;
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
    /** While a change is not visible yet because an older transaction is still open. */
    private static final Duration SETTLING_POLL_TIMEOUT = Duration.ofMillis(50);
    /** Changes are read at least this often. */
    private static final long READ_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Duration RECONNECT_DELAY = Duration.ofMillis(500);
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);
    /** The connection is closed this long after the last listener has gone. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    @Inject
    ConcurrencyLimits limits;

    private final Set<ChangeListener> listeners = ConcurrentHashMap.newKeySet();
    /** Groups to read in any case, because they have a new listener. */
    private final Set<UUID> joinedGroups = ConcurrentHashMap.newKeySet();
    /** All changes of transactions with lower ids have been read. */
    private long settled;
    /** What the last notification was about is visible once all transactions with lower ids have ended. */
    private long awaited;

    private long readAt;

    private Changes changes;
    private Sessions sessions;
    private ThreadPoolExecutor catchingUp;
    private boolean running;
    private volatile boolean stopped;

    @PostConstruct
    void start() {
        var sql = database.sql(pool);
        changes = new Changes(sql);
        sessions = new Sessions(sql);
        catchingUp = new ThreadPoolExecutor(
                CATCH_UP_THREADS, CATCH_UP_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        catchingUp.allowCoreThreadTimeOut(true);
    }

    @PreDestroy
    void stop() {
        stopped = true;
        listeners.forEach(ChangeListener::close);
        catchingUp.shutdownNow();
    }

    /**
     * Adds a listener.
     *
     * @throws Problem 429 if the user has too many streams, 503 if the node has
     */
    void open(ChangeListener listener) {
        if (listener.closed()) {
            return;
        }
        if (listeners.size() >= ConcurrencyLimit.ALL_STREAMS.most()) {
            throw limits.refused(ConcurrencyLimit.ALL_STREAMS);
        }
        listener.occupy(place(listener.user()));
        listeners.add(listener);
        listen();
        scheduleCatchUp(listener);
    }

    /** A place for a user's stream. If all are taken, those of clients that are gone become free. */
    private Place place(UUID user) {
        for (var attempt = 0; attempt < PROBES; attempt++) {
            var place = limits.find(ConcurrencyLimit.STREAMS, user);
            if (place.isPresent()) {
                return place.get();
            }
            of(user).forEach(ChangeListener::probe);
            // The connection of a client that is gone fails at the second attempt to write.
            LockSupport.parkNanos(PROBE_NANOS);
            removeClosed();
        }
        return limits.take(ConcurrencyLimit.STREAMS, user);
    }

    private Stream<ChangeListener> of(UUID user) {
        return listeners.stream().filter(listener -> listener.user().equals(user));
    }

    private void scheduleCatchUp(ChangeListener listener) {
        schedule(listener, () -> catchUp(listener));
    }

    private void schedule(ChangeListener listener, Runnable task) {
        try {
            catchingUp.execute(task);
        } catch (RejectedExecutionException stopping) {
            listener.close();
        }
    }

    /** Sends a page of what the listener has missed. Continues when the client has received it, or has the listener follow. */
    private void catchUp(ChangeListener listener) {
        if (listener.closed()) {
            // A stalled one must not be left without anybody who continues.
            listener.close();
            return;
        }
        try {
            var page = changes.after(listener.group(), listener.cursor(), true, PAGE_SIZE);
            page.forEach(listener::add);
            if (page.size() < PAGE_SIZE) {
                listener.follow();
                joinedGroups.add(listener.group());
            } else {
                listener.whenSent(() -> scheduleCatchUp(listener));
            }
            // The changes of the page were not checked for loss of access.
            listener.checkAccess();
        } catch (DatabaseException unavailable) {
            // The client reconnects.
            listener.close();
        }
    }

    synchronized void listen() {
        if (!running && !stopped) {
            running = true;
            threads.newThread(this::run).start();
        }
    }

    private void run() {
        try {
            broadcast();
        } catch (InterruptedException stopping) {
            // The server ends its threads. Clients reconnect.
            stop();
        }
    }

    private void broadcast() throws InterruptedException {
        var lastUsed = System.nanoTime();
        var lastHeartbeat = System.nanoTime();
        while (!idle(lastUsed)) {
            try (var channel = database.listen(ChangeNotifier.CHANNEL)) {
                settled = changes.progress(Long.MAX_VALUE, List.of()).settled();
                joinedGroups.addAll(followedGroups());
                // Sessions may have ended while this did not listen.
                checkSessions(listeners);
                while (!idle(lastUsed)) {
                    poll(channel);
                    if (System.nanoTime() - lastHeartbeat > HEARTBEAT_NANOS) {
                        lastHeartbeat = System.nanoTime();
                        listeners.forEach(ChangeListener::heartbeat);
                        // Nobody is notified of those that expire.
                        checkSessions(listeners);
                    }
                    removeClosed();
                    lastUsed = listeners.isEmpty() ? lastUsed : System.nanoTime();
                }
            } catch (RuntimeException lost) {
                if (!(lost instanceof DatabaseException)) {
                    LOG.log(Level.ERROR, "Streaming of changes failed and is restarted", lost);
                }
                removeClosed();
                lastUsed = listeners.isEmpty() ? lastUsed : System.nanoTime();
                Thread.sleep(RECONNECT_DELAY.toMillis());
            }
        }
    }

    /** Closes the streams of sessions that have ended. */
    private void checkSessions(Collection<ChangeListener> open) {
        if (open.isEmpty()) {
            return;
        }
        var live = sessions.live(open.stream().map(ChangeListener::session).collect(Collectors.toSet()));
        open.stream().filter(listener -> !live.contains(listener.session())).forEach(ChangeListener::close);
    }

    private synchronized boolean idle(long lastUsed) {
        running = !stopped && (!listeners.isEmpty() || System.nanoTime() - lastUsed < IDLE_NANOS);
        return !running;
    }

    private void poll(Channel channel) {
        var busy = settled < awaited || !joinedGroups.isEmpty();
        var notifications = channel.next(busy ? SETTLING_POLL_TIMEOUT : POLL_TIMEOUT);
        var notified = !notifications.isEmpty();
        // A payload is the id of a user of whom a session has ended.
        checkSessions(notifications.stream()
                .distinct()
                .filter(user -> !user.isEmpty())
                .flatMap(user -> of(UUID.fromString(user)))
                .toList());
        if (notified || busy || System.nanoTime() - readAt > READ_INTERVAL_NANOS) {
            readNew(notified);
        }
    }

    private void readNew(boolean notified) {
        readAt = System.nanoTime();
        var groups = new HashSet<UUID>();
        joinedGroups.removeIf(groups::add);
        var following = following().collect(Collectors.groupingBy(ChangeListener::group));
        // Before reading: what has settled now is included in the next read.
        var now = changes.progress(settled, following.keySet());
        // Transaction ids go back when the database was restored into another cluster.
        groups.addAll(now.settled() < settled ? following.keySet() : now.changed());
        groups.forEach(group -> publish(group, following.getOrDefault(group, List.of())));
        settled = now.settled();
        awaited = notified ? now.begun() : Math.min(awaited, now.begun());
    }

    private void publish(UUID group, List<ChangeListener> following) {
        var from = following.stream()
                .filter(ChangeListener::following)
                .map(ChangeListener::cursor)
                .min(Comparator.naturalOrder());
        while (from.isPresent()) {
            var page = changes.after(group, from.get(), true, PAGE_SIZE);
            for (var change : page) {
                following.stream().filter(ChangeListener::following).forEach(listener -> {
                    listener.checkAccess(change);
                    if (listener.add(change)) {
                        listener.whenSent(() -> scheduleCatchUp(listener));
                    }
                });
            }
            from = page.size() < PAGE_SIZE
                    ? Optional.empty()
                    : Optional.of(page.get(PAGE_SIZE - 1).cursor());
        }
    }

    private Set<UUID> followedGroups() {
        return following().map(ChangeListener::group).collect(Collectors.toSet());
    }

    private Stream<ChangeListener> following() {
        return listeners.stream().filter(ChangeListener::following);
    }

    private void removeClosed() {
        for (var listener : listeners) {
            if (listener.closed()) {
                listener.close();
                listeners.remove(listener);
            }
        }
    }
}
