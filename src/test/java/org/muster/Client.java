package org.muster;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP client of a running Muster: anonymous, or signed in with a token. Immutable. A response, or a successful
 * request, that is not as in {@code openapi.yaml} fails the test.
 */
public final class Client {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private static final int CREATED = 201;
    private static final int UNAVAILABLE = 503;
    private static final int MAX_ATTEMPTS = 30;

    private final URI base;
    private final List<String> headers;
    private final boolean validates;
    private final Optional<Accounts> accounts;

    private Client(URI base, List<String> headers, boolean validates, Optional<Accounts> accounts) {
        this.base = base;
        this.headers = List.copyOf(headers);
        this.validates = validates;
        this.accounts = accounts;
    }

    /** Returns a client without a token. */
    public static Client anonymous(URI base) {
        return new Client(base, List.of(), true, Optional.empty());
    }

    /** Returns a client without a token, which makes {@link #signedUp} accounts of a server in its database. */
    static Client anonymous(URI base, Accounts accounts) {
        return new Client(base, List.of(), true, Optional.of(accounts));
    }

    /** Somebody who is not signed in, whose responses are not validated: for load, and outside tests. */
    public static Client unvalidated(URI base) {
        return new Client(base, List.of(), false, Optional.empty());
    }

    /** An answer. */
    public record Answer(int status, HttpResponse<String> response) {
        public String body() {
            return response.body();
        }

        public JsonObject json() {
            try (var reader = Json.createReader(new StringReader(body()))) {
                return reader.readObject();
            }
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** Returns the items of a page. */
        public List<JsonObject> items() {
            return json().getJsonArray("items").getValuesAs(JsonObject.class);
        }

        public String string(String field) {
            return json().getString(field);
        }

        public UUID id() {
            return UUID.fromString(string("id"));
        }
    }

    /** Returns a client that sends this header with every request. */
    public Client with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.addAll(List.of(name, value));
        return new Client(base, more, validates, accounts);
    }

    /** Returns a client that sends the same headers to another server. */
    public Client at(URI other) {
        return new Client(other, headers, validates, Optional.empty());
    }

    /** Returns the value of a header that is sent with every request. */
    public String header(String name) {
        return headers.get(headers.indexOf(name) + 1);
    }

    /** Creates an account with a unique e-mail address, and signs in. */
    public Client signedUp(String name) {
        var email = name + "-" + UUID.randomUUID() + "@example.org";
        return with(
                "Authorization",
                "Bearer "
                        + accounts.map(made -> made.create(this, email, name)).orElseGet(() -> signedUp(email, name)));
    }

    private String signedUp(String email, String name) {
        createAccount(email, name);
        var session = postPatiently("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
        if (session.status() != CREATED) {
            throw new AssertionError("signing in failed: " + session.status() + " " + session.body());
        }
        return session.string("token");
    }

    void createAccount(String email, String name) {
        postPatiently(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'%s','zone':'America/Toronto'}"
                        .formatted(email, name));
    }

    /** Sends the request again when it may be, while the server hashes too many passwords. */
    private Answer postPatiently(String path, String body) {
        var answer = post(path, body);
        for (var attempt = 0; answer.status() == UNAVAILABLE && attempt < MAX_ATTEMPTS; attempt++) {
            try {
                TimeUnit.SECONDS.sleep(Long.parseLong(answer.header("Retry-After")));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return answer;
            }
            answer = post(path, body);
        }
        return answer;
    }

    /** Returns the id of the account. */
    public UUID id() {
        return get("/api/v1/me").id();
    }

    public Answer get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    public Answer delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    public Answer put(String path) {
        return send("PUT", path, BodyPublishers.noBody());
    }

    /** Sends a request without a body. */
    public Answer post(String path) {
        return send("POST", path, BodyPublishers.noBody());
    }

    /** Sends a request with a JSON body, in which single quotes stand for double quotes. */
    public Answer post(String path, String json) {
        return with("Content-Type", "application/json").send("POST", path, json(json));
    }

    /** Sends a request with a JSON body, in which single quotes stand for double quotes. */
    public Answer patch(String path, String json) {
        return with("Content-Type", "application/merge-patch+json").send("PATCH", path, json(json));
    }

    /** As {@link #post(String, String)}, but closes the connection if there is no answer within the timeout. */
    public Optional<Answer> postFor(Duration timeout, String path, String json) {
        var end = System.nanoTime() + timeout.toNanos();
        try {
            var body = json(json);
            return Optional.of(with("Content-Type", "application/json")
                    .exchange("POST", path, body, BodyPublishers.ofString(body), timeout));
        } catch (HttpTimeoutException late) {
            return Optional.empty();
        } catch (IOException failure) {
            // The JDK's client does not always call it a timeout when it has closed the connection.
            if (System.nanoTime() >= end) {
                return Optional.empty();
            }
            throw new UncheckedIOException(failure);
        }
    }

    /** With this body, as it is. */
    public Answer send(String method, String path, String body) {
        return send(method, path, body, BodyPublishers.ofString(body));
    }

    /** With this body, which is not validated. */
    public Answer send(String method, String path, BodyPublisher body) {
        return send(method, path, null, body);
    }

    private Answer send(String method, String path, String text, BodyPublisher body) {
        try {
            return exchange(method, path, text, body, Duration.ofSeconds(40));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** @param text the body, if it is to be validated; else null */
    private Answer exchange(String method, String path, String text, BodyPublisher body, Duration timeout)
            throws IOException {
        var request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(timeout).method(method, body);
        for (var i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofString());
            if (validates) {
                OpenApiValidator.ofDocument()
                        .check(new OpenApiValidator.Exchange(
                                method,
                                response.request().uri(),
                                text,
                                response.statusCode(),
                                response.headers(),
                                response.body()));
            }
            return new Answer(response.statusCode(), response);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Sends requests at the same time, and returns the answers in the order of the requests. */
    public static List<Answer> atOnce(List<Callable<Answer>> requests) {
        var executor = Executors.newFixedThreadPool(requests.size());
        try {
            var answers = new ArrayList<Answer>();
            for (var answer : executor.invokeAll(requests)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        } finally {
            executor.shutdownNow();
        }
    }

    /** This JSON, in which single quotes stand for double ones. */
    public static String json(String json) {
        return json.replace('\'', '"');
    }
}
