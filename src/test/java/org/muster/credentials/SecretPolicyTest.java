package org.muster.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code server-config/aws} allows Muster, beside what Muster does. */
class SecretPolicyTest {
    private final JsonObject reading = policy().getJsonArray("Statement").getJsonObject(0);

    @Test
    void itAllowsToReadAndNothingElse() {
        assertThat(reading.getString("Effect")).isEqualTo("Allow");
        assertThat(reading.getString("Action")).isEqualTo("secretsmanager:GetSecretValue");
    }

    @Test
    void itAllowsTheVersionsThatMusterAsksForAndNoOthers() {
        var stages = reading.getJsonObject("Condition")
                .getJsonObject("ForAnyValue:StringEquals")
                .getJsonArray("secretsmanager:VersionStage");

        assertThat(stages.getValuesAs(JsonString::getString))
                .containsExactlyElementsOf(Stream.of(SecretVersion.values())
                        .map(SecretVersion::toString)
                        .toList());
    }

    private static JsonObject policy() {
        try (var json = Json.createReader(Files.newBufferedReader(Path.of("server-config/aws/secret-policy.json")))) {
            return json.readObject();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
