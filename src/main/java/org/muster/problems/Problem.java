package org.muster.problems;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An error response, as an exception. Can be thrown by any code that a resource method calls; rolls back the transaction. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** The media type of the response. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The maximum number of invalid values that a response lists. */
    public static final int MAX_ERRORS = 100;

    private final ProblemType type;
    private final transient Map<String, JsonValue> members = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    private Problem(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
    }

    /**
     * An invalid value in the request body.
     *
     * @param pointer a JSON pointer to the value, as a URI fragment such as {@code #/name}
     * @param detail what was expected
     */
    public record Invalid(String pointer, String detail) {}

    /** Creates a problem. The detail says what was wrong, what was expected, and what to do. */
    public static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail);
    }

    /** The resource does not exist, or the caller may not see it. */
    public static Problem notFound(String what) {
        return of(ProblemType.NOT_FOUND, "The " + what + " does not exist, or you do not have access to it.");
    }

    /** The body contains invalid values, of which the first {@value #MAX_ERRORS} are listed. */
    public static Problem invalid(ProblemType type, List<Invalid> values) {
        var errors = JSON.createArrayBuilder();
        values.stream()
                .limit(MAX_ERRORS)
                .forEach(value -> errors.add(JSON.createObjectBuilder()
                        .add("pointer", value.pointer())
                        .add("detail", value.detail())));
        var first = values.get(0);
        return of(type, first.pointer().substring(first.pointer().indexOf('/') + 1) + " " + first.detail() + ".")
                .with("errors", errors.build());
    }

    /** The token is missing or invalid. */
    public static Problem unauthenticated(String detail) {
        return of(ProblemType.UNAUTHENTICATED, detail).header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"muster\"");
    }

    /** The body did not arrive completely. The connection cannot be used for another request. */
    public static Problem bodyMissing() {
        return of(ProblemType.REQUEST_TIMEOUT, "The body did not arrive completely. Send the request again.")
                .header("Connection", "close");
    }

    /**
     * The database is unavailable. The client may retry after two seconds.
     *
     * @param cause the reason, as a clause that may be shown to every client
     */
    public static Problem unavailable(String cause) {
        return of(ProblemType.UNAVAILABLE, "The database is unavailable: " + cause + ". Try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "2");
    }

    /** The server is shutting down. The client may retry after two seconds, on a new connection. */
    public static Problem stopping() {
        return of(ProblemType.UNAVAILABLE, "The server is shutting down. Try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "2")
                .header("Connection", "close");
    }

    /** The connection to the database was lost during the commit. It is unknown whether the transaction was committed. */
    public static Problem outcomeUnknown() {
        return of(
                ProblemType.OUTCOME_UNKNOWN,
                "The connection to the database was lost during the commit. Check whether the change was saved before"
                        + " you repeat it.");
    }

    /**
     * The client exceeded a limit. It may retry after {@code wait}.
     *
     * @param limit its name
     */
    public static Problem tooManyRequests(String limit, String why, Duration wait) {
        return of(ProblemType.TOO_MANY_REQUESTS, why + " Try again in " + wait.toSeconds() + " seconds.")
                .with("limit", JSON.createValue(limit))
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(wait.toSeconds()));
    }

    /** The provider that people sign in with cannot be asked. The client may try again after ten seconds. */
    public static Problem providerUnavailable() {
        return of(
                        ProblemType.PROVIDER_UNAVAILABLE,
                        "Nobody can sign in with the provider now. Sign in with a password, or try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "10");
    }

    /** A search took longer than it may. The client may try again after two seconds. */
    public static Problem searchTooSlow() {
        return of(ProblemType.BUSY, "The search took too long. Search for longer words, or try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "2");
    }

    /** The server is overloaded and executed nothing. The client may retry after one second. */
    public static Problem busy() {
        return of(ProblemType.BUSY, "The server is busy and did not execute the request. Try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "1");
    }

    /** Adds a member to the body, and returns this problem. */
    public Problem with(String member, JsonValue value) {
        members.put(member, value);
        return this;
    }

    /** Adds a header to the response, and returns this problem. */
    public Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Returns the type of the problem. */
    public ProblemType type() {
        return type;
    }

    /** Returns the {@code errors} of the body; empty if there are none. */
    public JsonArray errors() {
        return members.getOrDefault("errors", JsonValue.EMPTY_JSON_ARRAY).asJsonArray();
    }

    JsonObject json(String requestId) {
        var json = JSON.createObjectBuilder()
                .add("type", type.uri())
                .add("title", type.title())
                .add("status", type.status())
                .add("detail", getMessage());
        members.forEach(json::add);
        return json.add("requestId", requestId).build();
    }

    Response response(String requestId) {
        var response = Response.status(type.status())
                .type(MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(json(requestId).toString());
        headers.forEach(response::header);
        return response.build();
    }
}
