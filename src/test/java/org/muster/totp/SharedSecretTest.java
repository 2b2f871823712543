package org.muster.totp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedSecretTest {
    /** Of RFC 6238, appendix B. */
    private static final SharedSecret SECRET =
            new SharedSecret("12345678901234567890".getBytes(StandardCharsets.US_ASCII));

    /** The last six of the eight digits there. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130",
    })
    void codesAreThoseOfRfc6238(long seconds, String code) {
        assertThat(SECRET.code(SharedSecret.step(Instant.ofEpochSecond(seconds))))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"1111111109, true", "1111111079, true", "1111111139, true", "1111111049, false", "1111111169, false"})
    void aCodeCountsOneStepEarlierAndLater(long seconds, boolean accepted) {
        assertThat(SECRET.step("081804", Instant.ofEpochSecond(seconds)).isPresent())
                .isEqualTo(accepted);
    }

    /** Of RFC 4648, section 10: "foobar" is MZXW6YTBOI. */
    @Test
    void peopleTypeItInBase32() {
        assertThat(new SharedSecret("foobarfoob".getBytes(StandardCharsets.US_ASCII)).text())
                .isEqualTo("MZXW6YTBOJTG633C");
        assertThat(SECRET.text()).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assertThat(SharedSecret.random().text())
                .hasSize(32)
                .isNotEqualTo(SharedSecret.random().text());
    }

    @Test
    void itsAddressNamesServerAndAccount() {
        assertThat(SECRET.uri("Muster muster.example.org", "ann+1@example.org"))
                .isEqualTo("otpauth://totp/Muster%20muster.example.org:ann%2B1%40example.org"
                        + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Muster%20muster.example.org");
    }

    @Test
    void nobodyReadsItInALog() {
        assertThat(SECRET).hasToString("(hidden)");
    }
}
