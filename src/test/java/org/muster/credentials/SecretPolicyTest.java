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

/** Compares the IAM policy in {@code server-config/aws} with the requests of Muster. */
class SecretPolicyTest {
    private final JsonObject reading = policy().getJsonArray("Statement").getJsonObject(0);

    @Test
    void thePolicyAllowsReadingOnly() {
        assertThat(reading.getString("Effect")).isEqualTo("Allow");
        assertThat(reading.getString("Action")).isEqualTo("secretsmanager:GetSecretValue");
    }

    @Test
    void thePolicyAllowsExactlyTheVersionsThatMusterReads() {
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
