package org.muster.http;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * A request for a page of a list: at most {@code limit} items after the one with the key {@code after}.
 *
 * @param limit from 1 to 100
 * @param after the key in the cursor, as text; absent for the first page
 */
public record PageRequest(int limit, Optional<String> after) {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /**
     * Reads the query parameters {@code limit} and {@code cursor}; null where absent.
     *
     * @throws Problem 400 if one of them is invalid
     */
    public static PageRequest of(String limit, String cursor) {
        return new PageRequest(
                limit == null ? DEFAULT_LIMIT : limit(limit),
                Optional.ofNullable(cursor).map(PageRequest::key));
    }

    /**
     * The key in the cursor, parsed.
     *
     * @throws Problem 400 if the cursor is not one of this list
     */
    public <T> Optional<T> after(Function<String, T> parser) {
        return after.map(key -> {
            try {
                return parser.apply(key);
            } catch (RuntimeException foreign) {
                throw badCursor();
            }
        });
    }

    /** The number of items to fetch: one more than the limit, which shows whether there is a next page. */
    public int fetchSize() {
        return limit + 1;
    }

    /** The response: {@code items}, and the cursor of the {@code next} page or null. */
    public <T> Response response(List<T> fetched, Function<T, JsonObject> item, Function<T, String> key, UriInfo uri) {
        var items = JSON.createArrayBuilder();
        fetched.stream().limit(limit).map(item).forEach(items::add);
        var body = JSON.createObjectBuilder().add("items", items);
        if (fetched.size() <= limit) {
            return Response.ok(body.add("next", JsonValue.NULL).build()).build();
        }
        var cursor = cursor(key.apply(fetched.get(limit - 1)));
        var next =
                uri.getRequestUriBuilder().replaceQueryParam("cursor", cursor).build();
        return Response.ok(body.add("next", cursor).build())
                .header("Link", "<" + next.getRawPath() + "?" + next.getRawQuery() + ">; rel=\"next\"")
                .build();
    }

    /** The cursor with this key. */
    public static String cursor(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static int limit(String text) {
        if (text.matches("[0-9]{1,3}")) {
            var limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        throw Problem.of(ProblemType.INVALID_PARAMETER, "limit must be a whole number from 1 to " + MAX_LIMIT + ".");
    }

    private static String key(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException foreign) {
            throw badCursor();
        }
    }

    private static Problem badCursor() {
        return Problem.of(
                ProblemType.INVALID_PARAMETER, "cursor must be the 'next' of an earlier response of the same list.");
    }
}
