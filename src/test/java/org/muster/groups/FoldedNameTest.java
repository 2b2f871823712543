package org.muster.groups;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedNameTest {
    @ParameterizedTest
    @CsvSource({
        "Łódź, lodz",
        "Søren, soren",
        "Straße, strasse",
        "STRAẞE, strasse",
        "ΟΔΥΣΣΕΥΣ, οδυσσευσ",
        "Οδυσσεύς, οδυσσευσ",
        "Isparta, isparta",
        "ISPARTA, isparta",
        "ısparta, isparta",
        "İstanbul, istanbul",
        "Đà Nẵng, da nang",
        "Þórsmörk, thorsmork",
        "Ёлка, елка",
        "ｶﾞｲﾄﾞ, ガイド",
        "ﬁn, fin",
        "می\u200Cخواهم, میخواهم",
        "كتابي, کتابی",
        "مصطفى, مصطفی",
        "محـــمد, محمد",
        "سال ۱۴۰۳, سال 1403",
        "co\u00ADoperative, cooperative",
        "zero\u200Bwidth, zerowidth",
        "Col·legi, collegi",
        "COL·LEGI, collegi",
        "Coŀlegi, collegi",
        "Paris·Lyon, paris·lyon"
    })
    void whatPeopleLeaveOutIsFolded(String name, String folded) {
        assertThat(FoldedName.fold(name)).isEqualTo(folded);
    }

    @Test
    void aNameIsFoundByTheBeginningsOfItsWords() {
        assertThat(FoldedName.terms("Łódź Rowers 2024")).containsExactly("lodz", "rowers", "2024");
        assertThat(FoldedName.query("row' & LODZ")).contains("'row':* & 'lodz':*");
        assertThat(FoldedName.query("&|!")).isEmpty();
    }

    @Test
    void inScriptsWithoutBlanksANameIsFoundByAnyPart() {
        assertThat(FoldedName.terms("東京登山club")).containsExactly("東京登山", "京登山", "登山", "山", "club");
        assertThat(FoldedName.terms("サーフ")).containsExactly("サーフ", "ーフ", "フ");
        assertThat(FoldedName.terms("ชมรมเดินป่า")).contains("เดินป่า");
        assertThat(FoldedName.query("登山")).contains("'登山':*");
    }

    @Test
    void slugsHaveWhatIsLeftInAscii() {
        assertThat(FoldedName.slug("Łódź Rowers")).isEqualTo("lodz-rowers");
        assertThat(FoldedName.slug("登山")).isEmpty();
    }
}
