package org.muster.credentials;

import java.time.Duration;
import java.util.Locale;
import org.muster.settings.Hosts.Host;
import org.muster.settings.Password;
import org.muster.settings.Settings;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * Makes the tokens of AWS's Identity and Access Management that RDS takes in place of a password. A token is a signed URL without its
 * scheme, of one host and user.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html">RDS: IAM database authentication</a>
 */
public final class IamTokens implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final String SCHEME = "https://";

    private final Settings settings;
    private AwsIdentity identity;

    IamTokens(Settings settings) {
        this.settings = settings;
    }

    /**
     * A token to open a connection with now.
     *
     * @throws NoTokenException if there are no AWS credentials
     */
    Password token(Host host, String user) throws NoTokenException {
        var credentials = credentials();
        try {
            var request = SdkHttpRequest.builder()
                    .method(SdkHttpMethod.GET)
                    .protocol("https")
                    .host(host.name().toLowerCase(Locale.ROOT))
                    .port(host.port())
                    .encodedPath("/")
                    .putRawQueryParameter("Action", "connect")
                    .putRawQueryParameter("DBUser", user)
                    .build();
            return new Password(signed(request, credentials).getUri().toString().substring(SCHEME.length()));
        } catch (RuntimeException unusable) {
            // Its message may quote the token.
            throw new NoTokenException(
                    "the AWS SDK failed (" + unusable.getClass().getSimpleName() + ")");
        }
    }

    private SdkHttpRequest signed(SdkHttpRequest request, AwsCredentials credentials) {
        return AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials)
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "rds-db")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, settings.region())
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, LIFETIME))
                .request();
    }

    private AwsCredentials credentials() throws NoTokenException {
        try {
            return identity().credentials();
        } catch (SecretUnavailableException unavailable) {
            throw new NoTokenException(unavailable.getMessage());
        }
    }

    private synchronized AwsIdentity identity() throws SecretUnavailableException {
        if (identity == null) {
            identity = AwsIdentities.of(settings);
        }
        return identity;
    }

    @Override
    public synchronized void close() {
        if (identity != null) {
            identity.close();
        }
    }
}
