package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.muster.connections.GuardedPool;
import org.muster.connections.Lease;
import org.muster.connections.SqlState;
import org.muster.database.Command.Results;
import org.muster.database.ReplicaLag.Position;

/**
 * The replicas of the database. A read runs on one if that shows the client everything that it has written, and nothing that is too old; while
 * there is no primary, it may be old, and the client is told so. Whatever a replica cannot answer at once is for the primary.
 */
public final class Replicas {
    private static final Logger LOG = System.getLogger(Replicas.class.getName());

    /** How long a read waits for a connection that must be opened. */
    private static final Duration OPENING_TIMEOUT = Duration.ofMillis(250);
    /** How long a read waits for an answer. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

    private final GuardedPool guard;
    private final DataSource pool;
    private final ReplicaLag lag;
    private final Map<String, Position> positions = new ConcurrentHashMap<>();
    private final LongAdder reads = new LongAdder();
    private final LongAdder behind = new LongAdder();
    private final LongAdder stale = new LongAdder();

    public Replicas(GuardedPool guard, DataSource pool, ReplicaLag lag) {
        this.guard = guard;
        this.pool = pool;
        this.lag = lag;
    }

    /** Executes a read, unless the client would miss something; empty if the primary has to. */
    <T> Optional<T> read(Command command, Consistency client, Results<T> results) {
        if (!client.readsOnReplicas() || !lag.known()) {
            return Optional.empty();
        }
        var read = execute(command, client, results, (lease, position) -> acceptsAsPrimary(lease, position, client));
        read.ifPresent(any -> reads.increment());
        return read;
    }

    /** Executes a read because the primary cannot; empty if no replica can either. */
    <T> Optional<T> readStale(Command command, Consistency client, Results<T> results) {
        var read = execute(command, client, results, (lease, position) -> {
            note(lease, position);
            if (position.standby()) {
                client.stale(lag.age(position).orElseGet(lag::memory));
            }
            return true;
        });
        read.ifPresent(any -> stale.increment());
        return read;
    }

    @FunctionalInterface
    private interface Acceptance {
        boolean of(Lease lease, Position position);
    }

    private <T> Optional<T> execute(Command command, Consistency client, Results<T> results, Acceptance acceptance) {
        try {
            var lease = guard.tryBorrow(pool, OPENING_TIMEOUT);
            if (lease.isEmpty()) {
                return Optional.empty();
            }
            try (var borrowed = lease.get()) {
                return execute(borrowed, command, client, results, acceptance);
            }
        } catch (SQLException none) {
            LOG.log(Level.DEBUG, "No replica can be read from", none);
            return Optional.empty();
        }
    }

    private static <T> Optional<T> execute(
            Lease lease, Command command, Consistency client, Results<T> results, Acceptance acceptance) {
        try {
            lease.setAnswerTimeout(ANSWER_TIMEOUT);
            return command.executeAfter(
                    ReplicaLag.question(client.seen()),
                    answer -> acceptance.of(lease, Position.of(answer)),
                    lease.connection(),
                    results);
        } catch (SQLException failure) {
            if (SqlState.of(failure).endsConnection()) {
                lease.retire();
            }
            if (command.timeLimit() > 0 && SqlState.of(failure) == SqlState.CANCELLED) {
                throw DatabaseException.executing(failure);
            }
            LOG.log(Level.DEBUG, "A replica cannot execute a read", failure);
            return Optional.empty();
        } catch (RuntimeException refusal) {
            // Such as a session that the replica does not know yet.
            LOG.log(Level.DEBUG, "What a replica has read is refused", refusal);
            return Optional.empty();
        }
    }

    private boolean acceptsAsPrimary(Lease lease, Position position, Consistency client) {
        note(lease, position);
        var accepted = position.standby()
                && position.seen()
                && position.replayed() >= client.replayed()
                && lag.allows(position);
        if (accepted) {
            client.readAt(position.replayed());
        } else {
            behind.increment();
        }
        return accepted;
    }

    /** Asks a replica how far it is, so that {@link #ages} is known without reads too. */
    public void measure() {
        try {
            var lease = guard.tryBorrow(pool, OPENING_TIMEOUT);
            if (lease.isPresent()) {
                try (var borrowed = lease.get()) {
                    borrowed.setAnswerTimeout(ANSWER_TIMEOUT);
                    note(borrowed, ReplicaLag.ask(borrowed.connection()));
                }
            }
        } catch (SQLException none) {
            LOG.log(Level.DEBUG, "No replica can be measured", none);
        }
    }

    private void note(Lease lease, Position position) {
        positions.put(lease.server(), position);
        // Without a primary, it is better than nothing, and what is about to be the primary is the best.
        if (lag.known() && (!position.standby() || lag.tooFar(position))) {
            lease.retire();
        }
    }

    /** Whether reads can go on without the primary. */
    public boolean serving() {
        return guard.figures().total() > 0 || guard.breaker().outage().isEmpty();
    }

    /** The pool of their connections. */
    public GuardedPool guard() {
        return guard;
    }

    /** How old what each replica has replayed is, as far as is known, by host and port. */
    public Map<String, Duration> ages() {
        var ages = new TreeMap<String, Duration>();
        positions.forEach((server, position) -> lag.age(position).ifPresent(age -> ages.put(server, age)));
        return ages;
    }

    /** How many reads they have executed. */
    public long reads() {
        return reads.sum();
    }

    /** How many reads they have left to the primary, because they were behind. */
    public long behind() {
        return behind.sum();
    }

    /** How many reads they have executed because there was no primary. */
    public long stale() {
        return stale.sum();
    }
}
