package org.muster.metrics;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.yaml.snakeyaml.Yaml;

/** Compares the dashboard and the alerts in {@code server-config/monitoring} with the metrics of a running Muster. */
@ExtendWith(RunningMuster.class)
class MonitoringIT {
    private static final Path FILES = Path.of("server-config", "monitoring");

    /** The parts of PromQL that contain no metric names: labels, ranges, strings, and lists of labels. */
    private static final Pattern NO_METRIC = Pattern.compile("\\{(?:\"[^\"]*\"|[^}\"])*}|\\[[^]]*]|\"[^\"]*\""
            + "|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

    /** A word that is neither a function, nor a variable, nor the unit of a number. */
    private static final Pattern NAME = Pattern.compile("(?<![\\w:$.])[a-zA-Z_:][\\w:]*+(?!\\s*\\()");

    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "offset", "bool");
    private static final String METRIC_OF_PROMETHEUS = "up";

    private final Client nobody;

    MonitoringIT(Client nobody) {
        this.nobody = nobody;
    }

    @Test
    void allMetricsOfTheDashboardExist() {
        var queried = panels().stream()
                .filter(panel -> panel.containsKey("targets"))
                .flatMap(panel -> panel.getJsonArray("targets").getValuesAs(JsonObject.class).stream())
                .map(target -> target.getString("expr"));

        assertThat(metrics()).containsAll(namesIn(queried));
    }

    @Test
    void allMetricsOfTheAlertsExist() {
        var queried = namesIn(rules().stream().map(rule -> text(rule, "expr")));

        assertThat(queried.remove(METRIC_OF_PROMETHEUS)).isTrue();
        assertThat(metrics()).containsAll(queried);
    }

    @Test
    void metricNamesAreFoundInExpressions() {
        var expression =
                "sum by (le, uri) (rate(a_seconds_sum{b=\"{c}\", d=~\"$e\"}[$__range])) / b_total offset 5m > 1e3"
                        + " unless on (f) max_over_time(c:d[5m]) == 1";

        assertThat(namesIn(Stream.of(expression))).containsExactly("a_seconds_sum", "b_total", "c:d");
    }

    @Test
    void poolMetricsHaveTheNamesOfHikariCp() {
        var pool = "hikaricp_connections";

        assertThat(metrics())
                .contains(pool, pool + "_active", pool + "_idle", pool + "_pending", pool + "_max", pool + "_min")
                .containsAll(timer(pool + "_acquire"))
                .containsAll(timer(pool + "_usage"))
                .containsAll(timer(pool + "_creation"))
                .contains(pool + "_timeout_total");
    }

    @Test
    void poolMetricsHaveTheNamesOfOpenTelemetry() {
        var pool = "db_client_connection";

        assertThat(metrics())
                .contains(pool + "_count", pool + "_max", pool + "_idle_min", pool + "_idle_max")
                .contains(pool + "_pending_requests", pool + "_timeouts_total")
                .containsAll(timer(pool + "_create_time"))
                .containsAll(timer(pool + "_wait_time"))
                .containsAll(timer(pool + "_use_time"));
    }

    @Test
    void everyPanelHasATitleAndADescription() {
        assertThat(panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.getString("title")).isNotBlank();
            if (!panel.getString("type").equals("row")) {
                assertThat(panel.getString("description")).isNotBlank();
            }
        });
    }

    @Test
    void everyGraphHasAUnit() {
        var graphs = panels().stream().filter(panel -> panel.getString("type").equals("timeseries"));

        assertThat(graphs)
                .isNotEmpty()
                .allSatisfy(graph -> assertThat(graph.getJsonObject("fieldConfig")
                                .getJsonObject("defaults")
                                .getString("unit"))
                        .as(graph.getString("title"))
                        .isNotBlank());
    }

    @Test
    void everyAlertHasASummaryAndADescription() {
        assertThat(rules()).isNotEmpty().allSatisfy(rule -> {
            assertThat(text(rule, "alert")).startsWith("Muster");
            assertThat(text(rule, "for")).isNotBlank();
            assertThat(text((Map<?, ?>) rule.get("labels"), "severity")).isIn("critical", "warning");
            assertThat(text((Map<?, ?>) rule.get("annotations"), "summary")).isNotBlank();
            assertThat(text((Map<?, ?>) rule.get("annotations"), "description")).isNotBlank();
        });
    }

    private Set<String> metrics() {
        nobody.get("/api/v1/groups");
        nobody.get("/api/v1/nothing");

        var answer = nobody.get("/metrics");

        assertThat(answer.status()).isEqualTo(200);
        return answer.body()
                .lines()
                .filter(not(line -> line.startsWith("#")))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    private static Set<String> namesIn(Stream<String> expressions) {
        return expressions
                .map(expression -> NO_METRIC.matcher(expression).replaceAll(" "))
                .flatMap(bare -> NAME.matcher(bare).results().map(MatchResult::group))
                .filter(not(OPERATORS::contains))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> timer(String name) {
        return Stream.of("_count", "_sum", "_max")
                .map(part -> name + "_seconds" + part)
                .toList();
    }

    private static List<JsonObject> panels() {
        try (var reader = Json.createReader(new StringReader(read("grafana-dashboard.json")))) {
            return reader.readObject().getJsonArray("panels").getValuesAs(JsonObject.class);
        }
    }

    private static List<Map<?, ?>> rules() {
        Map<String, List<Map<String, Object>>> document = new Yaml().load(read("prometheus-alerts.yml"));
        return document.get("groups").stream()
                .flatMap(group -> ((List<?>) group.get("rules")).stream())
                .<Map<?, ?>>map(rule -> (Map<?, ?>) rule)
                .toList();
    }

    private static String text(Map<?, ?> fields, String name) {
        return (String) fields.get(name);
    }

    private static String read(String file) {
        try {
            return Files.readString(FILES.resolve(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
