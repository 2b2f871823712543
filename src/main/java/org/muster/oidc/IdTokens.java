package org.muster.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.muster.oidc.ProviderException.Reason;
import org.muster.settings.Settings;

/**
 * Verifies ID tokens. The provider's keys are kept for 15 minutes, and fetched anew for a token with an unknown key, twice in 10 s at
 * most; while they cannot be fetched, for an hour.
 */
final class IdTokens {
    /** With a public key only: whoever knows the client's secret could sign with the others, and anybody with none. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final Duration KEYS_LIFETIME = Duration.ofMinutes(15);
    private static final Duration KEYS_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration KEYS_INTERVAL = Duration.ofSeconds(10);
    private static final Duration KEYS_LONGEST_LIFETIME = Duration.ofHours(1);

    private final Settings.Provider provider;
    private final JWKSource<SecurityContext> keys;

    IdTokens(Settings.Provider provider, URI keys, ProviderHttp http) {
        this.provider = provider;
        try {
            this.keys = JWKSourceBuilder.create(keys.toURL(), url -> resource(http, url.toString()))
                    .cache(KEYS_LIFETIME.toMillis(), KEYS_TIMEOUT.toMillis())
                    .refreshAheadCache(false)
                    .rateLimited(KEYS_INTERVAL.toMillis())
                    .outageTolerant(KEYS_LONGEST_LIFETIME.toMillis())
                    .build();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Resource resource(ProviderHttp http, String url) throws IOException {
        try {
            return new Resource(http.text(HttpRequest.newBuilder(new URI(url))), "application/json");
        } catch (ProviderException | URISyntaxException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /**
     * Returns whom a token is about.
     *
     * @throws ProviderException unless the provider has issued it to Muster, for this sign-in, and just now
     */
    Person verify(String token, String nonce) throws ProviderException {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                provider.clientId(),
                new JWTClaimsSet.Builder()
                        .issuer(provider.issuer().toString())
                        .claim("nonce", nonce)
                        .build(),
                Set.of("sub", "exp", "iat")));
        try {
            var claims = processor.process(token, null);
            requireAuthorizedParty(claims);
            requireStrength(claims);
            return person(claims);
        } catch (RateLimitReachedException unknownKeys) {
            throw new ProviderException(Reason.REJECTED, "too many of the provider's tokens have unknown keys");
        } catch (JOSEException noKeys) {
            throw new ProviderException(Reason.UNAVAILABLE, "the provider's keys: " + noKeys.getMessage(), noKeys);
        } catch (BadJOSEException | ParseException forged) {
            throw new ProviderException(Reason.REJECTED, "the provider's token is not valid: " + forged.getMessage());
        }
    }

    /** A token for several is used by the one that it was issued to. */
    private void requireAuthorizedParty(JWTClaimsSet claims) throws ProviderException, ParseException {
        var party = claims.getStringClaim("azp");
        if (party == null ? claims.getAudience().size() > 1 : !party.equals(provider.clientId())) {
            throw new ProviderException(Reason.REJECTED, "the provider's token was issued to another client");
        }
    }

    /** Providers may ignore what they were asked for. */
    private void requireStrength(JWTClaimsSet claims) throws ProviderException, ParseException {
        var wanted = provider.acrValues();
        if (!wanted.isEmpty() && !wanted.contains(claims.getStringClaim("acr"))) {
            throw new ProviderException(
                    Reason.REJECTED, "the provider's token has an acr that OIDC_ACR_VALUES does not list");
        }
    }

    private static Person person(JWTClaimsSet claims) throws ProviderException, ParseException {
        if (claims.getSubject().isEmpty() || claims.getSubject().length() > 255) {
            throw new ProviderException(Reason.REJECTED, "the provider's token has no subject that can be kept");
        }
        var verified = List.of(true, "true")
                .contains(Optional.ofNullable(claims.getClaim("email_verified")).orElse(false));
        return new Person(
                claims.getIssuer(),
                claims.getSubject(),
                Optional.ofNullable(claims.getStringClaim("email")).filter(any -> verified),
                Optional.ofNullable(claims.getStringClaim("name")),
                Optional.ofNullable(claims.getStringClaim("zoneinfo")));
    }
}
