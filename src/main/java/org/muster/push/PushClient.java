package org.muster.push;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Hands messages to push services (RFC 8030). Follows no redirect, and keeps nothing of responses but what is said about time. */
final class PushClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

    private final VapidKey key;
    private final Duration timeout;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    PushClient(VapidKey key) {
        this(key, TIMEOUT);
    }

    /** @param timeout for an attempt as a whole */
    PushClient(VapidKey key, Duration timeout) {
        this.key = key;
        this.timeout = timeout;
    }

    /**
     * What came of an attempt.
     *
     * @param status of the response; zero if there was none
     * @param retryAfter how long the push service wants to be left alone
     */
    record Answer(PushOutcome outcome, int status, Optional<Duration> retryAfter) {
        private static final Answer NONE = new Answer(PushOutcome.UNREACHABLE, 0, Optional.empty());

        private static Answer of(HttpResponse<Void> response) {
            var seconds = response.headers()
                    .firstValue("Retry-After")
                    .filter(SECONDS.asMatchPredicate())
                    .map(text -> Duration.ofSeconds(Integer.parseInt(text)));
            return new Answer(PushOutcome.of(response.statusCode()), response.statusCode(), seconds);
        }
    }

    /**
     * An attempt under way.
     *
     * @param deadline in the nanoseconds of this JVM
     */
    record Attempt(CompletableFuture<HttpResponse<Void>> exchange, long deadline) {
        /** Waits for the answer. */
        Answer answer() throws InterruptedException {
            try {
                return Answer.of(exchange.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (ExecutionException | TimeoutException failure) {
                return Answer.NONE;
            } finally {
                exchange.cancel(true);
            }
        }
    }

    /** Begins to send a message. */
    Attempt send(PushMessage message) {
        var subscription = message.subscription();
        var body = MessageEncryption.encrypt(message.json(), subscription.key(), subscription.auth());
        var request = HttpRequest.newBuilder(subscription.endpoint())
                .timeout(timeout)
                .header("Authorization", key.authorization(subscription.endpoint()))
                .header("Content-Encoding", "aes128gcm")
                .header("Content-Type", "application/octet-stream")
                .header("TTL", String.valueOf(message.lifetime().toSeconds()))
                .header("Topic", message.topic())
                .header("Urgency", "normal")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return new Attempt(client.sendAsync(request, BodyHandlers.discarding()), System.nanoTime() + timeout.toNanos());
    }
}
