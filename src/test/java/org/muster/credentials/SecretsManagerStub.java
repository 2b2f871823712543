package org.muster.credentials;

import com.sun.net.httpserver.HttpExchange;
import jakarta.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A stub of AWS Secrets Manager on localhost, which speaks its HTTP protocol and gives configured answers. */
public final class SecretsManagerStub extends AwsStub {
    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<String> scopes = new CopyOnWriteArrayList<>();
    private final List<String> stages = new CopyOnWriteArrayList<>();
    private final Map<String, String> versions = new ConcurrentHashMap<>();
    private volatile Runnable meanwhile = () -> {};
    private volatile Answer answer = exchange -> send(exchange, 500, "{}");

    public SecretsManagerStub() {
        super("application/x-amz-json-1.1");
        start();
    }

    /** Returns the number of requests. */
    public int calls() {
        return secrets.size();
    }

    /** Returns the names of the requested secrets. */
    public List<String> secrets() {
        return List.copyOf(secrets);
    }

    /** Returns the ids of the access keys that signed the requests. */
    public List<String> keys() {
        return List.copyOf(keys);
    }

    /** Returns the scopes for which the requests were signed, such as {@code 20261123/ca-central-1/secretsmanager}. */
    public List<String> scopes() {
        return List.copyOf(scopes);
    }

    /** Returns the stages of the requested versions, such as {@code AWSCURRENT}. */
    public List<String> stages() {
        return List.copyOf(stages);
    }

    /** Sets the text of the current version, and removes all other versions. */
    public void answerSecret(String text) {
        versions.clear();
        answerSecret("AWSCURRENT", text);
    }

    /** Sets the text of this version. Other versions stay. */
    public void answerSecret(String stage, String text) {
        versions.put(stage, text);
        answer = null;
    }

    /** Removes this version. */
    public void remove(String stage) {
        versions.remove(stage);
    }

    private void answerVersion(HttpExchange exchange, String stage) throws IOException {
        var text = versions.get(stage);
        if (text == null) {
            send(exchange, 400, "{\"__type\":\"ResourceNotFoundException\",\"Message\":\"no such version\"}");
            return;
        }
        var body = Json.createObjectBuilder()
                .add("ARN", "arn:aws:secretsmanager:ca-central-1:123456789012:secret:stub")
                .add("Name", "stub")
                .add("VersionId", "00000000-0000-4000-8000-000000000000")
                .add("VersionStages", Json.createArrayBuilder().add(stage))
                .add("CreatedDate", 1_700_000_000)
                .add("SecretString", text)
                .build()
                .toString();
        send(exchange, 200, body);
    }

    /** Answers with a binary secret from now on. */
    public void answerBinary() {
        answer = exchange -> send(exchange, 200, "{\"Name\":\"stub\",\"SecretBinary\":\"czNjcjN0\"}");
    }

    /** Answers with this error of the service from now on. */
    public void answerError(int status, String code) {
        answerError(status, code, "configured by the test");
    }

    /** Answers with this error of the service, and this message, from now on. */
    public void answerError(int status, String code, String message) {
        var body = "{\"__type\":\"%s\",\"Message\":\"%s\"}".formatted(code, message);
        answer = exchange -> send(exchange, status, body);
    }

    /** Answers with this body from now on. */
    public void answerRaw(int status, String body) {
        answer = exchange -> send(exchange, status, body);
    }

    /** Runs this during each request from now on: what happens while its sender waits for the answer. */
    public void meanwhile(Runnable event) {
        meanwhile = event;
    }

    /** Does not answer from now on, until the stub is closed. */
    public void hang() {
        answer = exchange -> await();
    }

    /** Closes connections in the middle of the answer from now on. */
    public void cut() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.close();
        };
    }

    @Override
    void handle(HttpExchange exchange) throws IOException {
        try (exchange;
                var reader = Json.createReader(exchange.getRequestBody())) {
            var request = reader.readObject();
            var stage = request.getString("VersionStage", "AWSCURRENT");
            secrets.add(request.getString("SecretId"));
            stages.add(stage);
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            keys.add(authorization.replaceFirst(".*Credential=([^/]*)/.*", "$1"));
            scopes.add(authorization.replaceFirst(".*Credential=[^/]*/([^,]*)/aws4_request.*", "$1"));
            meanwhile.run();
            var configured = answer;
            if (configured == null) {
                answerVersion(exchange, stage);
            } else {
                configured.to(exchange);
            }
        }
    }
}
