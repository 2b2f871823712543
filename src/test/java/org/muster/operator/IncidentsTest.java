package org.muster.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.muster.connections.CircuitBreaker;
import org.muster.connections.GuardedPool;
import org.muster.connections.HistogramSnapshot;
import org.muster.connections.PoolFigures;
import org.muster.credentials.CredentialsStatus;
import org.muster.lifecycle.Readiness.Now;
import org.muster.operator.Incident.Cause;
import org.muster.operator.StatusSnapshot.Counts;
import org.muster.operator.Verdict.Level;

/** Feeds series of snapshots, ten per second, to {@link Incidents}. */
class IncidentsTest {
    private static final HistogramSnapshot NONE =
            GuardedPool.unguarded().statistics().waits().snapshot();

    private final Incidents incidents = new Incidents();
    private final CircuitBreaker breaker = new CircuitBreaker();
    private Instant clock = Instant.parse("2026-11-25T10:00:00Z");
    private boolean started = true;
    private boolean stopping;
    private String reason = "";
    private int total = 2;
    private int active;
    private int waiting;
    private long refused;
    private long retries;
    private long lost;
    private Optional<CredentialsStatus.Failure> failure = Optional.empty();

    @Test
    void withoutIncidentsTheVerdictIsWell() {
        snapshots(30);

        assertThat(verdict().level()).isEqualTo(Level.WELL);
        assertThat(verdict().since()).isEqualTo(Instant.parse("2026-11-25T10:00:00.100Z"));
        assertThat(incidents.recent()).isEmpty();
    }

    @Test
    void anOutageLastsUntilTheBreakerCloses() {
        snapshots(5);
        refuse("57P01", "terminating connection");
        total = 0;
        lost = 2;
        snapshots(1);

        assertThat(verdict().level()).isEqualTo(Level.DOWN);
        assertThat(verdict().sqlState()).contains("57P01");

        refuse("08001", "Connection refused");
        reason = "the database cannot be used";
        refused = 40;
        retries = 3;
        snapshots(20);

        assertThat(verdict().sqlState()).contains("08001");

        reason = "";
        breakerCloses();
        total = 2;
        snapshots(1);

        assertThat(verdict().level()).isEqualTo(Level.WELL);
        assertThat(incidents.recent()).singleElement().satisfies(incident -> {
            assertThat(incident.cause()).isEqualTo(Cause.OUTAGE);
            assertThat(incident.down()).isTrue();
            assertThat(incident.sqlState()).contains("57P01");
            assertThat(incident.reason()).isEqualTo("terminating connection");
            assertThat(Duration.between(incident.begun(), incident.ended().orElseThrow()))
                    .isBetween(Duration.ofMillis(2_000), Duration.ofMillis(2_300));
            assertThat(incident.cost()).isEqualTo(new Counts(40, 3, 2));
        });
    }

    @Test
    void anOutageWithOpenConnectionsIsDegradedNotDown() {
        snapshots(5);
        refuse("28P01", "password authentication failed");
        snapshots(1);

        assertThat(verdict().level()).isEqualTo(Level.DEGRADED);
        assertThat(verdict().cause()).contains(Cause.OUTAGE);
        assertThat(incidents.recent().get(0).down()).isFalse();
    }

    @Test
    void anOutageBetweenTwoSnapshotsIsRecorded() {
        snapshots(5);
        refuse("08006", "connection reset");
        breakerCloses();
        snapshots(1);
        snapshots(1);

        assertThat(verdict().level()).isEqualTo(Level.WELL);
        assertThat(incidents.recent()).singleElement().satisfies(incident -> {
            assertThat(incident.sqlState()).contains("08006");
            assertThat(incident.isOver()).isTrue();
        });
    }

    @Test
    void lossesInQuickSuccessionAreOneIncident() {
        snapshots(5);
        lost = 2;
        total = 0;
        snapshots(1);
        total = 2;
        snapshots(10);
        lost = 4;
        snapshots(40);

        assertThat(verdict().level()).isEqualTo(Level.DEGRADED);
        assertThat(verdict().cause()).contains(Cause.CONNECTIONS_LOST);

        snapshots(20);

        assertThat(verdict().level()).isEqualTo(Level.WELL);
        assertThat(incidents.recent()).singleElement().satisfies(incident -> {
            assertThat(incident.cost().lost()).isEqualTo(4);
            assertThat(Duration.between(incident.begun(), incident.ended().orElseThrow()))
                    .isBetween(Duration.ofMillis(1_000), Duration.ofMillis(1_300));
        });
    }

    @Test
    void aBriefWaitIsNoIncident() {
        snapshots(5);
        active = 10;
        waiting = 3;
        snapshots(2);
        waiting = 0;
        snapshots(20);

        assertThat(incidents.recent()).isEmpty();
    }

    @Test
    void aPoolIsExhaustedWhileCallersWaitInVain() {
        snapshots(20);
        active = 10;
        waiting = 3;
        refused = 7;
        snapshots(4);

        assertThat(verdict().level()).isEqualTo(Level.DEGRADED);
        assertThat(verdict().cause()).contains(Cause.POOL_EXHAUSTED);

        waiting = 0;
        snapshots(15);

        assertThat(verdict().level()).isEqualTo(Level.WELL);
        assertThat(incidents.recent())
                .singleElement()
                .extracting(Incident::isOver)
                .isEqualTo(true);
    }

    @Test
    void aFailingSecretIsAnIncidentOfItsOwn() {
        snapshots(5);
        failure = Optional.of(new CredentialsStatus.Failure(clock, "it took too long"));
        snapshots(5);
        refuse("08001", "Connection refused");
        total = 0;
        snapshots(5);
        breakerCloses();
        total = 2;
        snapshots(1);

        assertThat(verdict().cause()).contains(Cause.SECRET_UNAVAILABLE);
        assertThat(verdict().reason()).isEqualTo("it took too long");
        assertThat(incidents.recent())
                .extracting(Incident::cause)
                .containsExactly(Cause.SECRET_UNAVAILABLE, Cause.OUTAGE);
    }

    @Test
    void aStartThatWaitsForTheDatabaseGivesTheReason() {
        started = false;
        reason = "starting";
        snapshots(3);
        reason = "the database cannot be used (SQLSTATE 08001)";
        snapshots(30);

        assertThat(verdict().level()).isEqualTo(Level.DOWN);
        assertThat(verdict().cause()).contains(Cause.STARTING);
        assertThat(verdict().reason()).contains("08001");
        assertThat(verdict().since()).isEqualTo(Instant.parse("2026-11-25T10:00:00.100Z"));
    }

    @Test
    void aServerThatShutsDownIsDown() {
        snapshots(5);
        stopping = true;
        reason = "stopping";
        snapshots(5);

        assertThat(verdict().level()).isEqualTo(Level.DOWN);
        assertThat(verdict().cause()).contains(Cause.STOPPING);
        assertThat(incidents.recent()).isEmpty();
    }

    @Test
    void aServerThatStillServesRequestsBeforeItShutsDownIsDegraded() {
        snapshots(5);
        stopping = true;
        snapshots(5);

        assertThat(verdict().level()).isEqualTo(Level.DEGRADED);
        assertThat(verdict().cause()).contains(Cause.STOPPING);
        assertThat(incidents.recent()).isEmpty();
    }

    private void refuse(String code, String message) {
        breaker.recordFailure(new SQLException(message, code), System.nanoTime());
    }

    private void breakerCloses() {
        breakerClosed = true;
    }

    private boolean breakerClosed;

    private void snapshots(int count) {
        for (var i = 0; i < count; i++) {
            clock = clock.plusMillis(100);
            incidents.observe(new StatusSnapshot(
                    clock,
                    started,
                    stopping,
                    new Now(reason.isEmpty(), Optional.empty(), reason, false, "localhost:5432/muster"),
                    new PoolFigures(total, active, waiting, 2, 10),
                    0,
                    breakerClosed ? Optional.empty() : breaker.outage(),
                    breaker.lastOutage(),
                    NONE,
                    NONE,
                    0,
                    new Counts(refused, retries, lost),
                    new CredentialsStatus(
                            "environment",
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            failure,
                            failure.isPresent(),
                            0,
                            0,
                            0)));
        }
    }

    private Verdict verdict() {
        return incidents.verdict().orElseThrow();
    }
}
