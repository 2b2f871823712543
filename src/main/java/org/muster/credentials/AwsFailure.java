package org.muster.credentials;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Describes failed calls to AWS in words, without AWS's or the SDK's message, which may quote what must stay secret. */
final class AwsFailure {
    private static final String CLOCK =
            "AWS finds this machine's clock wrong: correct it, and keep it correct with NTP";

    private AwsFailure() {}

    /**
     * What a service of AWS answered, and what to do about it.
     *
     * @param service its name, and the region
     */
    static String refusal(String service, AwsServiceException refusal, String secretName, String region) {
        var details = Optional.ofNullable(refusal.awsErrorDetails());
        var code = details.map(AwsErrorDetails::errorCode).orElse("");
        var message = details.map(AwsErrorDetails::errorMessage).orElse("");
        var remedy = refusal.isClockSkewException() ? CLOCK : remedy(code, message, secretName, region);
        return service + " answered " + refusal.statusCode() + (code.isEmpty() ? "" : " " + code)
                + (remedy.isEmpty() ? "" : ": " + remedy);
    }

    private static String remedy(String code, String message, String secretName, String region) {
        return switch (code) {
            case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture" -> CLOCK;
            case "InvalidSignatureException", "SignatureDoesNotMatch" ->
                message.contains("Signature expired") || message.contains("not yet current")
                        ? CLOCK
                        : "AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID";
            case "AccessDeniedException", "AccessDenied" ->
                message.contains("KMS")
                        ? "allow this role or user kms:Decrypt with the secret's key"
                        : "allow this role or user secretsmanager:GetSecretValue on the secret " + secretName
                                + ", and kms:Decrypt if it has a key of your own";
            case "ResourceNotFoundException" ->
                message.contains("staging label")
                        ? "the secret " + secretName + " has no value yet"
                        : "there is no secret of the name " + secretName + " in the region " + region
                                + ": correct AWS_SECRET_NAME or AWS_REGION";
            case "DecryptionFailure", "DecryptionFailureException" ->
                "the secret's key cannot decrypt it: enable the key, and allow this role or user kms:Decrypt with it";
            case "ExpiredTokenException", "ExpiredToken" ->
                "the temporary AWS credentials have expired: renew AWS_SESSION_TOKEN and its keys, or use a role";
            case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId" ->
                "AWS does not know the access key: correct AWS_ACCESS_KEY_ID, or AWS_SESSION_TOKEN if the key is"
                        + " temporary";
            case "InvalidRequestException" ->
                message.contains("delet") ? "the secret " + secretName + " is marked for deletion: restore it" : "";
            case "ValidationException" -> "correct AWS_SECRET_NAME, a name or an ARN";
            default -> "";
        };
    }

    /** Why there was no answer. */
    static String silence(Throwable failure) {
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
}
