package org.muster.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunIT {
    private static final String SERVER = Distribution.wanted().title();

    @TempDir
    static Path build;

    @TempDir
    Path directory;

    @Test
    void servesUntilCtrlCAndThenStopsAllInOrder() throws Exception {
        try (var launched = launch("0", Map.of())) {
            var ready = launched.awaitLine("Muster is ready");
            var address = URI.create(ready.replaceAll(".*(http://localhost:\\d+) .*", "$1"));
            assertThat(status(address.resolve("/health/ready"))).isEqualTo(200);

            launched.interrupt();

            assertThat(launched.exitCode()).isZero();
            assertThat(launched.lines())
                    .containsSubsequence(
                            "Starting PostgreSQL 18 in ./data",
                            "Starting " + SERVER + " (its log: " + build.resolve("run/server.log") + ")",
                            ready,
                            "Stopping the server",
                            "Stopping PostgreSQL",
                            "Stopped");
            assertThat(launched.running()).isEmpty();
            assertThat(Launched.temporary(directory)).isEmptyDirectory();
            assertThat(directory.resolve("data/PG_VERSION")).exists();
            assertThat(directory.resolve("data/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void makesADemoOnceAndTellsItsSignIns() throws Exception {
        try (var launched = launch("0", Map.of(), "-Ddemo=true")) {
            assertThat(launched.awaitLine("Demo:")).contains("ann@demo.example", "password");
            launched.awaitLine("Muster is ready");
            launched.terminate();
            assertThat(launched.exitCode()).isZero();
        }
        try (var again = launch("0", Map.of(), "-Ddemo=true")) {
            again.awaitLine("No demo: there are accounts");
            again.terminate();
            assertThat(again.exitCode()).isZero();
        }
    }

    @Test
    void stopsInOrderWhileItStarts() throws Exception {
        try (var launched = launch("0", Map.of())) {
            launched.awaitLine("Starting " + SERVER);

            launched.terminate();

            assertThat(launched.exitCode()).isZero();
            assertThat(launched.lines()).endsWith("Stopping the server", "Stopping PostgreSQL", "Stopped");
            assertThat(launched.running()).isEmpty();
        }
    }

    @Test
    void startsAgainWhereALauncherWasKilled() throws Exception {
        try (var killed = launch("0", Map.of())) {
            killed.awaitLine("Starting " + SERVER);
            killed.server().destroyForcibly();
            killed.kill();

            try (var next = launch("0", Map.of())) {
                next.awaitLine("Starting " + SERVER);
                next.terminate();

                assertThat(next.exitCode()).isZero();
            }
            assertThat(killed.running()).isEmpty();
        }
    }

    @Test
    void usesTheDatabaseThatIsConfiguredAndSaysWhyItIsNotReady() throws Exception {
        var nobody = String.valueOf(Server.freePort());
        var database = Map.of(
                "DB_HOST", "localhost", "DB_PORT", nobody, "DB_NAME", "db", "DB_USER", "me", "DB_PASSWORD", "secret");
        try (var launched = launch("0", database)) {
            var line = launched.awaitLine("Not ready yet");

            launched.terminate();

            assertThat(line).contains("localhost:" + nobody);
            assertThat(launched.exitCode()).isZero();
            assertThat(launched.lines()).noneMatch(said -> said.contains("PostgreSQL"));
            assertThat(directory.resolve("data")).doesNotExist();
        }
    }

    @Test
    void stopsAllWhenTheServerDies() throws Exception {
        try (var launched = launch("0", Map.of())) {
            launched.awaitLine("Starting " + SERVER);

            launched.server().destroyForcibly();

            assertThat(launched.exitCode()).isEqualTo(1);
            assertThat(launched.lines().get(launched.lines().size() - 1))
                    .startsWith("Muster does not run: the server has stopped with exit code");
            assertThat(launched.running()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "65536"})
    void refusesAPortThatIsNone(String port) throws Exception {
        assertRefused(port, Map.of(), "-Dport=" + port + " is not allowed");
    }

    @Test
    void refusesAPortInUse() throws Exception {
        try (var taken = new ServerSocket(0)) {
            assertRefused(
                    String.valueOf(taken.getLocalPort()), Map.of(), "Port " + taken.getLocalPort() + " is in use");
        }
    }

    @Test
    void refusesSettingsThatMakeNoSense() throws Exception {
        assertRefused("0", Map.of("DB_POOL_MAX", "many"), "DB_POOL_MAX=many is not allowed");
    }

    @Test
    void refusesTheDataOfAnotherMajorVersion() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("data")).resolve("PG_VERSION"), "14\n");

        try (var launched = launch("0", Map.of())) {
            assertThat(launched.exitCode()).isEqualTo(1);
            assertThat(launched.lines()).hasSize(2);
            assertThat(launched.lines().get(1)).startsWith("./data was made by PostgreSQL 14, this is 18");
        }
    }

    private void assertRefused(String port, Map<String, String> environment, String reason) throws Exception {
        try (var launched = launch(port, environment)) {
            assertThat(launched.exitCode()).isEqualTo(1);
            assertThat(launched.lines()).singleElement().asString().startsWith(reason);
            assertThat(directory.resolve("data")).doesNotExist();
        }
    }

    private Launched launch(String port, Map<String, String> environment, String... options) throws IOException {
        return new Launched(
                directory,
                build,
                environment,
                Stream.concat(Stream.of("-Dport=" + port), Stream.of(options)).toList());
    }

    private static int status(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
