package org.muster.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {
    private static final String RECORD =
            "[2026-01-01T00:00:00.000+0000] [] [\u001b[1;91m%s\u001b[0m] [] [\u001b[1;94msome.logger\u001b[0m]"
                    + " [tid: _ThreadID=1 _ThreadName=main] [timeMillis: 1] [levelValue: 1000] %s\n\n";

    @TempDir
    Path directory;

    @Test
    void detectsTheEndOfTheStart() throws IOException {
        assertThat(log(line("INFO", "Payara Micro Runtime directory is located at /tmp"))
                        .startCompleted())
                .isFalse();
        assertThat(log(line("INFO", "Payara Micro 6.2025.10 (build 42) ready in 11,814 (ms)"))
                        .startCompleted())
                .isTrue();
    }

    @Test
    void prefersTheMessageOfMuster() throws IOException {
        var log = log(line("SEVERE", "Something else")
                + line("SEVERE", "Muster cannot start: DB_PORT=x is not allowed: it must be a number")
                + line("SEVERE", "Exception while loading the app : no"));

        assertThat(log.cause()).isEqualTo("DB_PORT=x is not allowed: it must be a number");
    }

    @Test
    void thenPrefersTheMessageOfTheDeployment() throws IOException {
        var log = log(line("SEVERE", "[[\n  Exception during lifecycle processing")
                + line("SEVERE", "[[\n  Exception while loading the app : CDI deployment failure"));

        assertThat(log.cause()).isEqualTo("CDI deployment failure");
    }

    @Test
    void thenPrefersTheFirstSevereRecord() throws IOException {
        var log = log(line("INFO", "Fine") + line("SEVERE", "[[\n  invalid zip file\n\tat some.Code"));

        assertThat(log.cause()).isEqualTo("invalid zip file");
    }

    @Test
    void thenPrefersTheMessageOfTheJvm() throws IOException {
        assertThat(log("Error: Invalid or corrupt jarfile x.jar\n").cause())
                .isEqualTo("Error: Invalid or corrupt jarfile x.jar");
        assertThat(log(line("INFO", "Fine")).cause()).isEmpty();
    }

    private static String line(String level, String message) {
        return RECORD.formatted(level, message);
    }

    private ServerLog log(String content) throws IOException {
        return new ServerLog(Files.writeString(directory.resolve("server.log"), content));
    }
}
