package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.run.Server;

/**
 * Compares Muster with a Node.js server that uses node-pg's pool ({@code src/test/node-pg}): the same faults, at the same time, on the
 * same database. Skipped if node or npm is not installed.
 */
@ExtendWith(Rig.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeerFaults {
    private static final Path SOURCE = Path.of("src/test/node-pg");

    private final Rig rig;
    private final Report report;
    private Process peer;
    private URI base;

    PeerFaults(Rig rig, Report report) {
        this.rig = rig;
        this.report = report;
    }

    @BeforeAll
    void start() throws Exception {
        Assumptions.assumeTrue(runs("node", "--version") && runs("npm", "--version"), "node and npm are not installed");
        var directory = Files.createDirectories(Path.of(System.getProperty("project.build.directory"), "node-pg"));
        for (var file : new String[] {"package.json", "peer.mjs"}) {
            Files.write(directory.resolve(file), Files.readAllBytes(SOURCE.resolve(file)));
        }
        Assumptions.assumeTrue(
                process(directory, "npm", "install", "--silent", "--no-audit", "--no-fund")
                                .start()
                                .waitFor()
                        == 0,
                "npm cannot install node-pg");
        var port = Server.freePort();
        var builder = process(directory, "node", "peer.mjs");
        builder.environment().putAll(rig.database.environment());
        builder.environment().put("DB_PORT", String.valueOf(rig.proxy.port()));
        builder.environment().put("PORT", String.valueOf(port));
        peer = builder.start();
        base = URI.create("http://localhost:" + port);
        var load = rig.load().at(base);
        await("the peer", Duration.ofSeconds(20), () -> load.read().ok());
        load.fresh().start(6, 2).during(Duration.ofSeconds(3)).stop();
    }

    @AfterAll
    void stop() {
        if (peer != null) {
            peer.destroy();
        }
    }

    @Test
    void backendsAreTerminatedTenTimes() throws Exception {
        compare("all backends terminated under load, 10 times", load -> {
            for (var i = 0; i < 10; i++) {
                load.during(Duration.ofMillis(300));
                terminate("state IS NOT NULL");
            }
        });
    }

    @Test
    void connectionsAreResetTenTimes() throws Exception {
        compare("all connections reset under load, 10 times", load -> {
            for (var i = 0; i < 10; i++) {
                load.during(Duration.ofMillis(300));
                rig.proxy.reset();
            }
        });
    }

    @Test
    void theDatabaseRestarts() throws Exception {
        compare("PostgreSQL restarted under load", load -> {
            rig.stopFast();
            rig.database.start();
            load.during(Duration.ofSeconds(2));
        });
    }

    @Test
    void thePasswordRotates() throws Exception {
        compare("password changes, AWSCURRENT follows 10 s later", load -> {
            rig.secretsManager.answerSecret("AWSPENDING", rig.secret("rotated"));
            rig.setPassword("rotated");
            for (var i = 0; i < 20; i++) {
                terminate("state = 'idle' AND state_change < clock_timestamp() - INTERVAL '15 ms'");
                load.during(Duration.ofMillis(500));
            }
            rig.answerPassword("rotated");
            load.during(Duration.ofSeconds(1));
        });
    }

    @Test
    void aBlackHole() throws Exception {
        compare("black hole of 12 s", load -> {
            rig.proxy.dropAll();
            load.during(Duration.ofSeconds(12));
            rig.proxy.pass();
            load.during(Duration.ofSeconds(3));
        });
    }

    @FunctionalInterface
    private interface Fault {
        void cause(Load load) throws Exception;
    }

    private void compare(String fault, Fault cause) throws Exception {
        await(
                "the peer to recover (its timeouts are long)",
                Duration.ofSeconds(60),
                () -> rig.load().at(base).write().ok());
        var ours = rig.load().start(4, 2);
        var theirs = rig.load().at(base).start(4, 2).during(Duration.ofSeconds(1));
        cause.cause(ours);
        theirs.during(Duration.ofMillis(500));
        ours.stop();
        theirs.stop();

        report.compare(fault, ours, theirs);
        assertThat(ours.violations(rig.database)).isEmpty();
    }

    private void terminate(String condition) throws SQLException {
        rig.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name IN ('muster', 'peer') AND " + condition);
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return process(Path.of(""), command).start().waitFor(20, TimeUnit.SECONDS);
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private static ProcessBuilder process(Path directory, String... command) {
        return new ProcessBuilder(command)
                .directory(directory.toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
}
