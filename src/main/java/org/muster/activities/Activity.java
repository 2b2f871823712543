package org.muster.activities;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.UUID;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.http.Zone;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.ActivityQueue;
import org.muster.queue.Move.Cause;
import org.muster.queue.Seats;

/**
 * An activity.
 *
 * @param seats when it was read; they change without a new version
 * @param startsAt computed when the schedule was last set
 * @param announced whether it was ever published, and so is visible to others than organizers, even if cancelled
 * @param occurrence absent if it belongs to no series
 * @param version grows with every change
 * @param sequence grows with every change of time, place or state, for calendars
 */
public record Activity(
        UUID group,
        UUID id,
        Plan plan,
        Seats seats,
        Instant startsAt,
        boolean announced,
        ActivityState state,
        Optional<Occurrence> occurrence,
        int version,
        int sequence,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * An activity's place in a series.
     *
     * @param on its day in the series; its start may be on another day
     * @param overridden whether it was edited on its own; changes of the series do not apply to it
     */
    public record Occurrence(UUID series, LocalDate on, boolean overridden) {}

    /**
     * What organizers set.
     *
     * @param place empty if there is none
     * @param onlineUrl in its normal form; empty if there is none
     * @param capacity the number of seats; absent if there is no limit
     * @param guestsAllowed the maximum number of guests for each participant
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
        private static final int MAX_URL = 2_000;

        /** @param zone the default time zone: the group's */
        static Plan of(JsonInput input, Zone zone) {
            var plan = read(input, zone);
            input.done();
            return plan;
        }

        /** Like {@link #of}, but does not end the input. */
        public static Plan read(JsonInput input, Zone zone) {
            return read(input, zone, Optional.empty());
        }

        /**
         * This plan after a patch.
         *
         * @param zone as in {@link #of}
         */
        Plan patched(JsonInput patch, Zone zone) {
            var input = patch.patching(json(patch));
            var plan = read(input, zone, Optional.of(schedule));
            input.done();
            return plan;
        }

        private static Plan read(JsonInput input, Zone zone, Optional<Schedule> current) {
            var opensAt = input.instant("signupOpensAt");
            var closesAt = input.instant("signupClosesAt");
            if (opensAt.isPresent() && closesAt.isPresent() && !opensAt.get().isBefore(closesAt.get())) {
                input.reject("signupClosesAt", "must be after signupOpensAt");
            }
            return read(input, zone, current, opensAt, closesAt);
        }

        /**
         * Reads the plan that all occurrences of a series share, with the start of the first. Does not end the input.
         *
         * @param zone as in {@link #of}
         */
        public static Plan ofSeries(JsonInput input, Zone zone) {
            return read(input, zone, Optional.empty(), Optional.empty(), Optional.empty());
        }

        private static Plan read(
                JsonInput input,
                Zone zone,
                Optional<Schedule> current,
                Optional<Instant> opensAt,
                Optional<Instant> closesAt) {
            return new Plan(
                    input.line("title", 1, 200),
                    input.lines("description", 10_000),
                    input.line("place", 500),
                    onlineUrl(input),
                    ScheduleInput.read(input, zone, current),
                    input.optionalNumber("capacity", 1, 100_000),
                    input.optionalNumber("guestsAllowed", 0, 20).orElse(0),
                    input.flag("waitlist", true),
                    opensAt,
                    closesAt,
                    input.choice("visibility", Audience.GROUP));
        }

        /** The address in its normal form, no longer than what was read. */
        private static String onlineUrl(JsonInput input) {
            var given = input.line("onlineUrl", MAX_URL);
            var address = WebAddress.normalized(given).filter(normal -> normal.length() <= MAX_URL);
            if (!given.isEmpty() && address.isEmpty()) {
                input.reject("onlineUrl", "must be an address such as https://meet.example.org/hike");
            }
            return address.orElse("");
        }

        /** The plan at another time; the sign-up window moves with it. */
        Plan startingAt(LocalDateTime startsLocal) {
            return on(schedule.startingAt(startsLocal));
        }

        /** The plan with this schedule; the sign-up window moves with it. */
        Plan on(Schedule moved) {
            var by = Duration.between(schedule.startsAt(), moved.startsAt());
            return new Plan(
                    title,
                    description,
                    place,
                    onlineUrl,
                    moved,
                    capacity,
                    guestsAllowed,
                    waitlist,
                    signupOpensAt.map(at -> at.plus(by)),
                    signupClosesAt.map(at -> at.plus(by)),
                    visibility);
        }

        /** Whether the change from the other plan affects calendars. What was stored before addresses were normalized does not. */
        boolean movedFrom(Plan other) {
            return !schedule.equals(other.schedule)
                    || !place.equals(other.place)
                    || !onlineUrl.equals(WebAddress.normalized(other.onlineUrl).orElse(other.onlineUrl));
        }

        /** Whether the change from the other plan hides the activity from people who are not members. */
        boolean hidesWhat(Plan other) {
            return visibility == Audience.GROUP && other.visibility == Audience.PUBLIC;
        }

        /**
         * Why the change from the other plan may free seats for those who wait; empty if it does not. A later start
         * counts: seats that became free after the activity had begun can be taken again.
         */
        Optional<Cause> freesSeatsOf(Plan other) {
            if (!capacity.equals(other.capacity)) {
                return Optional.of(Cause.CAPACITY_RAISED);
            }
            return Optional.of(Cause.SEAT_FREED).filter(any -> !schedule.equals(other.schedule));
        }

        /** The capacity, for who has signed up before the plan is changed to this; empty if there is no limit. */
        Optional<NewCapacity> newCapacity() {
            return capacity.map(NewCapacity::new);
        }

        /** The plan at the same time on another day. */
        Plan on(LocalDate day) {
            return startingAt(day.atTime(schedule.startsLocal().toLocalTime()));
        }

        JsonObject json() {
            return addTo(JSON.createObjectBuilder()).build();
        }

        /** The plan to apply this patch to. */
        JsonObject json(JsonInput patch) {
            return ScheduleInput.withoutReplaced(json(), schedule, patch);
        }

        private JsonObjectBuilder addTo(JsonObjectBuilder json) {
            json.add("title", title)
                    .add("description", description)
                    .add("place", place)
                    .add("onlineUrl", onlineUrl);
            return ScheduleInput.addTo(json, schedule)
                    .add("capacity", capacity.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL))
                    .add("guestsAllowed", guestsAllowed)
                    .add("waitlist", waitlist)
                    .add("signupOpensAt", instant(signupOpensAt))
                    .add("signupClosesAt", instant(signupClosesAt))
                    .add("visibility", EnumNames.of(visibility));
        }

        private JsonValue instant(Optional<Instant> instant) {
            return instant.<JsonValue>map(known ->
                            JSON.createValue(Times.at(known, schedule.zone().rules())))
                    .orElse(JsonValue.NULL);
        }
    }

    /** Whether it is over at this instant. */
    boolean over(Instant now) {
        return !plan.schedule().endsAt(startsAt).isAfter(now);
    }

    /** Whether it is over, and will be with this schedule too: the change concerns nobody any more. */
    boolean staysOver(Schedule wanted, Instant now) {
        return over(now) && !wanted.endsAt(wanted.startsAt()).isAfter(now);
    }

    /** Whether it has begun, and will begin later with this schedule. */
    boolean putOffBy(Schedule wanted, Instant now) {
        return !startsAt.isAfter(now) && wanted.startsAt().isAfter(now);
    }

    /** Its queue; the activity must have been read under the lock of its row. */
    public ActivityQueue queue() {
        return new ActivityQueue(group, id, seats, plan.waitlist());
    }

    /** @throws Problem 409 if it is cancelled */
    void requireNotCancelled() {
        if (state == ActivityState.CANCELLED) {
            throw Problem.of(ProblemType.ALREADY_CANCELLED, "A cancelled activity cannot be changed.");
        }
    }

    /** As the API shows it. */
    public JsonObject json() {
        var schedule = plan.schedule();
        var ids = JSON.createObjectBuilder().add("id", id.toString()).add("groupId", group.toString());
        return plan.addTo(ids)
                .add("startsAt", Times.at(startsAt, schedule.zone().rules()))
                .add(
                        "endsAt",
                        Times.at(schedule.endsAt(startsAt), schedule.zone().rules()))
                .add("adjusted", schedule.adjusted(startsAt))
                .add("state", EnumNames.of(state))
                .add(
                        "seriesId",
                        occurrence
                                .<JsonValue>map(
                                        any -> JSON.createValue(any.series().toString()))
                                .orElse(JsonValue.NULL))
                .add("overridden", occurrence.filter(Occurrence::overridden).isPresent())
                .add("version", version)
                .add("sequence", sequence)
                .add("createdAt", Times.utc(createdAt))
                .add("updatedAt", Times.utc(updatedAt))
                .build();
    }

    /** As lists of the API show it: with its seats, which a version does not cover. */
    public JsonObject listed() {
        return JSON.createObjectBuilder(json())
                .add("seatsTaken", seats.taken())
                .add("waiting", seats.waiting())
                .build();
    }
}
