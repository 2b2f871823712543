package org.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.muster.OpenApiValidator.Exchange;

class OpenApiValidatorTest {
    private static final String JSON = "application/json";
    private static final String ANN = """
            {"id":"019caede-03ba-726b-b2a7-4de452e6b438","email":"ann@example.org","emailVerified":false,"pendingEmail":null,
             "displayName":"Ann","zone":"America/Toronto","createdAt":"2026-03-02T14:05:11.482913Z","operator":false}""";
    private static final String NEW_ANN =
            "{\"email\":\"ann@example.org\",\"password\":\"correct horse\",\"displayName\":\"Ann\",\"zone\":\"UTC\"}";
    private static final String PROBLEM = """
            {"type":"/problems/not-found","title":"There is nothing here","status":404,"detail":"No.","requestId":"r"}""";

    private final OpenApiValidator validator = OpenApiValidator.ofDocument();

    @Test
    void whatIsDocumentedIsAllowed() {
        assertThatCode(() -> validator.check(me(200, ANN))).doesNotThrowAnyException();
    }

    @Test
    void aStatusThatIsNotDocumentedIsTold() {
        assertThatComplaint(me(202, ANN)).contains("GET /api/v1/me, status 202: the status is not documented");
    }

    @Test
    void aFieldThatIsNotDocumentedIsTold() {
        assertThatComplaint(me(200, ANN.replace("\"operator\"", "\"shoeSize\":42,\"operator\"")))
                .contains("GET /api/v1/me, status 200: response")
                .contains("shoeSize");
    }

    @Test
    void aFieldThatIsNotDocumentedIsToldInAListAndInAComposition() {
        var token = "{\"id\":\"019caede-03ba-726b-b2a7-4de452e6b438\",\"name\":\"a\",\"scopes\":[\"read\"],"
                + "\"createdAt\":\"2026-03-02T14:05:11Z\",\"expiresAt\":\"2026-03-02T14:05:11Z\",\"a\":1}";

        assertThatComplaint(answer("GET", "/api/v1/me/tokens", 200, JSON, "{\"items\":[" + token + "],\"next\":null}"))
                .contains("response /items/0");
        assertThatComplaint(answer(
                        "POST", "/api/v1/me/tokens", 201, JSON, token.replace("\"a\":1", "\"token\":\"t\",\"b\":1")))
                .contains("'b'")
                .doesNotContain("'token'");
    }

    @Test
    void aFieldThatIsMissingIsTold() {
        assertThatComplaint(me(200, ANN.replace(",\"operator\":false", ""))).contains("operator");
    }

    @Test
    void aValueOfAnotherTypeIsTold() {
        assertThatComplaint(me(200, ANN.replace("false", "\"no\""))).contains("response /operator: ");
        assertThatComplaint(me(200, ANN.replace("false", "null"))).contains("response /operator: ");
    }

    @Test
    void aValueOfAnotherFormatIsTold() {
        assertThatComplaint(me(200, ANN.replace("019caede-", ""))).contains("response /id: ");
        assertThatComplaint(me(200, ANN.replace("T14:05:11.482913Z", ""))).contains("response /createdAt: ");
    }

    @Test
    void aMediaTypeThatIsNotDocumentedIsTold() {
        assertThatComplaint(answer("GET", "/api/v1/me", 200, "text/html", ANN))
                .contains("the media type text/html is not documented");
        assertThatComplaint(answer("GET", "/api/v1/me", 401, JSON, PROBLEM))
                .contains("the media type application/json is not documented");
    }

    @Test
    void aBodyWhereNoneIsDocumentedIsTold() {
        assertThatComplaint(answer("DELETE", "/api/v1/sessions", 204, JSON, "{}"))
                .contains("a body is not documented");
    }

    @Test
    void aHeaderThatIsMissingOrNotDocumentedIsTold() {
        var withETag =
                new Exchange("GET", URI.create("http://localhost/api/v1/me"), null, 200, headers("ETag", "1"), ANN);

        assertThatComplaint(withETag).contains("the header ETag is not documented");
        assertThatComplaint(answer("POST", "/api/v1/users", 201, JSON, ANN)).contains("the header Location is missing");
    }

    @Test
    void aSuccessfulRequestThatIsNotDocumentedIsTold() {
        assertThatComplaint(signUp("?colour=red", NEW_ANN, 201))
                .contains("the query parameter colour is not documented");
        assertThatComplaint(signUp("", NEW_ANN.replace("UTC", "UTC\",\"age\":\"7"), 201))
                .contains("request")
                .contains("age");
    }

    @Test
    void aRequestThatWasRefusedIsNotLookedAt() {
        var refused =
                "{\"type\":\"/problems/validation\",\"title\":\"t\",\"status\":422,\"detail\":\"d\",\"requestId\":\"r\"}";
        var exchange = new Exchange(
                "POST",
                URI.create("http://localhost/api/v1/users?colour=red"),
                "{",
                422,
                headers("Content-Type", "application/problem+json", "X-Request-Id", "r", "Cache-Control", "no-store"),
                refused);

        assertThatCode(() -> validator.check(exchange)).doesNotThrowAnyException();
    }

    @Test
    void whatIsNotThereIsAnsweredWithAProblem() {
        var nowhere = "/api/v1/nowhere";

        assertThatCode(() -> validator.check(answer("GET", nowhere, 404, "application/problem+json", PROBLEM)))
                .doesNotThrowAnyException();
        assertThatComplaint(answer("GET", nowhere, 404, JSON, PROBLEM)).contains("the media type");
        assertThatComplaint(answer("GET", nowhere, 200, JSON, "{}")).contains("the operation is not documented");
    }

    @Test
    void theExamplesOfTheDocumentMatchItsSchemas() {
        assertThat(validator.complaintsAboutExamples()).isEmpty();
    }

    private AbstractStringAssert<?> assertThatComplaint(Exchange exchange) {
        return assertThatThrownBy(() -> validator.check(exchange))
                .isInstanceOf(AssertionError.class)
                .message();
    }

    private static Exchange me(int status, String body) {
        return answer("GET", "/api/v1/me", status, JSON, body);
    }

    private static Exchange signUp(String query, String body, int status) {
        return new Exchange(
                "POST",
                URI.create("http://localhost/api/v1/users" + query),
                body,
                status,
                headers("Content-Type", JSON, "Location", "http://localhost/api/v1/me"),
                ANN);
    }

    private static Exchange answer(String method, String path, int status, String type, String body) {
        return new Exchange(
                method, URI.create("http://localhost" + path), null, status, headers("Content-Type", type), body);
    }

    private static HttpHeaders headers(String... namesAndValues) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return HttpHeaders.of(headers, (name, value) -> true);
    }
}
