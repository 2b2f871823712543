package org.muster.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessTest {

    @Test
    void isReadyIfTheDatabaseCheckIsUp() {
        assertThat(Readiness.of(answer("UP", "{}"))).contains(new Readiness(true, false, ""));
    }

    @Test
    void hasAReasonIfTheDatabaseCheckIsDown() {
        assertThat(Readiness.of(answer("DOWN", "{\"reason\":\"no database\",\"fatal\":false}")))
                .contains(new Readiness(false, false, "no database"));
        assertThat(Readiness.of(answer("DOWN", "{\"reason\":\"newer tables\",\"fatal\":true}")))
                .contains(new Readiness(false, true, "newer tables"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "{}",
                "{\"status\":\"UP\",\"checks\":[]}",
                "{\"checks\":[1]}",
                "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"No Application deployed\",\"status\":\"DOWN\",\"data\":{}}]}"
            })
    void ignoresAnswersThatAreNotFromMuster(String body) {
        assertThat(Readiness.of(body)).isEmpty();
    }

    private static String answer(String status, String data) {
        return "{\"status\":\"" + status + "\",\"checks\":[{\"name\":\"database\",\"status\":\"" + status
                + "\",\"data\":" + data + "}]}";
    }
}
