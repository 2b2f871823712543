package org.muster.operator;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.muster.connections.HistogramSnapshot;
import org.muster.connections.Leases.Use;
import org.muster.connections.PoolFigures;
import org.muster.credentials.CredentialsStatus;
import org.muster.credentials.SecretVersion;
import org.muster.database.Database;
import org.muster.database.Replicas;
import org.muster.database.SlowStatements;
import org.muster.health.Check;
import org.muster.http.Times;
import org.muster.lifecycle.Readiness;

/** The status of the database connections as JSON, for operators. It never contains passwords, tokens or bound values. */
final class DatabaseStatus {
    private static final Duration LONG_USE = Duration.ofSeconds(1);
    private static final String MUSTER = "org.muster.";
    /** Packages that run statements on behalf of others. */
    private static final List<String> INFRASTRUCTURE =
            List.of("connections.", "database.", "lifecycle.", "http.", "metrics.");

    private static final double NANOS = 1e9;

    private final Database database;
    private final Readiness readiness;

    DatabaseStatus(Database database, Readiness readiness) {
        this.database = database;
        this.readiness = readiness;
    }

    /** Returns what may change every second. */
    JsonObjectBuilder now(StatusSnapshot snapshot, Verdict verdict, History history) {
        var minute = history.before(snapshot.at(), History.LAST_MINUTE);
        var quarter = history.before(snapshot.at(), History.LAST_QUARTER);
        var json = JSON.createObjectBuilder()
                .add("at", Times.utc(snapshot.at()))
                .add("verdict", verdict(verdict))
                .add("ready", snapshot.readiness().ready())
                .add("database", snapshot.readiness().address())
                .add("pool", pool(snapshot.figures(), snapshot.opening()))
                .add("inUse", inUse())
                .add("acquire", windows(snapshot, minute, quarter, StatusSnapshot::waits))
                .add("use", windows(snapshot, minute, quarter, StatusSnapshot::uses))
                .add(
                        "timeouts",
                        JSON.createObjectBuilder()
                                .add("lastMinute", snapshot.timeouts() - minute.timeouts())
                                .add("lastQuarter", snapshot.timeouts() - quarter.timeouts())
                                .add("all", snapshot.timeouts()))
                .add("breaker", breaker(snapshot))
                .add("credentials", credentials(snapshot.credentials()))
                .add("checks", checks());
        database.replicas().ifPresent(replicas -> json.add("replicas", replicas(replicas)));
        return json;
    }

    private static JsonObject verdict(Verdict verdict) {
        var json = JSON.createObjectBuilder().add("level", verdict.level().toString());
        verdict.cause().ifPresent(cause -> json.add("cause", cause.toString()));
        verdict.sqlState().ifPresent(code -> json.add("sqlState", code));
        return json.add("reason", verdict.reason())
                .add("since", Times.utc(verdict.since()))
                .build();
    }

    private static JsonObject pool(PoolFigures figures, int opening) {
        return JSON.createObjectBuilder()
                .add("active", figures.active())
                .add("idle", figures.idle())
                .add("opening", opening)
                .add("waiting", figures.waiting())
                .add("min", figures.min())
                .add("max", figures.max())
                .build();
    }

    private JsonArray inUse() {
        return array(
                database.pool().leases().longerThan(LONG_USE),
                use -> JSON.createObjectBuilder().add("by", user(use)).add("seconds", seconds(use.age())));
    }

    /** Returns the method that uses the connection: the innermost one outside the infrastructure; empty if there is none. */
    private static String user(Use use) {
        return Arrays.stream(use.borrower().getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(MUSTER)
                        && INFRASTRUCTURE.stream()
                                .noneMatch(part -> frame.getClassName().startsWith(MUSTER + part)))
                .findFirst()
                .map(frame -> name(frame.getClassName()) + "." + name(frame.getMethodName()))
                .orElse("");
    }

    /** Removes the package, and what compilers and containers add to names. */
    private static String name(String full) {
        var simple = full.substring(full.lastIndexOf('.') + 1);
        return simple.startsWith("lambda$") ? simple.split("\\$")[1] : simple.split("\\$")[0];
    }

    private static JsonObject windows(
            StatusSnapshot now,
            StatusSnapshot minute,
            StatusSnapshot quarter,
            Function<StatusSnapshot, HistogramSnapshot> part) {
        return JSON.createObjectBuilder()
                .add("lastMinute", histogram(part.apply(now).since(part.apply(minute))))
                .add("lastQuarter", histogram(part.apply(now).since(part.apply(quarter))))
                .build();
    }

    private static JsonObject histogram(HistogramSnapshot histogram) {
        var json = JSON.createObjectBuilder().add("count", histogram.count());
        if (histogram.count() > 0) {
            json.add("p50", histogram.quantile(0.5))
                    .add("p95", histogram.quantile(0.95))
                    .add("p99", histogram.quantile(0.99))
                    .add("max", histogram.quantile(1));
        }
        return json.build();
    }

    private JsonObject breaker(StatusSnapshot snapshot) {
        var json = JSON.createObjectBuilder().add("state", snapshot.outage().isPresent() ? "open" : "closed");
        snapshot.outage().ifPresent(outage -> {
            Optional.ofNullable(outage.code()).ifPresent(code -> json.add("sqlState", code));
            json.add("reason", outage.reason())
                    .add("since", Times.utc(snapshot.begin(outage)))
                    .add("tried", Times.utc(snapshot.at().minus(outage.sinceLastAttempt())));
        });
        database.pool().breaker().lastSuccess().ifPresent(at -> json.add("lastHeard", Times.utc(at)));
        return json.build();
    }

    private static JsonObject replicas(Replicas replicas) {
        var guard = replicas.guard();
        var json = JSON.createObjectBuilder()
                .add("pool", pool(guard.figures(), guard.factory().orElseThrow().opening()))
                .add(
                        "servers",
                        array(
                                List.copyOf(replicas.ages().entrySet()),
                                age -> JSON.createObjectBuilder()
                                        .add("server", age.getKey())
                                        .add("seconds", seconds(age.getValue()))))
                .add("reads", replicas.reads())
                .add("behind", replicas.behind())
                .add("stale", replicas.stale());
        guard.breaker().outage().ifPresent(outage -> json.add("reason", outage.reason()));
        return json.build();
    }

    private static JsonObject credentials(CredentialsStatus status) {
        var json = JSON.createObjectBuilder().add("source", status.source());
        status.login().ifPresent(login -> {
            json.add("user", login.user());
            login.version().map(SecretVersion::toString).ifPresent(stage -> json.add("stage", stage));
        });
        status.age().ifPresent(age -> json.add("age", seconds(age)));
        status.nextRefresh().ifPresent(at -> json.add("nextRefresh", Times.utc(at)));
        status.changed().ifPresent(at -> json.add("changed", Times.utc(at)));
        status.lastFailure()
                .ifPresent(failure -> json.add(
                        "lastFailure",
                        JSON.createObjectBuilder()
                                .add("at", Times.utc(failure.at()))
                                .add("reason", failure.reason())));
        return json.add("failing", status.failing())
                .add("refused", status.rejections())
                .build();
    }

    private JsonArray checks() {
        return array(
                Check.all(readiness, database.pool()),
                check -> JSON.createObjectBuilder().add("name", check.name()).add("status", check.status()));
    }

    static JsonObject slowStatements(SlowStatements statements) {
        var json = JSON.createObjectBuilder();
        statements.threshold().ifPresent(least -> json.add("from", seconds(least)));
        return json.add("all", statements.count())
                .add(
                        "last",
                        array(
                                statements.recent(),
                                statement -> JSON.createObjectBuilder()
                                        .add("name", statement.name())
                                        .add("seconds", seconds(statement.took()))
                                        .add("at", Times.utc(statement.ended()))))
                .build();
    }

    static JsonArray incidents(List<Incident> incidents) {
        return array(incidents, DatabaseStatus::incident);
    }

    private static JsonObjectBuilder incident(Incident incident) {
        var json = JSON.createObjectBuilder()
                .add("cause", incident.cause().toString())
                .add("down", incident.down());
        incident.sqlState().ifPresent(code -> json.add("sqlState", code));
        json.add("reason", incident.reason()).add("begun", Times.utc(incident.begun()));
        incident.ended()
                .ifPresent(end -> json.add("ended", Times.utc(end))
                        .add("seconds", seconds(Duration.between(incident.begun(), end))));
        return json.add("refused", incident.cost().refused())
                .add("reruns", incident.cost().retries())
                .add("lost", incident.cost().lost());
    }

    /** Returns one array for each series, as the page's charts need them. */
    static JsonObject history(List<History.Second> seconds) {
        return JSON.createObjectBuilder()
                .add("end", column(seconds, History.Second::end))
                .add("active", column(seconds, History.Second::active))
                .add("idle", column(seconds, History.Second::idle))
                .add("opening", column(seconds, History.Second::opening))
                .add("waiting", column(seconds, History.Second::waiting))
                .add("refused", column(seconds, History.Second::refused))
                .add("acquire", column(seconds, History.Second::acquire))
                .add("use", column(seconds, History.Second::use))
                .build();
    }

    private static JsonArray column(List<History.Second> seconds, ToDoubleFunction<History.Second> value) {
        var array = JSON.createArrayBuilder();
        for (var second : seconds) {
            add(array, value.applyAsDouble(second));
        }
        return array.build();
    }

    private static void add(JsonArrayBuilder array, double value) {
        if (Double.isNaN(value)) {
            array.addNull();
        } else if (value == Math.rint(value)) {
            array.add((long) value);
        } else {
            array.add(value);
        }
    }

    private static <T> JsonArray array(List<T> values, Function<T, JsonObjectBuilder> json) {
        var array = JSON.createArrayBuilder();
        values.forEach(value -> array.add(json.apply(value)));
        return array.build();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }
}
