package org.muster.security;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.zone.ZoneRulesProvider;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.muster.database.Ids;
import org.muster.security.ApiDescription.Operation;
import org.muster.users.Token;

/**
 * A group with an activity, a series and an invitation, and the people around it: in SQL, because tests that spoil it need many.
 * One of them, {@link #TARGET}, is the member to whom things are done.
 */
record World(Map<String, String> ids, Map<Role, Token> tokens, Token calendar, Token invitation) {
    static final String TARGET = "target";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final String CREATE = """
            INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
            SELECT id, id || '@example.org', id || '@example.org', name, 'America/Toronto', '{hash}'
              FROM (VALUES ('{owner}'::uuid, 'Owner'), ('{organizer}', 'Organizer'), ('{member}', 'Member'),
                   ('{requested}', 'Requested'), ('{banned}', 'Banned'), ('{stranger}', 'Stranger'), ('{other}', 'Other'),
                   ('{target}', 'Target')) AS person (id, name);

            UPDATE user_account
               SET unsubscribe_token = '{accessToken}'
             WHERE user_id = '{owner}';

            INSERT INTO user_session (token_hash, user_id, password_version, expires_at, session_id)
            SELECT decode(hash, 'hex'), id, 1, now() + interval '1 day',
                   CASE id WHEN '{owner}' THEN '{session}'::uuid ELSE gen_random_uuid() END
              FROM (VALUES ('{owner}'::uuid, '{owner.hash}'), ('{organizer}', '{organizer.hash}'), ('{member}', '{member.hash}'),
                   ('{requested}', '{requested.hash}'), ('{banned}', '{banned.hash}'), ('{stranger}', '{stranger.hash}'),
                   ('{other}', '{other.hash}')) AS session (id, hash);

            INSERT INTO user_session (token_hash, user_id, password_version, expires_at, session_id, name, scopes)
            VALUES (decode('{reader.hash}', 'hex'), '{owner}', 1, now() + interval '1 day', '{accessToken}', 'Reader', 'read');

            INSERT INTO provider_identity (issuer, subject, user_id, identity_id)
            VALUES ('https://login.example.org', '{owner}', '{owner}', '{provider}');

            INSERT INTO calendar_token (user_id, token_hash)
            VALUES ('{owner}', decode('{calendar.hash}', 'hex'));

            INSERT INTO group_directory (slug, group_id)
            VALUES ('{group}', '{group}'), ('{otherGroup}', '{otherGroup}');

            INSERT INTO user_group (group_id, name, slug, description, zone, join_policy, visibility)
            VALUES ('{group}', 'Trail runners', '{group}', '', 'America/Toronto', 'open', '{group.visibility}'),
                   ('{otherGroup}', 'Others', '{otherGroup}', '', 'America/Toronto', 'open', 'public');

            INSERT INTO membership (group_id, user_id, role, state)
            VALUES ('{group}', '{owner}', 'owner', 'active'), ('{group}', '{organizer}', 'organizer', 'active'),
                   ('{group}', '{member}', 'member', 'active'), ('{group}', '{requested}', 'member', 'requested'),
                   ('{group}', '{banned}', 'member', 'banned'), ('{group}', '{target}', 'member', 'active'),
                   ('{otherGroup}', '{other}', 'owner', 'active');

            INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, starts_at, tzdb_version, capacity, guests_allowed, waitlist, visibility, state, published_at,
                   seats_taken, waiting, queue_number)
            VALUES ('{group}', '{activity}', 'Row', '', '', '', '2037-07-01T18:30', 'America/Toronto', 60,
                   '2037-07-01T22:30Z', '{tzdb}', 9, 2, true, '{activity.visibility}', '{activity.state}',
                   CASE '{activity.state}' WHEN 'published' THEN now() END, 1, 1, 2);

            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, made_by)
            VALUES ('{group}', '{activity}', '{member}', 'confirmed', 1, 1, '{member}'),
                   ('{group}', '{activity}', '{target}', 'waiting', 1, 2, '{target}');

            INSERT INTO activity_series (group_id, series_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, guests_allowed, waitlist, visibility, publish, frequency, every, weekdays, times,
                   made_through)
            VALUES ('{group}', '{series}', 'Weekly row', '', '', '', '2037-07-01T18:30', 'America/Toronto', 60, 0, false, 'group',
                   true, 'weekly', 1, '{wed}', 3, '2037-12-01');

            INSERT INTO invitation (group_id, invitation_id, role, max_uses, created_by, expires_at)
            VALUES ('{group}', '{invitation}', 'member', 5, '{owner}', now() + interval '1 day');

            INSERT INTO invitation_directory (token_hash, group_id, invitation_id)
            VALUES (decode('{invitation.hash}', 'hex'), '{group}', '{invitation}');
            """;

    /** Whoever makes a request. */
    enum Role {
        ANONYMOUS,
        /** Has an account, and nothing to do with the group. */
        STRANGER,
        /** Has asked to join. */
        REQUESTED,
        MEMBER,
        ORGANIZER,
        OWNER,
        BANNED,
        /** Owns another group. */
        OTHER,
        /** Has the token of a session that has ended. */
        SIGNED_OUT,
        /** A program with the owner's access token for reading. */
        READER
    }

    /** Who sees the group and its activity. */
    enum Place {
        /** A public group, and a public activity. */
        PUBLIC("public", "public"),
        /** A public group, and an activity of its members. */
        MEMBERS("public", "group"),
        /** A private group, and an activity of its members. */
        PRIVATE("private", "group");

        private final String group;
        private final String activity;

        Place(String group, String activity) {
            this.group = group;
            this.activity = activity;
        }
    }

    /**
     * Creates one.
     *
     * @param activityState {@code draft} or {@code published}
     */
    static World create(Connection connection, String passwordHash, Place place, String activityState)
            throws SQLException {
        var ids = new LinkedHashMap<String, String>();
        for (var name : new String[] {
            "group", "otherGroup", "activity", "series", "invitation", "accessToken", "session", "provider", TARGET
        }) {
            ids.put(name, id());
        }
        var values = new HashMap<String, String>();
        var tokens = new HashMap<Role, Token>();
        for (var role : Role.values()) {
            var name = role.name().toLowerCase(Locale.ROOT);
            ids.put(name, id());
            if (role != Role.ANONYMOUS) {
                tokens.put(role, Token.random());
                values.put(name + ".hash", hex(tokens.get(role)));
            }
        }
        var world = new World(ids, tokens, Token.random(), Token.random());
        values.putAll(ids);
        values.put("calendar.hash", hex(world.calendar));
        values.put("invitation.hash", hex(world.invitation));
        values.put("hash", passwordHash);
        values.put("group.visibility", place.group);
        values.put("activity.visibility", place.activity);
        values.put("activity.state", activityState);
        values.put("tzdb", ZoneRulesProvider.getVersions("UTC").lastEntry().getKey());
        try (var statement = connection.createStatement()) {
            statement.execute(fill(CREATE, values));
        }
        return world;
    }

    /** Returns the {@code Authorization} header of a role; empty for nobody's. */
    Optional<String> authorization(Role role) {
        return Optional.ofNullable(tokens.get(role)).map(token -> "Bearer " + token.value());
    }

    /** Returns a path of {@code openapi.yaml} with the ids and tokens of this world. */
    String path(String template) {
        var values = new HashMap<>(ids);
        values.put("user", ids.get(TARGET));
        values.put("type", "validation");
        values.put("topic", "activities");
        values.put(
                "token",
                template.contains("/calendar/")
                        ? calendar.value()
                        : template.contains("/invitations/") ? invitation.value() : ids.get("accessToken"));
        return fill(template, values);
    }

    /** Returns the example of an operation's body, with ids that are new and days that are to come. */
    String body(Operation operation) {
        var address = ids.get("stranger") + "@example.org";
        var replaced = new HashMap<String, String>();
        return ID.matcher(operation.example().orElseThrow().toString())
                .replaceAll(found -> replaced.computeIfAbsent(found.group(), old -> id()))
                .replace("\"2026-0", "\"2037-0")
                .replace("ann@example.org", operation.path().endsWith("/sessions") ? address : "new-" + address);
    }

    private static String fill(String template, Map<String, String> values) {
        var filled = template;
        for (var value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }

    private static String hex(Token token) {
        return HexFormat.of().formatHex(token.hash());
    }

    /** An id as Muster makes them: a UUID of version 7. */
    private static String id() {
        return Ids.next().toString();
    }
}
