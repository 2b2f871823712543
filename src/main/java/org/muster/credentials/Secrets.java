package org.muster.credentials;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.muster.settings.Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** A client of AWS Secrets Manager. The application uses one instance. */
final class Secrets implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TOTAL_TIMEOUT = Duration.ofMillis(2500);
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
                    : unanswered(AwsFailure.silence(failure.getCause()));
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
            return Secret.of(answer.secretString());
        } catch (AwsServiceException refusal) {
            throw new SecretUnavailableException(
                    AwsFailure.refusal("Secrets Manager in " + region, refusal, name, region));
        }
    }

    private SecretUnavailableException unanswered(String why) {
        return new SecretUnavailableException("no answer from Secrets Manager in " + region + ": " + why);
    }

    @Override
    public void close() {
        client.close();
    }
}
