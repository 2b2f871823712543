package org.muster.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.muster.RunningMuster;

/** The cache of classes, which JDK 25 makes for Payara Micro. */
class CacheIT {
    private static final int FIRST_JDK = 25;
    private static final Duration TIMEOUT = Duration.ofSeconds(120);

    @Test
    void theServerStartsWithTheCacheUnlessItIsInUse() throws Exception {
        assumeTrue(Distribution.selected() instanceof PayaraMicro && Distribution.javaVersion() >= FIRST_JDK);
        try (var database = EmbeddedDatabase.temporary()) {
            var environment = RunningMuster.environment(database);
            Distribution.selected().makeCache(environment);
            try (var killed = Server.startForDeveloper(environment, Server.freePort())) {
                killed.awaitReady(TIMEOUT);
                killed.kill();
            }

            try (var first = Server.startForDeveloper(environment, Server.freePort())) {
                first.awaitReady(TIMEOUT);
                assertThat(commandLine(first)).contains("-XX:AOTCache=");
                assertThat(first.log()).content().doesNotContain("[error][aot]");

                try (var second = Server.startForDeveloper(environment, Server.freePort())) {
                    second.awaitReady(TIMEOUT);
                    assertThat(commandLine(second)).doesNotContain("-XX:AOTCache=");
                }
            }
        }
    }

    private static String commandLine(Server server) {
        return server.process().info().commandLine().orElseThrow();
    }
}
