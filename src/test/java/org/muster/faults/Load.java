package org.muster.faults;

import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.muster.Client;
import org.muster.run.EmbeddedDatabase;

/**
 * Constant load from concurrent clients: some read a group, some plan activities in it. Remembers every answer, and can
 * tell from the database whether each write happened as often as its answer said.
 */
final class Load {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final Client client;
    private final String group;
    private final Collection<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    /**
     * One request.
     *
     * @param at when it was sent, as {@link System#nanoTime}
     * @param nanos how long the answer took
     * @param status 0 if there was no answer
     * @param type the problem's type, if it was one
     * @param title of the activity that it planned; null if it read
     */
    record Outcome(long at, long nanos, int status, String type, String title) {
        boolean ok() {
            return status == 200 || status == 201;
        }

        boolean unknown() {
            return status == 0 || type.equals("/problems/outcome-unknown");
        }

        double seconds() {
            return nanos / 1e9;
        }

        long end() {
            return at + nanos;
        }
    }

    private Load(Client client, String group) {
        this.client = client;
        this.group = group;
    }

    /** Somebody with a group of their own, before there is any load. */
    static Load prepared(URI base) {
        var client = Client.anonymous(base).signedUp("Load");
        var group =
                client.post("/api/v1/groups", "{'name':'Load','zone':'UTC','visibility':'public','joinPolicy':'open'}");
        return new Load(client, "/api/v1/groups/" + group.id());
    }

    /** The same, without what was remembered. */
    Load anew() {
        return new Load(client, group);
    }

    /** The same on another server. */
    Load at(URI base) {
        return new Load(Client.anonymous(base), group);
    }

    /** Begins with so many who read and so many who write. */
    Load start(int readers, int writers) {
        for (var i = 0; i < readers + writers; i++) {
            var writes = i >= readers;
            var thread = new Thread(() -> work(writes), "load-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    /** Ends, after the requests under way. */
    Load stop() {
        running = false;
        try {
            for (var thread : threads) {
                thread.join(60_000);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return this;
    }

    /** Continues for this long: faults need time to show. */
    Load during(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
        return this;
    }

    private void work(boolean writes) {
        while (running) {
            if (writes) {
                write();
            } else {
                read();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    Outcome read() {
        return remember(() -> client.get(group), null);
    }

    Outcome write() {
        var title = UUID.randomUUID().toString();
        return remember(
                () -> client.post(
                        group + "/activities",
                        "{'title':'%s','startsLocal':'2030-01-01T10:00','durationMinutes':60}".formatted(title)),
                title);
    }

    private Outcome remember(java.util.function.Supplier<Client.Answer> request, String title) {
        var at = System.nanoTime();
        var status = 0;
        var type = "";
        try {
            var answer = request.get();
            status = answer.status();
            type = status >= 400 ? answer.json().getString("type", "") : "";
        } catch (UncheckedIOException | jakarta.json.JsonException | IllegalStateException noAnswer) {
            type = String.valueOf(noAnswer.getMessage());
        }
        var outcome = new Outcome(at, System.nanoTime() - at, status, type, title);
        outcomes.add(outcome);
        return outcome;
    }

    long sent() {
        return outcomes.size();
    }

    List<Outcome> all() {
        return List.copyOf(outcomes);
    }

    List<Outcome> failed() {
        return outcomes.stream().filter(outcome -> !outcome.ok()).toList();
    }

    List<Outcome> where(Predicate<Outcome> condition) {
        return outcomes.stream().filter(condition).toList();
    }

    /** The longest that anybody waited for an answer, in seconds. */
    double slowest() {
        return outcomes.stream().mapToDouble(Outcome::seconds).max().orElse(0);
    }

    /** Seconds until the first success that was asked for or answered after this instant. */
    double firstSuccessAfter(long instant, boolean write) {
        return outcomes.stream()
                        .filter(outcome -> outcome.ok() && outcome.end() > instant && (!write || outcome.title != null))
                        .mapToLong(outcome -> outcome.end() - instant)
                        .min()
                        .orElse(Long.MAX_VALUE)
                / 1e9;
    }

    /** What the answers were, and how often. */
    Map<String, Integer> statuses() {
        var counts = new HashMap<String, Integer>();
        outcomes.forEach(outcome -> counts.merge(outcome.status + " " + outcome.type, 1, Integer::sum));
        return counts;
    }

    /** Writes whose answer was not true: confirmed and not there, refused and there, or there twice. */
    List<String> lies(EmbeddedDatabase database) throws SQLException {
        try (var connection = database.connectAsSuperuser()) {
            return lies(connection);
        }
    }

    List<String> lies(java.sql.Connection connection) throws SQLException {
        var found = new HashMap<String, Integer>();
        try (var statement = connection.prepareStatement("SELECT title FROM activity WHERE group_id = ?::uuid")) {
            statement.setString(1, group.substring(group.lastIndexOf('/') + 1));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.merge(rows.getString(1), 1, Integer::sum);
                }
            }
        }
        var lies = new ArrayList<String>();
        for (var outcome : outcomes) {
            if (outcome.title != null) {
                var times = found.getOrDefault(outcome.title, 0);
                var true_ = outcome.ok() ? times == 1 : times == 0 || outcome.unknown() && times == 1;
                if (!true_) {
                    lies.add(outcome + " is there " + times + " times");
                }
            }
        }
        return lies;
    }
}
