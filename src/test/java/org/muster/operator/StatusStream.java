package org.muster.operator;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.muster.Client;

/** An operator's client of the status stream. */
final class StatusStream implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final HttpResponse<Stream<String>> response;
    private final StringBuffer all = new StringBuffer();
    private final Thread reading = new Thread(this::read, "stream");
    private JsonObject seen = JsonObject.EMPTY_JSON_OBJECT;

    /** An event, and when it arrived, as {@link System#nanoTime}. */
    record Event(long at, String name, JsonObject data) {}

    StatusStream(URI base, Client client) throws Exception {
        var request = HttpRequest.newBuilder(base.resolve("/api/v1/operator/database"))
                .header("Accept", "text/event-stream")
                .header("Authorization", client.header("Authorization"));
        response = HTTP.send(request.build(), BodyHandlers.ofLines());
        reading.setDaemon(true);
        reading.start();
    }

    int status() {
        return response.statusCode();
    }

    /** Returns everything that was received, as text. */
    String all() {
        return all.toString();
    }

    /** Waits for the next event, and merges it into the current status. */
    Event next() throws InterruptedException {
        var event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("another event").isNotNull();
        var merged = Json.createObjectBuilder(seen);
        event.data.forEach(merged::add);
        seen = merged.build();
        return event;
    }

    /**
     * Waits until the status meets the condition.
     *
     * @param since the start of the time limit, as {@link System#nanoTime}
     */
    JsonObject await(String what, long since, Duration atMost, Predicate<JsonObject> condition)
            throws InterruptedException {
        while (true) {
            var event = next();
            if (condition.test(seen)) {
                var took = Duration.ofNanos(event.at - since);
                System.out.printf("%s: seen after %d ms%n", what, took.toMillis());
                assertThat(took).as(what).isLessThan(atMost);
                return seen;
            }
            assertThat(Duration.ofNanos(event.at - since))
                    .as("waiting for " + what + ", seen: " + seen.get("verdict"))
                    .isLessThan(Duration.ofSeconds(30));
        }
    }

    /** Returns whether the server closes the stream within this time. */
    boolean endsWithin(Duration atMost) throws InterruptedException {
        reading.join(atMost.toMillis());
        return !reading.isAlive();
    }

    private void read() {
        try {
            var name = "";
            for (var lines = response.body().iterator(); lines.hasNext(); ) {
                var line = lines.next();
                all.append(line).append('\n');
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    try (var reader = Json.createReader(new StringReader(line.substring("data: ".length())))) {
                        events.add(new Event(System.nanoTime(), name, reader.readObject()));
                    }
                }
            }
        } catch (RuntimeException hungUp) {
            // The end of the stream, as when the server closes it in order.
        }
    }

    @Override
    public void close() {
        response.body().close();
    }
}
