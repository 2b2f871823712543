package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.muster.json.EnumNames;

class ConditionTest {
    private static final Pattern NAMES_IN_ALERT = Pattern.compile("condition=~\"([a-z|-]+)\"");

    @ParameterizedTest
    @EnumSource(Condition.class)
    void thePageHasEachConditionInTheWordsThatMusterSays(Condition condition) throws IOException {
        assertThat(Files.readString(Path.of("docs/troubleshooting.md")))
                .contains("| `" + EnumNames.hyphenated(condition) + "` | " + condition.problem() + " |")
                .contains("| " + condition.remedy() + " |");
    }

    @Test
    void theAlertNamesConditionsThatExist() throws IOException {
        var alerts = Files.readString(Path.of("server-config/monitoring/prometheus-alerts.yml"));
        var names = NAMES_IN_ALERT.matcher(alerts);

        assertThat(names.find()).isTrue();
        assertThat(List.of(names.group(1).split("\\|")))
                .isSubsetOf(Arrays.stream(Condition.values())
                        .map(EnumNames::hyphenated)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "28000, 'no pg_hba.conf entry for host \"::1\", user \"app\", no encryption', ENCRYPTION_REQUIRED",
        "28000, 'PAM authentication failed for user \"app\"', TOKEN_REFUSED",
        "08004, 'Authentication method is not allowed by requireAuth', METHOD_REFUSED",
        "08004, 'The server does not support SSL.', ENCRYPTION_FAILED",
        "08004, 'The authentication type 7 is not supported.', LOGIN_FORBIDDEN",
        "08001, 'no IAM token can be made: AWS did not answer within 5.0 s', TOKEN_MISSING",
        "28000, 'role \"app\" is not permitted to log in', LOGIN_FORBIDDEN",
        "28P01, 'password authentication failed', LOGIN_REFUSED",
        "42501, 'permission denied for database \"muster\"', CONNECT_FORBIDDEN",
        "55000, 'database \"muster\" is not currently accepting connections', CONNECTIONS_DISABLED",
        "3D000, 'database \"muster\" does not exist', DATABASE_MISSING",
        "53300, 'sorry, too many clients already', CONNECTIONS_EXHAUSTED",
        "57P03, 'the database system is starting up', STARTING_UP",
        "22023, 'invalid value for parameter \"lc_messages\"', SETTING_REFUSED",
        "53200, 'out of memory', RESOURCES_EXHAUSTED",
        "08001, 'Connection to localhost:1 refused', UNREACHABLE",
        "08001, 'the server is a standby, which accepts no writes', STANDBY",
        "08006, 'SSL error: Received fatal alert', ENCRYPTION_FAILED",
        "42601, 'syntax error', UNUSABLE",
    })
    void aRefusedConnectionHasACondition(String code, String message, Condition condition) {
        assertThat(Condition.ofLogin(code, message)).isEqualTo(condition);
    }

    @Test
    void aFailureWithoutACodeHasACondition() {
        assertThat(Condition.ofLogin(null, "no more data")).isEqualTo(Condition.UNUSABLE);
    }
}
