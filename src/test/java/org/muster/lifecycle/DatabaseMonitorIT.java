package org.muster.lifecycle;

import static org.muster.Await.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

class DatabaseMonitorIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** A server may run all scheduled tasks in one thread. */
    @Test
    void theMonitorDoesNotWaitForATaskThatWaitsForALock() throws Exception {
        try (var database = EmbeddedDatabase.temporary();
                var server = Server.start(sendingMail(database))) {
            server.awaitReady(Duration.ofSeconds(90));
            var nobody = Client.unvalidated(server.base());
            try (var superuser = database.connectAsSuperuser()) {
                superuser.setAutoCommit(false);
                superuser.createStatement().execute("LOCK TABLE account_request");
                await(
                        "the task that sends links to wait",
                        TIMEOUT,
                        () -> database.sessions("application_name = 'muster' AND wait_event_type = 'Lock'") == 1);
                database.execute(
                        "REVOKE CONNECT ON DATABASE muster FROM public, muster",
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE application_name = 'muster' AND wait_event_type IS DISTINCT FROM 'Lock'");
                await("an outage", TIMEOUT, () -> groups(nobody) == 503);

                database.execute("GRANT CONNECT ON DATABASE muster TO public, muster");

                await("its end", TIMEOUT, () -> groups(nobody) == 200);
            }
        }
    }

    private static Map<String, String> sendingMail(EmbeddedDatabase database) {
        var variables = new HashMap<>(RunningMuster.environment(database));
        variables.putAll(Map.of(
                "SMTP_HOST", "127.0.0.1",
                "SMTP_PORT", String.valueOf(Server.freePort()),
                "SMTP_TLS", "none",
                "MAIL_FROM", "Muster <muster@example.org>",
                "MUSTER_URL", "http://localhost",
                "DB_ACQUIRE_TIMEOUT_MS", "500"));
        return variables;
    }

    private static int groups(Client client) {
        return client.get("/api/v1/groups").status();
    }
}
