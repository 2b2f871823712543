package org.muster.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;

class RunIT {
    private static final String SERVER = Distribution.selected().title();

    @TempDir
    static Path build;

    @TempDir
    Path directory;

    @Test
    void stopsGracefullyOnCtrlC() throws Exception {
        try (var run = launch("0", Map.of())) {
            var ready = run.awaitLine("Muster is ready");
            var address = URI.create(ready.replaceAll(".*(http://localhost:\\d+) .*", "$1"));
            assertThat(status(address.resolve("/health/ready"))).isEqualTo(200);

            run.interrupt();

            assertThat(run.exitCode()).isZero();
            assertThat(run.lines())
                    .containsSubsequence(
                            "Starting PostgreSQL 18 in ./data",
                            "Starting " + SERVER + " (its log: " + build.resolve("run/server.log") + ")",
                            ready,
                            "Stopping the server",
                            "Stopping PostgreSQL",
                            "Stopped");
            assertThat(run.running()).isEmpty();
            assertThat(RunProcess.temporary(directory)).isEmptyDirectory();
            assertThat(directory.resolve("data/PG_VERSION")).exists();
            assertThat(directory.resolve("data/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void showsMailThatIsNotSent() throws Exception {
        try (var run = launch("0", Map.of())) {
            var ready = run.awaitLine("Muster is ready");
            var base = URI.create(ready.replaceAll(".*(http://localhost:\\d+) .*", "$1"));
            var ann = Client.anonymous(base).signedUp("Ann");

            await("mail to be shown", Duration.ofSeconds(30), () -> {
                // Notices are made from the moment on at which the first node has asked the database.
                var changed = ann.patch("/api/v1/me", "{'password':'correct horse','currentPassword':'correct horse'}");
                assertThat(changed.status()).isEqualTo(200);
                return body(base.resolve("/dev/mail")).contains("<h2>Your password was changed</h2>");
            });

            assertThat(body(base.resolve("/dev/mail"))).contains("<a href=\"" + base + "/#/\">");
            assertThat(Files.readString(build.resolve("run/server.log")))
                    .contains("Mail to " + ann.get("/api/v1/me").string("email") + ": Your password was changed");
            run.terminate();
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void createsDemoDataOnceAndPrintsTheAccounts() throws Exception {
        try (var run = launch("0", Map.of(), "-Ddemo=true")) {
            assertThat(run.awaitLine("Demo:")).contains("ann@demo.example", "password");
            run.awaitLine("Muster is ready");
            run.terminate();
            assertThat(run.exitCode()).isZero();
        }
        try (var again = launch("0", Map.of(), "-Ddemo=true")) {
            again.awaitLine("No demo data: the database in ./data already contains accounts");
            again.terminate();
            assertThat(again.exitCode()).isZero();
        }
    }

    @Test
    void stopsGracefullyDuringTheStart() throws Exception {
        try (var run = launch("0", Map.of())) {
            run.awaitLine("Starting " + SERVER);

            run.terminate();

            assertThat(run.exitCode()).isZero();
            assertThat(run.lines()).endsWith("Stopping the server", "Stopping PostgreSQL", "Stopped");
            assertThat(run.running()).isEmpty();
        }
    }

    @Test
    void startsAfterItsLauncherWasKilled() throws Exception {
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
    void usesAConfiguredDatabaseAndPrintsWhyItIsNotReady() throws Exception {
        var nobody = String.valueOf(Server.freePort());
        var database = Map.of(
                "DB_HOST", "localhost", "DB_PORT", nobody, "DB_NAME", "db", "DB_USER", "me", "DB_PASSWORD", "secret");
        try (var run = launch("0", database)) {
            var line = run.awaitLine("Not ready yet");

            run.terminate();

            assertThat(line).contains("localhost:" + nobody);
            assertThat(run.exitCode()).isZero();
            assertThat(run.lines()).noneMatch(printed -> printed.startsWith("Starting PostgreSQL"));
            assertThat(directory.resolve("data")).doesNotExist();
        }
    }

    @Test
    void stopsTheDatabaseWhenTheServerDies() throws Exception {
        try (var run = launch("0", Map.of())) {
            run.awaitLine("Starting " + SERVER);

            run.server().destroyForcibly();

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.lines().get(run.lines().size() - 1))
                    .startsWith("Muster is not running: the server has stopped with exit code");
            assertThat(run.running()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "65536"})
    void refusesAnInvalidPort(String port) throws Exception {
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
    void refusesInvalidSettings() throws Exception {
        assertRefused("0", Map.of("DB_POOL_MAX", "many"), "DB_POOL_MAX=many is not allowed");
    }

    @Test
    void refusesDataOfAnotherMajorVersion() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("data")).resolve("PG_VERSION"), "14\n");

        try (var run = launch("0", Map.of())) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.lines()).hasSize(2);
            assertThat(run.lines().get(1)).startsWith("./data was created by PostgreSQL 14, but this is PostgreSQL 18");
        }
    }

    private void assertRefused(String port, Map<String, String> environment, String reason) throws Exception {
        try (var run = launch(port, environment)) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.lines()).singleElement().asString().startsWith(reason);
            assertThat(directory.resolve("data")).doesNotExist();
        }
    }

    private RunProcess launch(String port, Map<String, String> environment, String... options) throws IOException {
        return new RunProcess(
                directory,
                build,
                environment,
                Stream.concat(Stream.of("-Dport=" + port), Stream.of(options)).toList());
    }

    private static String body(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
    }

    private static int status(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
