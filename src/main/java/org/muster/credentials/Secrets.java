package org.muster.credentials;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.muster.settings.Settings;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;

/** A client of AWS Secrets Manager. */
final class Secrets implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Secrets.class.getName());
    static final Duration TOTAL_TIMEOUT = Duration.ofMillis(2500);

    private final String region;
    private final String service;
    private final String variable;
    private final SecretsManagerClient client;
    private final AwsIdentity identity;
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * Creates one.
     *
     * @param variable the environment variable that names the secret
     * @throws SecretUnavailableException if the region or an endpoint is invalid
     */
    Secrets(Settings settings, String variable) throws SecretUnavailableException {
        this.variable = variable;
        region = settings.region();
        service = "Secrets Manager in " + region;
        identity = AwsIdentities.of(settings);
        try {
            // Each request has the credentials of its time.
            client = AwsClients.build(
                    "Secrets Manager",
                    SecretsManagerClient.builder().credentialsProvider(AnonymousCredentialsProvider.create()),
                    region,
                    settings.endpoint());
        } catch (SecretUnavailableException invalid) {
            identity.close();
            throw invalid;
        }
    }

    /**
     * This version of the secret.
     *
     * @throws SecretUnavailableException within 2.5 s, if there is no answer, the answer is an error, or the secret is not a JSON object
     */
    Secret value(String name, SecretVersion version) throws SecretUnavailableException {
        return Secret.of(text(name, version));
    }

    /**
     * The text of this version of the secret.
     *
     * @throws SecretUnavailableException within 2.5 s, if there is no answer, or the answer is an error
     */
    String text(String name, SecretVersion version) throws SecretUnavailableException {
        // The SDK's own timeout does not cover its search for AWS credentials, and interrupts the thread.
        var asked = new AtomicReference<>(service);
        var call = new FutureTask<>(() -> {
            asked.set(identity.service());
            var credentials = StaticCredentialsProvider.create(identity.credentials());
            asked.set(service);
            return ask(GetSecretValueRequest.builder()
                    .secretId(name)
                    .versionStage(version.toString())
                    .overrideConfiguration(own -> own.credentialsProvider(credentials))
                    .build());
        });
        var thread = new Thread(call, "muster-secrets");
        thread.setDaemon(true);
        // The caller's class loader may be null: the server's pool calls without one.
        thread.setContextClassLoader(Secrets.class.getClassLoader());
        thread.start();
        try {
            return call.get(TOTAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Error defect && told.compareAndSet(false, true)) {
                LOG.log(Level.ERROR, "The AWS SDK cannot work in this server", defect);
            }
            throw failure.getCause() instanceof SecretUnavailableException unavailable
                    ? unavailable
                    : new SecretUnavailableException(AwsFailure.silence(asked.get(), failure.getCause()));
        } catch (TimeoutException tooLong) {
            throw new SecretUnavailableException(AwsFailure.silence(asked.get(), "it took too long"));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SecretUnavailableException(AwsFailure.silence(asked.get(), "interrupted"));
        }
    }

    private String ask(GetSecretValueRequest request) throws SecretUnavailableException {
        try {
            var answer = client.getSecretValue(request);
            if (answer.secretString() == null) {
                throw new SecretUnavailableException(
                        answer.secretBinary() == null
                                ? service + " answered without a secret"
                                : "it is binary, not the JSON object that RDS writes");
            }
            return answer.secretString();
        } catch (AwsServiceException refusal) {
            throw new SecretUnavailableException(
                    AwsFailure.refusal(service, refusal, (code, message) -> remedy(request.secretId(), code, message)));
        }
    }

    private String remedy(String secretName, String code, String message) {
        return switch (code) {
            case "InvalidSignatureException", "SignatureDoesNotMatch" ->
                "AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID";
            case "AccessDeniedException", "AccessDenied" ->
                message.contains("KMS")
                        ? "allow this role or user kms:Decrypt with the secret's key"
                        : "allow this role or user secretsmanager:GetSecretValue on the secret " + secretName
                                + ", and kms:Decrypt if it has a key of your own";
            case "ResourceNotFoundException" ->
                message.contains("staging label")
                        ? "the secret " + secretName + " has no value yet"
                        : "there is no secret of the name " + secretName + " in the region " + region + ": correct "
                                + variable + " or AWS_REGION";
            case "DecryptionFailure", "DecryptionFailureException" ->
                "the secret's key cannot decrypt it: enable the key, and allow this role or user kms:Decrypt with it";
            case "ExpiredTokenException", "ExpiredToken" ->
                "the temporary AWS credentials have expired: renew AWS_SESSION_TOKEN and its keys, or use a role";
            case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId" ->
                "AWS does not know the access key: correct AWS_ACCESS_KEY_ID, or AWS_SESSION_TOKEN if the key is"
                        + " temporary";
            case "InvalidRequestException" ->
                message.contains("delet") ? "the secret " + secretName + " is marked for deletion: restore it" : "";
            case "ValidationException" -> "correct " + variable + ", a name or an ARN";
            default -> "";
        };
    }

    @Override
    public void close() {
        client.close();
        identity.close();
    }
}
