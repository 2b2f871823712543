package org.muster.idempotency;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * Executes an {@link Idempotent} method once for each key. It inserts the key before the method and stores the
 * response after it, all in the method's transaction: they exist if and only if the method's changes do. A failed
 * request stores nothing and can be repeated.
 */
@Idempotent
@Interceptor
@Priority(Interceptor.Priority.LIBRARY_BEFORE)
public class IdempotencyInterceptor {
    private static final List<String> STORED_HEADERS =
            List.of(HttpHeaders.LOCATION, HttpHeaders.ETAG, HttpHeaders.CACHE_CONTROL);

    @Inject
    IdempotentRequest request;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @AroundInvoke
    Object run(InvocationContext method) throws Exception {
        var sent = request.key();
        if (sent.isEmpty()) {
            return method.proceed();
        }
        var key = sent.get();
        var answers = new StoredResponses(database.sql(pool));
        if (!answers.lock(request.user(), key.hash())) {
            throw Problem.of(
                            ProblemType.IDEMPOTENCY_IN_FLIGHT,
                            "A request with this Idempotency-Key is still in progress. Try again in a moment.")
                    .header(HttpHeaders.RETRY_AFTER, "1");
        }
        if (!answers.claim(request.user(), key.hash(), request.fingerprint())) {
            var kept = answers.find(request.user(), key.hash()).orElseThrow();
            if (!MessageDigest.isEqual(kept.fingerprint(), request.fingerprint())) {
                throw Problem.of(
                        ProblemType.IDEMPOTENCY_MISMATCH,
                        "This Idempotency-Key was used for a different request. Use a new key for each request.");
            }
            return replay(key.decrypt(kept.response()), method);
        }
        var result = method.proceed();
        answers.store(request.user(), key.hash(), key.encrypt(text(result).getBytes(StandardCharsets.UTF_8)));
        return result;
    }

    private static String text(Object result) {
        var answer = result instanceof Response response
                ? response
                : (result == null ? Response.noContent() : Response.ok(result)).build();
        var headers = JSON.createObjectBuilder();
        for (var name : STORED_HEADERS) {
            var value = answer.getHeaderString(name);
            if (value != null) {
                headers.add(name, value);
            }
        }
        return JSON.createObjectBuilder()
                .add("status", answer.getStatus())
                .add("headers", headers)
                .add("body", answer.hasEntity() ? (JsonValue) answer.getEntity() : JsonValue.NULL)
                .build()
                .toString();
    }

    /** The stored response, as the method's return type. */
    private static Object replay(byte[] kept, InvocationContext method) {
        JsonObject answer;
        try (var reader = JSON.createReader(new ByteArrayInputStream(kept))) {
            answer = reader.readObject();
        }
        var body = answer.get("body");
        if (method.getMethod().getReturnType() == void.class) {
            return null;
        }
        if (method.getMethod().getReturnType() != Response.class) {
            return body;
        }
        var response = Response.status(answer.getInt("status")).header("Idempotency-Replayed", "true");
        answer.getJsonObject("headers")
                .forEach((name, value) ->
                        response.header(name, answer.getJsonObject("headers").getString(name)));
        return body == JsonValue.NULL ? response.build() : response.entity(body).build();
    }
}
