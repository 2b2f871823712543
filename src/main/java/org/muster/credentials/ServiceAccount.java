package org.muster.credentials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.muster.settings.Settings;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleWithWebIdentityCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;

/** The AWS credentials of a Kubernetes service account: AWS's Security Token Service exchanges the account's token for them. */
final class ServiceAccount implements AwsIdentity {
    private final Settings.WebIdentity identity;
    private final String service;
    private final StsClient client;
    private final StsAssumeRoleWithWebIdentityCredentialsProvider provider;

    /** @throws SecretUnavailableException if the region or the endpoint is invalid */
    ServiceAccount(Settings.WebIdentity identity, String region) throws SecretUnavailableException {
        this.identity = identity;
        service = "STS in " + region;
        client = AwsClients.build(
                "STS",
                StsClient.builder().credentialsProvider(AnonymousCredentialsProvider.create()),
                region,
                identity.endpoint());
        provider = StsAssumeRoleWithWebIdentityCredentialsProvider.builder()
                .stsClient(client)
                .refreshRequest(this::request)
                .build();
    }

    @Override
    public String service() {
        return service;
    }

    /**
     * The credentials to use now. Exchanges the token if there are none yet, or they are about to expire.
     *
     * @throws SecretUnavailableException if the token cannot be read, is refused, or there is no answer
     */
    @Override
    public AwsCredentials credentials() throws SecretUnavailableException {
        try {
            return provider.resolveCredentials();
        } catch (AwsServiceException refusal) {
            throw new SecretUnavailableException(AwsFailure.refusal(service, refusal, this::remedy));
        } catch (UncheckedIOException unreadable) {
            throw new SecretUnavailableException("the file " + identity.tokenFile()
                    + " that AWS_WEB_IDENTITY_TOKEN_FILE names cannot be read ("
                    + unreadable.getCause().getClass().getSimpleName() + ")");
        } catch (RuntimeException unanswered) {
            throw new SecretUnavailableException(AwsFailure.silence(service, unanswered));
        }
    }

    /** Reads the token each time: Kubernetes renews it. */
    private AssumeRoleWithWebIdentityRequest request() {
        try {
            return AssumeRoleWithWebIdentityRequest.builder()
                    .webIdentityToken(Files.readString(identity.tokenFile()).strip())
                    .roleArn(identity.role())
                    .roleSessionName(identity.session())
                    .build();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private String remedy(String code, String message) {
        return switch (code) {
            case "AccessDenied", "AccessDeniedException" ->
                "let the trust policy of the role " + identity.role()
                        + " allow sts:AssumeRoleWithWebIdentity for this service account";
            case "InvalidIdentityToken", "InvalidIdentityTokenException" ->
                "the account of the role " + identity.role()
                        + " needs an IAM identity provider for this cluster, with the audience sts.amazonaws.com";
            case "ExpiredTokenException", "ExpiredToken" ->
                "the token in " + identity.tokenFile() + " has expired: Kubernetes must renew it";
            case "IDPRejectedClaim", "IDPRejectedClaimException" ->
                "the cluster's identity provider rejects the token in " + identity.tokenFile();
            case "ValidationError" ->
                "correct AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, or the token in " + identity.tokenFile();
            case "RegionDisabledException" -> "enable STS in this region, or set another AWS_REGION";
            default -> "";
        };
    }

    @Override
    public void close() {
        provider.close();
        client.close();
    }
}
