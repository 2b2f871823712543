package org.muster.credentials;

import org.muster.settings.Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Finds out who Muster is for AWS: the owner of an access key, a service account of Kubernetes, or whoever the SDK finds. */
final class AwsIdentities {
    private AwsIdentities() {}

    /** @throws SecretUnavailableException if the region or an endpoint is invalid */
    static AwsIdentity of(Settings settings) throws SecretUnavailableException {
        if (settings.accessKey().isPresent()) {
            var key = credentials(settings.accessKey().get());
            return () -> key;
        }
        return settings.webIdentity().isPresent()
                ? new ServiceAccount(settings.webIdentity().get(), settings.region())
                : new Found(DefaultCredentialsProvider.builder().build());
    }

    private static AwsCredentials credentials(Settings.AccessKey key) {
        var secret = key.secret().value();
        return key.session()
                .<AwsCredentials>map(session -> AwsSessionCredentials.create(key.id(), secret, session.value()))
                .orElseGet(() -> AwsBasicCredentials.create(key.id(), secret));
    }

    /** The role of an instance or a container, or a profile. */
    private record Found(DefaultCredentialsProvider provider) implements AwsIdentity {
        @Override
        public AwsCredentials credentials() throws SecretUnavailableException {
            try {
                return provider.resolveCredentials();
            } catch (RuntimeException missing) {
                throw new SecretUnavailableException(AwsFailure.silence(service(), missing));
            }
        }

        @Override
        public void close() {
            provider.close();
        }
    }
}
