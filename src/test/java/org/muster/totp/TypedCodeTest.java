package org.muster.totp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedCodeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456",
                " 123 456\n",
                "123-456",
                "123\u00A0456",
                "123\u202F456",
                "123\u3000456",
                "\u2066123\u200B456\u2069",
                "１２３４５６",
                "١٢٣٤٥٦",
                "۱۲۳۴۵۶",
                "१२३४५६"
            })
    void digitsAreTheSameOfAllKeyboards(String typed) {
        assertThat(TypedCode.plain(typed)).isEqualTo("123456");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"AB12-CD34", "AB12\u2011CD34", "AB12\u2013CD34", "AB12\u2212CD34", "ＡＢ１２－ＣＤ３４", "AB12\u00ADCD34"
            })
    void hyphensAreTheSameOfAllKeyboards(String typed) {
        assertThat(TypedCode.plain(typed)).isEqualTo("AB12CD34");
    }
}
