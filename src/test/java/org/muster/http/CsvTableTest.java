package org.muster.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                "\n=1",
                "\tx",
                "\rx",
                " =1",
                "\u00A0=1",
                "\u200B=1",
                "\uFEFF=1",
                "\"=1",
                "'=1",
                "\u201C=1",
                " \" =1",
                "\uFF1D1",
                "\uFF0B1",
                "\uFF0D1",
                "\uFF20A1",
                "\uFE661",
                "\u22121",
                "=cmd|' /C calc'!A0"
            })
    void aFormulaIsDefused(String text) {
        assertThat(cell(text)).isEqualTo("\"'" + text.replace("\"", "\"\"") + "\"");
    }

    @Test
    void aFormulaAfterAnotherProgramsSeparatorIsDefused() {
        assertThat(cell("Ann;=1+1")).isEqualTo("\"Ann;'=1+1\"");
        assertThat(cell("Ann\n\"=1")).isEqualTo("\"Ann\n'\"\"=1\"");
        assertThat(cell("Ann, -Bob")).isEqualTo("\"Ann,' -Bob\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Ann", "2026-06-17", "a@b.example", "1+1", "Łódź", "登山", "no_show"})
    void otherTextIsAsItIs(String text) {
        assertThat(cell(text)).isEqualTo(text);
    }

    @Test
    void whatSeparatesCellsIsQuoted() {
        assertThat(cell("Ann, \"the\" Fast")).isEqualTo("\"Ann, \"\"the\"\" Fast\"");
        assertThat(cell("two\r\nlines")).isEqualTo("\"two\r\nlines\"");
        assertThat(CsvTable.cell(JsonValue.NULL)).isEmpty();
        assertThat(CsvTable.cell(Json.createValue(-3))).isEqualTo("-3");
    }

    private static String cell(String text) {
        return CsvTable.cell(Json.createValue(text));
    }
}
