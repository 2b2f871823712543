package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Two servers behind HAProxy are restarted, one after the other. Skipped if HAProxy is not installed. */
@ExtendWith(Rig.Shared.class)
class RollingRestartFaults {
    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Report report;

    RollingRestartFaults(Report report) {
        this.report = report;
    }

    @Test
    void bothServersAreRestarted() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(HAPROXY), "HAProxy is not installed: there is no " + HAPROXY);
        try (var database = EmbeddedDatabase.temporary()) {
            var environment = new HashMap<>(RunningMuster.environment(database));
            environment.put("SHUTDOWN_DELAY_S", "3");
            // As it is by default.
            environment.put("MUSTER_WARM_UP_MS", "");
            var ports = List.of(Server.freePort(), Server.freePort());
            var servers = new Server[ports.size()];
            try (var proxy = new LoadBalancer(ports)) {
                for (var i = 0; i < servers.length; i++) {
                    servers[i] = Server.start(environment, ports.get(i));
                }
                for (var server : servers) {
                    server.awaitReady(TIMEOUT);
                }
                proxy.awaitUp(servers.length);
                var load = Load.prepared(proxy.base()).start(3, 1).during(Duration.ofSeconds(2));

                for (var i = 0; i < servers.length; i++) {
                    assertThat(servers[i].stop()).isZero();
                    servers[i] = Server.start(environment, ports.get(i));
                    servers[i].awaitReady(TIMEOUT);
                    proxy.awaitUp(servers.length);
                    load.during(Duration.ofSeconds(1));
                }
                load.stop();

                report.add(
                        15,
                        "rolling restart of two servers behind HAProxy, SHUTDOWN_DELAY_S=3",
                        "slowest response %.1f s".formatted(load.slowest()),
                        load);
                assertThat(load.sent()).isGreaterThan(1_000);
                assertThat(load.statuses().keySet()).isSubsetOf("200 ", "201 ");
                assertThat(load.violations(database)).isEmpty();
            } finally {
                for (var server : servers) {
                    if (server != null) {
                        server.close();
                    }
                }
            }
        }
    }

    /** HAProxy, which asks each server every 250 ms whether it is ready. */
    private static final class LoadBalancer implements AutoCloseable {
        private final int port = Server.freePort();
        private final Process process;

        LoadBalancer(List<Integer> servers) throws IOException {
            var configuration = new StringBuilder("""
                    defaults
                        mode http
                        timeout connect 5s
                        timeout client 60s
                        timeout server 60s
                    frontend clients
                        bind 127.0.0.1:%d
                        stats enable
                        stats uri /haproxy
                        default_backend servers
                    backend servers
                        option httpchk GET /health/ready
                        default-server check inter 250ms
                    """.formatted(port));
            servers.forEach(
                    server -> configuration.append("    server muster-%1$d localhost:%1$d%n".formatted(server)));
            var directory = Path.of(System.getProperty("project.build.directory"), "run");
            var file = Files.writeString(
                    Files.createDirectories(directory).resolve("haproxy-" + port + ".cfg"), configuration);
            process = new ProcessBuilder(HAPROXY.toString(), "-f", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            directory.resolve("haproxy-" + port + ".log").toFile())
                    .start();
        }

        URI base() {
            return URI.create("http://localhost:" + port);
        }

        /** Waits until this many servers get requests. */
        void awaitUp(int servers) {
            await("HAProxy to see " + servers + " servers", TIMEOUT, () -> up() == servers);
        }

        private long up() {
            try {
                return Client.unvalidated(base())
                        .get("/haproxy;csv")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("servers,muster-") && line.contains(",UP,"))
                        .count();
            } catch (UncheckedIOException notListening) {
                return 0;
            }
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }
    }
}
