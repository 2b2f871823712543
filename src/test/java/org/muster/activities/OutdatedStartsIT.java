package org.muster.activities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** A server on activities that were planned by another tz database. */
class OutdatedStartsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void activitiesPlannedByOtherRulesAreCountedAndOnRequestMoved() throws Exception {
        try (var database = EmbeddedDatabase.temporary()) {
            var environment = new HashMap<>(RunningMuster.environment(database));
            try (var before = Server.start(environment)) {
                before.awaitReady(PATIENCE);
                awaitLog(before, "0 activities to come were planned by another");
                plan(Client.anonymous(before.base()).signedUp("Ann"));
            }
            execute(database, """
                    UPDATE activity
                       SET tzdb_version = '2000a',
                           starts_at = starts_at + CASE title WHEN 'wrong' THEN interval '1 hour' ELSE interval '0' END
                    """);

            try (var unasked = Server.start(environment)) {
                awaitLog(unasked, "start once with MUSTER_RECOMPUTE_TIMES=true");
                assertThat(Files.readString(unasked.log())).contains("2 activities to come were planned by another");
                assertThat(text(database, "SELECT min(tzdb_version) FROM activity"))
                        .isEqualTo("2000a");
            }

            environment.put("MUSTER_RECOMPUTE_TIMES", "true");
            try (var asked = Server.start(environment)) {
                awaitLog(asked, "All activities to come start by the rules");
                assertThat(text(database, "SELECT min(tzdb_version) FROM activity"))
                        .isEqualTo(Schedule.tzdbVersion());
                assertThat(text(database, "SELECT version || ' ' || starts_at FROM activity WHERE title = 'wrong'"))
                        .isEqualTo("2 2030-07-01 22:30:00+00");
                assertThat(text(database, "SELECT version || ' ' || starts_at FROM activity WHERE title = 'right'"))
                        .isEqualTo("1 2030-07-01 22:30:00+00");
            }
        }
    }

    private static void plan(Client ann) {
        var group = "/api/v1/groups/"
                + ann.post("/api/v1/groups", "{'name':'A','zone':'America/Toronto'}")
                        .id();
        for (var title : new String[] {"wrong", "right"}) {
            ann.post(
                    group + "/activities",
                    "{'title':'%s','startsLocal':'2030-07-01T18:30','durationMinutes':60}".formatted(title));
        }
    }

    private static void execute(EmbeddedDatabase database, String statement) throws SQLException {
        try (var connection = database.connect()) {
            connection.createStatement().execute(statement);
        }
    }

    private static String text(EmbeddedDatabase database, String statement) throws SQLException {
        try (var connection = database.connect()) {
            connection.createStatement().execute("SET TIME ZONE 'UTC'");
            var rows = connection.createStatement().executeQuery(statement);
            rows.next();
            return rows.getString(1);
        }
    }

    private static void awaitLog(Server server, String text) {
        await(
                "the log to say " + text,
                PATIENCE,
                () -> Files.readString(server.log()).contains(text));
    }
}
