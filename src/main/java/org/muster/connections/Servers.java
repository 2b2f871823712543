package org.muster.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.muster.credentials.Login;
import org.muster.settings.Hosts;
import org.muster.settings.Hosts.Host;
import org.postgresql.jdbc.PgConnection;

/** The servers of the database that a pool has connections to: the primary, or its replicas. */
public final class Servers {
    /** What the operator reads if the only servers that answer are standbys. */
    static final String STANDBY = "the server is a standby, which accepts no writes";

    /** For how long a replica that has failed is tried after the others. */
    private static final long DOUBT = TimeUnit.SECONDS.toNanos(5);

    private static final Duration MIN_LIFETIME = Duration.ofMinutes(5);

    private final Optional<String> hosts;
    private final boolean replicas;
    private final Preference preference;
    /** Hosts on which no connection could be opened when it was last tried, and when that was. */
    private final Map<Host, Long> failed = new ConcurrentHashMap<>();

    private Servers(Optional<String> hosts, boolean replicas, Preference preference) {
        this.hosts = hosts;
        this.replicas = replicas;
        this.preference = preference;
    }

    /** Says whether a server is to be used. */
    @FunctionalInterface
    public interface Preference {
        /**
         * Returns whether it is to be used; false if only when there is no other.
         *
         * @throws SQLException if it may not be used
         */
        boolean of(Connection server) throws SQLException;
    }

    /** The server that accepts writes, among the hosts of the login. */
    public static Servers primary() {
        return new Servers(Optional.empty(), false, any -> true);
    }

    /**
     * The standbys among some hosts.
     *
     * @param hosts a list such as {@code b:5432,c:5432}
     * @param preference which of them are to be read from
     */
    public static Servers replicas(String hosts, Preference preference) {
        return new Servers(Optional.of(hosts), true, preference);
    }

    /** These servers, but reached at other hosts: without the pooler. */
    Servers at(Optional<String> others) {
        return others.isEmpty() ? this : new Servers(others, replicas, preference);
    }

    /**
     * Whether one failure tells the operator more than another of a second host: a refusal of the login more than a standby, that more than
     * a server that starts or stops, and that more than one that does not answer.
     */
    static boolean tellsMore(SQLException one, SQLException other) {
        return weight(one) > weight(other) || weight(other) == 0;
    }

    private static int weight(SQLException failure) {
        return switch (SqlState.of(failure)) {
            case LOST -> standby(failure) ? 2 : 0;
            case UNAVAILABLE -> 1;
            default -> 3;
        };
    }

    private static boolean standby(SQLException failure) {
        return SqlState.firstLine(failure).contains(STANDBY);
    }

    /** The hosts. Those without a port have that of the login. */
    public Hosts hosts(Login login) {
        return hosts.map(known -> Hosts.of(known, login.port())).orElseGet(login::hosts);
    }

    /**
     * The hosts in the order in which to try them. Those that have failed are the last: of the primary's, until one is opened again; of the
     * replicas, for some seconds, and else each is the first as often as any other.
     */
    List<Host> candidates(Login login) {
        var candidates = new ArrayList<>(hosts(login).all());
        if (replicas) {
            Collections.shuffle(candidates);
        }
        candidates.sort(Comparator.comparing(this::doubtful));
        return candidates;
    }

    /** Notes why no connection to this host could be opened. A standby has answered: it costs no time to try it again. */
    void failed(Host host, SQLException failure) {
        if (!standby(failure)) {
            failed.put(host, System.nanoTime());
        }
    }

    /** Notes that a connection to this host was opened. */
    void opened(Host host) {
        failed.remove(host);
    }

    private boolean doubtful(Host host) {
        var at = failed.get(host);
        return at != null && (!replicas || System.nanoTime() - at < DOUBT);
    }

    /** After how long a session is replaced: a replica that has come back gets its share of them. Empty if it may stay. */
    Optional<Deadline> lifetime() {
        if (!replicas) {
            return Optional.empty();
        }
        var more = ThreadLocalRandom.current().nextLong(MIN_LIFETIME.toMillis());
        return Optional.of(Deadline.in(MIN_LIFETIME.plusMillis(more)));
    }

    /** Whether they are replicas. */
    public boolean areReplicas() {
        return replicas;
    }

    /** Whether the server at the other end is one of these, as far as it has said. Of replicas, their {@link Preference} decides. */
    boolean include(PgConnection connection) {
        return replicas || !ServerStatus.standby(connection);
    }

    /**
     * Whether another host is to be tried before a session of this one is used.
     *
     * @throws SQLException if it is none of these, or may not be used
     */
    boolean lastResort(PgConnection connection) throws SQLException {
        if (!include(connection)) {
            throw new SQLException(STANDBY, "08001");
        }
        return areReplicas() ? !preference.of(connection) : ServerStatus.readOnlyByDefault(connection);
    }
}
