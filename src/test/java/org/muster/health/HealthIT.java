package org.muster.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class HealthIT {
    private final Client nobody;

    HealthIT(Client nobody) {
        this.nobody = nobody;
    }

    @Test
    void allChecksAreUp() {
        for (var path : new String[] {"/health", "/health/live", "/health/ready", "/health/started"}) {
            var answer = nobody.get(path);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).startsWith("application/json");
            assertThat(answer.string("status")).isEqualTo("UP");
            assertThat(answer.json().getJsonArray("checks")).isNotEmpty();
        }
    }

    @Test
    void readinessContainsThePoolFiguresAndTheSourceOfTheCredentials(EmbeddedDatabase database) {
        var check = nobody.get("/health/ready").json().getJsonArray("checks").getJsonObject(0);
        var data = check.getJsonObject("data");

        assertThat(check.getString("name")).isEqualTo("database");
        assertThat(data.getString("credentials.source")).isEqualTo("environment");
        assertThat(data.getString("database")).isEqualTo("localhost:" + database.port() + "/muster");
        assertThat(data.getInt("pool.min")).isEqualTo(2);
        assertThat(data.getInt("pool.max")).isEqualTo(10);
        assertThat(data.getInt("pool.total")).isBetween(2, 10);
        assertThat(data.getInt("pool.waiting")).isNotNegative();
        assertThat(data.toString()).doesNotContain(database.password());
    }
}
