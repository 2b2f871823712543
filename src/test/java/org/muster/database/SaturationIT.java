package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.muster.Await.await;

import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class SaturationIT {
    private static final int MORE_THAN_THREADS = 220;

    private final Client nobody;
    private final EmbeddedDatabase database;

    SaturationIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
    }

    @Test
    void anExhaustedPoolRefusesRequestsAfterTheAcquireTimeout() throws Exception {
        var ann = nobody.signedUp("Ann");
        var group = ann.post("/api/v1/groups", "{'name':'Group','zone':'UTC'}").id();
        var path = "/api/v1/groups/" + group;
        var executor = Executors.newFixedThreadPool(10);
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            lock(connection, group);
            var blocked = IntStream.range(0, 10)
                    .mapToObj(request -> executor.submit(() -> ann.post(path + "/archive")))
                    .toList();
            // All connections are used by these requests, and none by Muster's own tasks.
            await(
                    "ten blocked requests",
                    Duration.ofSeconds(5),
                    () -> database.sessions("application_name = 'muster' AND wait_event_type = 'Lock'") == 10);
            var since = System.nanoTime();

            var elsewhere = CompletableFuture.supplyAsync(
                    () -> nobody.with("X-Forwarded-For", "192.0.2.1").get("/api/v1/groups"));
            var refused = nobody.get("/api/v1/groups");

            assertThat((System.nanoTime() - since) / 1e9).isEqualTo(10.0, within(0.2));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.string("type")).isEqualTo("/problems/busy");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.json()
                            .getJsonObject("database")
                            .getJsonObject("pool")
                            .getInt("active"))
                    .isEqualTo(10);
            assertThat(elsewhere.get().string("type")).isEqualTo("/problems/busy");
            assertThat(elsewhere.get().json()).doesNotContainKey("database");
            assertThat(nobody.get("/health/live").status()).isEqualTo(200);
            assertThat(nobody.get("/health/ready").status()).isEqualTo(200);

            connection.rollback();
            for (var request : blocked) {
                assertThat(request.get().status()).isEqualTo(200);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(200);
    }

    @Test
    void healthIsAnsweredWhateverTheApiDoes() throws Exception {
        var ann = nobody.signedUp("Ann");
        var group = ann.post("/api/v1/groups", "{'name':'Group','zone':'UTC'}").id();
        var executor = Executors.newFixedThreadPool(MORE_THAN_THREADS);
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            lock(connection, group);
            var blocked = IntStream.range(0, MORE_THAN_THREADS)
                    .mapToObj(request -> executor.submit(() -> ann.post("/api/v1/groups/" + group + "/archive")))
                    .toList();
            await("requests that wait for a connection", Duration.ofSeconds(9), () -> waiting() >= 130);
            var since = System.nanoTime();

            assertThat(nobody.get("/health/live").status()).isEqualTo(200);

            assertThat((System.nanoTime() - since) / 1e9).isLessThan(1);
            connection.rollback();
            for (var request : blocked) {
                assertThat(request.get().status()).isIn(200, 503);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(ann.get("/api/v1/groups").status()).isEqualTo(200);
    }

    private double waiting() {
        return nobody.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("hikaricp_connections_pending"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    private static void lock(Connection connection, UUID group) throws Exception {
        try (var lock = connection.prepareStatement("SELECT 1 FROM user_group WHERE group_id = ? FOR UPDATE")) {
            lock.setObject(1, group);
            lock.executeQuery();
        }
    }
}
