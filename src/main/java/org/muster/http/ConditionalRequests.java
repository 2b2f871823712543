package org.muster.http;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** Entity tags made of versions, and preconditions on them. */
public final class ConditionalRequests {
    private static final Pattern SUFFIX = Pattern.compile("-(gzip|br|zstd)\"$");

    private ConditionalRequests() {}

    /** Returns 200 with the entity and its tag, or 304 if the client has this version. */
    public static Response get(HttpHeaders headers, int version, JsonObject entity) {
        return get(headers, Integer.toString(version), () -> Response.ok(entity));
    }

    /** Returns the supplied response with its tag, or 304 without calling the supplier if the client has it. */
    public static Response get(HttpHeaders headers, String tag, Supplier<Response.ResponseBuilder> answer) {
        var unchanged = has(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), tag);
        return (unchanged ? Response.notModified() : answer.get()).tag(tag).build();
    }

    /** Whether {@code If-None-Match}, which may be null, contains the tag. */
    public static boolean has(String ifNoneMatch, String tag) {
        return ifNoneMatch != null && names(ifNoneMatch, tag);
    }

    /** The response with the version's tag. */
    public static Response tagged(Response.ResponseBuilder answer, int version) {
        return answer.tag(Integer.toString(version)).build();
    }

    /**
     * Checks {@code If-Match}.
     *
     * @throws Problem 428 if it is absent, 412 if it does not match this version
     */
    public static void require(HttpHeaders headers, int version) {
        var given = headers.getHeaderString(HttpHeaders.IF_MATCH);
        if (given == null) {
            throw Problem.of(
                    ProblemType.PRECONDITION_REQUIRED,
                    "Send If-Match with the ETag of the version that you want to change.");
        }
        if (!names(given, Integer.toString(version))) {
            throw mismatch(version);
        }
    }

    /** 412: the version has changed. */
    public static Problem mismatch(int version) {
        return Problem.of(
                        ProblemType.VERSION_MISMATCH,
                        "The current version is " + version + ". Read it again and repeat your change.")
                .with("version", JSON.createValue(version));
    }

    /** A proxy that compresses a response makes its tag weak, as nginx does, or longer, as Apache does. It names the same version. */
    private static boolean names(String tags, String wanted) {
        var current = "\"" + wanted + "\"";
        return Arrays.stream(tags.split(","))
                .map(tag -> tag.strip().replaceFirst("^W/", ""))
                .anyMatch(tag -> tag.equals(current)
                        || tag.equals("*")
                        || SUFFIX.matcher(tag).replaceFirst("\"").equals(current));
    }
}
