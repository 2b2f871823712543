package org.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.muster.Client;
import org.muster.run.EmbeddedDatabase;
import org.muster.users.Token;

/**
 * What the requests are for. All of it is in UTC, so that a peer needs no rules of zones to answer as Muster does.
 *
 * @param token of the owner of all groups
 * @param routes what is read, by how the report calls it
 * @param changeable activities, each in a group of its own: who changes one locks its group
 * @param hot an activity with fewer seats than there are participants
 */
record Sample(
        String token,
        Map<String, String> routes,
        List<String> changeable,
        UUID hotGroup,
        UUID hot,
        List<Participant> participants) {
    static final int SEATS = 12;

    private static final int ACTIVITIES = 120;
    private static final int CHANGEABLE = 40;
    private static final int PARTICIPANTS = 40;

    private static final String SIGNED_IN = """
            WITH account AS (
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
                VALUES (?, ?, ?, 'Somebody', 'UTC', 'none')
                RETURNING user_id, password_version
            )
            INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
            SELECT ?, user_id, password_version, now() + interval '1 day' FROM account
            """;

    /** Somebody who has signed in. */
    record Participant(UUID user, Token token) {}

    /** Makes it, over this Muster. */
    static Sample made(URI base, EmbeddedDatabase database) throws SQLException {
        var owner = Client.anonymous(base).signedUp("Owner");
        var group = group(owner);
        var activities = IntStream.range(0, ACTIVITIES)
                .mapToObj(n -> activity(owner, group, n))
                .toList();
        var changeable = IntStream.range(0, CHANGEABLE)
                .mapToObj(n -> {
                    var its = group(owner);
                    return path(its) + "/activities/" + activity(owner, its, n);
                })
                .toList();
        var participants = participants(database);
        return new Sample(
                token(owner),
                routes(path(group), path(group) + "/activities/" + activities.get(3)),
                changeable,
                group,
                activities.get(0),
                participants);
    }

    /** What is read of a group. */
    static Map<String, String> routes(String group, String activity) {
        return new TreeMap<>(Map.of(
                "`GET` activity", activity,
                "`GET` group", group,
                "`GET` list of 20", group + "/activities?limit=20"));
    }

    static String path(UUID group) {
        return "/api/v1/groups/" + group;
    }

    /** The token with which somebody signs in. */
    static String token(Client client) {
        return client.header("Authorization").substring("Bearer ".length());
    }

    String hotPath() {
        return path(hotGroup) + "/activities/" + hot + "/signups/me";
    }

    private static UUID group(Client owner) {
        return owner.post(
                        "/api/v1/groups",
                        "{'name':'Group %s','zone':'UTC','joinPolicy':'open','visibility':'public'}"
                                .formatted(UUID.randomUUID()))
                .id();
    }

    private static UUID activity(Client owner, UUID group, int number) {
        var path = path(group) + "/activities";
        var made = owner.post(path, """
                {'title':'Ride %1$d','description':'%2$s','place':'Gate','startsLocal':'2090-%3$02d-%4$02dT18:30',
                 'durationMinutes':90,'capacity':%5$d,'waitlist':true,'visibility':'public'}
                """.formatted(
                        number, "A ride along the river. ".repeat(6), number % 12 + 1, number % 28 + 1, SEATS));
        assertThat(owner.post(path + "/" + made.id() + "/publish").status()).isEqualTo(200);
        return made.id();
    }

    private static List<Participant> participants(EmbeddedDatabase database) throws SQLException {
        var participants = new ArrayList<Participant>();
        try (var connection = database.connect();
                var statement = connection.prepareStatement(SIGNED_IN)) {
            for (var i = 0; i < PARTICIPANTS; i++) {
                var participant = new Participant(UUID.randomUUID(), Token.random());
                statement.setObject(1, participant.user());
                statement.setString(2, participant.user() + "@example.org");
                statement.setString(3, participant.user() + "@example.org");
                statement.setBytes(4, participant.token().hash());
                statement.executeUpdate();
                participants.add(participant);
            }
        }
        return participants;
    }
}
