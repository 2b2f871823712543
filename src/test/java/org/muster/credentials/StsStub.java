package org.muster.credentials;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A stub of AWS's Security Token Service on localhost, which exchanges tokens of service accounts for credentials. */
final class StsStub extends AwsStub {
    private static final String CREDENTIALS = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <AssumedRoleUser>
                  <Arn>arn:aws:sts::123456789012:assumed-role/muster/stub</Arn>
                  <AssumedRoleId>AROA:stub</AssumedRoleId>
                </AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>ASIA%d</AccessKeyId>
                  <SecretAccessKey>key</SecretAccessKey>
                  <SessionToken>session</SessionToken>
                  <Expiration>%s</Expiration>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """;
    private static final String ERROR = """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>
            </ErrorResponse>
            """;

    private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private volatile Answer answer = this::answerCredentials;
    private volatile Duration lifetime = Duration.ofHours(1);

    StsStub() {
        super("text/xml");
        start();
    }

    /** Returns the parameters of the requests. */
    List<Map<String, String>> requests() {
        return List.copyOf(requests);
    }

    /** Answers with credentials that are valid for this long from now on. */
    void answerCredentialsFor(Duration time) {
        lifetime = time;
        answer = this::answerCredentials;
    }

    /** Answers with this error from now on. */
    void answerError(String code, String message) {
        var body = ERROR.formatted(code, message);
        answer = exchange -> send(exchange, 400, body);
    }

    /** Does not answer from now on, until the stub is closed. */
    void hang() {
        answer = exchange -> await();
    }

    private void answerCredentials(HttpExchange exchange) throws IOException {
        send(exchange, 200, CREDENTIALS.formatted(requests.size(), Instant.now().plus(lifetime)));
    }

    @Override
    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(Arrays.stream(body.split("&"))
                    .map(parameter -> parameter.split("=", 2))
                    .collect(Collectors.toMap(
                            parameter -> parameter[0],
                            parameter -> URLDecoder.decode(parameter[1], StandardCharsets.UTF_8))));
            answer.to(exchange);
        }
    }
}
