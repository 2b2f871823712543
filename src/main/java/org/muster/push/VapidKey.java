package org.muster.push;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPrivateKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.muster.settings.PushOrigin;
import org.muster.settings.Settings;

/** The key with which this server identifies itself to push services (RFC 8292). */
final class VapidKey {
    private static final Duration LIFETIME = Duration.ofHours(12);

    private final ECDSASigner signer;
    private final String publicKey;
    private final String subject;

    VapidKey(Settings.Push settings) {
        var number = new BigInteger(
                1, Base64.getUrlDecoder().decode(settings.privateKey().value()));
        try {
            var key = KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, CurvePoint.P256));
            signer = new ECDSASigner((ECPrivateKey) key, Curve.P_256);
        } catch (GeneralSecurityException | JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
        publicKey = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(CurvePoint.ofPrivateKey(number).bytes());
        subject = settings.subject().toString();
    }

    /** The public key, which browsers subscribe with, in base64url. */
    String publicKey() {
        return publicKey;
    }

    /** The header {@code Authorization} of a request to this endpoint. */
    String authorization(URI endpoint) {
        var claims = new JWTClaimsSet.Builder()
                .audience(PushOrigin.origin(endpoint))
                .expirationTime(Date.from(Instant.now().plus(LIFETIME)))
                .subject(subject)
                .build();
        var token = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims);
        try {
            token.sign(signer);
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
        return "vapid t=" + token.serialize() + ", k=" + publicKey;
    }
}
