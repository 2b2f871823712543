package org.muster.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.ECPrivateKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageEncryptionTest {
    /** Of RFC 8291, appendix A. */
    private static final String OWN_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

    private static final String OWN_PUBLIC =
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    private static final String BROWSER =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private static final String AUTH = "BTBZMqHH6r4Tts7J_aSIgg";
    private static final String SALT = "DGv6ra1nlYgDCS1FRnbzlw";
    private static final String ENCRYPTED =
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
                    + "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    @Test
    void theExampleOfTheStandardIsEncryptedAsItSays() throws Exception {
        var own = new BigInteger(1, decoded(OWN_PRIVATE));
        var keys = new KeyPair(
                CurvePoint.of(decoded(OWN_PUBLIC)).orElseThrow().key(),
                KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(own, CurvePoint.P256)));

        var encrypted = MessageEncryption.encrypt(
                "When I grow up, I want to be a watermelon".getBytes(UTF_8),
                CurvePoint.of(decoded(BROWSER)).orElseThrow(),
                decoded(AUTH),
                keys,
                decoded(SALT));

        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(encrypted))
                .isEqualTo(ENCRYPTED);
    }

    @Test
    void onlyTheBrowserCanReadAMessageAndNoTwoAreAlike() throws Exception {
        var browser = new PushedBrowser();

        var one = browser.encrypted("Hello");
        var other = browser.encrypted("Hello");

        assertThat(browser.decrypt(one)).isEqualTo("Hello");
        assertThat(browser.decrypt(other)).isEqualTo("Hello");
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void thePublicKeyFollowsFromThePrivateOne() {
        var own = CurvePoint.ofPrivateKey(new BigInteger(1, decoded(OWN_PRIVATE)));

        assertThat(own.bytes()).isEqualTo(decoded(OWN_PUBLIC));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "BA",
                // Another y, another form, and zero.
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw8",
                "AyVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void whatIsNoPointOfTheCurveIsNoKey(String bytes) {
        assertThat(CurvePoint.of(decoded(bytes))).isEmpty();
    }

    private static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
