package org.muster.users;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
    @ParameterizedTest
    @CsvSource({
        "Ann@Example.org, ann@example.org",
        "jose\u0301@example.org, jos\u00E9@example.org",
        "JOS\u00C9@example.org, jos\u00E9@example.org",
        "ann@m\u00FCller.example, ann@xn--mller-kva.example",
        "ann@MU\u0308LLER.example, ann@xn--mller-kva.example",
        "ann@XN--mller-kva.example, ann@xn--mller-kva.example",
        "ann@stra\u00DFe.example, ann@xn--strae-oqa.example",
        "0x7F@0x7F.1, 0x7f@0x7f.1",
        "jos\u00E9, jos\u00E9",
        "019cb2f8-a653-7893-923f-0824128b2f33, 019cb2f8-a653-7893-923f-0824128b2f33"
    })
    void whatIsTheSameAddressHasTheSameKey(String address, String key) {
        assertThat(EmailAddress.key(address)).isEqualTo(key);
    }

    @Test
    void whatIsWrittenInOneWayHasOneKey() {
        assertThat(EmailAddress.keys("Ann@Example.org")).containsExactly("ann@example.org");
    }

    @Test
    void whatEarlierVersionsStoredIsFoundFirstIfItIsTypedSo() {
        assertThat(EmailAddress.keys("JOSE\u0301@m\u00FCller.example"))
                .startsWith("jose\u0301@m\u00FCller.example", "jos\u00E9@xn--mller-kva.example")
                .contains(
                        "jose\u0301@xn--mller-kva.example",
                        "jos\u00E9@m\u00FCller.example",
                        "jose\u0301@mu\u0308ller.example");
        assertThat(EmailAddress.keys("ann@xn--mller-kva.example")).contains("ann@m\u00FCller.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann\u200B@example.org",
                "ann@exam\u00ADple.org",
                "\u2068ann@example.org",
                "an\u00A0n@example.org",
                "ann@example\u3000.org",
                "ann\u3164@example.org",
                "ann\uFE0F@example.org"
            })
    void whatNobodySeesIsInNoAddress(String text) {
        assertThat(NewUser.isEmail(text)).isFalse();
    }
}
