package org.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Accounts;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.security.ApiDescription.Operation;
import org.muster.security.World.Place;
import org.muster.security.World.Role;

/** Calls every operation as everybody, and compares the statuses with {@code authorization-matrix.txt}. */
@ExtendWith(RunningMuster.class)
class AuthorizationMatrixIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final URI base;

    AuthorizationMatrixIT(Client nobody, EmbeddedDatabase database, URI base) {
        this.nobody = nobody;
        this.database = database;
        this.base = base;
    }

    @Test
    void everybodyMayDoWhatTheTableSays() throws Exception {
        var expected = table();
        var measured = new LinkedHashMap<String, List<String>>();
        try (var connection = database.connect()) {
            var worlds = new Worlds(connection, Accounts.passwordHash(nobody, database), new HashMap<>());
            for (var operation : ApiDescription.read().operations()) {
                measured.put(operation.name(), row(operation, worlds));
            }
        }

        assertThat(differences(lines(expected), lines(measured)))
                .as("- in the table, + as measured")
                .isEmpty();
    }

    /** The worlds of the test, by what they are for. One is used until a request has changed it. */
    private record Worlds(Connection connection, String passwordHash, Map<String, World> made) {
        World of(Operation operation, Place place) throws SQLException {
            var state = operation.path().endsWith("/publish") ? "draft" : "published";
            var kind = place + state;
            if (!made.containsKey(kind)) {
                made.put(kind, World.create(connection, passwordHash, place, state));
            }
            return made.get(kind);
        }

        void changed(World world) {
            made.values().remove(world);
        }
    }

    private List<String> row(Operation operation, Worlds worlds) throws Exception {
        var places = Stream.of(Place.values())
                .filter(place -> switch (place) {
                    case PUBLIC -> true;
                    case MEMBERS -> operation.path().contains("{activity}");
                    case PRIVATE -> operation.path().matches(".*(\\{group}|/accept).*");
                })
                .toList();
        var row = new ArrayList<String>();
        for (var role : Role.values()) {
            var statuses = new ArrayList<String>();
            for (var place : places) {
                statuses.add(String.valueOf(status(operation, role, place, worlds)));
            }
            row.add(statuses.stream().distinct().count() == 1 ? statuses.get(0) : String.join("/", statuses));
        }
        return row;
    }

    private int status(Operation operation, Role role, Place place, Worlds worlds) throws IOException, SQLException {
        var world = worlds.of(operation, place);
        try {
            var status = new RawHttp(base)
                    .send(FuzzCases.described(operation, world, role))
                    .orElseThrow()
                    .status();
            if (status < 400 && !operation.method().equals("GET")) {
                worlds.changed(world);
            }
            return status;
        } catch (SocketTimeoutException late) {
            return 0;
        }
    }

    private static Map<String, List<String>> table() throws IOException {
        try (var file = AuthorizationMatrixIT.class.getResourceAsStream("/authorization-matrix.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> Arrays.asList(line.split(" +")))
                    .collect(Collectors.toMap(
                            cells -> cells.get(0) + " " + cells.get(1),
                            cells -> cells.subList(2, cells.size()),
                            (first, second) -> {
                                throw new AssertionError("two rows for one operation");
                            },
                            LinkedHashMap::new));
        }
    }

    /** The lines of a table, in the format of the file. */
    private static List<String> lines(Map<String, List<String>> table) {
        return table.entrySet().stream()
                .map(row -> "%-75s".formatted(row.getKey())
                        + row.getValue().stream().map("%-12s"::formatted).collect(Collectors.joining()))
                .map(String::strip)
                .toList();
    }

    private static List<String> differences(List<String> expected, List<String> measured) {
        return Stream.concat(
                        expected.stream()
                                .filter(line -> !measured.contains(line))
                                .map(line -> "- " + line),
                        measured.stream()
                                .filter(line -> !expected.contains(line))
                                .map(line -> "+ " + line))
                .sorted(Comparator.comparing(line -> line.substring(2)))
                .toList();
    }
}
