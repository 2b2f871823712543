package org.muster.totp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecoveryCodeTest {
    @Test
    void itHasGroupsOfLettersThatNobodyConfuses() {
        assertThat(RecoveryCode.random().text()).matches("([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}");
        assertThat(RecoveryCode.random()).isNotEqualTo(RecoveryCode.random());
    }

    @Test
    void itIsTheSameHoweverItIsTyped() {
        var code = new RecoveryCode("0123456789ABCDEFGHJKMNPQ");

        assertThat(RecoveryCode.typed("0123-4567-89AB-CDEF-GHJK-MNPQ")).isEqualTo(code);
        assertThat(RecoveryCode.typed(" oi23 4567 89ab-cdef ghjk mnpq ")).isEqualTo(code);
        assertThat(RecoveryCode.typed("0L23456789ABCDEFGHJKMNPQ")).isEqualTo(code);
        assertThat(RecoveryCode.typed("0123\u20114567\u201189AB\u2013CDEF\u2013GHJK\u00A0MNPQ"))
                .isEqualTo(code);
        assertThat(RecoveryCode.typed("0223456789ABCDEFGHJKMNPQ").hash()).isNotEqualTo(code.hash());
    }
}
