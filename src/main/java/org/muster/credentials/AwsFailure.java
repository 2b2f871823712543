package org.muster.credentials;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.BinaryOperator;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Describes failed calls to AWS in words, without AWS's or the SDK's message, which may quote what must stay secret. */
final class AwsFailure {
    private static final String CLOCK =
            "AWS finds this machine's clock wrong: correct it, and keep it correct with NTP";

    private AwsFailure() {}

    /**
     * What a service answered, and what to do about it.
     *
     * @param service its name and the region
     * @param remedy returns what to do about a code and a message of AWS, or an empty text
     */
    static String refusal(String service, AwsServiceException refusal, BinaryOperator<String> remedy) {
        var details = Optional.ofNullable(refusal.awsErrorDetails());
        var code = details.map(AwsErrorDetails::errorCode).orElse("");
        var message = details.map(AwsErrorDetails::errorMessage).orElse("");
        var what = refusal.isClockSkewException() || isClock(code, message) ? CLOCK : remedy.apply(code, message);
        return service + " answered " + refusal.statusCode() + (code.isEmpty() ? "" : " " + code)
                + (what.isEmpty() ? "" : ": " + what);
    }

    private static boolean isClock(String code, String message) {
        return switch (code) {
            case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture" -> true;
            case "InvalidSignatureException", "SignatureDoesNotMatch" ->
                message.contains("Signature expired") || message.contains("not yet current");
            default -> false;
        };
    }

    /** That a service did not answer, and why. */
    static String silence(String service, String why) {
        return "no answer from " + service + ": " + why;
    }

    /** That a service did not answer, and why. */
    static String silence(String service, Throwable failure) {
        return silence(service, why(failure));
    }

    private static String why(Throwable failure) {
        if (failure instanceof ApiCallTimeoutException) {
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
                ? "no AWS credentials were found: give Muster a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                : failure.getClass().getSimpleName();
    }
}
