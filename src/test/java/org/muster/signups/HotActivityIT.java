package org.muster.signups;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

/** Many people want the same few seats, for half a minute, and the organizers do not make it easier. */
@ExtendWith(RunningMuster.class)
@Tag("database")
class HotActivityIT {
    private static final int PEOPLE = 64;
    private static final int ORGANIZERS = 2;
    private static final long SECONDS = 30;

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final UUID run = UUID.randomUUID();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();

    HotActivityIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
    }

    private final AtomicReferenceArray<Person> people = new AtomicReferenceArray<>(PEOPLE);
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    /** Somebody with an account. */
    private record Person(Client client, UUID id) {}

    @Test
    void nobodyIsOverbookedOrOvertakenAndNoSeatStaysFree() throws Exception {
        var olga = nobody.signedUp("Olga");
        var group = "/api/v1/groups/"
                + olga.post("/api/v1/groups", "{'name':'Hot','zone':'UTC','joinPolicy':'open','visibility':'public'}")
                        .id();
        var activities = List.of(published(olga, group), published(olga, group), published(olga, group));
        signUpAll();
        for (var i = 0; i < PEOPLE; i++) {
            people.get(i).client.put(group + "/members/me");
        }
        for (var i = 0; i < ORGANIZERS; i++) {
            olga.patch(group + "/members/" + people.get(i).id, "{'role':'owner'}");
        }
        var deadlocks = deadlocks();

        var executor = Executors.newFixedThreadPool(PEOPLE);
        try {
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            var running = new ArrayList<java.util.concurrent.Future<?>>();
            for (var i = 0; i < PEOPLE; i++) {
                var number = i;
                var random = new Random(i);
                var organizes = i < ORGANIZERS;
                running.add(executor.submit(() -> {
                    while (System.nanoTime() < end) {
                        // Mostly the first: that one is hot.
                        var activity = activities.get(Math.max(0, random.nextInt(8) - 5));
                        if (organizes) {
                            organize(people.get(number), group, activity, random);
                        } else {
                            takePart(number, group, activity, random);
                        }
                    }
                }));
            }
            for (var client : running) {
                client.get();
            }
        } finally {
            executor.shutdownNow();
        }

        System.out.println("64 clients for 30 s: " + answers);
        assertThat(answers.keySet()).noneMatch(answer -> answer.contains(" 5"));
        assertThat(answers).containsKeys("join 201", "ban 200", "erase 204", "retried 201");
        assertThat(deadlocks() - deadlocks).isZero();
        for (var activity : activities) {
            var id = activity.substring(activity.lastIndexOf('/') + 1);
            assertThat(rows(COUNTED_WRONG, id)).isEmpty();
            assertThat(rows(HEAD_COULD_SIT, id)).isEmpty();
            assertNobodyWasOvertaken(id);
        }
        // Each was confirmed once, and was made once, however often it was sent.
        assertThat(rows(MADE, "retried " + run)).containsExactlyInAnyOrderElementsOf(made);
        assertThat(rows(LEFT_BY_ERASED)).isEmpty();
        assertThat(rows(OWNERLESS, group.substring(group.lastIndexOf('/') + 1))).isEmpty();
    }

    private static final String COUNTED_WRONG = """
            SELECT seats_taken || ' ' || waiting || ' of ' || COALESCE(capacity, -1)
              FROM activity
             WHERE activity_id = ?::uuid
               AND (seats_taken <> (SELECT COALESCE(sum(seats), 0) FROM sign_up
                                     WHERE sign_up.activity_id = activity.activity_id AND state = 'confirmed')
                    OR waiting <> (SELECT count(*) FROM sign_up
                                    WHERE sign_up.activity_id = activity.activity_id AND state = 'waiting')
                    OR seats_taken > capacity)
            """;

    private static final String HEAD_COULD_SIT = """
            SELECT user_id::text
              FROM (SELECT user_id, seats FROM sign_up WHERE activity_id = ?::uuid AND state = 'waiting'
                     ORDER BY queue_number LIMIT 1) AS head
             WHERE seats <= (SELECT capacity - seats_taken FROM activity WHERE activity_id = ?::uuid)
            """;

    private static final String MADE = """
            SELECT name FROM user_group WHERE starts_with(name, ?)
            """;

    private static final String LEFT_BY_ERASED = """
            SELECT user_id::text
              FROM user_account
             WHERE erased_at IS NOT NULL
               AND (EXISTS (SELECT FROM membership WHERE membership.user_id = user_account.user_id)
                    OR EXISTS (SELECT FROM sign_up JOIN activity USING (group_id, activity_id)
                                WHERE sign_up.user_id = user_account.user_id AND sign_up.state <> 'cancelled'
                                  AND starts_at > now()))
            """;

    private static final String OWNERLESS = """
            SELECT group_id::text
              FROM user_group
             WHERE group_id = ?::uuid AND NOT EXISTS (SELECT FROM membership
                    WHERE membership.group_id = user_group.group_id AND role = 'owner' AND state = 'active')
            """;

    private static final String MOVES = """
            SELECT user_id || ' ' || COALESCE(from_state, 'none') || ' ' || to_state || ' ' || queue_number || ' ' || cause
              FROM sign_up_move
             WHERE activity_id = ?::uuid
             ORDER BY move_number
            """;

    /** Plays the log: whoever is let in was at the head, and whoever comes straight in met nobody who waited. */
    private void assertNobodyWasOvertaken(String activity) throws SQLException {
        var waiting = new HashMap<String, Long>();
        for (var line : rows(MOVES, activity)) {
            var move = line.split(" ");
            var number = Long.parseLong(move[3]);
            if (move[2].equals("confirmed") && !move[1].equals("confirmed") && !move[4].equals("promoted")) {
                assertThat(waiting.entrySet())
                        .as(line)
                        .noneMatch(other -> !other.getKey().equals(move[0]) && other.getValue() < number);
            }
            waiting.remove(move[0]);
            if (move[2].equals("waiting")) {
                waiting.put(move[0], number);
            }
        }
    }

    private void takePart(int number, String group, String activity, Random random) {
        var person = people.get(number);
        var path = activity + "/signups/me";
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> count("join", json(person, "PUT", path, "{'guests':" + random.nextInt(3) + "}"));
            case 5, 6, 7 -> count("leave", person.client.delete(path));
            case 8 -> count("position", person.client.get(path));
            case 9 -> retry(person, random);
            case 10 -> {
                // Not too often: passwords take their time.
                if (random.nextInt(4) == 0) {
                    count("erase", person.client.delete("/api/v1/me"));
                    people.set(number, signedUp(number));
                    count("join group", people.get(number).client.put(group + "/members/me"));
                }
            }
            default -> {
                count("leave group", person.client.delete(group + "/members/me"));
                count("join group", person.client.put(group + "/members/me"));
            }
        }
    }

    /** Sends a request again and again that acts, losing answers, until there is one. */
    private void retry(Person person, Random random) {
        var name = "retried " + run + " " + UUID.randomUUID();
        var keyed = person.client.with("Idempotency-Key", UUID.randomUUID().toString());
        for (var patience = Duration.ofMillis(1 + random.nextInt(30)); ; patience = patience.multipliedBy(2)) {
            var answer = keyed.postFor(patience, "/api/v1/groups", "{'name':'%s','zone':'UTC'}".formatted(name));
            count("retried", answer.map(Answer::status).orElse(0));
            if (answer.filter(any -> any.status() == 201).isPresent()) {
                made.add(answer.get().string("name"));
                return;
            }
        }
    }

    private void organize(Person person, String group, String activity, Random random) {
        var other = people.get(ORGANIZERS + random.nextInt(PEOPLE - ORGANIZERS));
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                var tag = person.client.get(activity).header("ETag");
                count(
                        "capacity",
                        person.client
                                .with("If-Match", tag)
                                .patch(activity, "{'capacity':" + (5 + random.nextInt(20)) + "}"));
            }
            case 2 -> {
                count("ban", person.client.patch(group + "/members/" + other.id, "{'state':'banned'}"));
                count("lift", person.client.delete(group + "/members/" + other.id));
            }
            case 3 -> count("remove", person.client.delete(activity + "/signups/" + other.id));
            default ->
                count(
                        "promote",
                        person.client.post(
                                activity + "/signups/" + other.id + "/promote", "{'reason':'because I can'}"));
        }
    }

    private void count(String act, Answer answer) {
        count(act, answer.status());
    }

    private void count(String act, int status) {
        answers.computeIfAbsent(act + " " + status, any -> new LongAdder()).increment();
    }

    private static Answer json(Person person, String method, String path, String body) {
        return person.client.with("Content-Type", "application/json").send(method, path, Client.json(body));
    }

    private void signUpAll() throws Exception {
        var executor = Executors.newFixedThreadPool(4);
        try {
            var signingUp = IntStream.range(0, PEOPLE)
                    .mapToObj(i -> executor.submit(() -> people.set(i, signedUp(i))))
                    .toList();
            for (var each : signingUp) {
                each.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private Person signedUp(int number) {
        var client = nobody.signedUp("P" + number);
        return new Person(client, client.id());
    }

    private static String published(Client olga, String group) {
        var activity = group + "/activities/"
                + olga.post(
                                group + "/activities",
                                "{'title':'Hot','startsLocal':'2090-06-01T10:00','durationMinutes':60,'capacity':10,"
                                        + "'guestsAllowed':2}")
                        .id();
        olga.post(activity + "/publish");
        return activity;
    }

    private long deadlocks() throws SQLException {
        return Long.parseLong(rows("SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()")
                .get(0));
    }

    /** The first column of all rows; each parameter is this text. */
    private List<String> rows(String sql, String... parameter) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.prepareStatement(sql)) {
            for (var i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
                statement.setString(i, parameter[0]);
            }
            var values = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
            return values;
        }
    }
}
