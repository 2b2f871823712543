package org.muster.oidc;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.muster.oidc.ProviderException.Reason;

/** Requests to the provider. Each ends within 5 s, follows no redirect, and reads at most 256 KiB. */
final class ProviderHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 256 * 1024;
    private static final int OK = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** @throws ProviderException unless the response is 200 with a JSON object */
    JsonObject json(HttpRequest.Builder request) throws ProviderException {
        try (var reader = JSON.createReader(new StringReader(text(request)))) {
            return reader.readObject();
        } catch (JsonException | IllegalStateException garbage) {
            // Its message may quote the response, which may have tokens.
            throw new ProviderException(Reason.UNAVAILABLE, "the provider's response is no JSON object");
        }
    }

    /** @throws ProviderException unless the response is 200 */
    String text(HttpRequest.Builder request) throws ProviderException {
        var exchange = client.sendAsync(
                request.header("Accept", "application/json").timeout(TIMEOUT).build(), any -> limited());
        try {
            var response = exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new ProviderException(Reason.UNAVAILABLE, "the provider answered " + response.statusCode());
            }
            return response.body();
        } catch (ExecutionException failure) {
            throw new ProviderException(
                    Reason.UNAVAILABLE, "the provider cannot be reached: " + failure.getCause(), failure.getCause());
        } catch (TimeoutException slow) {
            throw new ProviderException(Reason.UNAVAILABLE, "the provider did not answer within 5 s");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ProviderException(Reason.UNAVAILABLE, "the server is shutting down");
        } finally {
            exchange.cancel(true);
        }
    }

    /** What follows the first bytes is not kept: the rest is no JSON then. */
    private static HttpResponse.BodySubscriber<String> limited() {
        var body = new ByteArrayOutputStream();
        return BodySubscribers.mapping(
                BodySubscribers.ofByteArrayConsumer(part ->
                        part.ifPresent(bytes -> body.write(bytes, 0, Math.min(bytes.length, MAX_BYTES - body.size())))),
                end -> body.toString(StandardCharsets.UTF_8));
    }
}
