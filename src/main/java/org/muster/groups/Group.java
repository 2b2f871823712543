package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.http.Zone;
import org.muster.json.EnumNames;

/** A group. */
public record Group(UUID id, Settings settings, GroupState state, int version, Instant createdAt, Instant updatedAt) {

    /** What the group's owners set. */
    public record Settings(
            String name, String slug, String description, Zone zone, JoinPolicy joinPolicy, Visibility visibility) {
        private static final int MAX_SLUG = 60;
        private static final Pattern SLUG = Pattern.compile("[a-z0-9]++(?:-[a-z0-9]++)*+");

        static Settings of(JsonInput input) {
            var settings = read(input, Optional.empty());
            settings.refuseReservedSlug(input);
            input.done();
            return settings;
        }

        /** These settings after a patch. The slug that an earlier version gave may stay. */
        Settings patched(JsonInput patch) {
            var input = patch.patching(json());
            var settings = read(input, Optional.of(zone));
            if (!settings.slug.equals(slug)) {
                settings.refuseReservedSlug(input);
            }
            input.done();
            return settings;
        }

        private static Settings read(JsonInput input, Optional<Zone> current) {
            var slug = input.line("slug", MAX_SLUG);
            if (!slug.isEmpty() && slug.length() <= MAX_SLUG && !isSlug(slug)) {
                input.reject("slug", "must be words of a-z and 0-9 with single hyphens between them");
            }
            return new Settings(
                    input.line("name", 1, 100),
                    slug,
                    input.lines("description", 5_000),
                    input.zone("zone", current),
                    input.choice("joinPolicy", JoinPolicy.REQUEST),
                    input.choice("visibility", Visibility.PRIVATE));
        }

        private void refuseReservedSlug(JsonInput input) {
            if (GroupKey.isReserved(slug)) {
                input.reject("slug", "is reserved; choose another one");
            }
        }

        /** Whether a text has the syntax and the length of a slug. */
        static boolean isSlug(String text) {
            return text.length() <= MAX_SLUG && SLUG.matcher(text).matches();
        }

        Settings withSlug(String slug) {
            return new Settings(name, slug, description, zone, joinPolicy, visibility);
        }

        JsonObject json() {
            return addTo(JSON.createObjectBuilder()).build();
        }

        private JsonObjectBuilder addTo(JsonObjectBuilder json) {
            return json.add("name", name)
                    .add("slug", slug)
                    .add("description", description)
                    .add("zone", zone.id())
                    .add("joinPolicy", EnumNames.of(joinPolicy))
                    .add("visibility", EnumNames.of(visibility));
        }
    }

    /** Reads a group that {@link #json} wrote, and ends the input. */
    public static Group of(JsonInput input) {
        var group = new Group(
                input.id("id"),
                Settings.read(input, Optional.empty()),
                input.choice("state", GroupState.class),
                input.count("version", 1),
                input.requiredInstant("createdAt"),
                input.requiredInstant("updatedAt"));
        input.end();
        return group;
    }

    /** Whether the group is not archived. */
    public boolean active() {
        return state == GroupState.ACTIVE;
    }

    /** Whether the group is invisible to people who are not members. */
    boolean hidden() {
        return settings.visibility() == Visibility.PRIVATE;
    }

    /** As the API shows it. */
    public JsonObject json() {
        return settings.addTo(JSON.createObjectBuilder().add("id", id.toString()))
                .add("state", EnumNames.of(state))
                .add("version", version)
                .add("createdAt", Times.utc(createdAt))
                .add("updatedAt", Times.utc(updatedAt))
                .build();
    }
}
