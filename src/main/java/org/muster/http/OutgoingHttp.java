package org.muster.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests to another server. Each ends in time, follows no redirect, and keeps at most 256 KiB of the response. */
public final class OutgoingHttp {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int OK = 200;

    private final String server;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * Creates a client.
     *
     * @param server what messages call the other server
     * @param timeout for a request as a whole, in seconds
     */
    public OutgoingHttp(String server, Duration connectTimeout, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
        client = HttpClient.newBuilder()
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** The other server does not answer as it should. The message says why, and quotes nothing of the response. */
    public static final class UnansweredException extends Exception {
        private static final long serialVersionUID = 1;

        public UnansweredException(String why) {
            super(why);
        }

        private UnansweredException(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /** @throws UnansweredException unless the response is 200 */
    public String text(HttpRequest.Builder request) throws UnansweredException {
        var exchange = client.sendAsync(request.timeout(timeout).build(), any -> limited());
        try {
            var response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new UnansweredException(server + " answered " + response.statusCode());
            }
            return response.body();
        } catch (ExecutionException failure) {
            throw new UnansweredException(server + " cannot be reached: " + failure.getCause(), failure.getCause());
        } catch (TimeoutException slow) {
            throw new UnansweredException(server + " did not answer within " + timeout.toSeconds() + " s");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new UnansweredException("the server is shutting down");
        } finally {
            exchange.cancel(true);
        }
    }

    /** What follows the first bytes is not kept. */
    private static HttpResponse.BodySubscriber<String> limited() {
        var body = new ByteArrayOutputStream();
        return BodySubscribers.mapping(
                BodySubscribers.ofByteArrayConsumer(part ->
                        part.ifPresent(bytes -> body.write(bytes, 0, Math.min(bytes.length, MAX_BYTES - body.size())))),
                end -> body.toString(StandardCharsets.UTF_8));
    }
}
