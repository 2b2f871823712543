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

/** An answer that is an error. Thrown anywhere behind a resource method; rolls its transaction back. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** Its media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** So many values of a body that are not valid are told, not more. */
    public static final int MOST_ERRORS = 100;

    private final ProblemType type;
    private final transient Map<String, JsonValue> members = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    private Problem(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
    }

    /**
     * One value of the body that is not valid.
     *
     * @param pointer JSON pointer to it, as a URI fragment: {@code #/name}
     * @param detail what was expected
     */
    public record Invalid(String pointer, String detail) {}

    /** A problem of this type; the detail says what was wrong, what was expected and what to do. */
    public static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail);
    }

    /** There is no such thing, or none that the caller may see. */
    public static Problem notFound(String what) {
        return of(ProblemType.NOT_FOUND, "There is no such " + what + ", or you may not see it.");
    }

    /** Values of the body are not valid; the first of them are told. */
    public static Problem invalid(ProblemType type, List<Invalid> values) {
        var errors = JSON.createArrayBuilder();
        values.stream()
                .limit(MOST_ERRORS)
                .forEach(value -> errors.add(JSON.createObjectBuilder()
                        .add("pointer", value.pointer())
                        .add("detail", value.detail())));
        var first = values.get(0);
        return of(type, first.pointer().substring(first.pointer().indexOf('/') + 1) + " " + first.detail() + ".")
                .with("errors", errors.build());
    }

    /** No token, or one that does not count. */
    public static Problem unauthenticated(String detail) {
        return of(ProblemType.UNAUTHENTICATED, detail).header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"muster\"");
    }

    /** The body, or what is missing of it, does not come; so nothing else can come on this connection. */
    public static Problem bodyMissing() {
        return of(ProblemType.REQUEST_TIMEOUT, "The body did not come whole. Send the request again.")
                .header("Connection", "close");
    }

    /**
     * The database cannot be used now; worth another try in two seconds.
     *
     * @param cause why, in words for everybody
     */
    public static Problem unavailable(String cause) {
        return of(ProblemType.UNAVAILABLE, "The database cannot be used now: " + cause + ". Try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "2");
    }

    /** The server is on its way down; another one, or the next, may be asked in two seconds. */
    public static Problem stopping() {
        return of(ProblemType.UNAVAILABLE, "The server is stopping. Try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "2")
                .header("Connection", "close");
    }

    /** The connection to the database was lost while it committed; nobody can tell whether it did. */
    public static Problem outcomeUnknown() {
        return of(
                ProblemType.OUTCOME_UNKNOWN,
                "The database was lost while it saved the change. Look whether it is there before you repeat it.");
    }

    /** This was tried too often; it may be tried again after this time. */
    public static Problem tooManyRequests(String why, Duration wait) {
        return of(ProblemType.TOO_MANY_REQUESTS, why + " Try again in " + wait.toSeconds() + " seconds.")
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(wait.toSeconds()));
    }

    /** Too much is going on; worth another try in a second. */
    public static Problem busy() {
        return of(ProblemType.BUSY, "The server is busy and did nothing. Try again in a moment.")
                .header(HttpHeaders.RETRY_AFTER, "1");
    }

    /** This, with one more member in its body. */
    public Problem with(String member, JsonValue value) {
        members.put(member, value);
        return this;
    }

    /** This, with one more header. */
    public Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Which problem. */
    public ProblemType type() {
        return type;
    }

    /** The {@code errors} of the body; empty if it has none. */
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
