package org.muster.credentials;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.muster.settings.Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** A client of AWS Secrets Manager. The application uses one instance. */
final class Secrets implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    static final Duration TOTAL_TIMEOUT = Duration.ofMillis(2500);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofMillis(1500);

    private final String region;
    private final SecretsManagerClient client;

    /** @throws SecretUnavailableException if the region or the endpoint is invalid */
    Secrets(Settings settings) throws SecretUnavailableException {
        region = settings.region();
        try {
            var builder = SecretsManagerClient.builder()
                    .region(Region.of(region))
                    .httpClientBuilder(UrlConnectionHttpClient.builder()
                            .connectionTimeout(ATTEMPT_TIMEOUT)
                            .socketTimeout(ATTEMPT_TIMEOUT))
                    .overrideConfiguration(
                            calls -> calls.apiCallTimeout(CALL_TIMEOUT).apiCallAttemptTimeout(ATTEMPT_TIMEOUT));
            settings.endpoint().map(URI::create).ifPresent(builder::endpointOverride);
            settings.accessKey()
                    .ifPresent(key -> builder.credentialsProvider(StaticCredentialsProvider.create(credentials(key))));
            client = builder.build();
        } catch (RuntimeException refused) {
            // The SDK throws several types of exceptions, some without a message.
            throw new SecretUnavailableException("Secrets Manager cannot be used in region " + region + " at "
                    + settings.endpoint().orElse("AWS's address") + ": "
                    + refused.getClass().getSimpleName());
        }
    }

    private static AwsCredentials credentials(Settings.AccessKey key) {
        var secret = key.secret().value();
        return key.session()
                .<AwsCredentials>map(session -> AwsSessionCredentials.create(key.id(), secret, session.value()))
                .orElseGet(() -> AwsBasicCredentials.create(key.id(), secret));
    }

    /** A secret's current value. */
    static final class Secret {
        private final JsonObject fields;

        private Secret(JsonObject fields) {
            this.fields = fields;
        }

        /** The text of this field, if it is there and not blank. */
        Optional<String> text(String name) throws SecretUnavailableException {
            var value = fields.getOrDefault(name, JsonValue.NULL);
            if (value instanceof JsonString text) {
                return Optional.of(text.getString()).filter(any -> !any.isBlank());
            }
            if (value.equals(JsonValue.NULL)) {
                return Optional.empty();
            }
            throw new SecretUnavailableException("its " + name + " is not text");
        }

        /** The port, a number or the text of one, if it is there. */
        Optional<Integer> port() throws SecretUnavailableException {
            if (fields.getOrDefault("port", JsonValue.NULL).equals(JsonValue.NULL)) {
                return Optional.empty();
            }
            var text = fields.get("port").toString().replace("\"", "");
            if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535) {
                return Optional.of(Integer.valueOf(text));
            }
            throw new SecretUnavailableException("its port is not a number from 1 to 65535");
        }
    }

    /** The secret is unavailable. The message says why, and never quotes the secret. */
    static final class SecretUnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        SecretUnavailableException(String message) {
            super(message);
        }
    }

    /**
     * This version of the secret.
     *
     * @throws SecretUnavailableException within 2.5 s, if there is no answer, the answer is an error, or the secret is not a JSON object
     */
    Secret value(String name, SecretVersion version) throws SecretUnavailableException {
        // The SDK's own timeout does not cover its search for AWS credentials.
        var call = new FutureTask<>(() -> ask(name, version));
        var thread = new Thread(call, "muster-secrets");
        thread.setDaemon(true);
        // The caller's class loader may be null: the server's pool calls without one.
        thread.setContextClassLoader(Secrets.class.getClassLoader());
        thread.start();
        try {
            return call.get(TOTAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof SecretUnavailableException unavailable
                    ? unavailable
                    : unanswered(why(failure.getCause()));
        } catch (TimeoutException tooLong) {
            throw unanswered("it took too long");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unanswered("interrupted");
        }
    }

    private Secret ask(String name, SecretVersion version) throws SecretUnavailableException {
        try {
            var answer = client.getSecretValue(request -> request.secretId(name).versionStage(version.toString()));
            if (answer.secretString() == null) {
                throw new SecretUnavailableException(
                        answer.secretBinary() == null
                                ? "Secrets Manager in " + region + " answered without a secret"
                                : "it is binary, not the JSON object that RDS writes");
            }
            return new Secret(parsed(answer.secretString()));
        } catch (AwsServiceException refusal) {
            var details = Optional.ofNullable(refusal.awsErrorDetails());
            throw new SecretUnavailableException("Secrets Manager in " + region + " answered " + refusal.statusCode()
                    + details.map(AwsErrorDetails::errorCode)
                            .map(code -> " " + code)
                            .orElse(""));
        }
    }

    private static JsonObject parsed(String text) throws SecretUnavailableException {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        } catch (RuntimeException notAnObject) {
            // There are several types, and their messages quote the secret.
            throw new SecretUnavailableException("it is not the JSON object that RDS writes");
        }
    }

    private SecretUnavailableException unanswered(String why) {
        return new SecretUnavailableException("no answer from Secrets Manager in " + region + ": " + why);
    }

    /** Describes a failure without the SDK's message, which may quote the answer. */
    private static String why(Throwable failure) {
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return "it took too long";
        }
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "its host name is not known";
            }
            if (cause instanceof SocketTimeoutException) {
                return "it took too long";
            }
            if (cause instanceof SSLException) {
                return "no trusted TLS connection to it";
            }
            if (cause instanceof SocketException) {
                return "the connection failed (" + cause.getClass().getSimpleName() + ")";
            }
            if (cause instanceof IOException) {
                return "it cannot be read (" + cause.getClass().getSimpleName() + ")";
            }
        }
        return String.valueOf(failure.getMessage()).startsWith("Unable to load credentials")
                ? "no AWS credentials were found"
                : failure.getClass().getSimpleName();
    }

    @Override
    public void close() {
        client.close();
    }
}
