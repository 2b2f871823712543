package org.muster.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.servlet.annotation.WebServlet;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.yaml.snakeyaml.Yaml;

@ExtendWith(RunningMuster.class)
class OpenApiIT {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final Client nobody;

    OpenApiIT(Client nobody) {
        this.nobody = nobody;
    }

    @Test
    void thePathsThatAreListedAreThoseThatExist() {
        assertThat(listed()).isEqualTo(existing());
    }

    @Test
    void everyOperationTellsItsErrorsAndItsSecurity() {
        paths().forEach((path, operations) -> operations.forEach((method, operation) -> {
            if (METHODS.contains(method)) {
                var described = (Map<?, ?>) operation;
                assertThat(described.get("responses"))
                        .as(method + " " + path)
                        .asString()
                        .contains("description");
                if (path.startsWith("/api/")) {
                    assertThat(((Map<?, ?>) described.get("responses"))
                                    .keySet().stream().map(String::valueOf))
                            .as(method + " " + path)
                            .contains("500", "503");
                    assertThat(described.containsKey("security"))
                            .as(method + " " + path)
                            .isTrue();
                }
            }
        }));
    }

    @Test
    void everyProblemTypeIsDescribed() {
        var document = nobody.get("/openapi").body();

        assertThat(org.muster.problems.ProblemType.values())
                .allSatisfy(type -> assertThat(document).contains(type.uri()));
    }

    private Set<String> listed() {
        var listed = new TreeSet<String>();
        paths().forEach((path, operations) -> operations.keySet().stream()
                .filter(METHODS::contains)
                .forEach(method -> listed.add(method + " " + anonymous(path))));
        return listed;
    }

    private Map<String, Map<String, Object>> paths() {
        Map<String, Map<String, Map<String, Object>>> document =
                new Yaml().load(nobody.get("/openapi").body());
        return document.get("paths");
    }

    private static Set<String> existing() {
        var existing = new TreeSet<String>();
        var classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.muster");
        for (var type : classes) {
            type.tryGetAnnotationOfType(Path.class)
                    .ifPresent(root -> type.getMethods().stream()
                            .forEach(method -> verb(method)
                                    .forEach(verb -> existing.add(
                                            verb + " " + anonymous("/api/v1/" + root.value() + subPath(method))))));
            type.tryGetAnnotationOfType(WebServlet.class)
                    .filter(servlet -> !type.getPackageName().equals("org.muster.page"))
                    .filter(servlet -> type.getMethods().stream()
                            .anyMatch(method -> method.getName().equals("doGet")))
                    .ifPresent(servlet -> Arrays.stream(servlet.value())
                            .forEach(path -> existing.add("get " + path.replace("*", "{}"))));
        }
        return existing;
    }

    private static Stream<String> verb(JavaMethod method) {
        return method.getAnnotations().stream()
                .map(annotation -> annotation.getRawType())
                .filter(type -> type.isAnnotatedWith(HttpMethod.class))
                .map(type -> type.getSimpleName().toLowerCase(Locale.ROOT));
    }

    private static String subPath(JavaMethod method) {
        return method.tryGetAnnotationOfType(Path.class)
                .map(path -> "/" + path.value())
                .orElse("");
    }

    /** Names of path parameters do not matter. */
    private static String anonymous(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }
}
