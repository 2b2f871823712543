package org.muster.problems;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.Server;

@ExtendWith(RunningMuster.class)
@TestInstance(Lifecycle.PER_CLASS)
class ProblemsIT {
    private final Client nobody;
    private final Client ann;
    private final URI base;

    ProblemsIT(Client nobody, URI base) {
        this.nobody = nobody;
        this.base = base;
        ann = nobody.signedUp("Ann");
    }

    /** A bad request, with the expected status and type of problem. */
    record Bad(String method, String path, String contentType, String body, int status, String type) {
        static Bad post(String body, int status, String type) {
            return new Bad("POST", "/api/v1/groups", "application/json", body, status, type);
        }

        static Bad get(String path, int status, String type) {
            return new Bad("GET", path, null, null, status, type);
        }
    }

    static Stream<Bad> badRequests() {
        var group = "{\"name\":\"A\",\"zone\":\"UTC\"";
        var none = "/api/v1/groups/00000000-0000-7000-8000-000000000000";
        return Stream.of(
                Bad.post("", 400, "malformed-body"),
                Bad.post("{", 400, "malformed-body"),
                Bad.post("[]", 400, "malformed-body"),
                Bad.post("null", 400, "malformed-body"),
                Bad.post("\"text\"", 400, "malformed-body"),
                Bad.post("{'name':'A'}", 400, "malformed-body"),
                Bad.post(group + ",}", 400, "malformed-body"),
                Bad.post(group + "} trailing", 400, "malformed-body"),
                Bad.post("{\"name\":\"A\",\"name\":\"B\",\"zone\":\"UTC\"}", 400, "malformed-body"),
                Bad.post("[".repeat(100_000), 400, "malformed-body"),
                Bad.post("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000), 400, "malformed-body"),
                Bad.post("{}", 422, "validation"),
                Bad.post("{\"zone\":\"UTC\"}", 422, "validation"),
                Bad.post("{\"name\":7,\"zone\":\"UTC\"}", 422, "validation"),
                Bad.post("{\"name\":\"\",\"zone\":\"UTC\"}", 422, "validation"),
                Bad.post("{\"name\":\"   \",\"zone\":\"UTC\"}", 422, "validation"),
                Bad.post("{\"name\":\"" + "x".repeat(101) + "\",\"zone\":\"UTC\"}", 422, "validation"),
                Bad.post("{\"name\":\"a\\u0000b\",\"zone\":\"UTC\"}", 422, "validation"),
                Bad.post("{\"name\":\"\\ud83d\",\"zone\":\"UTC\"}", 422, "validation"),
                Bad.post("{\"name\":\"A\"}", 422, "validation"),
                Bad.post("{\"name\":\"A\",\"zone\":\"Mars/Olympus\"}", 422, "unknown-zone"),
                Bad.post("{\"name\":\"A\",\"zone\":\"+02:00\"}", 422, "unknown-zone"),
                Bad.post("{\"name\":\"A\",\"zone\":[\"UTC\"]}", 422, "validation"),
                Bad.post(group + ",\"surprise\":1}", 422, "validation"),
                Bad.post(group + ",\"id\":\"x\"}", 422, "validation"),
                Bad.post(group + ",\"joinPolicy\":\"OPEN\"}", 422, "validation"),
                Bad.post(group + ",\"joinPolicy\":true}", 422, "validation"),
                Bad.post(group + ",\"visibility\":\"secret\"}", 422, "validation"),
                Bad.post(group + ",\"slug\":\"No Spaces\"}", 422, "validation"),
                Bad.post(group + ",\"slug\":\"-a\"}", 422, "validation"),
                Bad.post(group + ",\"description\":\"" + "x".repeat(5_001) + "\"}", 422, "validation"),
                Bad.post(group + ",\"description\":\"" + "x".repeat(1 << 20) + "\"}", 413, "content-too-large"),
                new Bad("POST", "/api/v1/groups", "text/plain", group + "}", 415, "unsupported-media-type"),
                new Bad("POST", "/api/v1/groups", null, group + "}", 415, "unsupported-media-type"),
                new Bad("POST", "/api/v1/groups?x=1", "application/json", group + "}", 400, "invalid-parameter"),
                new Bad("PUT", "/api/v1/groups", "application/json", group + "}", 405, "method-not-allowed"),
                new Bad("DELETE", "/api/v1/groups", null, null, 405, "method-not-allowed"),
                new Bad("NONSENSE", "/api/v1/groups", null, null, 405, "method-not-allowed"),
                new Bad("PATCH", none + "/members/me", "application/json", "{}", 404, "not-found"),
                new Bad("POST", "/health/ready", null, null, 405, "method-not-allowed"),
                Bad.get("/api/v1/groups?limit=0", 400, "invalid-parameter"),
                Bad.get("/api/v1/groups?limit=many", 400, "invalid-parameter"),
                Bad.get("/api/v1/groups?limit=10&limit=20", 400, "invalid-parameter"),
                Bad.get("/api/v1/groups?cursor=!!", 400, "invalid-parameter"),
                Bad.get("/api/v1/groups?state=ACTIVE", 400, "invalid-parameter"),
                Bad.get("/api/v1/groups?colour=red", 400, "invalid-parameter"),
                Bad.get("/api/v1/me?x", 400, "invalid-parameter"),
                Bad.get(none + "/activities?from=2027-01-01", 400, "invalid-parameter"),
                Bad.get("/api/v1/groups/not-a-uuid", 404, "not-found"),
                Bad.get("/api/v1/groups/1%27%20OR%201=1", 404, "not-found"),
                Bad.get("/api/v1/nowhere", 404, "not-found"),
                Bad.get("/api/v1", 404, "not-found"),
                Bad.get("/nowhere", 404, "not-found"),
                Bad.get("/nowhere.html", 404, "not-found"),
                Bad.get("/problem", 404, "not-found"),
                Bad.get("/problems/nowhere", 404, "not-found"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void aBadRequestGetsTheMatchingProblem(Bad bad) {
        var client = bad.contentType == null ? ann : ann.with("Content-Type", bad.contentType);
        var body = bad.body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(bad.body);

        var answer = client.send(bad.method, bad.path, body);

        assertThatProblem(answer, bad.status, bad.type);
    }

    @Test
    void theWebInfDirectoryIsNotServed() {
        var answer = ann.get("/WEB-INF/web.xml");

        if (Server.title().equals("WildFly")) {
            // WildFly answers by itself, with an empty page.
            assertThat(answer.status()).isEqualTo(404);
        } else {
            assertThatProblem(answer, 404, "not-found");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer nonsense", "bearer \u00e9"})
    void anInvalidTokenIsRefusedEvenIfNoneIsRequired(String authorization) {
        var answer = nobody.with("Authorization", authorization).get("/api/v1/groups");

        assertThatProblem(answer, 401, "unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void aMissingTokenIsRefusedIfOneIsRequired() {
        assertThatProblem(nobody.get("/api/v1/me"), 401, "unauthenticated");
        assertThatProblem(nobody.post("/api/v1/groups", "{}"), 401, "unauthenticated");
    }

    @Test
    void anUnsupportedAcceptHeaderIsRefused() {
        assertThatProblem(nobody.with("Accept", "text/html").get("/api/v1/groups"), 406, "not-acceptable");
    }

    @Test
    void theSizeLimitAppliesToChunkedBodies() {
        var large = "{\"name\":\"A\",\"zone\":\"UTC\",\"description\":\"" + "x".repeat(1 << 20) + "\"}";
        var chunked = BodyPublishers.ofInputStream(
                () -> new java.io.ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8)));

        var answer = ann.with("Content-Type", "application/json").send("POST", "/api/v1/groups", chunked);

        assertThatProblem(answer, 413, "content-too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: application/json\r\n", ""})
    void aHugeContentLengthIsRefusedAtOnce(String type) throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + type
                                    + "Content-Length: 5000000000\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            var answer = new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII);

            assertThat(answer).matches(type.isEmpty() ? "HTTP/1.1 41[35] .*" : "HTTP/1.1 413.*");
        }
    }

    @Test
    void aSlowBodyTimesOut() throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(500);
            var head = "POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

            var answer = "";
            for (var i = 0; answer.isEmpty() && i < 120; i++) {
                socket.getOutputStream().write('{');
                answer = firstLine(socket);
            }

            assertThat(answer).startsWith("HTTP/1.1 408");
        }
    }

    /** Returns the beginning of the answer; empty if none arrives before the socket's timeout. */
    private static String firstLine(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        } catch (SocketTimeoutException nothingYet) {
            return "";
        }
    }

    @Test
    void aBodyThatIsNotUtf8IsRefused() {
        var latin1 = "{\"email\":\"zo\u00eb@example.org\"}".getBytes(StandardCharsets.ISO_8859_1);

        var answer = nobody.with("Content-Type", "application/json")
                .send("POST", "/api/v1/users", BodyPublishers.ofByteArray(latin1));

        assertThatProblem(answer, 400, "malformed-body");
    }

    @Test
    void anUnknownFieldOfAPatchIsRefusedEvenIfNull() {
        assertThatProblem(ann.patch("/api/v1/me", "{'nonsense':null}"), 422, "validation");
    }

    @Test
    void aPreconditionWithoutAnEntityTagDoesNotMatch() {
        var group = ann.post("/api/v1/groups", "{'name':'A','zone':'UTC'}").id();

        assertThat(ann.with("If-None-Match", "abc")
                        .get("/api/v1/groups/" + group)
                        .status())
                .isEqualTo(200);
        assertThat(ann.with("If-None-Match", "W/\"1\", \"x\"")
                        .get("/api/v1/groups/" + group)
                        .status())
                .isEqualTo(304);
        assertThatProblem(ann.with("If-Match", "abc").patch("/api/v1/groups/" + group, "{}"), 412, "version-mismatch");
    }

    @Test
    void personalAnswersAreNotStored() {
        var answer = ann.get("/api/v1/me");

        assertThat(nobody.get("/api/v1/groups").header("Cache-Control")).isEqualTo("private, no-cache");

        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Vary")).contains("Authorization");
    }

    @Test
    void methodNotAllowedListsTheAllowedMethods() {
        assertThat(ann.send("PUT", "/api/v1/me", BodyPublishers.noBody()).header("Allow"))
                .contains("GET", "PATCH", "DELETE");
    }

    @Test
    void aValidRequestIdOfTheCallerIsKept() {
        var kept = nobody.with("X-Request-Id", "trace-42").get("/nowhere");
        var replaced = nobody.with("X-Request-Id", "<script>").get("/nowhere");

        assertThat(kept.header("X-Request-Id")).isEqualTo("trace-42");
        assertThat(kept.string("requestId")).isEqualTo("trace-42");
        assertThat(replaced.header("X-Request-Id")).doesNotContain("<").isEqualTo(replaced.string("requestId"));
    }

    @Test
    void aProblemTypeIsDescribedAtItsPath() {
        var problem = nobody.get("/nowhere");

        var explained = nobody.get(problem.string("type"));

        assertThat(explained.status()).isEqualTo(200);
        assertThat(explained.string("title")).isEqualTo(problem.string("title"));
    }

    @Test
    void aMalformedHttpRequestGetsNoHtmlPage() throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.getOutputStream().write("GET /\u0001 HTTP/9.9\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();

            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).doesNotContainIgnoringCase("<html").doesNotContain("Exception");
        }
    }

    static void assertThatProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        var problem = answer.json();
        assertThat(problem.getString("type")).isEqualTo("/problems/" + type);
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(problem.getString("title")).isNotBlank();
        assertThat(problem.getString("detail")).isNotBlank();
        assertThat(problem.getString("requestId")).isEqualTo(answer.header("X-Request-Id"));
        if (status == 422) {
            assertThat(problem.getJsonArray("errors")).isNotEmpty();
        }
    }
}
