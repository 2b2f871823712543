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

/** Somebody who uses a running Muster over HTTP: not signed in, or signed in with a token. */
public final class Client {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI base;
    private final List<String> headers;

    private Client(URI base, List<String> headers) {
        this.base = base;
        this.headers = List.copyOf(headers);
    }

    /** Somebody who is not signed in. */
    public static Client anonymous(URI base) {
        return new Client(base, List.of());
    }

    /** What came back. */
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

        /** The items of a page. */
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

    /** The same, with this header on every request. */
    public Client with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.addAll(List.of(name, value));
        return new Client(base, more);
    }

    /** The value of the header that is on every request. */
    public String header(String name) {
        return headers.get(headers.indexOf(name) + 1);
    }

    /** Opens an account of this name, with an address nobody else has, and signs in. */
    public Client signedUp(String name) {
        var email = name + "-" + UUID.randomUUID() + "@example.org";
        post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'%s','zone':'America/Toronto'}"
                        .formatted(email, name));
        var session = post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
        return with("Authorization", "Bearer " + session.string("token"));
    }

    /** The id of the account. */
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

    /** Without a body. */
    public Answer post(String path) {
        return send("POST", path, BodyPublishers.noBody());
    }

    /** With this JSON, in which single quotes stand for double ones. */
    public Answer post(String path, String json) {
        return with("Content-Type", "application/json").send("POST", path, json(json));
    }

    /** With this JSON, in which single quotes stand for double ones. */
    public Answer patch(String path, String json) {
        return with("Content-Type", "application/merge-patch+json").send("PATCH", path, json(json));
    }

    /** As {@link #post(String, String)}, and hangs up if there is no answer by then. */
    public Optional<Answer> postFor(Duration patience, String path, String json) {
        try {
            return Optional.of(with("Content-Type", "application/json").exchange("POST", path, json(json), patience));
        } catch (HttpTimeoutException late) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Answer send(String method, String path, BodyPublisher body) {
        try {
            return exchange(method, path, body, Duration.ofSeconds(40));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Answer exchange(String method, String path, BodyPublisher body, Duration patience) throws IOException {
        var request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(patience).method(method, body);
        for (var i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The answers to requests that are made at the same time, in the order of the requests. */
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
    public static BodyPublisher json(String json) {
        return BodyPublishers.ofString(json.replace('\'', '"'));
    }
}
