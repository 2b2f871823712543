package org.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.muster.run.EmbeddedDatabase;

/**
 * PostgreSQL's own benchmark, which runs the statements of signing up and of leaving, with their decisions, on as many
 * connections as Muster has: what a server could reach that costs nothing. Each connection stands for a few participants,
 * who all sign up, and then all leave.
 */
final class Pgbench {
    private static final Path SOURCES = Path.of("src/test/bench/pgbench");
    private static final int CONNECTIONS = 10;
    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");

    private final EmbeddedDatabase database;
    private final Path script;
    private final int requests;

    /** For these participants, who all have signed up before. */
    Pgbench(EmbeddedDatabase database, Sample sample) throws IOException {
        this.database = database;
        var signUp = Files.readString(SOURCES.resolve("sign-up.sql"));
        var leave = Files.readString(SOURCES.resolve("leave.sql"));
        var ofConnection = sample.participants().size() / CONNECTIONS;
        requests = ofConnection * 2;
        var all = new StringBuilder();
        for (var connection = 0; connection < CONNECTIONS; connection++) {
            all.append("\\if :client_id = %d%n".formatted(connection));
            var participants =
                    sample.participants().subList(connection * ofConnection, (connection + 1) * ofConnection);
            for (var statements : List.of(signUp, leave)) {
                participants.forEach(participant -> all.append(filledIn(statements, sample, participant)));
            }
            all.append("\\endif\n");
        }
        script = Files.writeString(Commands.directory().resolve("sign-ups.sql"), all);
    }

    private static String filledIn(String statements, Sample sample, Sample.Participant participant) {
        return statements
                .replace("{group}", sample.hotGroup().toString())
                .replace("{activity}", sample.hot().toString())
                .replace("{user}", participant.user().toString())
                .replace("{token}", HexFormat.of().formatHex(participant.token().hash()))
                .replace("{seats}", String.valueOf(Sample.SEATS));
    }

    /** How many sign-ups and leaves a second were made. */
    double perSecond(int seconds) {
        var command = new ArrayList<>(List.of("pgbench", "-n", "-M", "prepared", "-j", "1"));
        command.addAll(List.of("-c", String.valueOf(CONNECTIONS), "-T", String.valueOf(seconds)));
        command.addAll(List.of("-h", database.host(), "-p", String.valueOf(database.port()), "-U", database.user()));
        command.addAll(List.of("-f", script.toString(), database.name()));
        var output = Commands.output(Path.of(""), command, Map.of("PGPASSWORD", database.password()));
        var rate = RATE.matcher(output);
        if (!rate.find()) {
            throw new IllegalStateException("pgbench printed no rate: " + output);
        }
        return Double.parseDouble(rate.group(1)) * requests;
    }
}
