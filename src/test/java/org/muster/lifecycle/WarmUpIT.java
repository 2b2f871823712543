package org.muster.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

class WarmUpIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Pattern REPORT = Pattern.compile("Warmed up with ([0-9,]+) requests");
    private static final String CHANGED_ROWS = """
            SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
              FROM pg_stat_user_tables
             WHERE relname NOT IN ('flyway_schema_history', 'change_epoch', 'mail_state')
            """;

    @Test
    void requestsToItselfPrecedeReadinessAndChangeNothing() throws Exception {
        try (var database = EmbeddedDatabase.temporary()) {
            var environment = new HashMap<>(RunningMuster.environment(database));
            environment.put("MUSTER_WARM_UP_MS", "4000");
            try (var server = Server.start(environment)) {
                var nobody = Client.unvalidated(server.base());
                await(
                        "the warm-up",
                        TIMEOUT,
                        () -> nobody.get("/health/ready").body().contains("warming up"));

                assertThat(nobody.get("/api/v1/groups").status()).isEqualTo(503);
                assertThat(nobody.with(WarmUp.HEADER, "guessed")
                                .get("/api/v1/groups")
                                .status())
                        .isEqualTo(503);

                server.awaitReady(TIMEOUT);
                // The server writes its log a little later.
                await("the report", TIMEOUT, () -> requests(server) > 0);
                try (var connection = database.connect();
                        var rows = connection.createStatement().executeQuery(CHANGED_ROWS)) {
                    rows.next();
                    assertThat(rows.getLong(1)).isZero();
                }
            }
        }
    }

    /** How many requests the server has reported; 0 if it has not yet. */
    private static int requests(Server server) throws IOException {
        var report = REPORT.matcher(Files.readString(server.log()));
        return report.find() ? Integer.parseInt(report.group(1).replace(",", "")) : 0;
    }
}
