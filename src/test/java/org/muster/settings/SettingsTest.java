package org.muster.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    Path directory;

    @Test
    void withoutVariablesTheDefaultsApply() {
        var settings = settings(Map.of());

        assertThat(settings.pool()).isEqualTo(Settings.Pool.DEFAULT);
        assertThat(settings.pool().min()).isEqualTo(2);
        assertThat(settings.pool().max()).isEqualTo(10);
        assertThat(settings.pool().idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.pool().acquireTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.statementTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.shutdownDelay()).isZero();
        assertThat(settings.shutdownGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.region()).isEqualTo("ca-central-1");
        assertThat(settings.port()).isEqualTo(5432);
        assertThat(settings.tls()).isEqualTo(Tls.OFF);
        assertThat(settings.calendarName()).isEqualTo("muster.invalid");
        assertThat(settings.operators()).isEmpty();
        assertThat(settings.databaseConfigured()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DB_PORT                 | abc       | a whole number from 1 to 65535",
                "DB_PORT                 | 70000     | a whole number from 1 to 65535",
                "DB_POOL_MAX             | 0         | a whole number from 1 to 1000",
                "DB_POOL_MAX             | -3        | a whole number from 1 to 1000",
                "DB_POOL_MAX             | 1e3       | a whole number from 1 to 1000",
                "DB_POOL_MIN             | 11        | a whole number from 0 to DB_POOL_MAX, which is 10",
                "DB_ACQUIRE_TIMEOUT_MS   | 10s       | a whole number from 1 to 86400000",
                "DB_CONNECT_TIMEOUT_MS   | 0         | a whole number from 1 to 86400000",
                "DB_IDLE_TIMEOUT_S       | 99999999999 | a whole number from 1 to 86400",
                "DB_STATEMENT_TIMEOUT_MS | -1        | a whole number from 0 to 86400000",
                "SHUTDOWN_DELAY_S        | 10s       | a whole number from 0 to 3600",
                "SHUTDOWN_DELAY_S        | -1        | a whole number from 0 to 3600",
                "SHUTDOWN_DELAY_S        | 3601      | a whole number from 0 to 3600",
                "SHUTDOWN_GRACE_S        | soon      | a whole number from 0 to 3600",
                "MUSTER_CALENDAR_NAME    | a@b.example | a name such as muster.example.org",
                "MUSTER_OPERATORS        | ann       | e-mail addresses, separated by commas",
                "MUSTER_RECOMPUTE_TIMES  | yes       | true or false",
                "DB_SSL                  | yes       | true, require or false",
                "DB_SSL_ROOT_CERT        | /no/such  | a readable file of certificates in PEM format",
            })
    void anInvalidValueIsReportedWithTheAllowedValues(String variable, String value, String allowed) {
        assertThatThrownBy(() -> settings(Map.of(variable, value)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage(variable + "=" + value + " is not allowed: it must be " + allowed);
    }

    @Test
    void allInvalidValuesAreReportedInOneLine() {
        assertThatThrownBy(() -> settings(Map.of("DB_PORT", "0", "DB_SSL", "maybe")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContainingAll("DB_PORT=0", "DB_SSL=maybe")
                .message()
                .hasLineCount(1);
    }

    @Test
    void operatorsAreConvertedToLowerCase() {
        assertThat(settings(Map.of("MUSTER_OPERATORS", "Ann@example.org, bob@example.org,"))
                        .operators())
                .containsExactlyInAnyOrder("ann@example.org", "bob@example.org");
    }

    @Test
    void theDefaultMinimumIsAtMostTheMaximum() {
        assertThat(settings(Map.of("DB_POOL_MAX", "1")).pool().min()).isEqualTo(1);
    }

    @Test
    void theEnvironmentPrecedesTheFileAndTheFileThatOfTheStage() throws IOException {
        Files.writeString(
                directory.resolve(".env"), "DB_HOST=file\nDB_NAME=file\nAPP_ENV=staging\n# a comment\nDB_USER=\n");
        Files.writeString(directory.resolve(".env.staging"), "DB_HOST=stage\nDB_NAME=stage\nDB_USER=stage\n");

        var settings = settings(Map.of("DB_HOST", "variable"));

        assertThat(settings.host()).contains("variable");
        assertThat(settings.name()).contains("file");
        assertThat(settings.user()).contains("stage");
    }

    @Test
    void musterEnvFileReplacesTheDefaultFile() throws IOException {
        Files.writeString(directory.resolve(".env"), "DB_HOST=ignored\n");
        Files.writeString(directory.resolve("muster.conf"), "DB_HOST=\"named\"\n");

        assertThat(settings(Map.of("MUSTER_ENV_FILE", "muster.conf")).host()).contains("named");
        assertThatThrownBy(() -> settings(Map.of("MUSTER_ENV_FILE", "none.conf")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("none.conf");
    }

    @Test
    void musterEnvFileMustNameAFile() {
        assertThatThrownBy(() -> settings(Map.of("MUSTER_ENV_FILE", ".")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageEndingWith("is not allowed: it must name a readable file");
        assertThatThrownBy(() -> settings(Map.of("MUSTER_ENV_FILE", "a\0b")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("MUSTER_ENV_FILE");
        assertThatThrownBy(() -> settings(Map.of("DB_SSL_ROOT_CERT", "a\0b")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("DB_SSL_ROOT_CERT");
    }

    @Test
    void namesAndSecretsAreTakenAsTheyAre() throws IOException {
        Files.writeString(
                directory.resolve(".env"), "DB_USER=' u'\nDB_NAME=\"n \"\nDB_PASSWORD=a#b\nDB_PORT=' 6000'\n");

        var settings = settings(Map.of("DB_PASSWORD", " s \n", "DB_HOST", " h\n", "DB_SSL", "require\r"));

        assertThat(settings.password()).contains(new Password(" s \n"));
        assertThat(settings.user()).contains(" u");
        assertThat(settings.name()).contains("n ");
        assertThat(settings.host()).contains("h");
        assertThat(settings.port()).isEqualTo(6000);
        assertThat(settings.tls()).isEqualTo(Tls.REQUIRE);
    }

    @Test
    void keysOfAwsAreTakenAsTheyAre() {
        var key = settings(Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "s ", "AWS_SESSION_TOKEN", " t"))
                .accessKey()
                .orElseThrow();

        assertThat(key.secret()).isEqualTo(new Password("s "));
        assertThat(key.session()).contains(new Password(" t"));
        assertThat(settings(Map.of("AWS_ACCESS_KEY_ID", " ", "AWS_SECRET_ACCESS_KEY", " ", "AWS_SESSION_TOKEN", " "))
                        .accessKey())
                .isEmpty();
    }

    @Test
    void anEmptyValueCountsAsUnset() throws IOException {
        Files.writeString(directory.resolve(".env"), "DB_PASSWORD=file\nDB_PORT=6000\n");

        var settings = settings(Map.of("DB_PASSWORD", "", "DB_PORT", " "));

        assertThat(settings.password()).contains(new Password("file"));
        assertThat(settings.port()).isEqualTo(6000);
    }

    /** Java decodes {@code ä} to this when the locale is {@code C}. */
    @ParameterizedTest
    @ValueSource(strings = {"DB_PASSWORD", "DB_USER", "DB_HOST", "MUSTER_OPERATORS", "AWS_SECRET_NAME", "APP_ENV"})
    void aValueThatCannotBeDecodedIsReportedWithTheRemedy(String variable) {
        assertThatThrownBy(() -> settings(Map.of(variable, "p\uFFFD\uFFFDsswort")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith(variable + " cannot be decoded")
                .hasMessageContaining("LANG=C.UTF-8")
                .hasMessageNotContaining("sswort");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLocaleMustBeAbleToDecodeTheEnvironment() throws Exception {
        assertThat(printedPassword("C"))
                .startsWith("DB_PASSWORD cannot be decoded")
                .contains("LANG=C.UTF-8");
        assertThat(printedPassword("C.UTF-8")).isEqualTo("correct");
    }

    /** What a process in this locale says about {@code pässwort} in its environment. */
    private static String printedPassword(String locale) throws IOException {
        var script = "DB_PASSWORD=$(printf 'p\\303\\244sswort') LC_ALL=" + locale + " exec \"$@\"";
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        "sh",
                        "-c",
                        script,
                        "sh",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Printed.class.getName())
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Prints what {@link #printedPassword} returns. */
    static final class Printed {
        public static void main(String[] arguments) {
            try {
                var password = Settings.of(Environment.of(System.getenv(), Path.of("target", "no-such-directory")))
                        .password()
                        .orElseThrow();
                System.out.println(password.value().equals("p\u00e4sswort") ? "correct" : "wrong");
            } catch (InvalidSettingsException invalid) {
                System.out.println(invalid.getMessage());
            }
        }
    }

    @Test
    void aMalformedFileIsRefusedWithoutQuotingIt() throws IOException {
        Files.writeString(directory.resolve(".env"), "DB_PASSWORD s3cr3t-in-a-bad-line\n");

        assertThatThrownBy(() -> settings(Map.of()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(".env")
                .hasMessageNotContaining("s3cr3t")
                .hasNoCause();
    }

    @Test
    void aPasswordIsNeverPrinted() {
        var settings = settings(Map.of("DB_HOST", "h", "DB_NAME", "n", "DB_USER", "u", "DB_PASSWORD", "s3cr3t"));

        assertThat(settings.toString()).doesNotContain("s3cr3t");
        assertThat(settings.password().orElseThrow().value()).isEqualTo("s3cr3t");
    }

    private Settings settings(Map<String, String> variables) {
        return Settings.of(Environment.of(variables, directory));
    }
}
