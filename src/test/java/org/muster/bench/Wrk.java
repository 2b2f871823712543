package org.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The load generator {@code wrk}, with one thread: clients written in Java would take the CPU from what is measured. */
final class Wrk {
    private static final Pattern FIGURES = Pattern.compile("figures (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

    private static final String PRINT_FIGURES = """
            done = function(summary, latency)
              local failed = summary.errors
              print(string.format("figures %d %d %d %d %d", summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(99),
                failed.connect + failed.read + failed.write + failed.status + failed.timeout))
            end
            """;

    private Wrk() {}

    /**
     * What clients saw.
     *
     * @param requests how many were answered
     * @param perSecond of them
     * @param p50 half of the answers took at most so many milliseconds
     * @param p99 99 % of them did
     * @param failed answers that were not 2xx or 3xx, and connections that failed
     */
    record Figures(long requests, double perSecond, double p50, double p99, long failed) {}

    /** Makes every request the one of this path, by whoever has this token. */
    static String get(String path, String token) {
        return """
                wrk.path = "%s"
                wrk.headers["Authorization"] = "Bearer %s"
                """.formatted(path, token);
    }

    /** Makes each request the change of another of these paths, by whoever has this token. */
    static String changePlace(List<String> paths, String token) {
        return """
                wrk.headers["Authorization"] = "Bearer %s"
                wrk.headers["Content-Type"] = "application/merge-patch+json"
                wrk.headers["If-Match"] = "*"
                local paths = {%s}
                local n = 0
                request = function()
                  n = n + 1
                  return wrk.format("PATCH", paths[n %% #paths + 1], nil, '{"place":"Gate ' .. n .. '"}')
                end
                """.formatted(token, quoted(paths));
    }

    /** Those who have these tokens come one after another, and sign up in one turn and leave in the next. */
    static String signUpAndLeave(String path, List<String> tokens) {
        return """
                wrk.path = "%s"
                local tokens = {%s}
                local n = 0
                request = function()
                  local who = n %% #tokens + 1
                  local joins = math.floor(n / #tokens) %% 2 == 0
                  n = n + 1
                  local headers = {["Authorization"] = "Bearer " .. tokens[who]}
                  if joins then
                    headers["Content-Type"] = "application/json"
                    return wrk.format("PUT", nil, headers, '{"guests":0}')
                  end
                  return wrk.format("DELETE", nil, headers)
                end
                """.formatted(path, quoted(tokens));
    }

    private static String quoted(List<String> texts) {
        return "\"" + String.join("\",\"", texts) + "\"";
    }

    /** Lets so many clients make these requests. */
    static Figures run(URI base, String requests, int clients, int seconds) {
        try {
            var script = Files.writeString(Commands.directory().resolve("requests.lua"), requests + PRINT_FIGURES);
            var command = new ArrayList<>(List.of("wrk", "-t1", "--timeout", "10s"));
            command.addAll(List.of("-c" + clients, "-d" + seconds + "s", "-s", script.toString(), base.toString()));
            var output = Commands.output(Path.of(""), command);
            var found = FIGURES.matcher(output);
            if (!found.find()) {
                throw new IllegalStateException("wrk printed no figures: " + output);
            }
            var requestCount = Long.parseLong(found.group(1));
            return new Figures(
                    requestCount,
                    requestCount / (Long.parseLong(found.group(2)) / 1e6),
                    Long.parseLong(found.group(3)) / 1e3,
                    Long.parseLong(found.group(4)) / 1e3,
                    Long.parseLong(found.group(5)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
