package org.muster.oidc;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.muster.http.OutgoingHttp;
import org.muster.http.OutgoingHttp.UnansweredException;
import org.muster.oidc.ProviderException.Reason;

/** Requests to the provider. Each ends within 5 s, follows no redirect, and reads at most 256 KiB. */
final class ProviderHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final OutgoingHttp http = new OutgoingHttp("the provider", CONNECT_TIMEOUT, TIMEOUT);

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
        try {
            return http.text(request.header("Accept", "application/json"));
        } catch (UnansweredException unanswered) {
            throw new ProviderException(Reason.UNAVAILABLE, unanswered.getMessage(), unanswered.getCause());
        }
    }
}
