package org.muster.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EnvironmentFileTest {
    private static final String SECRET = "s3cr3t";

    @TempDir
    Path directory;

    /** Files that set X, and its value, on which the shell agrees. */
    static Stream<Arguments> filesForTheShell() {
        return Stream.of(
                Arguments.of("X=a#b", "a#b"),
                Arguments.of("X='a#b'", "a#b"),
                Arguments.of("X=\"a#b\"", "a#b"),
                Arguments.of("X=#b", "#b"),
                Arguments.of("X='a #b'", "a #b"),
                Arguments.of("X=\"a #b\" # a comment", "a #b"),
                Arguments.of("X=a # a comment with a ' in it", "a"),
                Arguments.of("X=a\t#b", "a"),
                Arguments.of("X=a\\ #b", "a #b"),
                Arguments.of("X= # nothing", ""),
                Arguments.of("X=", ""),
                Arguments.of("X=''", ""),
                Arguments.of("X=a \t", "a"),
                Arguments.of("X='a ' ", "a "),
                Arguments.of("X=a\\  ", "a "),
                Arguments.of("X='$HOME `id` \\n \\'", "$HOME `id` \\n \\"),
                Arguments.of("X=\"\\$HOME \\`id\\` \\\" \\\\ \\n \\' '\"", "$HOME `id` \" \\ \\n \\' '"),
                Arguments.of("X=\\a\\\\\\'\\\"\\#\\$", "a\\'\"#$"),
                Arguments.of("X='a'\"b\"c", "abc"),
                Arguments.of("X=a'b c'\"d e\"\\ f", "ab cd e f"),
                Arguments.of("X='it'\\''s'", "it's"),
                Arguments.of("X='a\nb'\nY=c", "a\nb"),
                Arguments.of("X=\"a\n#b\n\"\nY=c", "a\n#b\n"),
                Arguments.of("X=a\\\nb", "ab"),
                Arguments.of("X=\"a\\\nb\"", "ab"),
                Arguments.of("export X=a", "a"),
                Arguments.of("  export \t X='a b'", "a b"),
                Arguments.of("  # a comment = 'x\n\n \t\nX=a", "a"),
                Arguments.of("X=a\nX=b", "b"),
                Arguments.of("X=a=b==", "a=b=="),
                Arguments.of("X=pässwort€😀", "pässwort€😀"),
                Arguments.of("export=a\nX=b", "b"));
    }

    @ParameterizedTest
    @MethodSource("filesForTheShell")
    void aFileIsReadAsItIsWritten(String text, String value) throws IOException {
        assertThat(read(text)).containsEntry("X", value);
    }

    @ParameterizedTest
    @MethodSource("filesForTheShell")
    @EnabledOnOs(OS.LINUX)
    void theShellReadsTheSame(String text, String value) throws Exception {
        var shell = new ProcessBuilder(
                        "sh", "-c", ". \"$0\"; printf %s \"$X\"", file(text).toString())
                .start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(value);
        assertThat(shell.waitFor()).isZero();
    }

    /** Files that set X, and its value, which the shell reads otherwise or not at all. */
    static Stream<Arguments> otherFiles() {
        return Stream.of(
                Arguments.of("X = a", "a"),
                Arguments.of(" X= 'a' ", "a"),
                Arguments.of("export X = a", "a"),
                Arguments.of("X=a b, c \t", "a b, c"),
                Arguments.of("X=$HOME", "$HOME"),
                Arguments.of("X=\"$HOME ${X} `id` $(id)\"", "$HOME ${X} `id` $(id)"),
                Arguments.of("X=a&b;c|d<e>f(g)*?!~", "a&b;c|d<e>f(g)*?!~"),
                Arguments.of("W=\r\nX=a \r\nY=b\r\n", "a"),
                Arguments.of("X='a' # b\r\n", "a"),
                Arguments.of("X=a\\\r\nb\r\n", "ab"),
                Arguments.of("X=\"a\\\r\nb\"\r\n", "ab"),
                Arguments.of("# a\r\nX=\r\n", ""),
                Arguments.of("\uFEFFX=a", "a"),
                Arguments.of("\uFEFFexport X=a\r\n", "a"));
    }

    @ParameterizedTest
    @MethodSource("otherFiles")
    void aFileForOtherProgramsIsReadToo(String text, String value) throws IOException {
        assertThat(read(text)).containsEntry("X", value);
    }

    @Test
    void variablesFollowAValueOfSeveralLines() throws IOException {
        assertThat(read("A='1\n2'\nB=\"3\n\"4\n\n#C=5\nD=6"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1\n2", "B", "3\n4", "D", "6"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "DB_PASSWORD s3cr3t                | 1 | NAME=value",
                "A=1;;DB_PASSWORD: s3cr3t;B=2      | 3 | NAME=value",
                "A='1;2';;s3cr3t                   | 4 | NAME=value",
                "A=1;=s3cr3t                       | 2 | NAME=value",
                "DB-PASSWORD=s3cr3t                | 1 | NAME=value, with a name of letters, digits and _",
                "1X=s3cr3t                         | 1 | NAME=value",
                "Ä=s3cr3t                          | 1 | NAME=value",
                "export=1;export A B=s3cr3t        | 2 | NAME=value",
                "export DB_PASSWORD                | 1 | NAME=value",
                "A=1;DB_PASSWORD='s3cr3t;B=2       | 2 | a ' that closes the quote which this line opens",
                "A=1;;DB_PASSWORD=\"s3cr3t\\\";B=2 | 3 | a \" that closes the quote which this line opens",
                "A=1;DB_PASSWORD=s3cr3t\\          | 2 | a character after the \\",
            })
    void aMalformedLineIsReportedWithItsNumberAndNotQuoted(String lines, int number, String expected) {
        assertThatThrownBy(() -> read(lines.replace(';', '\n')))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith(directory.resolve("a.env") + ", line " + number + " is malformed: expected ")
                .hasMessageContaining(expected)
                .hasMessageNotContaining(SECRET)
                .hasNoCause();
        assertThatThrownBy(() -> read(lines.replace(";", "\r\n"))).hasMessageContaining(", line " + number + " ");
    }

    @Test
    void aFileThatIsNotUtf8IsReportedWithTheLine() {
        assertThatThrownBy(() -> read("A=1\nDB_PASSWORD=pässwort\n".getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageEndingWith("a.env, line 2 is malformed: expected text in UTF-8");
        assertThatThrownBy(() -> read("A=1\n\nB=\u00e4".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageContaining("line 3");
        assertThatThrownBy(() -> read("\uFEFFA=1\n".getBytes(StandardCharsets.UTF_16LE)))
                .hasMessageContaining("line 1");
        assertThatThrownBy(() -> read("A=1\nB=\0\n"))
                .hasMessageEndingWith("line 2 is malformed: expected text without the character NUL");
    }

    private Map<String, String> read(String text) throws IOException {
        return EnvironmentFile.read(file(text));
    }

    private Map<String, String> read(byte[] bytes) throws IOException {
        return EnvironmentFile.read(Files.write(directory.resolve("a.env"), bytes));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("a.env"), text);
    }
}
