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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.muster.database.Channel;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.feed.Changes.Change;
import org.muster.problems.Problem;

/**
 * All who follow groups over open connections. One thread listens to the database while there is anybody, on a connection of
 * its own; when a group has changed it reads the changes once for all who follow it. What was told while that connection was
 * lost is found by reading on from where each listener is.
 */
@ApplicationScoped
public class ChangeBroadcaster {
    private static final Logger LOG = System.getLogger(ChangeBroadcaster.class.getName());
    private static final int MOST = 2_000;
    private static final int SENDERS = 8;
    private static final int PAGE = 200;
    private static final Duration TURN = Duration.ofMillis(500);
    /** While a change has been told that an older transaction still holds back. */
    private static final Duration SHORT_TURN = Duration.ofMillis(50);

    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final long HEARTBEAT = TimeUnit.SECONDS.toNanos(15);
    /** So long after the last listener has gone, the connection is closed. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(10);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Database database;

    private final Set<ChangeListener> listeners = ConcurrentHashMap.newKeySet();
    /** Groups to be read again until the transaction with this number, and all before it, are over. */
    private final Map<UUID, Long> dirty = new ConcurrentHashMap<>();

    private Changes changes;
    private ThreadPoolExecutor senders;
    private boolean running;
    private volatile boolean stopped;

    @PostConstruct
    void start() {
        changes = new Changes(database.sql(pool));
        senders = new ThreadPoolExecutor(SENDERS, SENDERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        senders.allowCoreThreadTimeOut(true);
    }

    @PreDestroy
    void stop() {
        stopped = true;
        listeners.forEach(ChangeListener::close);
        senders.shutdownNow();
    }

    /**
     * Lets somebody follow.
     *
     * @throws Problem 503 if there are too many
     */
    void open(ChangeListener listener) {
        if (listener.closed()) {
            return;
        }
        if (listeners.size() >= MOST) {
            throw Problem.busy();
        }
        listener.deliver(senders);
        senders.execute(() -> catchUp(listener));
    }

    /** Reads what the listener has missed; what comes then is read for all. */
    private void catchUp(ChangeListener listener) {
        try {
            List<Change> page;
            do {
                page = changes.after(listener.group(), listener.cursor(), true, PAGE);
                page.forEach(listener::add);
                listener.deliver(senders);
            } while (page.size() == PAGE && !listener.closed());
            listeners.add(listener);
            // What changed before is not looked at for them.
            listener.look();
            dirty.merge(listener.group(), changes.horizon().begun() - 1, Math::max);
            listen();
        } catch (DatabaseException unavailable) {
            // They come back, and find it or are told.
            listener.close();
        }
    }

    private synchronized void listen() {
        if (!running && !stopped) {
            running = true;
            threads.newThread(this::run).start();
        }
    }

    private void run() {
        var last = System.nanoTime();
        var beat = System.nanoTime();
        while (!idle(last)) {
            try (var channel = database.listen("muster_change")) {
                var all = changes.horizon().begun() - 1;
                groups().forEach(group -> dirty.merge(group, all, Math::max));
                while (!idle(last)) {
                    turn(channel);
                    if (System.nanoTime() - beat > HEARTBEAT) {
                        beat = System.nanoTime();
                        listeners.forEach(ChangeListener::heartbeat);
                    }
                    forgetClosed();
                    listeners.forEach(listener -> listener.deliver(senders));
                    last = listeners.isEmpty() ? last : System.nanoTime();
                }
            } catch (RuntimeException lost) {
                if (!(lost instanceof DatabaseException)) {
                    LOG.log(Level.ERROR, "The change feed's streams failed, and go on", lost);
                }
                forgetClosed();
                last = listeners.isEmpty() ? last : System.nanoTime();
                pause();
            }
        }
    }

    private synchronized boolean idle(long last) {
        running = !stopped && (!listeners.isEmpty() || System.nanoTime() - last < LINGER);
        return !running;
    }

    private void turn(Channel channel) {
        for (var message : channel.next(dirty.isEmpty() ? TURN : SHORT_TURN)) {
            var parts = message.split(" ");
            dirty.merge(UUID.fromString(parts[0]), Long.parseLong(parts[1]), Math::max);
        }
        if (dirty.isEmpty()) {
            return;
        }
        // First: what is settled now is in what is read next.
        var settled = changes.horizon().settled();
        var byGroup = listeners.stream().collect(Collectors.groupingBy(ChangeListener::group));
        for (var entry : new HashMap<>(dirty).entrySet()) {
            read(entry.getKey(), byGroup.getOrDefault(entry.getKey(), List.of()));
            if (settled > entry.getValue()) {
                dirty.remove(entry.getKey(), entry.getValue());
            }
        }
    }

    private void read(UUID group, List<ChangeListener> following) {
        var from = following.stream().map(ChangeListener::cursor).min(Comparator.naturalOrder());
        while (from.isPresent()) {
            var page = changes.after(group, from.get(), true, PAGE);
            for (var change : page) {
                following.forEach(listener -> {
                    listener.look(change);
                    listener.add(change);
                });
            }
            from = page.size() < PAGE
                    ? Optional.empty()
                    : Optional.of(page.get(PAGE - 1).cursor());
        }
    }

    private Set<UUID> groups() {
        return listeners.stream().map(ChangeListener::group).collect(Collectors.toSet());
    }

    private void forgetClosed() {
        for (var listener : listeners) {
            if (listener.closed()) {
                listener.close();
                listeners.remove(listener);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RECONNECT.toMillis());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
