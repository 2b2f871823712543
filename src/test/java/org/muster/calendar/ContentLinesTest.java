package org.muster.calendar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentLinesTest {
    @Test
    void aLineOf75OctetsIsWhole() {
        assertThat(lines(new ContentLines().raw("A", "x".repeat(73)))).containsExactly("A:" + "x".repeat(73));
        assertThat(lines(new ContentLines().raw("A", "x".repeat(74)))).containsExactly("A:" + "x".repeat(73), " x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "字", "😀", "👩‍👩‍👧‍👦", "aé字😀"})
    void aFoldIsBetweenCharactersWhereverTheyFall(String characters) {
        for (var shift = 0; shift < 75; shift++) {
            var value = "x".repeat(shift) + characters.repeat(60);

            var lines = lines(new ContentLines().raw("A", value));

            assertThat(lines)
                    .allSatisfy(line -> assertThat(line.getBytes(UTF_8).length).isLessThanOrEqualTo(75));
            assertThat(lines.subList(0, lines.size() - 1))
                    .allSatisfy(line -> assertThat(line.getBytes(UTF_8).length).isGreaterThan(71));
            assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith(" "));
            assertThat(unfolded(lines)).isEqualTo("A:" + value);
        }
    }

    @Test
    void whatHasAMeaningInTextIsEscaped() {
        assertThat(lines(new ContentLines().text("A", "a,b;c\\d\"e:f"))).containsExactly("A:a\\,b\\;c\\\\d\"e:f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\u000B", "\f", "\u0085", "\u2028", "\u2029"})
    void noLineBreakEndsTheLine(String lineBreak) {
        var lines = lines(
                new ContentLines().text("A", "a" + lineBreak + "END:VEVENT").raw("B", "b" + lineBreak + "c"));

        assertThat(lines.get(0)).isEqualTo("A:a\\nEND:VEVENT");
        assertThat(lines).hasSize(2);
    }

    @Test
    void controlCharactersAreLeftOutButTabs() {
        assertThat(lines(new ContentLines().text("A", "a\u0000b\u0007c\u001Bd\u007Fe\tf")))
                .containsExactly("A:abcde\tf");
    }

    /** Without the line ends; that the last one is there is checked. */
    private static List<String> lines(ContentLines lines) {
        var text = new String(lines.octets(), UTF_8);
        assertThat(text).endsWith("\r\n").doesNotContain("\uFFFD");
        return List.of(text.split("\r\n"));
    }

    private static String unfolded(List<String> lines) {
        return String.join("\r\n", lines).replace("\r\n ", "");
    }
}
