package org.muster.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.Base64;
import java.util.regex.Pattern;

/** Reads the header {@code Authorization} as push services do (RFC 8292). */
final class VapidHeader {
    private static final Pattern FORMAT = Pattern.compile("vapid t=(?<token>[^,]+), k=(?<key>[A-Za-z0-9_-]{87})");

    private VapidHeader() {}

    /** What a header that is signed with the key in it claims. */
    static JWTClaimsSet claims(String header) throws Exception {
        var parts = FORMAT.matcher(header);
        assertThat(parts.matches()).as(header).isTrue();
        var token = SignedJWT.parse(parts.group("token"));
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
        var point =
                CurvePoint.of(Base64.getUrlDecoder().decode(parts.group("key"))).orElseThrow();
        assertThat(token.verify(new ECDSAVerifier(point.key()))).isTrue();
        return token.getJWTClaimsSet();
    }
}
