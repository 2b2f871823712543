package org.muster.oidc;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonString;
import jakarta.ws.rs.core.UriBuilder;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.muster.limits.Bulkhead;
import org.muster.metrics.Metrics;
import org.muster.oidc.ProviderException.Reason;
import org.muster.problems.Problem;
import org.muster.settings.Environment;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;

/** The configured provider. Its description is fetched when it is first needed, and kept for an hour. */
@ApplicationScoped
public class Provider {
    private static final Duration LIFETIME = Duration.ofHours(1);
    /** Requests that wait for the provider take threads of the server. */
    private static final int MOST_AT_ONCE = 16;

    @Inject
    Metrics metrics;

    private final ProviderHttp http = new ProviderHttp();
    private Optional<Settings.Provider> settings;
    private Bulkhead requests;
    private volatile Description description;

    @PostConstruct
    void read() {
        settings = SettingsReader.read(Environment.ofProcess()).accounts().provider();
        requests = new Bulkhead("provider", MOST_AT_ONCE, 0, Duration.ZERO, metrics);
    }

    /** @param since in the nanoseconds of this JVM */
    private record Description(Endpoints endpoints, IdTokens tokens, long since) {
        boolean isFresh() {
            return System.nanoTime() - since < LIFETIME.toNanos();
        }
    }

    /** Something that asks the provider. */
    @FunctionalInterface
    private interface Exchange<T> {
        T run(Settings.Provider provider, Description description) throws ProviderException;
    }

    /** @throws Problem 404 if none is configured */
    Settings.Provider require() {
        return settings.orElseThrow(() -> Problem.notFound("provider"));
    }

    /**
     * Where the browser goes to sign in.
     *
     * @param callback where it comes back to
     * @throws ProviderException if the provider cannot be asked
     * @throws Problem 503 if too many requests wait for it
     */
    URI authorization(Attempt attempt, URI callback) throws ProviderException {
        return ask((provider, known) -> {
            var url = UriBuilder.fromUri(known.endpoints.authorization())
                    .queryParam("response_type", "code")
                    .queryParam("client_id", encoded(provider.clientId()))
                    .queryParam("redirect_uri", encoded(callback.toString()))
                    .queryParam("scope", "openid%20email%20profile")
                    .queryParam("state", attempt.state().value())
                    .queryParam("nonce", attempt.nonce())
                    .queryParam("code_challenge", attempt.codeChallenge())
                    .queryParam("code_challenge_method", "S256");
            if (!provider.acrValues().isEmpty()) {
                url.queryParam("acr_values", encoded(String.join(" ", provider.acrValues())));
            }
            return url.build();
        });
    }

    /**
     * Who has come back from the provider with this code.
     *
     * @throws ProviderException if the provider cannot be asked, or its answer is not to be believed
     * @throws Problem 503 if too many requests wait for it
     */
    Person person(Attempt attempt, String code, URI callback) throws ProviderException {
        return ask((provider, known) -> {
            var form = new LinkedHashMap<String, String>();
            form.put("grant_type", "authorization_code");
            form.put("code", code);
            form.put("redirect_uri", callback.toString());
            form.put("code_verifier", attempt.codeVerifier());
            var request = HttpRequest.newBuilder(known.endpoints.token())
                    .header("Content-Type", "application/x-www-form-urlencoded");
            if (known.endpoints.secretInBody()) {
                form.put("client_id", provider.clientId());
                form.put("client_secret", provider.clientSecret().value());
            } else {
                request.header("Authorization", basic(provider));
            }
            var answer = http.json(request.POST(BodyPublishers.ofString(encoded(form))));
            if (!(answer.get("id_token") instanceof JsonString token)) {
                throw new ProviderException(Reason.REJECTED, "the provider's response has no ID token");
            }
            return known.tokens.verify(token.getString(), attempt.nonce());
        });
    }

    private <T> T ask(Exchange<T> exchange) throws ProviderException {
        if (!requests.enter()) {
            throw requests.refused();
        }
        try {
            var provider = require();
            return exchange.run(provider, description(provider));
        } finally {
            requests.leave();
        }
    }

    private Description description(Settings.Provider provider) throws ProviderException {
        var known = description;
        if (known == null || !known.isFresh()) {
            var address = provider.issuer().toString().replaceFirst("/$", "") + "/.well-known/openid-configuration";
            var endpoints = Endpoints.of(http.json(HttpRequest.newBuilder(URI.create(address))), provider);
            // Keys that are known stay known.
            var tokens = known != null && known.endpoints.keys().equals(endpoints.keys())
                    ? known.tokens
                    : new IdTokens(provider, endpoints.keys(), http);
            known = new Description(endpoints, tokens, System.nanoTime());
            description = known;
        }
        return known;
    }

    private static String basic(Settings.Provider provider) {
        var login = encoded(provider.clientId()) + ":"
                + encoded(provider.clientSecret().value());
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String value) {
        // UriBuilder takes a plus for itself.
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
