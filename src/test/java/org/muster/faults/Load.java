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
 * Constant load from concurrent clients: readers get a group, writers create activities in it. Records every answer, and verifies
 * against the database that each write was executed as its answer says.
 */
public final class Load {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final Client client;
    private final String group;
    private final Collection<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    /**
     * The outcome of a request.
     *
     * @param at when it was sent, as {@link System#nanoTime}
     * @param nanos the response time in nanoseconds
     * @param status the HTTP status; 0 if there was no answer
     * @param type the type of the problem, or the client's error message; empty on success
     * @param title the title of the activity that it created; null if it was a read
     */
    public record Outcome(long at, long nanos, int status, String type, String title) {
        public boolean ok() {
            return status == 200 || status == 201;
        }

        public boolean unknown() {
            return status == 0 || type.equals("/problems/outcome-unknown");
        }

        public double seconds() {
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

    /** Creates an account and a group, without starting the load. */
    public static Load prepared(URI base) {
        var client = Client.unvalidated(base).signedUp("Load");
        var group =
                client.post("/api/v1/groups", "{'name':'Load','zone':'UTC','visibility':'public','joinPolicy':'open'}");
        return new Load(client, "/api/v1/groups/" + group.id());
    }

    /** Returns a load on the same group without recorded outcomes. */
    public Load fresh() {
        return new Load(client, group);
    }

    /** Returns a load on the same group, by the same user, on another server. */
    Load at(URI base) {
        return new Load(client.at(base), group);
    }

    /** Starts this many readers and writers. */
    public Load start(int readers, int writers) {
        for (var i = 0; i < readers + writers; i++) {
            var writes = i >= readers;
            var thread = new Thread(() -> work(writes), "load-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    /** Stops after the requests in flight. */
    public Load stop() {
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

    /** Continues for this long, so that the effects of faults show. */
    public Load during(Duration duration) {
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
        return record(() -> client.get(group), null);
    }

    Outcome write() {
        var title = UUID.randomUUID().toString();
        return record(
                () -> client.post(
                        group + "/activities",
                        "{'title':'%s','startsLocal':'2030-01-01T10:00','durationMinutes':60}".formatted(title)),
                title);
    }

    private Outcome record(java.util.function.Supplier<Client.Answer> request, String title) {
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

    public List<Outcome> failed() {
        return outcomes.stream().filter(outcome -> !outcome.ok()).toList();
    }

    public List<Outcome> where(Predicate<Outcome> condition) {
        return outcomes.stream().filter(condition).toList();
    }

    /** Describes how many commits had an unknown outcome. */
    String unknownOutcomes() {
        var count = where(Outcome::unknown).size();
        return "%d %s with unknown outcome".formatted(count, count == 1 ? "commit" : "commits");
    }

    /** Returns the longest response time in seconds. */
    public double slowest() {
        return outcomes.stream().mapToDouble(Outcome::seconds).max().orElse(0);
    }

    /**
     * Returns the seconds until the first successful answer after an instant.
     *
     * @param instant as {@link System#nanoTime}
     * @param write whether only writes count
     */
    public double firstSuccessAfter(long instant, boolean write) {
        return outcomes.stream()
                        .filter(outcome -> outcome.ok() && outcome.end() > instant && (!write || outcome.title != null))
                        .mapToLong(outcome -> outcome.end() - instant)
                        .min()
                        .orElse(Long.MAX_VALUE)
                / 1e9;
    }

    /** Returns the number of answers by status and type. */
    Map<String, Integer> statuses() {
        return statuses(any -> true);
    }

    /** Returns the number of these answers by status and type. */
    public Map<String, Integer> statuses(Predicate<Outcome> condition) {
        var counts = new HashMap<String, Integer>();
        where(condition).forEach(outcome -> counts.merge(outcome.status + " " + outcome.type, 1, Integer::sum));
        return counts;
    }

    /** Returns writes that contradict their answers: confirmed but missing, refused but present, or present twice. */
    List<String> violations(EmbeddedDatabase database) throws SQLException {
        try (var connection = database.connectAsSuperuser()) {
            return violations(connection);
        }
    }

    public List<String> violations(java.sql.Connection connection) throws SQLException {
        var found = new HashMap<String, Integer>();
        try (var statement = connection.prepareStatement("SELECT title FROM activity WHERE group_id = ?::uuid")) {
            statement.setString(1, group.substring(group.lastIndexOf('/') + 1));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.merge(rows.getString(1), 1, Integer::sum);
                }
            }
        }
        var violations = new ArrayList<String>();
        for (var outcome : outcomes) {
            if (outcome.title != null) {
                var times = found.getOrDefault(outcome.title, 0);
                var consistent = outcome.ok() ? times == 1 : times == 0 || outcome.unknown() && times == 1;
                if (!consistent) {
                    violations.add(outcome + " exists " + times + " times");
                }
            }
        }
        return violations;
    }
}
