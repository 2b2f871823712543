package org.muster.credentials;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/** Builds clients of AWS services. Their calls end within 10 s; a caller that must not wait so long leaves them alone. */
final class AwsClients {
    private static final Duration SILENCE = Duration.ofMillis(1500);
    /** The SDK interrupts the thread then, which may be loading the SDK's classes for the first time: never soon. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private AwsClients() {}

    /**
     * Builds a client.
     *
     * @param service the service's name, in words for the operator
     * @param endpoint its URL; if empty, AWS's own
     * @throws SecretUnavailableException if the region or the endpoint is invalid
     */
    static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
            String service, B builder, String region, Optional<String> endpoint) throws SecretUnavailableException {
        try {
            endpoint.map(URI::create).ifPresent(builder::endpointOverride);
            return builder.region(Region.of(region))
                    .httpClientBuilder(UrlConnectionHttpClient.builder()
                            .connectionTimeout(SILENCE)
                            .socketTimeout(SILENCE))
                    .overrideConfiguration(calls -> calls.apiCallTimeout(CALL_TIMEOUT))
                    .build();
        } catch (RuntimeException refused) {
            // The SDK throws several types of exceptions, some without a message.
            throw new SecretUnavailableException(service + " cannot be used in region " + region + " at "
                    + endpoint.orElse("AWS's address") + ": "
                    + refused.getClass().getSimpleName());
        }
    }
}
