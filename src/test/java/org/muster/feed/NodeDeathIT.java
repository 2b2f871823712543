package org.muster.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** A node that is killed between a commit and its notification. */
@Tag("database")
class NodeDeathIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String NOTIFYING = "query LIKE '%pg_notify%' AND wait_event_type = 'Lock'";

    @Test
    void itsChangeReachesThoseWhoFollowOnAnotherNode() throws Exception {
        try (var database = EmbeddedDatabase.temporary();
                var doomed = Server.start(RunningMuster.environment(database));
                var other = Server.start(RunningMuster.environment(database))) {
            doomed.awaitReady(TIMEOUT);
            other.awaitReady(TIMEOUT);
            var olga = Client.anonymous(doomed.base()).signedUp("Olga").with("If-Match", "*");
            var group = "/api/v1/groups/"
                    + olga.post(
                                    "/api/v1/groups",
                                    "{'name':'Followed','zone':'UTC','joinPolicy':'open','visibility':'public'}")
                            .id();
            var lines = follow(other, group, olga);
            assertThat(lines.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(": following");

            try (var blocked = new BlockedNotifications(database)) {
                assertThat(olga.patch(group, "{'description':'The last act'}").status())
                        .isEqualTo(200);
                await("the notification", TIMEOUT, () -> database.sessions(NOTIFYING) == 1);
                assertThat(blocked.held()).isTrue();
                doomed.kill();
                // PostgreSQL would complete the statement, although nobody waits for it any more.
                terminate(database);
            }

            assertThat(lines.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).contains("\"action\":\"updated\"");
        }
    }

    /** Returns the events' data, and the comment that the stream begins with. */
    private static BlockingQueue<String> follow(Server server, String group, Client client) {
        var lines = new LinkedBlockingQueue<String>();
        var request = HttpRequest.newBuilder(server.base().resolve(group + "/changes"))
                .header("Accept", "text/event-stream")
                .header("Authorization", client.header("Authorization"))
                .build();
        HttpClient.newHttpClient()
                .sendAsync(request, BodyHandlers.ofLines())
                .thenAcceptAsync(answer -> answer.body()
                        .filter(line -> line.startsWith("data: ") || line.equals(": following"))
                        .forEach(lines::add));
        return lines;
    }

    private static void terminate(EmbeddedDatabase database) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + NOTIFYING);
        }
    }
}
