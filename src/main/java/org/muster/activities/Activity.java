package org.muster.activities;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.Input;
import org.muster.http.Times;
import org.muster.queue.Seats;

/**
 * An activity.
 *
 * @param seats as they were when it was read; they change without a new version
 * @param startsAt as it was derived from the schedule when that was last set
 * @param announced whether it has been published, and so is seen by others than organizers, cancelled or not
 * @param version grows with every change
 * @param sequence grows with every change of time, place or state: what calendars need to know
 */
public record Activity(
        UUID group,
        UUID id,
        Plan plan,
        Seats seats,
        Instant startsAt,
        boolean announced,
        ActivityState state,
        int version,
        int sequence,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * What its organizers decide.
     *
     * @param place empty if there is none
     * @param onlineUrl empty if there is none
     * @param capacity seats; absent means that there is no limit
     * @param guestsAllowed how many guests somebody may bring
     * @param waitlist whether people may wait for a seat
     */
    public record Plan(
            String title,
            String description,
            String place,
            String onlineUrl,
            Schedule schedule,
            Optional<Integer> capacity,
            int guestsAllowed,
            boolean waitlist,
            Optional<Instant> signupOpensAt,
            Optional<Instant> signupClosesAt,
            Audience visibility) {
        private static final int TWO_WEEKS = 14 * 24 * 60;

        /** @param zone where it takes place unless it says otherwise: the group's */
        static Plan of(Input input, ZoneId zone) {
            var plan = read(input, zone);
            input.done();
            return plan;
        }

        /** As {@link #of}, of an input that goes on. */
        public static Plan read(Input input, ZoneId zone) {
            var plan = new Plan(
                    input.line("title", 1, 200),
                    input.lines("description", 10_000),
                    input.line("place", 500),
                    input.line("onlineUrl", 2_000),
                    new Schedule(
                            input.localTime("startsLocal"),
                            input.zone("zone", zone),
                            Duration.ofMinutes(input.number("durationMinutes", 1, TWO_WEEKS))),
                    input.optionalNumber("capacity", 1, 100_000),
                    input.optionalNumber("guestsAllowed", 0, 20).orElse(0),
                    input.flag("waitlist", true),
                    input.instant("signupOpensAt"),
                    input.instant("signupClosesAt"),
                    input.choice("visibility", Audience.GROUP));
            plan.check(input);
            return plan;
        }

        private void check(Input input) {
            if (!onlineUrl.isEmpty() && !isWebAddress(onlineUrl)) {
                input.refuse("onlineUrl", "must be an address such as https://meet.example.org/hike");
            }
            if (signupOpensAt.isPresent()
                    && signupClosesAt.isPresent()
                    && !signupOpensAt.get().isBefore(signupClosesAt.get())) {
                input.refuse("signupClosesAt", "must be after signupOpensAt");
            }
        }

        private static boolean isWebAddress(String text) {
            try {
                var uri = new URI(text);
                return uri.getRawAuthority() != null
                        && ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()));
            } catch (URISyntaxException noAddress) {
                return false;
            }
        }

        /** Whether calendars must hear of the change from that plan to this one. */
        boolean movedFrom(Plan other) {
            return !schedule.equals(other.schedule) || !place.equals(other.place) || !onlineUrl.equals(other.onlineUrl);
        }

        JsonObject json() {
            var json = Json.createObjectBuilder()
                    .add("title", title)
                    .add("description", description)
                    .add("place", place)
                    .add("onlineUrl", onlineUrl)
                    .add("startsLocal", Times.local(schedule.startsLocal()))
                    .add("zone", schedule.zone().getId())
                    .add("durationMinutes", schedule.duration().toMinutes())
                    .add("capacity", capacity.<JsonValue>map(Json::createValue).orElse(JsonValue.NULL))
                    .add("guestsAllowed", guestsAllowed)
                    .add("waitlist", waitlist)
                    .add("signupOpensAt", instant(signupOpensAt))
                    .add("signupClosesAt", instant(signupClosesAt))
                    .add("visibility", lower(visibility));
            return json.build();
        }

        private JsonValue instant(Optional<Instant> instant) {
            return instant.<JsonValue>map(known -> Json.createValue(Times.at(known, schedule.zone())))
                    .orElse(JsonValue.NULL);
        }
    }

    /** As the API shows it. */
    public JsonObject json() {
        var schedule = plan.schedule();
        return Json.createObjectBuilder()
                .add("id", id.toString())
                .add("groupId", group.toString())
                .addAll(Json.createObjectBuilder(plan.json()))
                .add("startsAt", Times.at(startsAt, schedule.zone()))
                .add("endsAt", Times.at(startsAt.plus(schedule.duration()), schedule.zone()))
                .add(
                        "adjusted",
                        !startsAt.atZone(schedule.zone()).toLocalDateTime().equals(schedule.startsLocal()))
                .add("state", lower(state))
                .add("version", version)
                .add("sequence", sequence)
                .add("createdAt", Times.utc(createdAt))
                .add("updatedAt", Times.utc(updatedAt))
                .build();
    }

    public static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
